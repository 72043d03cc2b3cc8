"""Rows of a table as members of a batch's entries. Columns have the short names that people give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY = "idempotency_key"
"""Column of the caller's own key for a row."""

_METADATA = {"name": "/metadata/name", "email": "/metadata/email", "phone": "/metadata/phone"}
"""Short column names for the pointers at which a process looks for the customer by default."""

_SURVEY = {
    "contact": "contact",
    "email": "contact",
    "phone": "contact",
    "name": "customerName",
    "customer_name": "customerName",
    "account_number": "accountNumber",
    "agent_name": "agentName",
    "agent": "agentName",
}
_RESOURCE = {
    "resource_uid": "resourceUid",
    "contact_id": "contactId",
    "email": "email",
    "phone": "phone",
    "hours": "hours",
    "max_views": "maxViews",
}
_SESSION = {
    "name": "name",
    "phone": "cellphone",
    "cellphone": "cellphone",
    "email": "email",
    "category": "category",
    "user": "user",
}
_WHOLE = frozenset({"contactId", "hours", "maxViews"})


def members_of(row: Mapping[str, str], kind: str) -> dict[str, object]:
    """Return the members of an entry of this kind, without empty cells. Raises InvalidRequest for wrong columns."""
    cells = {column.strip(): text.strip() for column, text in row.items() if text and text.strip()}
    match kind:
        case "process":
            return {"data": _model(cells)}
        case "survey":
            return _survey(cells)
        case "resource":
            return _fields(cells, _RESOURCE)
        case _:
            return _fields(cells, _SESSION)


def column_problems(columns: tuple[str, ...], kind: str) -> list[Problem]:
    """Return the faults of a table's columns: duplicates, blanks, and names that mean nothing for this kind."""
    names = [column.strip() for column in columns]
    problems = [Problem.of(f"column {number}", "required") for number, name in enumerate(names, 1) if not name]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    problems += [Problem.of(name, "conflict", other="another column of the same name") for name in twice]
    for name in dict.fromkeys(name for name in names if name and name != KEY):
        try:
            members_of({name: "1"}, kind)
        except InvalidRequest as error:
            problems += error.problems
    return problems


def _fields(cells: Mapping[str, str], known: Mapping[str, str]) -> dict[str, object]:
    expected = f"one of the columns {', '.join(known)}"
    unknown = [Problem.of(column[:100], "format", expected=expected) for column in cells if column not in known]
    if unknown:
        raise InvalidRequest(unknown)
    fields: dict[str, object] = {}
    for column, text in cells.items():
        name = known[column]
        if name in fields:
            raise InvalidRequest([Problem.of(column, "conflict", other=f"another column that gives {name}")])
        # Text that is not a number is refused with its row, not with its column.
        fields[name] = int(text) if name in _WHOLE and text.isascii() and text.isdigit() and len(text) <= 10 else text  # noqa: PLR2004 - longer than any allowed number
    return fields


def _survey(cells: Mapping[str, str]) -> dict[str, object]:
    """Return the fields of a survey. Unknown columns become columns of the results."""
    known = {column: text for column, text in cells.items() if column in _SURVEY}
    further = {column: text for column, text in cells.items() if column not in _SURVEY}
    return {**_fields(known, _SURVEY), **({"miscData": further} if further else {})}


def _model(cells: Mapping[str, str]) -> dict[str, object]:
    model: dict[str, object] = {}
    for column, text in cells.items():
        pointer = _METADATA.get(column, column)
        if not pointer.startswith("/"):
            expected = f"one of the columns {', '.join(_METADATA)}, or a JSON Pointer into the model, such as /column"
            raise InvalidRequest([Problem.of(column[:100], "format", expected=expected)])
        _put(model, [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]], text)
    return model


def _put(model: dict[str, object], steps: list[str], text: str) -> None:
    *path, last = steps
    place = model
    for step in path:
        inner = place.setdefault(step, {})
        if not isinstance(inner, dict):
            raise InvalidRequest([Problem.of(f"/{'/'.join(steps)}"[:100], "conflict", other=f"a column for {step}")])
        place = inner
    place[last] = text
