"""Files of rows: CSV with a header, or JSON Lines. They are divided into parts, and each part is read on its own.

Rows are numbered as people see them: in a CSV, the header is row 1; in JSON Lines, a row is a line. Empty rows count,
and make nothing.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from linkgate.dialects.manage.link_rows import column_problems
from linkgate.errors import BodyTooLarge, InvalidRequest, MalformedBody, Problem
from linkgate.lazy_dataclass import dataclass
from linkgate.model.imports import LARGEST_ROW, MOST_COLUMNS, MOST_ROWS, PART_BYTES, PART_ROWS, FileFormat, Part
from linkgate.wire.json_body import read_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from linkgate.errors import LinkError

    Row = Mapping[str, object] | LinkError

_BOM = b"\xef\xbb\xbf"
_LOST = "\ufffd"
"""Character in place of bytes that are not UTF-8."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Structure of a file."""

    columns: tuple[str, ...]
    """Columns of a CSV."""
    rows: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class _Record:
    """Cells of a record of a CSV, or one cell with a line of JSON Lines, and the byte after it."""

    cells: Sequence[str]
    end: int


def contents_of(chunks: Iterable[bytes], format_: FileFormat, kind: str) -> Contents:
    """Check the header and the quotes of a whole file, and divide it. Raises InvalidRequest."""
    records = _records(_lines(chunks), format_)
    columns: tuple[str, ...] = ()
    start = number = 0
    if format_ is FileFormat.CSV:
        header = next(records, _Record((), 0))
        columns, start, number = _header(header.cells, kind), header.end, 1
    parts: list[Part] = []
    rows, here, first = 0, 0, number + 1
    end = start
    for record in records:
        number, end = number + 1, record.end
        if any(cell.strip() for cell in record.cells):
            rows, here = rows + 1, here + 1
        if rows > MOST_ROWS:
            raise InvalidRequest([Problem.of("file", "too_many", max=MOST_ROWS)])
        if here == PART_ROWS or end - start >= PART_BYTES:
            parts.append(Part(len(parts), start, end, first))
            start, here, first = end, 0, number + 1
    if here:
        parts.append(Part(len(parts), start, end, first))
    if not rows:
        raise InvalidRequest([Problem.of("file", "format", expected="one with rows, and this one has none")])
    return Contents(columns, rows, tuple(parts))


def rows_of(content: bytes, format_: FileFormat, columns: Sequence[str], first: int) -> Iterator[tuple[int, Row]]:
    """Yield number and content of each row of a part. A row that cannot be read is an error."""
    start = 0
    for number, record in enumerate(_records(io.BytesIO(content), format_), first):
        size, start = record.end - start, record.end
        if not any(cell.strip() for cell in record.cells):
            continue
        if size > LARGEST_ROW:
            yield number, BodyTooLarge(LARGEST_ROW)
        elif any(_LOST in cell for cell in record.cells):
            yield number, InvalidRequest([Problem.of("row", "format", expected="text in UTF-8")])
        elif format_ is FileFormat.JSONL:
            yield number, _object(record.cells[0])
        elif len(record.cells) != len(columns):
            expected = f"{len(columns)} cells long, not {len(record.cells)}"
            yield number, InvalidRequest([Problem.of("row", "format", expected=expected)])
        else:
            yield number, dict(zip(columns, record.cells, strict=True))


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines with their ends. Raises InvalidRequest for a line that no row could have."""
    rest, number = b"", 1
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line + b"\n" for line in whole)
        number += len(whole)
        if len(rest) > PART_BYTES:
            raise InvalidRequest([Problem.of(f"line {number}", "too_long", max=PART_BYTES)])
    if rest:
        yield rest


def _header(cells: Sequence[str], kind: str) -> tuple[str, ...]:
    columns = tuple(cell.strip() for cell in cells)
    if not any(columns):
        raise InvalidRequest([Problem.of("row 1", "format", expected="the names of the columns")])
    if len(columns) > MOST_COLUMNS:
        raise InvalidRequest([Problem.of("row 1", "too_many", max=MOST_COLUMNS)])
    if any(_LOST in column for column in columns):
        raise InvalidRequest([Problem.of("row 1", "format", expected="text in UTF-8")])
    if problems := column_problems(columns, kind):
        raise InvalidRequest(problems)
    return columns


def _records(lines: Iterable[bytes], format_: FileFormat) -> Iterator[_Record]:
    """Yield the records. Raises InvalidRequest for quotes that do not match: all that follows would be wrong."""
    read = 0

    def texts() -> Iterator[str]:
        nonlocal read
        for line in lines:
            text = line.removeprefix(_BOM) if read == 0 else line
            read += len(line)
            yield text.decode(errors="replace").replace("\0", _LOST)

    if format_ is FileFormat.JSONL:
        yield from (_Record((text,), read) for text in texts())
        return
    reader = csv.reader(texts(), strict=True)
    try:
        for cells in reader:
            yield _Record(cells, read)
    except csv.Error as error:
        expected = "part of a CSV whose quotes match and whose cells have at most 131,072 characters"
        raise InvalidRequest([Problem.of(f"line {reader.line_num}", "format", expected=expected)]) from error


def _object(text: str) -> Row:
    try:
        return read_object(text.encode())
    except MalformedBody as error:
        return error
