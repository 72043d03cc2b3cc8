"""JSON Schemas (draft 2020-12) of forms and surveys, and validation of submitted data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import Problem
from linkgate.model.addresses import normal_email, normal_phone
from linkgate.tokens import is_token
from linkgate.usecases.form_parts import has_parts, properties
from linkgate.usecases.form_signatures import signature_in
from linkgate.usecases.pointers import escaped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jsonschema_rs import Draft202012Validator

    from linkgate.usecases.form_parts import Schema

_LIMIT = 100
"""Number of problems reported at once."""


def completed(
    data: Mapping[str, object], prefilled: Mapping[str, object], schema: Schema, pointer: str = ""
) -> tuple[dict[str, object], list[Problem]]:
    """Return the data with all read-only values restored, and a problem for each that the recipient changed.

    A value is read-only if its schema is `readOnly`. It keeps what the link was prefilled with, or stays absent.
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
        elif has_parts(part) and isinstance(given, dict | None):
            inner = known if isinstance(known, dict) else {}
            filled, further = completed(given or {}, inner, part, place)
            problems += further
            if filled:
                result[name] = filled
    return result, problems


def problems_of(data: Mapping[str, object], schema: Schema, region: str) -> list[Problem]:
    """Return a problem for each violation of `schema` in `data`, with the JSON Pointer of the place as its field.

    `region` is the country whose national phone numbers the format `phone` accepts.
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
    """Build the validator of a schema. Raises ValueError if a form cannot have that schema or one of its patterns."""
    import jsonschema_rs

    try:
        return jsonschema_rs.Draft202012Validator(
            dict(schema),
            validate_formats=True,
            formats={
                "email": lambda text: normal_email(text) is not None,
                "phone": lambda text: normal_phone(text, region) is not None,
                "file": is_token,
                "signature": lambda text: signature_in(text) is not None,
            },
            # Patterns must run in linear time: tenants write them, and strangers choose the text.
            pattern_options=jsonschema_rs.RegexOptions(),
            offline=True,
        )
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
        raise ValueError(str(error)) from error


_FACTS = frozenset({"limit", "types", "format"})
"""Facts that a sentence about a problem may need. The others repeat the schema or the data."""
