"""Values that a person copies are never broken, and what strangers typed controls no terminal."""

from __future__ import annotations

import io
import json
import unicodedata
from contextlib import redirect_stdout

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cli.printing import print_facts, print_json, print_rows, print_yaml


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


HOSTILE = "\x1b]0;pwned\x07\x1b[2J \x9b31m \x7f \u202egnp.exe \u2066a\u2069 \u200f \U000e0041 José 日本"


def controls(text: str) -> list[str]:
    """Return the characters that a terminal may act on, apart from ends of lines and those of rich's own styles."""
    plain = text.replace("\x1b[1m", "").replace("\x1b[0m", "")
    return [each for each in plain if unicodedata.category(each) in {"Cc", "Cf", "Zl", "Zp"} and each not in "\r\n\t"]


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_no_output_controls_a_terminal(*, as_json: bool, stream: type[io.StringIO]) -> None:
    facts = {"text": HOSTILE, "list": [HOSTILE], "object": {HOSTILE: {"deep": HOSTILE}}}

    with redirect_stdout(stream()) as out:
        print_facts(facts, as_json=as_json)
        print_rows([facts], tuple(facts), as_json=as_json, none="")
        print_yaml(facts)

    assert controls(out.getvalue()) == []
    assert "José" in out.getvalue()


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_json_and_yaml_say_the_same_after_escaping(value: object) -> None:
    with redirect_stdout(io.StringIO()) as out:
        print_json(value)
    assert json.loads(out.getvalue()) == value
    assert controls(out.getvalue()) == []

    with redirect_stdout(io.StringIO()) as out:
        print_yaml({"value": HOSTILE})
    assert yaml.safe_load(out.getvalue()) == {"value": HOSTILE}
