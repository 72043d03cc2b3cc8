"""EasySend's "generate a digital process link": JSON, with the key in the body. Only 200 means success.

Source: EasySend, "Generate a Digital Process Link". docs/dialects/easysend.md decides what it leaves open.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from linkgate import errors
from linkgate.errors import InvalidRequest, LinkError, MalformedBody, Problem
from linkgate.usecases.authentication import Credentials
from linkgate.usecases.issuing.process_links import RequestProcess
from linkgate.usecases.management.revocation import RevokeLink
from linkgate.wire.body_members import BodyMembers, Fault
from linkgate.wire.delivery_errors import delivery_errors
from linkgate.wire.error_table import ErrorRow, row_of
from linkgate.wire.idempotency import idempotency_key
from linkgate.wire.json_body import read_json, read_object
from linkgate.wire.message import json_reply
from linkgate.wire.problem_texts import reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.link import Link
    from linkgate.usecases.authentication import Caller
    from linkgate.usecases.issuing.issue import Issued
    from linkgate.wire.message import Reply, Request

DIALECT = "easysend"
FIELDS = {"process": "processId"}
"""Names in the body of what a use case does not find."""
ROLES_LIMIT = 10
ROLE_LENGTH = 64


def _api_version(value: object) -> str:
    if isinstance(value, bool) or str(value).strip() != "1":
        raise Fault("format", expected='"1"')
    return "1"


def _model(value: object) -> Mapping[str, object]:
    """Return the model. The specification says a string and shows an object; both are accepted."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, str):
        raise Fault("type", expected="object")
    try:
        return read_object(value.encode()) if value.strip() else {}
    except (MalformedBody, UnicodeEncodeError):
        raise Fault("format", expected="an object, or a string that contains one as JSON") from None


def _roles(value: object) -> tuple[str, ...]:
    """Return the roles. The specification says a string and shows a list.

    A list, one role, roles separated by commas, and a list as JSON text are accepted.
    """
    if isinstance(value, str):
        try:
            value = read_json(value.encode()) if value.lstrip().startswith("[") else value.split(",")
        except (MalformedBody, UnicodeEncodeError):
            raise Fault("format", expected="a list of roles") from None
        value = [role for role in value if role != ""] if isinstance(value, list) else value
    if not isinstance(value, list) or not all(isinstance(role, str) for role in value):
        raise Fault("type", expected="list of strings")
    roles = tuple(dict.fromkeys(role.strip() for role in value))
    if any(not 1 <= len(role) <= ROLE_LENGTH for role in roles):
        raise Fault("format", expected=f"roles of 1 to {ROLE_LENGTH} characters")
    if len(roles) > ROLES_LIMIT:
        raise Fault("too_many", max=ROLES_LIMIT)
    return roles


def credentials(request: Request) -> Credentials:
    """Return `apiKey` of the body, and the customer's name. Body, query and header may name it, and must agree."""
    body = request.json
    key = body.get("apiKey")
    names = [body.get("customerId"), *(v for n, v in request.query.items() if n.lower() == "customer-id")]
    names += [request.header("customer-id")]
    given = [name for name in names if name is not None]
    texts = tuple(name for name in given if isinstance(name, str))
    return Credentials(
        DIALECT,
        key if isinstance(key, str) else None,
        texts if len(texts) == len(given) and len(set(texts)) == 1 else (),
        request.source,
    )


def cancel_credentials(request: Request) -> Credentials:
    """Return `apiKey` of a cancellation. Its body has no customer's name, but one that is sent must be right."""
    given = credentials(request)
    named = "customerId" in request.json or request.header("customer-id") is not None
    named = named or any(name.lower() == "customer-id" for name in request.query)
    return given if named else dataclasses.replace(given, customer_names=None)


def parse_generate(request: Request, caller: Caller) -> RequestProcess:
    """Parse a request for a link. Raises InvalidRequest with every fault of the body."""
    return _parse(request, caller, notify=False)


def parse_send(request: Request, caller: Caller) -> RequestProcess:
    """Parse a request like `parse_generate`, for a link that is sent to the customer."""
    return _parse(request, caller, notify=True)


