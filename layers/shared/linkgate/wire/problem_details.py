"""Problem details (RFC 9457), the JSON format of errors in two of our dialects."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict

from linkgate.errors import InvalidRequest
from linkgate.wire.problem_texts import reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkgate.errors import LinkError, Problem
    from linkgate.wire.error_table import ErrorRow

MEDIA_TYPE = "application/problem+json"

_URN = "urn:linkgate:"


class FieldFault(TypedDict):
    """A field and the reason why it was refused."""

    field: str
    reason: str


class ProblemDetails(TypedDict):
    """Members that the dialects share. Only the management API uses `retryAfter`."""

    type: str
    title: str
    status: int
    detail: str
    fields: NotRequired[list[FieldFault]]
    retryAfter: NotRequired[int]


def problem_details(
    error: LinkError,
    row: ErrorRow,
    *,
    field_of: Callable[[str], str] = str,
    reason_of: Callable[[Problem], str] = reason,
) -> ProblemDetails:
    """Return an error as problem details, by its row and with the dialect's own field names and reasons."""
    details: ProblemDetails = {
        "type": f"{_URN}{row.code}",
        "title": row.text,
        "status": row.status,
        "detail": row.text,
    }
    if isinstance(error, InvalidRequest):
        details["fields"] = [
            {"field": field_of(problem.field), "reason": reason_of(problem)} for problem in error.problems
        ]
    return details
