"""Ocular's "crear sesión": a bare key, an envelope with its own status codes, faults by field.

Source: Ocular, "Crear Sesión". docs/dialects/ocular.md decides what it leaves open.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from linkgate import errors
from linkgate.errors import InvalidRequest, LinkError, MalformedBody, Problem
from linkgate.usecases.authentication import Credentials
from linkgate.usecases.issuing.session_links import StartSession
from linkgate.wire.basic_auth import bearer_token
from linkgate.wire.body_members import LONG_TEXT_LIMIT, BodyMembers
from linkgate.wire.error_table import ErrorRow, row_of
from linkgate.wire.idempotency import idempotency_key
from linkgate.wire.message import json_reply
from linkgate.wire.problem_texts import reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.usecases.authentication import Caller
    from linkgate.usecases.issuing.issue import Issued
    from linkgate.wire.message import Reply, Request

DIALECT = "ocular"
TICKETS_LIMIT = 20

_REQUESTED_WITH = "X-Requested-With"


def credentials(request: Request) -> Credentials:
    """Return the bare key in `Authorization`. A `Bearer` before it is tolerated."""
    header = (request.header("authorization") or "").strip()
    return Credentials(DIALECT, bearer_token(header) or header or None, source=request.source)


def parse_session(request: Request, caller: Caller) -> StartSession:
    """Parse a session request. Raises InvalidRequest with every fault of headers and body."""
    params = _params(request.json)
    problems = []
    if (request.header("x-requested-with") or "").strip().lower() != "xmlhttprequest":
        problems.append(Problem.of(_REQUESTED_WITH, "format", expected="XMLHttpRequest"))
    if params.get("categoryCode") and params.get("userCode"):
        problems.append(Problem.of("userCode", "conflict", other="categoryCode"))
    body = BodyMembers(params, problems)
    command = StartSession(
        caller=caller,
        domain=request.domain,
        idempotency_key=idempotency_key(request),
        name=body.required_text("name"),
        cellphone=body.required_text("cellphone"),
        email=body.text("email"),
        category=body.text("categoryCode"),
        user=body.text("userCode"),
        tickets=_tickets(params.get("ticket"), problems),
    )
    if problems:
        raise InvalidRequest(problems, dataclasses.replace(command, faults=tuple(problems)))
    return command


def _tickets(sent: object, problems: list[Problem]) -> tuple[Mapping[str, str], ...]:
    """Return the tickets. The specification says a list of objects and shows one object; both are accepted.

    The place of a fault follows the form that was sent.
    """
    if sent is None:
        return ()
    if isinstance(sent, list) and len(sent) > TICKETS_LIMIT:
        problems.append(Problem.of("ticket", "too_many", max=TICKETS_LIMIT))
        return ()
    placed = (
        {f"ticket.{index}": ticket for index, ticket in enumerate(sent)} if isinstance(sent, list) else {"ticket": sent}
    )
    tickets = []
    for place, ticket in placed.items():
        if isinstance(ticket, dict):
            body = BodyMembers(ticket, problems, f"{place}.")
            title, description = body.required_text("title"), body.required_text("description", LONG_TEXT_LIMIT)
            tickets.append({"title": title, "description": description})
        else:
            problems.append(Problem.of(place, "type", expected="object"))
    return tuple(tickets)


def _params(body: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters, bare or wrapped in `params`. Empty optional parameters count as absent."""
    wrapped = body.get("params")
    params: Mapping[str, Any] = wrapped if isinstance(wrapped, dict) else body
    return {name: value for name, value in params.items() if value != "" or name in {"name", "cellphone"}}


def render_link(issued: Issued, command: StartSession) -> Reply:
    """Render the link, and the customer as sent."""
    customer = {"name": command.name, "email": command.email, "cellphone": command.cellphone}
    return json_reply(200, {"statusCode": 0, "message": "Success", "data": {"link": issued.url, "customer": customer}})


# Ocular documents the codes 0, 2 and 9, and no HTTP status. The rest is ours.
ERRORS = {
    errors.InvalidRequest: ErrorRow(400, "2", "Campos no cumplen"),
    errors.MalformedBody: ErrorRow(400, "2", "Campos no cumplen"),
    errors.Unauthorised: ErrorRow(401, "9", "No Authorization token"),
    errors.Forbidden: ErrorRow(403, "10", "Forbidden"),
    errors.NotFound: ErrorRow(404, "4", "Not found"),
    errors.MethodNotAllowed: ErrorRow(405, "5", "Method not allowed"),
    errors.BodyTooLarge: ErrorRow(413, "6", "Body too large"),
    errors.UnsupportedMedia: ErrorRow(415, "2", "Campos no cumplen"),
    errors.IdempotencyMismatch: ErrorRow(422, "3", "Idempotency-Key used with a different request"),
    errors.Throttled: ErrorRow(429, "7", "Too many requests"),
    errors.Unavailable: ErrorRow(503, "8", "Service unavailable"),
    errors.LinkError: ErrorRow(500, "1", "Internal error"),
}
FIELDS = {"category": "categoryCode", "user": "userCode", "recipient": "cellphone"}


def render_error(error: LinkError, _request: Request) -> Reply:
    """Render `{"statusCode", "message"}`, with a `detail` by field if fields are at fault."""
    row = row_of(error, ERRORS)
    body: dict[str, object] = {"statusCode": int(row.code), "message": row.text}
    match error:
        case InvalidRequest(problems=problems):
            body["detail"] = _detail(problems)
        case MalformedBody(reason=str(why)) | errors.UnsupportedMedia(reason=str(why)):
            body["detail"] = {"body": [f"SessionLinkControllerValidator: {why}."]}
    return json_reply(row.status, body, row.headers(error))


def _detail(problems: tuple[Problem, ...]) -> dict[str, list[str]]:
    detail: dict[str, list[str]] = {}
    for problem in problems:
        field = FIELDS.get(problem.field, problem.field)
        detail.setdefault(field, []).append(f"SessionLinkControllerValidator: {field} {reason(problem)}.")
    return detail
