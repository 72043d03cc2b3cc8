"""DigiDesk's "survey request": HTTP Basic, JSON in, JSON or XML out.

Source: DigiDesk Third Party API Post Specification 1.7.1. docs/dialects/digidesk.md decides what it leaves open.
"""

from __future__ import annotations

import dataclasses
import json
import re
from html import escape
from typing import TYPE_CHECKING, Any

from linkgate import errors
from linkgate.errors import InvalidRequest, LinkError, MalformedBody, Problem
from linkgate.usecases.authentication import Credentials
from linkgate.usecases.issuing.survey_links import InviteToSurvey
from linkgate.wire.basic_auth import basic_credentials
from linkgate.wire.body_members import TEXT_LIMIT, BodyMembers, Fault
from linkgate.wire.error_table import ErrorRow, row_of
from linkgate.wire.idempotency import idempotency_key
from linkgate.wire.message import BODY_LIMIT, Reply, json_reply
from linkgate.wire.problem_texts import reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linkgate.usecases.authentication import Caller
    from linkgate.usecases.issuing.issue import Issued
    from linkgate.wire.message import Request

DIALECT = "digidesk"
MISC_LIMIT = 10
CUSTOM_LIMIT = 20

_MEMBERS = frozenset(
    {
        *("customer_contact", "campaign_name", "customer_name", "account_number", "agent_name"),
        *("misc_data", "format"),
    }
)
_FORMATS = ("json", "xml")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot carry."""


def _misc_data(value: object) -> Mapping[str, str]:
    """Return texts by heading. The specification says a list of strings and shows an object; both are accepted."""
    pairs = list(_misc_pairs(value))
    if len(pairs) > MISC_LIMIT:
        raise Fault("too_many", max=MISC_LIMIT)
    fields: dict[str, str] = {}
    for heading, text in pairs:
        if max(len(heading), len(text)) > TEXT_LIMIT:
            raise Fault("too_long", max=TEXT_LIMIT)
        fields[_free(heading, fields)] = text
    return fields


def _misc_pairs(value: object) -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            entries: list[object] = [{key: entry} for key, entry in value.items()]
        case list():
            entries = value
        case _:
            raise Fault("type", expected="object or list")
    for number, entry in enumerate(entries, 1):
        match entry:
            case str() if ":" in entry:
                heading, _, text = entry.partition(":")
                yield heading.strip() or f"misc {number}", text.strip()
            case str():
                yield f"misc {number}", entry
            case dict() if len(entry) == 1 and isinstance(next(iter(entry.values())), str | int | float | bool | None):
                ((heading, scalar),) = entry.items()
                yield heading.strip() or f"misc {number}", _scalar_text(scalar)
            case _:
                raise Fault("format", expected='strings such as "key: value", or objects with one key and one text')


def _scalar_text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value)


def _free(heading: str, taken: Mapping[str, str]) -> str:
    """Return the heading, with a number if another entry has it already, so that no answer replaces another."""
    names = (f"{heading} ({number})" if number > 1 else heading for number in range(1, MISC_LIMIT + 1))
    return next(name for name in names if name not in taken)


def _format(value: object) -> str:
    if not isinstance(value, str) or value.strip().lower() not in _FORMATS:
        raise Fault("format", expected="json or xml")
    return value.strip().lower()


def credentials(request: Request) -> Credentials:
    """Return the HTTP Basic credentials. The key is `user:password`."""
    pair = basic_credentials(request.header("authorization"))
    return Credentials(DIALECT, ":".join(pair) if pair else None, source=request.source)


def parse_survey_request(request: Request, caller: Caller) -> InviteToSurvey:
    """Parse a survey request. Unknown members become custom fields. Raises InvalidRequest with every fault."""
    sent = request.json
    custom = {name: value for name, value in sent.items() if name not in _MEMBERS and value is not None}
    problems = [*_custom_problems(custom), *_query_problems(request)]
    body = BodyMembers(sent, problems)
    command = InviteToSurvey(
        caller=caller,
        domain=request.domain,
        idempotency_key=idempotency_key(request),
        contact=body.required_digits("customer_contact").strip(),
        campaign=body.required_text("campaign_name"),
        customer_name=body.text("customer_name"),
        account_number=body.digits("account_number"),
        agent_name=body.text("agent_name"),
        misc_data=body.optional("misc_data", _misc_data, {}),
        custom=custom,
    )
    body.optional("format", _format, "")  # only checked here; `_reply_format` also reads it from refused requests
    if problems:
        raise InvalidRequest(problems, dataclasses.replace(command, faults=tuple(problems)))
    return command


def _custom_problems(custom: Mapping[str, object]) -> list[Problem]:
    problems = [
        Problem.of(name[:TEXT_LIMIT], "too_long", max=TEXT_LIMIT)
        for name, value in custom.items()
        if max(len(name), len(value if isinstance(value, str) else json.dumps(value))) > TEXT_LIMIT
    ]
    if len(custom) > CUSTOM_LIMIT:
        problems.append(Problem.of("custom fields", "too_many", max=CUSTOM_LIMIT))
    return problems


def _query_problems(request: Request) -> list[Problem]:
    asked = request.query.get("format")
    if asked is None or asked.strip().lower() in _FORMATS:
        return []
    return [Problem.of("format", "format", expected="json or xml")]


def render_link(issued: Issued, request: Request) -> Reply:
    """Render 201 with the survey request's id."""
    return _render(201, {"status": "success", "data": issued.link.number, "message": None}, _reply_format(request))


