"""Parts of a form's schema, and the control by which a page asks for each. docs/recipient.md lists them."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Concatenate, ParamSpec, TypeVar

    Schema = Mapping[str, object]
    P = ParamSpec("P")
    T = TypeVar("T")

LONG_TEXT = 200
"""Maximum length of a text in a one-line box. Longer texts get several lines."""

KEYS = "x-keys"
"""Word of an expanded schema for a repeat group, whose properties are its entries. `form_groups` says more."""

FIXED = "x-fixed"
"""Word of a role's schema for a repeat group, or an entry of one, that the role may not add to or take away."""

COUNTRY = "country"
"""Value of `x-control` for a choice among codes of countries, which have names in every language."""

_KEPT = 64
_FEW = 6
_SCALE = 11
_PLAIN = {"boolean": "yes_no", "integer": "number", "number": "number"}
_TEXT_FORMATS = {"date": "date", "email": "email", "phone": "phone", "file": "file", "signature": "signature"}


def once_a_form(function: Callable[Concatenate[Schema, P], T]) -> Callable[Concatenate[Schema, P], T]:
    """Keep what a pure function tells of a form while the form is in use. Nobody changes a form, or what was told."""
    told: dict[tuple[object, ...], tuple[Schema, T]] = {}

    @wraps(function)
    def kept(schema: Schema, /, *more: P.args, **named: P.kwargs) -> T:
        key = (id(schema), *more)
        found = told.get(key)
        if found is None:
            if len(told) >= _KEPT:
                told.clear()
            # With the form itself, so that no other one gets its id.
            found = told[key] = (schema, function(schema, *more, **named))
        return found[1]

    return kept


def properties(schema: Schema) -> Mapping[str, Schema]:
    """Return the properties of an object's schema, in the order in which they are written."""
    found = schema.get("properties")
    parts = found.items() if isinstance(found, dict) else ()
    return {name: cast("Schema", part) for name, part in parts if isinstance(part, dict)}


def control_of(part: Schema) -> str | None:
    """Return the control for a value, as `dialects.recipient.fields.Field.control` names it, or None."""
    kind, chosen = kind_of(part), choices(part)
    limit = part.get("maxLength")
    long = isinstance(limit, int) and limit > LONG_TEXT
    match kind:
        case _ if part.get("readOnly") is True:
            return "shown"
        case _ if is_group(part):
            return "group"
        case _ if properties(part):
            return "section"
        case _ if part.get("const") is True:
            return "agree"
        case _ if chosen:
            return "radio" if len(chosen) <= _FEW else "select"
        case "string":
            asked = part.get("x-control")
            plain = asked if asked in {"text", "long"} else "long" if long else "text"
            return _TEXT_FORMATS.get(str(part.get("format")), str(plain))
        case "array":
            files = items_of(part).get("format") == "file"
            return "file" if files else "several" if choices(items_of(part)) else None
        case _:
            return "scale" if kind == "integer" and steps(part) else _PLAIN.get(kind or "")


def is_group(part: Schema) -> bool:
    """Tell whether a value is a list of objects, for which a page has a section that repeats."""
    if part.get("readOnly") is True:
        return False
    return KEYS in part or (kind_of(part) in {"array", None} and bool(properties(items_of(part))))


def has_parts(part: Schema) -> bool:
    """Tell whether a value has questions inside, as sections do, and groups of an expanded schema without entries."""
    return KEYS in part or bool(properties(part))


def kind_of(part: Schema) -> str | None:
    """Return the type of a value, or the first of its types but null."""
    kind = part.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    return next((entry for entry in kinds if isinstance(entry, str) and entry != "null"), None)


def items_of(part: Schema) -> Schema:
    """Return the schema of a list's entries, empty if it has none."""
    items = part.get("items")
    return cast("Schema", items) if isinstance(items, dict) else {}


def choices(part: Schema) -> Sequence[object]:
    """Return the values of a choice: those of `enum`, or of a `oneOf` in which all have a `const`."""
    values, alternatives = part.get("enum"), part.get("oneOf")
    if isinstance(values, list):
        return [value for value in values if value is not None]
    if isinstance(alternatives, list) and all(isinstance(each, dict) and "const" in each for each in alternatives):
        return [each["const"] for each in alternatives]
    return []


def steps(part: Schema) -> Sequence[int]:
    """Return the steps of a rating, which is a short range of whole numbers. Other ranges have none."""
    low, high = part.get("minimum"), part.get("maximum")
    if not (isinstance(low, int) and isinstance(high, int) and 1 <= high - low < _SCALE):
        return ()
    return range(low, high + 1)


def translated(part: Schema, name: str, word: str, language: str) -> object:
    """Return the value of a word, or its translation, which `x-i18n` has as `name`."""
    translations = part.get("x-i18n")
    own = translations.get(language) if isinstance(translations, dict) else None
    return (own.get(name) if isinstance(own, dict) else None) or part.get(word)


def word(part: Schema, name: str, language: str) -> str:
    """Return a title or description, in the reader's language if `x-i18n` has it."""
    found = translated(part, name, name, language)
    return found if isinstance(found, str) else ""
