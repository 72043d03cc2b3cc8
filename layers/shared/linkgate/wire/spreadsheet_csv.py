"""CSV that is safe to open in a spreadsheet: texts from strangers stay texts (OWASP, "CSV Injection")."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_FORMULA = tuple("=+-@\t\r\n|%＝＋－＠")  # noqa: RUF001 - full-width characters also start formulas
MEDIA_TYPE = "text/csv; charset=utf-8"

BOM = "\ufeff"
"""First character of a file, without which spreadsheets take UTF-8 for an older encoding."""


def write_csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]], *, header: bool = True) -> str:
    """Return CSV (RFC 4180) with every field in quotes. Texts that look like formulas get a leading apostrophe."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    if header:
        writer.writerow([safe_cell(column) for column in columns])
    for row in rows:
        writer.writerow([safe_cell(row.get(column)) for column in columns])
    return text.getvalue()


def safe_cell(value: object) -> str:
    """Return a value as the text of a cell. Numbers stay numbers."""
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
