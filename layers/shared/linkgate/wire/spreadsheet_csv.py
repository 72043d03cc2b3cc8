"""CSV that a spreadsheet may open: what came from strangers stays text there (OWASP, "CSV Injection")."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_FORMULA = tuple("=+-@\t\r\n|%＝＋－＠")  # noqa: RUF001 - the full-width ones are read as formulas too
MEDIA_TYPE = "text/csv; charset=utf-8"


def write_csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]], *, header: bool = True) -> str:
    """RFC 4180, every field in quotes. A text that a spreadsheet would take for a formula gets an apostrophe first."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    if header:
        writer.writerow([safe_cell(column) for column in columns])
    for row in rows:
        writer.writerow([safe_cell(row.get(column)) for column in columns])
    return text.getvalue()


def safe_cell(value: object) -> str:
    """A value as a cell's text; numbers stay numbers."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case dict() | list():
            return json.dumps(value, ensure_ascii=False)
        case _:
            text = str(value).replace("\0", "")
            return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
