"""Shared field types of pydantic bodies, and conversion of all their faults to Problems.

Faults never quote the values, because a body may contain a credential.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import PydanticCustomError

from linkgate.errors import InvalidRequest, Problem
from linkgate.wire.body_members import TEXT_LIMIT

if TYPE_CHECKING:
    from collections.abc import Mapping

M = TypeVar("M", bound="Fields")


def fault(code: str, **values: object) -> PydanticCustomError:
    """Return the error by which a validator reports a fault: a code of `errors.PROBLEM_CODES` and its values."""
    return PydanticCustomError(code, "{code}", {"code": code, **values})


def _not_blank(text: str) -> str:
    if not text.strip():
        raise fault("required")
    return text


Text = Annotated[str, StringConstraints(max_length=TEXT_LIMIT)]
"""Text of at most 250 characters, unchanged."""

RequiredText = Annotated[Text, AfterValidator(_not_blank), Field(json_schema_extra={"pattern": r"\S"})]
"""Text that is not blank."""


class Fields(BaseModel):
    """Base of a body. Types are not coerced, and unknown members are faults, because each could be a wish unheard."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


def validated(model: type[M], body: Mapping[str, object]) -> M:
    """Return the body as a model. Null means absent.

    Raises InvalidRequest with every fault. Its `command` is the model of the members without a fault.
    """
    given = {name: value for name, value in body.items() if value is not None}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        faulty = {str(entry["loc"][0]) for entry in faults if entry["loc"]}
        rest = _readable(model, {name: value for name, value in given.items() if name not in faulty})
        raise InvalidRequest([_problem(entry) for entry in faults], rest) from None


_STAND_IN = "0" * 32
"""Value of a required text that could not be read. It is a text and a GUID, and is taken out again."""


def _readable(model: type[M], sound: Mapping[str, object]) -> M | None:
    """Return the model of sound members, with an empty text for each required one that is not among them."""
    names = {field.alias or name: name for name, field in model.model_fields.items() if field.is_required()}
    missing = names.keys() - sound.keys()
    try:
        stood_in = model.model_validate({**sound, **dict.fromkeys(missing, _STAND_IN)})
    except ValidationError:
        return None
    return stood_in.model_copy(update={names[alias]: "" for alias in missing})


_CODES = {
    "missing": "required",
    "extra_forbidden": "unknown",
    "string_too_long": "too_long",
    "too_long": "too_many",
    "string_type": "type",
    "int_type": "type",
    "bool_type": "type",
    "dict_type": "type",
    "list_type": "type",
    "tuple_type": "type",
    "model_type": "type",
    "model_attributes_type": "type",
}
_EXPECTED = {
    "string_type": "string",
    "int_type": "integer",
    "bool_type": "boolean",
    "dict_type": "object",
    "list_type": "list",
    "tuple_type": "list",
    "model_type": "object",
    "model_attributes_type": "object",
}


_LONGEST_NAME = 100
"""Characters of a field's name that a fault repeats, because callers choose the names of unknown members."""


def _problem(entry: Mapping[str, Any]) -> Problem:
    kind = entry["type"]
    context = entry.get("ctx", {})
    field = ".".join(str(step) for step in entry["loc"])[:_LONGEST_NAME]
    if "code" in context:
        return Problem(field, context["code"], {name: value for name, value in context.items() if name != "code"})
    match _CODES.get(kind):
        case None:  # a kind of fault that no test has met; the caller still learns the field
            return Problem.of(field, "format", expected="as documented")
        case "too_long" | "too_many" as code:
            return Problem.of(field, code, max=context["max_length"])
        case "type":
            return Problem.of(field, "type", expected=_EXPECTED[kind])
        case code:
            return Problem.of(field, code)
