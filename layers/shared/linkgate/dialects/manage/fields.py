"""Bodies as pydantic models: shared field types, and every fault at once as Problems.

A model's faults never quote what was sent, since a body may hold a credential.
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


def fault(code: str, **facts: object) -> PydanticCustomError:
    """What a validator raises to report a fault of ours: a code of `errors.PROBLEM_CODES` and its facts."""
    return PydanticCustomError(code, "{code}", {"code": code, **facts})


def _not_blank(text: str) -> str:
    if not text.strip():
        raise fault("required")
    return text


Text = Annotated[str, StringConstraints(max_length=TEXT_LIMIT)]
"""At most 250 characters, as sent."""

RequiredText = Annotated[Text, AfterValidator(_not_blank), Field(json_schema_extra={"pattern": r"\S"})]
"""As Text, with something beside blanks in it."""


class Fields(BaseModel):
    """Base of a body: no guessing between types, unknown members ignored."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, hide_input_in_errors=True)


def validated(model: type[M], body: Mapping[str, object]) -> M:
    """The body as the model; raises InvalidRequest with every fault found. Null means absent."""
    try:
        return model.model_validate({name: value for name, value in body.items() if value is not None})
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        raise InvalidRequest([_problem(entry) for entry in faults]) from None


_CODES = {
    "missing": "required",
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


def _problem(entry: Mapping[str, Any]) -> Problem:
    kind = entry["type"]
    context = entry.get("ctx", {})
    field = ".".join(str(step) for step in entry["loc"])
    if "code" in context:
        return Problem(field, context["code"], {name: value for name, value in context.items() if name != "code"})
    match _CODES.get(kind):
        case None:  # a kind of the library's that no test has met; the caller is still told where
            return Problem.of(field, "format", expected="as documented")
        case "too_long" | "too_many" as code:
            return Problem.of(field, code, max=context["max_length"])
        case "type":
            return Problem.of(field, "type", expected=_EXPECTED[kind])
        case code:
            return Problem.of(field, code)
