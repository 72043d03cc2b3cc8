"""Files of rows are checked as a whole, divided into parts, and read part by part as if they were read at once."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkgate.dialects.manage.row_files import contents_of, rows_of
from linkgate.errors import BodyTooLarge, InvalidRequest, LinkError, MalformedBody
from linkgate.model.imports import LARGEST_ROW, MOST_ROWS, PART_ROWS, FileFormat
from linkgate.wire.problem_texts import reason

if TYPE_CHECKING:
    from collections.abc import Iterator

QUOTES = "must be part of a CSV whose quotes match and whose cells have at most 131,072 characters"
TWICE = "must not be sent together with another column of the same name"
CSV, JSONL = FileFormat.CSV, FileFormat.JSONL


def read(content: bytes, format_: FileFormat = CSV, chunk: int = 7) -> list[tuple[int, object]]:
    """Read a file about a survey as the engine does: in chunks, then part by part."""
    chunks = (content[start : start + chunk] for start in range(0, len(content), chunk))
    contents = contents_of(chunks, format_, "survey")
    rows: list[tuple[int, object]] = []
    for part in contents.parts:
        rows += rows_of(content[part.start : part.end], format_, contents.columns, part.row)
    assert contents.rows == len(rows)
    return rows


def refusal(content: bytes, format_: FileFormat = CSV) -> list[str]:
    with pytest.raises(InvalidRequest) as refused:
        read(content, format_)
    return [f"{problem.field} {reason(problem)}" for problem in refused.value.problems]


def faults(row: object) -> list[str]:
    assert isinstance(row, InvalidRequest)
    return [f"{problem.field} {reason(problem)}" for problem in row.problems]


def test_a_file_from_a_spreadsheet_is_read() -> None:
    content = '\ufeffemail,name\r\na@example.com,"Ana, ""A""\r\nB"\r\n\r\n,\r\nb@example.com,Núñez'.encode()

    assert read(content) == [
        (2, {"email": "a@example.com", "name": 'Ana, "A"\r\nB'}),
        (5, {"email": "b@example.com", "name": "Núñez"}),
    ]


def test_a_wrong_row_stops_no_other() -> None:
    (_, short), (_, lost), (_, right) = read(b"email,name\na@example.com\nb@example.com,\xff\nc@example.com,C\n")

    assert faults(short) == ["row must be 2 cells long, not 1"]
    assert faults(lost) == ["row must be text in UTF-8"]
    assert right == {"email": "c@example.com", "name": "C"}


def test_a_line_of_json_is_a_row() -> None:
    content = b'\xef\xbb\xbf{"contact": "a@example.com"}\n\nnonsense\n[1]\n{"contact": "b@example.com"}'

    (first, a), (third, nonsense), (fourth, list_), (fifth, b) = read(content, JSONL)

    assert (first, third, fourth, fifth) == (1, 3, 4, 5)
    assert (a, b) == ({"contact": "a@example.com"}, {"contact": "b@example.com"})
    assert isinstance(nonsense, MalformedBody)
    assert isinstance(list_, MalformedBody)


def test_a_row_that_no_call_could_have_is_refused_alone() -> None:
    large = json.dumps({"contact": "x" * LARGEST_ROW}).encode()

    (_, refused), (_, right) = read(large + b'\n{"contact": "a"}\n', JSONL, chunk=1 << 16)

    assert isinstance(refused, BodyTooLarge)
    assert right == {"contact": "a"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", ["row 1 must be the names of the columns"]),
        (b"email,name\n\n", ["file must be one with rows, and this one has none"]),
        (b"email,name,email,\na,b,c,d\n", ["column 4 is required", f"email {TWICE}"]),
        (b"email,\xff\na,b\n", ["row 1 must be text in UTF-8"]),
        (b"email,name\n" + b'a,"b\n' * 3, [f"line 3 {QUOTES}"]),
        (b'email,name\na,"b"c\n', [f"line 2 {QUOTES}"]),
        (b",".join([b"c"] * 201) + b"\n", ["row 1 must have at most 200 entries"]),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_as_a_whole_says_where(content: bytes, told: list[str]) -> None:
    assert refusal(content) == told


@pytest.mark.parametrize(
    ("kind", "header", "told"),
    [
        ("process", b"email,colour", "colour must be one of the columns name, email, phone, or a JSON Pointer"),
        ("resource", b"resource_uid,colour", "colour must be one of the columns resource_uid, contact_id, email"),
    ],
)
def test_a_column_without_a_meaning_is_told_before_any_row_is_made(kind: str, header: bytes, told: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        contents_of([header + b"\na,b\n"], CSV, kind)

    (problem,) = refused.value.problems
    assert f"{problem.field} {reason(problem)}".startswith(told)


def test_a_line_without_an_end_takes_no_memory() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 65_536

    with pytest.raises(InvalidRequest):
        contents_of(endless(), JSONL, "survey")


def test_a_file_has_a_limit_of_rows() -> None:
    with pytest.raises(InvalidRequest, match="file: too_many"):
        contents_of([b"1\n" * (MOST_ROWS + 1)], JSONL, "survey")


def test_parts_are_small_and_cover_the_file() -> None:
    content = b"email\n" + b"".join(b"p%d@example.com\n" % number for number in range(250))

    contents = contents_of([content], CSV, "survey")

    assert [(part.number, part.row) for part in contents.parts] == [(0, 2), (1, 102), (2, 202)]
    assert [part.end for part in contents.parts][:-1] == [part.start for part in contents.parts][1:]
    assert contents.parts[-1].end == len(content)


CELLS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffd"), max_size=8), min_size=2, max_size=2
)


@given(st.lists(CELLS, min_size=1, max_size=2 * PART_ROWS + 5), st.integers(1, 64), st.sampled_from(["\r\n", "\n"]))
def test_parts_hold_what_the_whole_file_holds(table: list[list[str]], chunk: int, end: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([["email", "name"], *table])
    expected = [
        (number, {"email": cells[0], "name": cells[1]})
        for number, cells in enumerate(table, 2)
        if any(cell.strip() for cell in cells)
    ]
    if not expected:
        return

    assert read(text.getvalue().encode(), chunk=chunk) == expected


def test_errors_of_rows_are_ours() -> None:
    assert all(isinstance(row, LinkError | dict) for _, row in read(b"email\n\xff\nb\n"))