def _parse(request: Request, caller: Caller, *, notify: bool) -> RequestProcess:
    problems: list[Problem] = []
    body = _members(request, problems)
    command = RequestProcess(
        caller=caller,
        domain=request.domain,
        idempotency_key=idempotency_key(request),
        process_id=body.required_text("processId"),
        source=body.text("source") or caller.tenant.agent_group,
        model=body.optional("serializedModel", _model, {}),
        roles=body.optional("coBrowsingRoles", _roles, ()),
        notify=notify,
    )
    if problems:
        raise InvalidRequest(problems, dataclasses.replace(command, faults=tuple(problems)))
    return command


def parse_cancel(request: Request, caller: Caller) -> RevokeLink:
    """Parse a cancellation of one of this dialect's links. Raises InvalidRequest with every fault of the body."""
    problems: list[Problem] = []
    rid = _members(request, problems).required_text("rid")
    command = RevokeLink(caller=caller, rid=rid, dialect=DIALECT)
    if problems:
        raise InvalidRequest(problems)
    return command


def _members(request: Request, problems: list[Problem]) -> BodyMembers:
    """Return the members of a request's body, after checking its version."""
    body = BodyMembers(request.json, problems)
    body.required("apiVersion", _api_version, "")
    return body


def render_link(issued: Issued) -> Reply:
    """Render 200 with the link, and with the delivery errors if a notification was requested."""
    link = issued.link
    reply: dict[str, object] = {
        "link": issued.url,
        "rid": link.rid,
        "masterRid": link.master_rid,
        "coBrowsing": dict(issued.role_urls),
    }
    if failed := delivery_errors(link):
        reply["deliveryErrors"] = failed
    return json_reply(200, reply)


def render_cancelled(link: Link) -> Reply:
    """Render 200 for a transaction that no longer opens."""
    return json_reply(200, {"rid": link.rid, "masterRid": link.master_rid, "status": "Revoked"})


# These codes are ours. EasySend says only that any status other than 200 is an error.
ERRORS = {
    errors.InvalidRequest: ErrorRow(400, "invalid_request", "The request has invalid fields."),
    errors.MalformedBody: ErrorRow(400, "malformed_body", "The body cannot be read."),
    errors.Unauthorised: ErrorRow(401, "unauthorized", "The apiKey or customerId is missing or incorrect."),
    errors.Forbidden: ErrorRow(403, "forbidden", "The apiKey does not allow this."),
    errors.NotFound: ErrorRow(404, "not_found", "There is no such resource."),
    errors.MethodNotAllowed: ErrorRow(405, "method_not_allowed", "This path does not support this method."),
    errors.LinkClosed: ErrorRow(409, "not_active", "The transaction is no longer active."),
    errors.BodyTooLarge: ErrorRow(413, "body_too_large", "The body is too large."),
    errors.UnsupportedMedia: ErrorRow(415, "unsupported_media_type", "The body must be JSON."),
    errors.IdempotencyMismatch: ErrorRow(
        422, "idempotency_mismatch", "The Idempotency-Key was used with a different request."
    ),
    errors.Throttled: ErrorRow(429, "too_many_requests", "Too many requests. Try again later."),
    errors.Unavailable: ErrorRow(503, "unavailable", "The service is unavailable. Try again later."),
    errors.LinkError: ErrorRow(500, "internal_error", "Something went wrong on our side."),
}
_NOT_FOUND = {"process": "There is no process with this processId.", "link": "There is no link with this rid."}


def render_error(error: LinkError, _request: Request) -> Reply:
    """Render `{"error": {"code", "message", "fields"}}`."""
    row = row_of(error, ERRORS)
    message = row.text
    match error:
        case errors.NotFound(what=what):
            message = _NOT_FOUND.get(what, message)
        case errors.MalformedBody(reason=str(why)) | errors.UnsupportedMedia(reason=str(why)):
            message = f"{message[:-1]}: {why}."
    fields = [_field(problem) for problem in error.problems] if isinstance(error, InvalidRequest) else []
    body = {"error": {"code": row.code, "message": message, "fields": fields}}
    return json_reply(row.status, body, row.headers(error))


def _field(problem: Problem) -> dict[str, str]:
    return {"field": FIELDS.get(problem.field, problem.field), "reason": reason(problem)}
