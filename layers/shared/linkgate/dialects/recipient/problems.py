"""Errors for recipients: problem details (RFC 9457) for programs, pages for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate import errors
from linkgate.dialects.recipient.requests import wants_json
from linkgate.errors import LinkError, LinkSubmitted, Problem
from linkgate.model.moments import utc
from linkgate.pages.contact import ways
from linkgate.pages.frame import Frame, page, plain_brand
from linkgate.pages.pieces import paragraph
from linkgate.pages.replies import json_reply
from linkgate.wire.error_table import ErrorRow, row_of
from linkgate.wire.problem_details import MEDIA_TYPE, problem_details
from linkgate.wire.problem_texts import reason

if TYPE_CHECKING:
    from linkgate.pages.frame import Brand
    from linkgate.wire.message import Reply, Request

PROBLEMS: dict[type[LinkError], ErrorRow] = {
    errors.InvalidRequest: ErrorRow(422, "invalid", "Some of the data is missing or incorrect."),
    errors.MalformedBody: ErrorRow(400, "malformed", "The body cannot be read."),
    errors.BodyTooLarge: ErrorRow(413, "too-large", "The body is too large."),
    errors.UnsupportedMedia: ErrorRow(415, "malformed", "The body must be JSON or a URL-encoded form."),
    errors.Unauthorised: ErrorRow(401, "unauthorised", "The credentials are missing or incorrect."),
    errors.Forbidden: ErrorRow(403, "forbidden", "The credentials do not allow this."),
    errors.NotFound: ErrorRow(404, "not-found", "There is no such link."),
    errors.MethodNotAllowed: ErrorRow(405, "method-not-allowed", "This path does not support this method."),
    errors.ForeignOrigin: ErrorRow(403, "foreign-origin", "The request came from another site."),
    errors.LinkExpired: ErrorRow(410, "expired", "The link has expired."),
    errors.LinkRevoked: ErrorRow(410, "revoked", "The link has been withdrawn."),
    errors.LinkSubmitted: ErrorRow(409, "submitted", "This form has already been sent."),
    errors.LinkExhausted: ErrorRow(409, "exhausted", "The link has reached its limit of views."),
    errors.LinkLocked: ErrorRow(423, "locked", "The link is locked because too many wrong codes were entered."),
    errors.LinkStillOpens: ErrorRow(409, "still-opens", "The link still works. Open it."),
    errors.VisitEnded: ErrorRow(401, "visit-ended", "The visit has ended. Open the link again."),
    errors.VisitMixedUp: ErrorRow(409, "visit-mixed-up", "This browser has another link open."),
    errors.NotSubmitter: ErrorRow(403, "not-submitter", "Another person sends this form."),
    errors.DraftChanged: ErrorRow(409, "stale", "Somebody else changed these fields. Read them again."),
    errors.CallbackAsked: ErrorRow(409, "callback-asked", "An earlier request to be called back still waits."),
    errors.CallbackTaken: ErrorRow(409, "callback-taken", "Nobody waits for this call any more."),
    errors.CodeRefused: ErrorRow(400, "code-refused", "The code is incorrect or no longer works."),
    errors.Throttled: ErrorRow(429, "too-many-requests", "Too many requests. Try again later."),
    errors.CodeNotSent: ErrorRow(503, "code-not-sent", "The code could not be sent. Try again later."),
    errors.Unavailable: ErrorRow(503, "unavailable", "The service is unavailable. Try again later."),
    LinkError: ErrorRow(500, "internal", "Something went wrong."),
}


def render_error(error: LinkError, request: Request) -> Reply:
    """Render the error in the format that the request accepts. It names no tenant."""
    row = row_of(error, PROBLEMS)
    if wants_json(request):
        return json_reply(row.status, _details(error, row), kind=MEDIA_TYPE, headers=row.headers(error))
    return error_page(plain_brand(request), error)


def error_page(brand: Brand, error: LinkError, *further: str) -> Reply:
    """Render a page that says what happened and what to do next, such as a button that goes on."""
    row = row_of(error, PROBLEMS)
    wait = brand.wait(error.retry_after) if isinstance(error, errors.Throttled) else ""
    key = f"problem.{row.code}" if brand.has(f"problem.{row.code}") else "problem.internal"
    text = paragraph(brand.text(f"{key}.text", wait=wait))
    return page(
        brand, brand.text(key), text, *further, ways(brand), frame=Frame(row.status, headers=row.headers(error))
    )


def _details(error: LinkError, row: ErrorRow) -> dict[str, object]:
    details: dict[str, object] = {**problem_details(error, row, reason_of=_reason)}
    match error:
        case errors.CodeRefused(attempts_left=left):
            details["attemptsLeft"] = left
        case errors.DraftChanged(fields=fields):
            details["fields"] = [{"field": field, "reason": reason(Problem.of(field, "stale"))} for field in fields]
        case errors.MalformedBody(reason=str(why)) | errors.UnsupportedMedia(reason=str(why)):
            details["detail"] = why
        case LinkSubmitted(at=at, receipt=receipt):
            details["submittedAtUtc"] = utc(at)
            if receipt:
                details["receipt"] = True
        case errors.CallbackAsked(at=at):
            details["askedAtUtc"] = utc(at)
        case errors.LinkClosed(renewable=True) | errors.CodesUsedUp(renewable=True):
            details["renewable"] = True
    return details


_KEYWORDS = {
    "required": "is required",
    "type": "must be of type {types}",
    "minLength": "must be at least {limit} characters",
    "maxLength": "must be at most {limit} characters",
    "minimum": "must be at least {limit}",
    "maximum": "must be at most {limit}",
    "exclusiveMinimum": "must be more than {limit}",
    "exclusiveMaximum": "must be less than {limit}",
    "minItems": "must have at least {limit} entries",
    "maxItems": "must have at most {limit} entries",
    "format": "must be in the format {format}",
    "readOnly": "must not be changed",
}


def _reason(problem: Problem) -> str:
    if problem.code != "schema":
        return reason(problem)
    known = {name: " or ".join(value) if isinstance(value, list) else value for name, value in problem.values.items()}
    return _KEYWORDS.get(str(known["keyword"]), "does not satisfy {keyword}").format_map(known)
