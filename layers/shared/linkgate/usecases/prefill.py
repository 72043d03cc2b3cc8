"""Fit the data that prefills a form to its controls, so that the page shows it and sends it back as it is."""

from __future__ import annotations

import json
from datetime import date, datetime
from math import isfinite
from typing import TYPE_CHECKING

from linkgate.errors import Problem
from linkgate.usecases.form_groups import most_entries
from linkgate.usecases.form_parts import choices, control_of, items_of, properties, steps
from linkgate.usecases.pointers import escaped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.usecases.form_parts import Schema

_LISTED = 10
"""Number of choices that a problem names."""


class _Unfit(Exception):
    """A value that its control cannot show. `code` and `expected` are those of the problem."""

    def __init__(self, code: str, expected: str) -> None:
        super().__init__(expected)
        self.code = code
        self.expected = expected


def fitted(data: Mapping[str, object], schema: Schema, pointer: str = "") -> tuple[dict[str, object], list[Problem]]:
    """Return the data with each value as its control sends it, and a problem for each that the control cannot show.

    A date loses its time, and a choice gets the letters that the schema writes. Values that the form does not ask
    for, or only shows, stay as they are.
    """
    result, problems = dict(data), list[Problem]()
    for name, part in properties(schema).items():
        value, place = result.get(name), f"{pointer}/{escaped(name)}"
        control = control_of(part)
        if control in {None, "shown"} or value is None or (isinstance(value, str) and not value.strip()):
            continue
        if control == "section" and isinstance(value, dict):
            result[name], further = fitted(value, part, place)
            problems += further
            continue
        if control == "group" and isinstance(value, list):
            result[name], further = _entries(value, items_of(part), place)
            problems += further
            if len(value) > (most := most_entries(part)):
                problems.append(Problem.of(place, "too_many", max=most))
            continue
        try:
            result[name] = _fitted(value, control or "", part)
        except _Unfit as unfit:
            problems.append(Problem.of(place, unfit.code, expected=unfit.expected))
    return result, problems


def _entries(values: Sequence[object], part: Schema, pointer: str) -> tuple[list[object], list[Problem]]:
    """Fit each entry of a group."""
    result, problems = list[object](), list[Problem]()
    for number, value in enumerate(values):
        place = f"{pointer}/{number}"
        if isinstance(value, dict):
            entry, further = fitted(value, part, place)
            result.append(entry)
            problems += further
        else:
            problems.append(Problem.of(place, "type", expected="object"))
    return result, problems


def _fitted(value: object, control: str, part: Schema) -> object:
    match control:
        case "section":
            raise _Unfit("type", "object")
        case "group":
            raise _Unfit("type", "array")
        case "date":
            return _day(value)
        case "radio" | "select" | "scale":
            return _chosen(value, choices(part) or steps(part))
        case "several":
            if not isinstance(value, list):
                raise _Unfit("type", "array")
            return [_chosen(entry, choices(items_of(part))) for entry in value]
        case "yes_no" | "agree":
            return _chosen(value, (True, False))
        case "number":
            return _number(value)
        case _:
            return _text(value, control)


def _day(value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            found = read(text)
        except ValueError:
            continue
        return found.date().isoformat() if isinstance(found, datetime) else found.isoformat()
    raise _Unfit("format", "a date, such as 2024-02-08")


def _chosen(value: object, among: Sequence[object]) -> object:
    """Return the choice that a value is, or else the only one that differs from it in case, blanks or type alone."""
    same = [choice for choice in among if type(choice) is type(value) and choice == value]
    alike = [choice for choice in among if _key(choice) == _key(value)]
    alike = alike or [choice for choice in among if _key(choice).casefold().strip() == _key(value).casefold().strip()]
    if same or len(alike) == 1:
        return (same or alike)[0]
    listed = ", ".join(_key(choice) for choice in among[:_LISTED])
    raise _Unfit("format", f"one of {listed}{', …' if len(among) > _LISTED else ''}")


def _key(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _number(value: object) -> object:
    """Return a number, also one that is written as a text in the way of JSON."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    try:
        found = json.loads(value.strip()) if isinstance(value, str) else None
    except (RecursionError, ValueError):
        found = None
    if isinstance(found, bool) or not isinstance(found, int | float) or not isfinite(found):
        raise _Unfit("format", "a number, such as 1250 or 12.5")
    return found


def _text(value: object, control: str) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = json.dumps(value)
    if not isinstance(value, str):
        raise _Unfit("type", "string")
    if control in {"email", "phone"}:
        value = value.strip()
        if len(value.splitlines()) > 1:
            raise _Unfit("format", "one line")
    if "\0" in value:
        raise _Unfit("format", "text without NUL characters")
    return value
