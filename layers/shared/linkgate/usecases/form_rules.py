"""Rules for the schema of a form: whatever a page cannot show, or a person cannot answer, is a fault."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from linkgate.usecases.condition_rules import condition_faults
from linkgate.usecases.form_groups import MOST_ENTRIES, groups_in
from linkgate.usecases.form_parts import choices, control_of, is_group, items_of, kind_of, properties
from linkgate.usecases.form_signatures import place_faults
from linkgate.usecases.form_words import word_faults
from linkgate.usecases.pointers import escaped
from linkgate.usecases.role_rules import PRIVATE, ROLES, misplaced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linkgate.usecases.form_parts import Schema

    Fault = tuple[str, str]
    """JSON Pointer into the schema, and a sentence without a subject."""

FIELDS = 200
"""Limit of questions in a form."""

SIZE = 64 * 1024
"""Limit of a schema's length as JSON, in bytes."""

FORMATS = frozenset(
    {
        "date",
        "email",
        "phone",
        "file",
        "signature",
        "date-time",
        "time",
        "duration",
        "idn-email",
        "hostname",
        "idn-hostname",
        "ipv4",
        "ipv6",
        "uri",
        "uri-reference",
        "iri",
        "iri-reference",
        "uri-template",
        "uuid",
        "json-pointer",
        "relative-json-pointer",
        "regex",
    }
)
"""Formats that the server checks. All but the first five are asked for in a box for text."""

