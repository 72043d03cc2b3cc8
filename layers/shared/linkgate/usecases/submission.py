"""Sending a form in, exactly once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, LinkSubmitted, NotFound, VisitEnded, VisitMixedUp
from linkgate.model.link import Kind
from linkgate.model.tenant import Campaign, Process
from linkgate.ports import Body, NotChanged
from linkgate.tokens import token
from linkgate.usecases.form_schema import problems_of
from linkgate.usecases.opening import Visit, subject_of, visited

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.ports import Deps


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitForm:
    """`rid` is the one the form was rendered for; None where the caller is a program without forms."""

    visit: Visit | None
    data: Mapping[str, object]
    rid: str | None = None


def submit_form(command: SubmitForm, deps: Deps) -> datetime:
    """Record the submission and end the link; returns when.

    Raises VisitMixedUp, VisitEnded, LinkClosed (LinkSubmitted for anyone but the winner), InvalidRequest where the
    data breaks the definition's schema, and NotFound where there is nothing to submit.
    """
    visit = command.visit
    if visit and command.rid is not None and command.rid != visit.rid:
        raise VisitMixedUp
    link = visited(visit, deps)
    if visit is None or link.kind not in {Kind.PROCESS, Kind.SURVEY}:
        raise NotFound("form")
    now = deps.now()
    _refuse_closed(link, now)
    definition = subject_of(link, deps)
    if isinstance(definition, Process | Campaign) and (problems := problems_of(command.data, definition.schema)):
        raise InvalidRequest(problems)
    body = Body(token(deps.random(16)), command.data)
    try:
        deps.links.submit(_transaction(link, deps), visit.hash, body, token(deps.random(16)), now)
    except NotChanged as refusal:
        _refuse_closed(refusal.stored or link, now)
        raise VisitEnded from refusal
    return now


def _refuse_closed(link: Link, now: datetime) -> None:
    """An exhausted link may still be sent in by those who opened it; every other end is an end."""
    if link.submitted_at:
        raise LinkSubmitted(link.submitted_at)
    if (closed := link.closed(now)) and (link.revoked_at or link.locked_at or link.expires_at <= now):
        raise closed


def _transaction(link: Link, deps: Deps) -> list[Link]:
    """The link and the others of its transaction: its co-browsing roles, or the main link and the other roles."""
    if link.rid == link.master_rid and not link.roles:
        return [link]
    main = link if link.rid == link.master_rid else deps.links.get(link.master_rid)
    rids = [main.rid, *main.roles.values()] if main else [link.rid]
    others = [deps.links.get(rid) for rid in rids if rid != link.rid]
    return [link, *(other for other in others if other)]
