"""Answers on the terminal: a table or plain lines for a person, JSON for a program."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

Row = Mapping[str, object]


def print_json(value: object) -> None:
    """Indented, times in ISO 8601."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=_plain)
    print()


def print_yaml(value: object) -> None:
    """A document as a file would define it."""
    import yaml  # noqa: PLC0415 - only definitions are shown so

    print(yaml.safe_dump(value, sort_keys=False, allow_unicode=True), end="")


def print_rows(rows: Iterable[Row], columns: Sequence[str], *, as_json: bool, none: str) -> None:
    """A table with these columns, or a JSON list of whole rows; `none` is said to a person where there are no rows."""
    listed = list(rows)
    if as_json:
        print_json(listed)
    elif not listed:
        print(none)
    else:
        _print_table(listed, columns)


def print_facts(facts: Row, *, as_json: bool) -> None:
    """One thing's facts, a line each."""
    if as_json:
        print_json(facts)
        return
    width = max(len(name) for name in facts)
    for name, value in facts.items():
        print(f"{name:<{width}}  {shown(value)}")


def shown(value: object) -> str:
    """A value in one line."""
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S} UTC"
        case str():
            return _safe(value)
        case Mapping() | list() | tuple() | set() | frozenset():
            return json.dumps(value, ensure_ascii=False, default=_plain) if value else "-"
        case _:
            return str(value)


def _safe(text: str) -> str:
    """The text with what could steer a terminal written out; some of it came from strangers."""
    return "".join(character if character.isprintable() else f"\\u{ord(character):04x}" for character in text)


def _print_table(rows: Sequence[Row], columns: Sequence[str]) -> None:
    if not sys.stdout.isatty():
        # For another program or a file: one line a row, whatever its width.
        for row in rows:
            print("\t".join(shown(row.get(column)) for column in columns))
        return
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415 - only a terminal needs it
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(*columns, box=SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*(shown(row.get(column)) for column in columns))
    Console(highlight=False, markup=False).print(table)


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
