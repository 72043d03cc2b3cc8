"""Forms and surveys as JSON Schema (draft 2020-12): which one a link has, and what is wrong with data sent in."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from linkgate.errors import Problem
from linkgate.model.addresses import normal_phone
from linkgate.model.tenant import Campaign, Process

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jsonschema_rs import Draft202012Validator

    from linkgate.usecases.subjects import Subject

    Schema = Mapping[str, object]

DEFAULT_SURVEY: Schema = {
    "type": "object",
    "properties": {
        "rating": {
            "type": "integer",
            "title": "How satisfied are you?",
            "minimum": 1,
            "maximum": 5,
            "x-i18n": {"es": {"title": "¿Qué tan satisfecho está?"}},
        },
        "comment": {
            "type": "string",
            "title": "What could be better?",
            "maxLength": 2000,
            "x-i18n": {"es": {"title": "¿Qué podríamos mejorar?"}},
        },
    },
    "required": ["rating"],
}
"""What a campaign asks that names no questions."""

_LIMIT = 100
"""Problems reported at once."""


def schema_of(subject: Subject | None) -> Schema:
    """The form of what a link is about; empty where there is none."""
    match subject:
        case Process():
            return subject.schema
        case Campaign():
            return subject.schema or DEFAULT_SURVEY
        case _:
            return {}


def completed(
    data: Mapping[str, object], prefilled: Mapping[str, object], schema: Schema, pointer: str = ""
) -> tuple[dict[str, object], list[Problem]]:
    """The data with the values that its recipient may not change, and a problem for each that was changed.

    Such a value is one whose schema is `readOnly`; it is what the link was prefilled with, or absent.
    """
    result, problems = dict(data), []
    for name, part in properties(schema).items():
        place = f"{pointer}/{escaped(name)}"
        given, known = result.get(name), prefilled.get(name)
        if part.get("readOnly") is True:
            if name in result and given != known:
                problems.append(Problem.of(place, "schema", keyword="readOnly"))
            result.pop(name, None)
            if name in prefilled:
                result[name] = known
        elif properties(part) and isinstance(given, dict | None):
            inner = known if isinstance(known, dict) else {}
            filled, further = completed(given or {}, inner, part, place)
            problems += further
            if filled:
                result[name] = filled
    return result, problems


def problems_of(data: Mapping[str, object], schema: Schema, region: str) -> list[Problem]:
    """Every way in which `data` breaks `schema`, with the JSON Pointer of each place as the field.

    `region` is the country whose national phone numbers are taken where the format is `phone`.
    """
    if not schema:
        return []
    problems = []
    for error in validator_of(schema, region).iter_errors(dict(data)):
        keyword, facts = error.kind.name, error.kind.as_dict()
        steps = [str(step) for step in error.instance_path]
        if keyword == "required":
            steps.append(facts["property"])
        pointer = "".join(f"/{escaped(step)}" for step in steps)
        known = {name: value for name, value in facts.items() if name in _FACTS}
        problems.append(Problem.of(pointer, "schema", keyword=keyword, **known))
        if len(problems) == _LIMIT:
            break
    return problems


def validator_of(schema: Schema, region: str) -> Draft202012Validator:
    """Checks data by the schema; raises ValueError where it is none that forms can have, its patterns included."""
    import jsonschema_rs  # noqa: PLC0415 - only a submission needs it

    try:
        return jsonschema_rs.Draft202012Validator(
            dict(schema),
            validate_formats=True,
            formats={"phone": lambda text: normal_phone(text, region) is not None},
            # Linear-time patterns: they come from tenants and meet text from strangers.
            pattern_options=jsonschema_rs.RegexOptions(),
            offline=True,
        )
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
        raise ValueError(str(error)) from error


_FACTS = frozenset({"limit", "types", "format"})
"""What a sentence about a problem may need; the rest repeats the schema or the data."""


def properties(schema: Schema) -> Mapping[str, Schema]:
    """The properties of an object's schema, in the order they are written."""
    found = schema.get("properties")
    parts = found.items() if isinstance(found, dict) else ()
    return {name: cast("Schema", part) for name, part in parts if isinstance(part, dict)}


def escaped(name: str) -> str:
    """A property's name as a step of a JSON Pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
