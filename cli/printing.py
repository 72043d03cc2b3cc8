"""Output of commands: a table or plain lines for people, JSON for programs."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

Row = Mapping[str, object]

_LEAST_WIDTH = 8
"""Minimum width of a column, in characters. If the columns do not fit, the terminal wraps the lines."""


def print_json(value: object) -> None:
    """Print a value as indented JSON, with times in ISO 8601."""
    print(json_text(value, indent=2))


def json_text(value: object, indent: int | None = None) -> str:
    """Return JSON that controls no terminal. Escaped characters stand for themselves, so a program reads the same."""
    return terminal_safe(json.dumps(value, ensure_ascii=False, indent=indent, default=_plain), keep="\n")


def print_yaml(value: object) -> None:
    """Print a document in the form of a definition file."""
    import yaml

    text = yaml.safe_dump(value, sort_keys=False, allow_unicode=True)
    if terminal_safe(text, keep="\n") != text:
        text = yaml.safe_dump(value, sort_keys=False)
    print(text, end="")


def print_rows(rows: Iterable[Row], columns: Sequence[str], *, as_json: bool, none: str, in_table: bool = True) -> None:
    """Print these columns as a table (or as plain lines, easy to copy from), or complete rows as a JSON list.

    The first column identifies the row to other commands. `none` is printed for people if there are no rows.
    """
    listed = list(rows)
    if as_json:
        print_json(listed)
    elif not listed:
        print(none)
    else:
        _print_table(listed, columns, in_table=in_table and sys.stdout.isatty())


def print_facts(facts: Row, *, as_json: bool) -> None:
    """Print the facts of one thing, one per line."""
    if as_json:
        print_json(facts)
        return
    width = max(len(name) for name in facts)
    for name, value in facts.items():
        print(f"{name:<{width}}  {shown(value)}")


def shown(value: object) -> str:
    """Return a value as one line of text."""
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case datetime():
            return moment_shown(value)
        case str():
            return terminal_safe(value)
        case Mapping() | list() | tuple() | set() | frozenset():
            return json_text(value) if value else "-"
        case _:
            return str(value)


def moment_shown(moment: datetime) -> str:
    """Return a time as a clock at the reader's place shows it, with the name of its zone."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S %Z}"


def terminal_safe(text: str, keep: str = "") -> str:
    """Escape characters that could control a terminal or reorder its text, as JSON does. Strangers wrote some texts.

    Characters in `keep` stay as they are.
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each in keep else json.dumps(each)[1:-1] for each in text)


def _print_table(rows: Sequence[Row], columns: Sequence[str], *, in_table: bool) -> None:
    if not in_table:
        # For programs, files and copying: one line per row, whatever its width.
        for row in rows:
            print("\t".join(shown(row.get(column)) for column in columns))
        return
    from rich.box import SIMPLE_HEAD
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table

    cells = [[shown(row.get(column)) for column in columns] for row in rows]
    name_width = max(cell_len(row_cells[0]) for row_cells in cells)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for index, column in enumerate(columns):
        # Even on a narrow terminal nothing is cut off, and the first column is never wrapped.
        table.add_column(column, overflow="fold", no_wrap=index == 0)
    for row_cells in cells:
        table.add_row(*row_cells)
    console = Console(highlight=False, markup=False)
    console.width = max(console.width, name_width + _LEAST_WIDTH * len(columns))
    console.print(table)


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case set() | frozenset():
            return sorted(value)
        case Mapping():
            return dict(value)
        case _:
            raise TypeError(type(value))
