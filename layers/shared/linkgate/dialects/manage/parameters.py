"""Parameters in the path and the query of a request, checked by the schemas of its operation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from linkgate.dialects.manage.bodies import read_moment
from linkgate.errors import InvalidRequest, NotFound, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from linkgate.dialects.manage.operation import Operation, Parameter
    from linkgate.wire.message import Request

_NAMED = {
    "rid": "link",
    "id": "contact",
    "name": "campaign",
    "agent": "agent",
    "category": "category",
    "import": "import",
    "type": "resource type",
    "uid": "resource",
    "file": "file",
}
"""Things that path parameters name, by parameter."""


def parameters_of(request: Request, operation: Operation) -> dict[str, Any]:
    """Return the checked parameters of path and query by name.

    Raises InvalidRequest with every fault, whose `command` is the parameters without one.

    A value in the path that cannot name anything raises NotFound. An unknown query parameter is a fault, because a
    misspelt filter would show what it should leave out.
    """
    known = {parameter.name: parameter for parameter in operation.parameters if parameter.place != "header"}
    problems = [Problem.of(name[:50], "unknown") for name in request.query if name not in known]
    values: dict[str, Any] = {}
    for name, parameter in known.items():
        text = (request.path_params if parameter.place == "path" else request.query).get(name)
        if text is None:
            continue
        try:
            values[name] = _checked(text, parameter)
        except InvalidRequest as error:
            if parameter.place == "path":
                raise NotFound(_NAMED[name]) from error
            problems += error.problems
    if problems:
        raise InvalidRequest(problems, values)
    return values


def _checked(text: str, parameter: Parameter) -> str | int | bool | datetime:
    """Return a parameter's value; raises InvalidRequest."""
    schema: Mapping[str, Any] = parameter.schema
    name = parameter.name
    if schema["type"] == "integer":
        least, most = schema["minimum"], schema["maximum"]
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None  # noqa: PLR2004 - longer than any allowed number
        if number is None:
            raise InvalidRequest([Problem.of(name, "type", expected="integer")])
        if not least <= number <= most:
            raise InvalidRequest([Problem.of(name, "range", min=least, max=most, value=number)])
        return number
    if schema["type"] == "boolean":
        if text not in {"true", "false"}:
            raise InvalidRequest([Problem.of(name, "format", expected="true or false")])
        return text == "true"
    if schema.get("format") == "date-time":
        return _moment(name, text)
    return _checked_text(text, parameter)


def _checked_text(text: str, parameter: Parameter) -> str:
    schema: Mapping[str, Any] = parameter.schema
    name = parameter.name
    if "enum" in schema and text not in schema["enum"]:
        raise InvalidRequest([Problem.of(name, "format", expected=" or ".join(schema["enum"]))])
    if not text.strip():
        raise InvalidRequest([Problem.of(name, "required")])
    if "pattern" in schema and not re.fullmatch(schema["pattern"], text, re.ASCII):
        raise InvalidRequest([Problem.of(name, "format", expected=parameter.about)])
    if len(text) > schema.get("maxLength", len(text)):
        raise InvalidRequest([Problem.of(name, "too_long", max=schema["maxLength"])])
    return text


def _moment(name: str, text: str) -> datetime:
    try:
        # A plus sign without percent-encoding arrives as a blank.
        return read_moment(text.replace(" ", "+"))
    except ValueError as error:
        expected = "a date and time with its offset from UTC, such as 2026-12-01T12:00:00Z"
        raise InvalidRequest([Problem.of(name, "format", expected=expected)]) from error
