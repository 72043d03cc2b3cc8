"""List a tenant's links page by page: all, or those of a resource or a recipient."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, Problem
from linkgate.lazy_dataclass import dataclass
from linkgate.model.addresses import normal_email, normal_phone
from linkgate.model.epoch import MILLISECOND, milliseconds, moment
from linkgate.model.reference import read_reference
from linkgate.ports.management import LinkList

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linkgate.model.link import Kind, Link, Status
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps
    from linkgate.ports.management import Position
    from linkgate.usecases.authentication import Caller

DEFAULT_SPAN = timedelta(days=31)
"""Period that a list covers if the caller gives no start."""

PAGE_LIMIT = 100
_MOST_READS = 25
"""Limit of reads for one page of a list that is filtered, about a second's worth."""

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
"""A time before any link was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLinks:
    """Request for a page of links. `kind` and `status` filter after reading, so a page may be short."""

    caller: Caller
    resource: tuple[str, str] | None = None
    recipient: str | None = None
    """Address, in any spelling."""
    reference: str | None = None
    """Spoken reference, in any spelling. All links that have it are one page."""
    kind: Kind | None = None
    status: Status | None = None
    since: datetime | None = None
    until: datetime | None = None
    cursor: str | None = None
    limit: int = PAGE_LIMIT


@dataclass(frozen=True, slots=True)
class LinksPage:
    """A page of links. `cursor` continues the list and is None at its end."""

    links: tuple[Link, ...]
    cursor: str | None


def list_links(command: ListLinks, deps: Deps) -> LinksPage:
    """List links, newest first.

    Raises InvalidRequest for an unusable recipient or reference, and for a cursor of another list.
    """
    tenant, lists, now = command.caller.tenant, command.caller.lists, deps.now()
    if command.reference is not None:
        return LinksPage(tuple(_referenced(command, command.reference, now, deps)), None)
    recipient = normal_recipient(command.recipient, tenant) if command.recipient is not None else None
    since, until = window(command.since, command.until, DEFAULT_SPAN, now)
    which = LinkList(
        lists=lists,
        since=since,
        until=until,
        resource=command.resource,
        recipient=recipient,
    )
    asked = (command.kind, command.status, command.since, command.until)
    walk = ListWalk.of(which, *asked) if command.cursor is None else ListWalk.resumed(command.cursor, which, *asked)
    links: list[Link] = []
    position, room = walk.position, command.limit
    for _ in range(_MOST_READS):
        try:
            page = deps.lists.page(walk.which, position, room)
        except (TypeError, ValueError) as error:
            raise cursor_problem() from error
        links += [link for link in page.links if _wanted(link, command, now)]
        position, room = page.following, command.limit - len(links)
        if position is None or not page.links or room <= command.limit // 4:
            break
    return LinksPage(tuple(links), walk.cursor(position))


def _referenced(command: ListLinks, text: str, now: datetime, deps: Deps) -> list[Link]:
    reference = read_reference(text)
    if reference is None:
        raise InvalidRequest([Problem.of("reference", "format", expected="a reference, such as XK7M-4QRD")])
    found = deps.lists.referenced(command.caller.lists, reference)
    since, until = command.since or BEGINNING, command.until or now + MILLISECOND
    wanted = [link for link in found if _wanted(link, command, now) and since <= link.created_at < until]
    return sorted(wanted, key=lambda link: link.created_at, reverse=True)


def each_link(which: LinkList, deps: Deps) -> Iterator[Link]:
    """Yield every link of a list, newest first. Each page is read when the one before it is used up."""
    position = None
    while True:
        page = deps.lists.page(which, position, PAGE_LIMIT)
        yield from page.links
        position = page.following
        if position is None:
            return


def _wanted(link: Link, command: ListLinks, now: datetime) -> bool:
    return (
        link.lists == command.caller.lists
        and (command.kind is None or link.kind is command.kind)
        and (command.status is None or link.status(now) is command.status)
    )


def window(since: datetime | None, until: datetime | None, span: timedelta, now: datetime) -> tuple[datetime, datetime]:
    """Return the period from `since` to `until`, or its last `span`, without times when no link can have been made.

    A walk through those times would find nothing, page after page.
    """
    latest = now + MILLISECOND
    end = max(BEGINNING, min(until or latest, latest))
    return max(BEGINNING, since or end - span), end


def normal_recipient(text: str, tenant: Tenant) -> str:
    """Return the address in the form that links keep. Raises InvalidRequest."""
    address = normal_email(text) if "@" in text else normal_phone(text, tenant.region)
    if address is None:
        raise InvalidRequest([Problem.of("recipient", "format", expected="an e-mail address or a phone number")])
    return address


def cursor_problem() -> InvalidRequest:
    """Return the error for a cursor that does not belong to this list."""
    return InvalidRequest([Problem.of("cursor", "format", expected="a cursor from an earlier page of this list")])


@dataclass(frozen=True, slots=True)
class ListWalk:
    """A caller's walk through a list: the list, the position reached, and an id that ties both to the request.

    The period is fixed with the first page, so that links made in the meantime move nothing.
    """

    which: LinkList
    position: Position | None
    list_id: str

    @classmethod
    def of(cls, which: LinkList, *asked: object) -> ListWalk:
        """Start at the beginning of a list."""
        return cls(which, None, _list_id(which, asked))

    @classmethod
    def resumed(cls, cursor: str, which: LinkList, *asked: object) -> ListWalk:
        """Continue where a page ended. Raises InvalidRequest for a cursor of another list, tenant or request."""
        try:
            list_id, since, until, position = json.loads(base64.urlsafe_b64decode(cursor + "=="))
            window = (moment(int(since)), moment(int(until)))
        except (binascii.Error, OverflowError, RecursionError, TypeError, ValueError) as error:
            raise cursor_problem() from error
        if list_id != _list_id(which, asked):
            raise cursor_problem()
        known = LinkList(
            lists=which.lists,
            since=window[0],
            until=window[1],
            resource=which.resource,
            recipient=which.recipient,
            campaign=which.campaign,
        )
        return cls(known, position, list_id)

    def cursor(self, following: Position | None) -> str | None:
        """Return the cursor that continues the walk at a position, or None at the end."""
        if following is None:
            return None
        window = [milliseconds(self.which.since), milliseconds(self.which.until)]
        text = json.dumps([self.list_id, *window, following], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _list_id(which: LinkList, asked: tuple[object, ...]) -> str:
    text = repr((which.lists, which.resource, which.recipient, which.campaign, *(str(part) for part in asked)))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