# These texts are ours. DigiDesk says only that the HTTP status gives the reason.
ERRORS = {
    errors.InvalidRequest: ErrorRow(400, "", ""),
    errors.MalformedBody: ErrorRow(400, "", "The body cannot be read"),
    errors.Unauthorised: ErrorRow(401, "", "The credentials are missing or incorrect."),
    errors.Forbidden: ErrorRow(403, "", "These credentials do not allow this."),
    errors.NotFound: ErrorRow(404, "", "There is no such resource."),
    errors.MethodNotAllowed: ErrorRow(405, "", "This path does not support this method."),
    errors.BodyTooLarge: ErrorRow(413, "", "The body is too large."),
    errors.UnsupportedMedia: ErrorRow(415, "", "The body must be JSON."),
    errors.IdempotencyMismatch: ErrorRow(422, "", "The Idempotency-Key was used with a different request."),
    errors.Throttled: ErrorRow(429, "", "Too many requests. Try again later."),
    errors.Unavailable: ErrorRow(503, "", "The service is unavailable. Try again later."),
    errors.LinkError: ErrorRow(500, "", "Something went wrong on our side."),
}
FIELDS = {"contact": "customer_contact", "campaign": "campaign_name", "recipient": "customer_contact"}


def render_error(error: LinkError, request: Request) -> Reply:
    """Render one sentence per fault, as `message` (so DigiDesk's table) and as `messages` (so its prose)."""
    row = row_of(error, ERRORS)
    match error:
        case InvalidRequest(problems=problems):
            sentences = [f"{FIELDS.get(problem.field, problem.field)} {reason(problem)}." for problem in problems]
        case MalformedBody(reason=str(why)) | errors.UnsupportedMedia(reason=str(why)):
            sentences = [f"{row.text.removesuffix('.')}: {why}."]
        case _:
            sentences = [row.text]
    headers = row.headers(error)
    if row.status == 401:  # noqa: PLR2004 - RFC 9110 requires a challenge with a 401
        headers["www-authenticate"] = 'Basic realm="DigiDesk"'
    body = {"status": "error", "data": None, "message": sentences, "messages": sentences}
    return _render(row.status, body, _reply_format(request), headers)


def _reply_format(request: Request) -> str:
    """Return the format named by the body, else by the query, else first in `Accept`. The default is JSON."""
    try:
        asked = request.json.get("format") if len(request.body) <= BODY_LIMIT else None
    except MalformedBody:
        asked = None
    for choice in (asked, request.query.get("format")):
        if isinstance(choice, str) and choice.strip().lower() in _FORMATS:
            return choice.strip().lower()
    for media in (request.header("accept") or "").lower().split(","):
        match media.partition(";")[0].strip():
            case "application/xml" | "text/xml":
                return "xml"
            case "application/json":
                return "json"
    return "json"


def _render(status: int, body: dict[str, Any], form: str, headers: Mapping[str, str] | None = None) -> Reply:
    if form == "json":
        return json_reply(status, body, headers)
    members = "".join(_element(name, value) for name, value in body.items())
    document = f'<?xml version="1.0" encoding="utf-8"?>\n<response>{members}</response>'
    return Reply(status, document, {"content-type": "application/xml; charset=utf-8", **(headers or {})})


def _element(name: str, value: object) -> str:
    if value is None:
        return f"<{name}/>"
    if isinstance(value, list):
        return f"<{name}>" + "".join(_element("item", entry) for entry in value) + f"</{name}>"
    return f"<{name}>{escape(_NOT_XML.sub('', str(value)), quote=False)}</{name}>"
