"""Errors as problem details (RFC 9457)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate import errors
from linkgate.errors import Forbidden, LinkError, MalformedBody, NotFound
from linkgate.wire.error_table import ErrorRow, row_of
from linkgate.wire.json_body import write_json
from linkgate.wire.message import Reply
from linkgate.wire.problem_details import MEDIA_TYPE, problem_details

if TYPE_CHECKING:
    from linkgate.dialects.manage.schemas import ProblemJson
    from linkgate.wire.message import Request

PROBLEMS: dict[type[LinkError], ErrorRow] = {
    errors.InvalidRequest: ErrorRow(400, "invalid", "Part of the request is missing or incorrect."),
    errors.MalformedBody: ErrorRow(400, "malformed", "The body cannot be read."),
    errors.BodyTooLarge: ErrorRow(413, "too-large", "The body is too large."),
    errors.UnsupportedMedia: ErrorRow(415, "unsupported-media", "The body must be JSON."),
    errors.Unauthorised: ErrorRow(401, "unauthorised", "The key is missing or incorrect."),
    errors.Forbidden: ErrorRow(403, "forbidden", "The key does not allow this."),
    errors.NotFound: ErrorRow(404, "not-found", "There is no such resource."),
    errors.MethodNotAllowed: ErrorRow(405, "method-not-allowed", "This path does not support this method."),
    errors.IdempotencyMismatch: ErrorRow(422, "idempotency-mismatch", "The key was used with a different request."),
    errors.LinkExpired: ErrorRow(409, "expired", "The link has expired."),
    errors.LinkRevoked: ErrorRow(409, "revoked", "The link has been revoked."),
    errors.LinkSubmitted: ErrorRow(409, "submitted", "The link's form has already been submitted."),
    errors.LinkExhausted: ErrorRow(409, "exhausted", "The link has reached its limit of views, or was replaced."),
    errors.LinkLocked: ErrorRow(409, "locked", "The link is locked because too many wrong codes were entered."),
    errors.Throttled: ErrorRow(429, "too-many-requests", "Too many requests. Try again later."),
    errors.Unavailable: ErrorRow(503, "unavailable", "The service is unavailable. Try again later."),
    LinkError: ErrorRow(500, "internal", "Something went wrong on our side."),
}

FIELDS = {
    "life_hours": "hours",
    "max_views": "maxViews",
    "expires_at": "expiresAtUtc",
    "resource_type": "resourceType",
    "resource_uid": "resourceUid",
    "contact_id": "contactId",
    "process": "process",
}
"""Names of fields in this API by our own names, where they differ. A pointer into a model begins with `data`."""

_MODEL = "serializedModel"


def render_error(error: LinkError, request: Request) -> Reply:  # noqa: ARG001 - there is only one format
    """Render problem details, with the headers that HTTP requires."""
    problem = problem_of(error)
    headers = row_of(error, PROBLEMS).headers(error)
    if problem["status"] == 401:  # noqa: PLR2004 - RFC 9110 requires a challenge with a 401
        headers["www-authenticate"] = 'Bearer realm="Linkgate"'
    return Reply(problem["status"], write_json(problem), {"content-type": MEDIA_TYPE, **headers})


def problem_of(error: LinkError) -> ProblemJson:
    """Return an error as problem details, for a reply or for an entry of a batch."""
    row = row_of(error, PROBLEMS)
    problem: ProblemJson = {**problem_details(error, row, field_of=_field)}
    match error:
        case MalformedBody(reason=str(why)) | errors.UnsupportedMedia(reason=str(why)):
            problem["detail"] = f"{row.text[:-1]}: {why}."
        case Forbidden(scope=scope):
            problem["detail"] = f"The key lacks the scope {scope}."
        case NotFound(what=what):
            problem["detail"] = f"There is no such {what}."
        case errors.Throttled(retry_after=seconds) | errors.Unavailable(retry_after=seconds):
            problem["retryAfter"] = seconds
    return problem


def _field(name: str) -> str:
    if name.startswith(_MODEL):
        return "data" + name.removeprefix(_MODEL)
    return FIELDS.get(name, name)
