"""Parser of credentials and commands from requests in any format."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from linkgate.dialects.servicestack.contract import Guid, Unparseable
from linkgate.dialects.servicestack.contract_body import read_batch, read_fields
from linkgate.dialects.servicestack.form_fields import filled_from_query, read_pairs
from linkgate.dialects.servicestack.negotiation import Format
from linkgate.dialects.servicestack.scalars import ZERO_GUID
from linkgate.dialects.trendsic.contracts import CREATE_REQUEST, LIST_REQUEST
from linkgate.dialects.trendsic.validation import too_long, unparseable
from linkgate.errors import InvalidRequest, MalformedBody, Problem
from linkgate.model.link import Channel
from linkgate.usecases.authentication import Credentials
from linkgate.usecases.issuing.resource_links import ListResourceLinks, ShareResource
from linkgate.wire.basic_auth import basic_credentials, bearer_token
from linkgate.wire.idempotency import idempotency_key

if TYPE_CHECKING:
    from linkgate.dialects.servicestack.contract import Contract, Fields
    from linkgate.dialects.trendsic.routes import Route
    from linkgate.usecases.authentication import Caller
    from linkgate.wire.message import Request

DIALECT = "trendsic"
BATCH_LIMIT = 50
"""Maximum number of links in a batch, so that all can be created within the function's time."""
TEXT_LIMIT = 250


def credentials(request: Request) -> Credentials:
    """Return the key in `X-Api-Key`, `Bearer`, or `Basic` (as user, without password). The URL is not read."""
    key = request.header("x-api-key")
    if not key and (authorization := request.header("authorization")):
        user, password = basic_credentials(authorization) or ("", "")
        key = bearer_token(authorization) or (user if not password else None)
    return Credentials(DIALECT, key or None, source=request.source)


def parse_creates(route: Route, request: Request, caller: Caller) -> list[ShareResource]:
    """Parse one command, or those of a batch. Raises InvalidRequest for a value that does not fit its member's type."""
    key = idempotency_key(request)
    if not route.batch:
        return [_create(_fields(CREATE_REQUEST, route, request), request, caller, key, "main")]
    batch = read_batch(CREATE_REQUEST, route.body_format(request), request.body)
    if len(batch) > BATCH_LIMIT:
        raise InvalidRequest([Problem.of("Requests", "too_many", max=BATCH_LIMIT)])
    made = [_create(fields, request, caller, key, str(index)) for index, fields in enumerate(batch)]
    return [dataclasses.replace(command, batch=len(batch)) for command in made]


def parse_list(route: Route, request: Request, caller: Caller) -> ListResourceLinks:
    """Parse a request for a resource's links. Raises InvalidRequest with every fault."""
    fields = {**_fields(LIST_REQUEST, route, request), **read_pairs(LIST_REQUEST, route.path_values)}
    if unreadable := _unreadable(fields, "main"):
        raise InvalidRequest(unreadable)
    resource_type, uid = _text(fields, "ResourceType"), _uid(fields)
    if resource_type is None or uid is None:
        sent = {"ResourceType": resource_type, "ResourceUid": uid}
        raise InvalidRequest([Problem.of(name, "required") for name, value in sent.items() if value is None])
    return ListResourceLinks(caller=caller, resource_type=resource_type, resource_uid=uid)


def _fields(contract: Contract, route: Route, request: Request) -> Fields:
    """Merge body and query. On predefined routes, the query only fills gaps.

    On the service's own routes, the query overrides the body, and a form overrides the query.
    """
    body_format = route.body_format(request)
    body = read_fields(contract, body_format, request.body, request.header("content-type") or "")
    if not request.query:
        return body
    if any("\ufffd" in text for text in request.query.values()):
        raise MalformedBody("the query is not UTF-8")
    query = read_pairs(contract, request.query.items())
    if route.named:
        return filled_from_query(body, query)
    return {**query, **body} if body_format in {Format.FORM, Format.MULTIPART} else {**body, **query}


def _create(fields: Fields, request: Request, caller: Caller, key: str | None, part: str) -> ShareResource:
    unreadable = _unreadable(fields, part)
    channels = [
        channel
        for channel, name in ((Channel.EMAIL, "DeliverEmail"), (Channel.SMS, "DeliverSms"))
        if fields.get(name) is True
    ]
    command = ShareResource(
        caller=caller,
        domain=request.domain,
        idempotency_key=key,
        part=part,
        resource_type=_text(fields, "ResourceType") or "",
        resource_uid=_uid(fields) or "",
        # The metadata page's sample has 0 for no contact. No contact has that id.
        contact_id=_number(fields, "RecipientContactId") or None,
        email=_text(fields, "RecipientEmail"),
        phone=_text(fields, "RecipientPhone"),
        channels=tuple(channels),
        life_hours=_number(fields, "ExpiresInHours"),
        max_views=_number(fields, "MaxViews"),
        faults=tuple(unreadable),
    )
    if unreadable:
        raise InvalidRequest(unreadable, [command])
    return command


def _unreadable(fields: Fields, part: str) -> list[Problem]:
    """Return the faults of values that do not fit their member's type or are too long."""
    problems = [unparseable(name, value, part) for name, value in fields.items() if isinstance(value, Unparseable)]
    problems += [
        too_long(name, value, TEXT_LIMIT, part)
        for name, value in fields.items()
        if isinstance(value, str) and len(value) > TEXT_LIMIT
    ]
    return problems


def _text(fields: Fields, name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) and value.strip() else None


def _number(fields: Fields, name: str) -> int | None:
    value = fields.get(name)
    return value if isinstance(value, int) else None


def _uid(fields: Fields) -> str | None:
    value = fields.get("ResourceUid")
    return str(value) if isinstance(value, Guid) and value != ZERO_GUID else None
