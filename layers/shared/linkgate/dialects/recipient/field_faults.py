"""Faults of a form in words, each at its field."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from linkgate.dialects.recipient.answers import said
from linkgate.dialects.recipient.fields import flat, groups_of, message_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkgate.dialects.recipient.fields import Field
    from linkgate.errors import Problem
    from linkgate.pages.frame import Brand

_CHOICES = ("radio", "scale", "several", "yes_no", "select")
_MISSING = {**dict.fromkeys(_CHOICES, "choose"), "file": "file", "signature": "signature"}
"""Fault of a question without an answer, by its control."""
_KEYWORDS = {"too_long": "maxLength", "unknown": "readOnly"}
"""Word of a schema that says the same as a problem's code."""


def faults_of(fields: Sequence[Field], problems: Sequence[Problem], brand: Brand) -> dict[str, str]:
    """Return the first fault of each field in words. A problem inside a value belongs to its field."""
    known = {field.pointer: field for field in (*flat(fields), *groups_of(fields))}
    found: dict[str, str] = {}
    for problem in problems:
        pointer = problem.field
        while pointer and pointer not in known:
            pointer = pointer.rpartition("/")[0]
        found.setdefault(pointer, _sentence(problem, known.get(pointer), brand))
    return {pointer: found[pointer] for pointer in (*known, "") if pointer in found}


def _sentence(problem: Problem, field: Field | None, brand: Brand) -> str:
    keyword = str(problem.values.get("keyword", _KEYWORDS.get(problem.code, problem.code)))
    control = field.control if field else ""
    if field and problem.code in {"schema", "required"} and (own := message_of(field, keyword)):
        return own
    match keyword:
        case "awaited" if field is None:
            keyword = "unseen"
        case "required" if field is None and problem.field == "data":
            keyword = "nothing"
        case "required" if control in _MISSING:
            keyword = _MISSING[control]
        case "required" | "const" if control == "agree":
            keyword = "agree"
        case "type" if control == "number":
            keyword = "integer" if problem.values.get("types") == ["integer"] else "number"
        case "format":
            keyword = str(problem.values.get("format"))
        case "required" | "minItems" | "maxItems" if control == "group":
            keyword = f"group.{keyword}"
    key = f"fault.{keyword}" if brand.has(f"fault.{keyword}") else "fault.other"
    return brand.text(key, limit=_limit(problem, field, brand), value=problem.values.get("value", ""))


def _limit(problem: Problem, field: Field | None, brand: Brand) -> object:
    """Return the limit that was passed. That of a number has the language's own marks."""
    limit = problem.values.get("limit", problem.values.get("max", ""))
    if field is not None and field.control == "number" and isinstance(limit, int | float):
        return said(field, [json.dumps(limit)], {}, brand.language)
    return limit
