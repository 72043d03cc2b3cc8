"""Routes of the live channel for pages: tickets for sockets, and messages where sockets are blocked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkgate.dialects.recipient.cookies import desk_visit_of, visit_of
from linkgate.dialects.recipient.json_views import fetched_json, ticket_json
from linkgate.errors import BodyTooLarge, InvalidRequest, Problem
from linkgate.model.epoch import moment
from linkgate.pages.replies import json_reply
from linkgate.routes.live import answer
from linkgate.usecases.live.polling import fetch, polling_connection
from linkgate.usecases.live.tickets import give_ticket
from linkgate.wire.socket import Event, Message

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.ports.deps import Deps
    from linkgate.usecases.visits.visit import Visit
    from linkgate.wire.message import Reply, Request

LONGEST = 24 * 1024
_MILLISECONDS = re.compile(r"[0-9]{1,13}", re.ASCII)


def ticket(request: Request, deps: Deps) -> Reply:
    """Give a ticket for a socket. A desk is known by its own cookie for a whole shift."""
    visit, at_desk = _visit(request, deps), desk_visit_of(request, deps.portal)
    if visit is None and at_desk and at_desk.rid == request.path_params.get("rid"):
        visit = at_desk
    return json_reply(200, ticket_json(give_ticket(visit, request.domain, deps)))


def messages(request: Request, deps: Deps) -> Reply:
    """Return the messages for a browser since the moment in `after`."""
    return json_reply(200, fetched_json(fetch(_visit(request, deps), _since(request), deps)))


def send(request: Request, deps: Deps) -> Reply:
    """Take a message of a browser without a socket, and return the messages for it."""
    if len(request.body) > LONGEST:
        raise BodyTooLarge(LONGEST)
    visit, since = _visit(request, deps), _since(request)
    connection = polling_connection(visit, deps, joins=request.json.get("t") == "hello")
    taken = answer(Message(Event.MESSAGE, connection, request.body.decode()), deps)
    return json_reply(200, fetched_json(fetch(visit, since, deps), taken.confided))


def _visit(request: Request, deps: Deps) -> Visit | None:
    return visit_of(request, request.path_params.get("rid", ""), deps.portal)


def _since(request: Request) -> datetime:
    after = request.query.get("after", "0")
    if not _MILLISECONDS.fullmatch(after):
        raise InvalidRequest([Problem.of("after", "type", expected="integer")])
    return moment(int(after))
