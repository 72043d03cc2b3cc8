"""Values that a person copies are never broken, even on a narrow terminal."""

from __future__ import annotations

import io
from contextlib import redirect_stdout

import pytest

from cli.printing import print_rows


class Terminal(io.StringIO):
    """Output to a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_names_are_whole_and_nothing_is_cut_off(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "vt100")
    row = {"id": "288c7c08b72f1efa0b1c2d3e4f506172", "to": "ada.lovelace@example.com", "note": "q" * 40}

    with redirect_stdout(Terminal()) as terminal:
        print_rows([row], tuple(row), as_json=False, none="")

    assert row["id"] in terminal.getvalue()
    assert "…" not in terminal.getvalue()
    assert terminal.getvalue().count("q") == 40
    plain = [line for line in terminal.getvalue().splitlines() if "\x1b" not in line]
    assert max(map(len, plain)) <= max(columns, 60)


def test_what_is_to_be_copied_stands_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    link = "https://links.example.com/l/4fgjOlUrVUYQEruZYEa0XQ#_P6OD6q8sru5egSjUnT-EA"

    with redirect_stdout(Terminal()) as terminal:
        print_rows([{"row": 1, "link": link}], ("row", "link"), as_json=False, none="", in_table=False)

    assert terminal.getvalue() == f"1\t{link}\n"
