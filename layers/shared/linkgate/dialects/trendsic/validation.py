"""Faults in the form of FluentValidation: codes, English texts, and field names in PascalCase."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING

from linkgate.errors import Problem
from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.dialects.servicestack.contract import Unparseable, Value

SERIALIZATION = "SerializationException"
"""Error code for a request that could not be read at all."""

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
FIELDS = {
    "resource_type": "ResourceType",
    "resource_uid": "ResourceUid",
    "contact_id": "RecipientContactId",
    "email": "RecipientEmail",
    "phone": "RecipientPhone",
    "life_hours": "ExpiresInHours",
    "max_views": "MaxViews",
    "recipient": "RecipientContactId",
}
_SENT_LIMIT = 100
"""Number of characters of a refused value that a reply quotes."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A validator: its code, its text, and the values in its `meta`, by their names there."""

    code: str
    text: str
    meta: Mapping[str, str] = field(default_factory=dict)


_RULES = {
    "required": _Rule("NotEmpty", "'{name}' must not be empty."),
    "unknown": _Rule("Predicate", "'{name}' is unknown."),
    "email": _Rule("Email", "'{name}' is not a valid email address."),
    "phone": _Rule("RegularExpression", "'{name}' is not in the correct format."),
    "format": _Rule("RegularExpression", "'{name}' is not in the correct format: {expected}."),
    "too_many": _Rule("Length", "'{name}' must have at most {max} entries.", {"MaxLength": "max"}),
    "too_long": _Rule(
        "MaximumLength", "The length of '{name}' must be {max} characters or fewer.", {"MaxLength": "max"}
    ),
    "maximum_length": _Rule(
        "MaximumLength",
        "The length of '{name}' must be {max} characters or fewer. You entered {length} characters.",
        {"MinLength": "min", "MaxLength": "max", "TotalLength": "length"},
    ),
    "range": _Rule(
        "InclusiveBetween",
        "'{name}' must be between {min} and {max}. You entered {value}.",
        {"From": "min", "To": "max", "Value": "value", "PropertyValue": "value"},
    ),
    "no_channel": _Rule(
        "NotEmpty",
        "A recipient is required: 'Recipient Contact Id', 'Recipient Email' or 'Recipient Phone'. "
        "If one-time codes are required, the recipient must have an address that they can be sent to.",
    ),
    "no_document": _Rule("Predicate", "There is no document for '{name}' yet."),
    "no_second_channel": _Rule(
        "Predicate", "This resource requires a one-time code on a different channel from the link, and there is none."
    ),
    "unparseable": _Rule(SERIALIZATION, "'{sent}' is an Invalid value for '{sent_name}'"),
}

_OTHER = _Rule("Predicate", "The specified condition was not met for '{name}'.")


def unparseable(name: str, value: Unparseable, part: str) -> Problem:
    """Return the problem of a scalar that could not be read. `part` names its request in a batch."""
    sent = value.sent_text[:_SENT_LIMIT]
    return Problem.of(name, "unparseable", sent=sent, sent_name=value.sent_name, part=part)


def too_long(name: str, text: str, limit: int, part: str) -> Problem:
    """Return the problem of a text that is too long. `part` names its request in a batch."""
    return Problem.of(name, "maximum_length", min=0, max=limit, length=len(text), part=part)


def response_error(problem: Problem) -> dict[str, Value]:
    """Return an entry of `ResponseStatus.Errors`. Its `Meta` quotes no addresses."""
    rule = _RULES.get(problem.code, _OTHER)
    name = FIELDS.get(problem.field, problem.field)
    words = _WORDS.sub(" ", name)
    meta: dict[str, Value] = {title: str(problem.values[key]) for title, key in rule.meta.items()}
    return {
        "ErrorCode": rule.code,
        "FieldName": name,
        "Message": rule.text.format_map({"name": words, **problem.values}),
        "Meta": {**meta, "PropertyName": words},
    }