_USE_FILE = "asks for a file as text; use `format: file`"
_BRANCHES = ("if", "then", "else", "not")
_ALTERNATIVES = ("allOf", "anyOf", "oneOf")
_LIMITS = (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"))


def faults_of(schema: Schema) -> list[Fault]:
    """Return every fault of a form's schema, in its own order. A schema that declares nothing has none."""
    if not schema:
        return []
    found: list[Fault] = []
    if len(json.dumps(schema)) > SIZE:
        found.append(("", f"is longer than {SIZE // 1024} KB"))
    if kind_of(schema) not in {None, "object"} or "$ref" in schema:
        found.append(("", "must be an object whose `properties` are the questions"))
    if (number := _questions(schema)) > FIELDS:
        found.append(("", f"has {number} questions; a form has at most {FIELDS}"))
    return [*found, *_object(schema, ""), *condition_faults(schema), *misplaced(schema), *place_faults(schema)]


def _questions(schema: Schema) -> int:
    number = 0
    for part in properties(schema).values():
        control = control_of(part)
        inside = {"section": part, "group": items_of(part)}.get(control or "")
        number += _questions(inside) if inside is not None else 1
    return number


def _object(schema: Schema, pointer: str) -> Iterator[Fault]:
    """Yield the faults of an object with questions: its own, and those of its properties."""
    yield from word_faults(schema, pointer)
    if "patternProperties" in schema:
        yield f"{pointer}/patternProperties", "names properties by a pattern, so that pages cannot ask for them"
    yield from _names(schema, schema, pointer)
    for name, part in _declared(schema).items():
        place = f"{pointer}/properties/{escaped(name)}"
        if isinstance(part, dict):
            yield from _property(part, place, name)
        elif part is True:
            yield place, "has no type, so that pages cannot ask for it"


def _names(part: Schema, owner: Schema, pointer: str) -> Iterator[Fault]:
    """Yield a fault for each name in `part`, or in its conditions, that is no property of `owner`."""
    known = _declared(owner)
    required = part.get("required")
    for number, name in enumerate(required if isinstance(required, list) else ()):
        if known.get(name, False) is False:
            yield f"{pointer}/required/{number}", f"names {name!r}, which is no property"
    dependent = part.get("dependentRequired")
    for name, names in dependent.items() if isinstance(dependent, dict) else ():
        for unknown in [each for each in (name, *names) if known.get(each, False) is False]:
            yield f"{pointer}/dependentRequired/{escaped(name)}", f"names {unknown!r}, which is no property"
    for place, branch in _branches(part, pointer):
        yield from _idle(branch, place)
        yield from _branch(branch, owner, place)


def _branch(branch: Schema, owner: Schema, pointer: str) -> Iterator[Fault]:
    """Yield the faults of a condition or alternative, which may only speak of properties that its owner has."""
    known = _declared(owner)
    for name, part in _declared(branch).items():
        place = f"{pointer}/properties/{escaped(name)}"
        whole = known.get(name)
        if name not in known:
            yield place, "is a property that the form does not have outside this condition"
        elif isinstance(part, dict) and isinstance(whole, dict) and is_group(whole):
            yield place, "is a list of objects, into which a condition cannot look; name it in `required`"
        elif isinstance(part, dict) and isinstance(whole, dict):
            yield from _idle(part, place)
            yield from _branch(part, whole, place)
    yield from _names(branch, owner, pointer)


def _idle(branch: Schema, pointer: str) -> Iterator[Fault]:
    """Yield a fault for each word of ours in a condition. Those about roles have rules of their own."""
    for word in branch:
        if word.startswith("x-") and word not in {ROLES, PRIVATE}:
            yield f"{pointer}/{escaped(word)}", "has no effect in a condition; write it at the question itself"


def _branches(part: Schema, pointer: str) -> Iterator[tuple[str, Schema]]:
    for word in _BRANCHES:
        if isinstance(branch := part.get(word), dict):
            yield f"{pointer}/{word}", branch
    for word in _ALTERNATIVES:
        alternatives = part.get(word)
        for number, branch in enumerate(alternatives if isinstance(alternatives, list) else ()):
            if isinstance(branch, dict):
                yield f"{pointer}/{word}/{number}", branch
    dependent = part.get("dependentSchemas")
    for name, branch in dependent.items() if isinstance(dependent, dict) else ():
        if isinstance(branch, dict):
            yield f"{pointer}/dependentSchemas/{escaped(name)}", branch


def _property(part: Schema, pointer: str, name: str) -> Iterator[Fault]:
    control = control_of(part)
    if control == "section":
        yield from _object(part, pointer)
        return
    if control == "group":
        yield from _group(part, pointer)
        return
    yield from word_faults(part, pointer)
    if not name.strip() and not part.get("title"):
        yield pointer, "has no name, so it needs a `title`"
    if control == "shown":
        return
    if fault := _unanswerable(part, control):
        yield pointer, fault
        return
    yield from _choices(part, pointer)
    yield from _choices(items_of(part), f"{pointer}/items")
    for least, most in _LIMITS:
        if _number(part, least) > _number(part, most, otherwise=float("inf")):
            yield f"{pointer}/{least}", f"is more than `{most}`, so that no answer is right"
    if control == "several" and _number(part, "minItems") > len(choices(items_of(part))):
        yield f"{pointer}/minItems", "is more than there are choices"


def _group(part: Schema, pointer: str) -> Iterator[Fault]:
    """Yield the faults of a list of objects, whose entries a page asks for one after another."""
    yield from word_faults(part, pointer)
    items = items_of(part)
    yield from _object(items, f"{pointer}/items")
    for inner, _, _ in groups_in(items):
        yield (
            f"{pointer}/items{_in_schema(inner)}",
            "is a list of objects inside another one, which pages cannot ask for",
        )
    for name in ("prefixItems", "contains"):
        if name in part:
            yield f"{pointer}/{name}", "is not understood beside a list of objects"
    for name in ("minItems", "maxItems"):
        if _number(part, name) > MOST_ENTRIES:
            yield f"{pointer}/{name}", f"is more than {MOST_ENTRIES}, the most entries that pages ask for"
    if _number(part, "minItems") > _number(part, "maxItems", otherwise=float("inf")):
        yield f"{pointer}/minItems", "is more than `maxItems`, so that no answer is right"


def _in_schema(pointer: str) -> str:
    """Return the place in the schema of what stands at a pointer in the data."""
    return pointer.replace("/", "/properties/")


def _unanswerable(part: Schema, control: str | None) -> str | None:
    """Return why a page cannot ask for a value, or None if it can."""
    format_ = part.get("format")
    if "contentEncoding" in part or "contentMediaType" in part:
        return _USE_FILE
    if isinstance(format_, str) and kind_of(part) in {"string", None}:
        if format_ == "data-url":
            return _USE_FILE
        if format_ not in FORMATS:
            return f"has the format {format_!r}, which nothing checks; there are: {', '.join(sorted(FORMATS))}"
    return None if control else _without_control(part)


def _without_control(part: Schema) -> str:
    if kind_of(part) == "array":
        if kind_of(items_of(part)) == "object":
            return "is a list of objects without `properties`, so that pages cannot ask for them"
        return "is a list of free values, which pages cannot ask for; give its `items` an `enum`"
    if kind_of(part) == "object":
        return "is an object without `properties`, so that pages cannot ask for it"
    if "$ref" in part or "$dynamicRef" in part:
        return "is a `$ref`, which pages do not follow; write the schema itself here"
    if any(word in part for word in _ALTERNATIVES):
        return "has alternatives that are not all a `const`, which pages cannot ask for"
    if "type" in part:
        return "can only be null"
    return "has no type, so that pages cannot ask for it"


def _choices(part: Schema, pointer: str) -> Iterator[Fault]:
    """Yield faults of values that a form cannot send, or not tell apart."""
    seen: set[str] = set()
    word = "enum" if isinstance(part.get("enum"), list) else "oneOf"
    for value in choices(part):
        key = value if isinstance(value, str) else json.dumps(value)
        if isinstance(value, dict | list):
            yield f"{pointer}/{word}", "has a choice that is an object or a list"
        elif not key.strip():
            yield f"{pointer}/{word}", "has an empty choice; leave it out, and do not require the property"
        elif key in seen:
            yield f"{pointer}/{word}", f"has two choices that are both sent as {key!r}"
        seen.add(key)


def _declared(schema: Schema) -> Mapping[str, object]:
    found = schema.get("properties")
    return found if isinstance(found, dict) else {}


def _number(part: Schema, word: str, otherwise: float = float("-inf")) -> float:
    value = part.get(word)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else otherwise
