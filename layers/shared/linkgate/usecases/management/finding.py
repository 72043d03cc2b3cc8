"""Find a tenant's links by whatever a customer says or pastes."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, Problem
from linkgate.lazy_dataclass import dataclass
from linkgate.model.addresses import normal_email, normal_phone, trimmed
from linkgate.model.reference import read_reference
from linkgate.ports.management import LinkList
from linkgate.tokens import is_token
from linkgate.usecases.management.link_details import is_number, rid_of
from linkgate.usecases.management.link_lists import BEGINNING, each_link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linkgate.model.link import Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller

_URL = re.compile(r"(?P<portal>https?://[^/]+)?/l/(?P<rid>[^/?#]*)", re.IGNORECASE)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindLinks:
    """Request to find links by a rid, a link, a reference, a number, an e-mail address or a phone number."""

    caller: Caller
    text: str
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Found:
    """Links that were found, newest first."""

    links: tuple[Link, ...]
    more: bool
    """There are older ones than `limit` lets through."""
    foreign: bool = False
    """The text is the address of a link, but not one of this tenant's. Nobody should open it."""


def find_links(command: FindLinks, deps: Deps) -> Found:
    """Find links by everything that the text can mean. A pasted link's fragment, which is a secret, is dropped first.

    Raises InvalidRequest if it cannot mean anything.
    """
    text, tenant = trimmed(command.text.partition("#")[0]), command.caller.tenant
    if url := _URL.search(text):
        link = _owned(url["rid"], tenant, deps)
        ours = link is not None and (url["portal"] or link.portal).lower() == link.portal.lower()
        return Found((link,) if link and ours else (), more=False, foreign=not ours)
    meanings = list(_meanings(text, tenant, command.limit + 1, deps))
    if not meanings:
        raise InvalidRequest([Problem.of("text", "format", expected=_EXPECTED)])
    by_rid = {link.rid: link for links in meanings for link in links}
    links = sorted(by_rid.values(), key=lambda link: link.created_at, reverse=True)
    return Found(tuple(links[: command.limit]), more=len(links) > command.limit)


_EXPECTED = "a link, its rid or number, a reference, an e-mail address or a phone number"


def _meanings(text: str, tenant: Tenant, limit: int, deps: Deps) -> Iterator[list[Link]]:
    """Yield the links for each meaning that the text can have."""
    if reference := read_reference(text):
        yield list(deps.lists.referenced(tenant.id, reference))
    rid = rid_of(tenant.id, text, deps)
    if is_token(rid) or is_number(text):
        link = _owned(rid, tenant, deps)
        yield [link] if link else []
    address = normal_email(text) if "@" in text else normal_phone(text, tenant.region)
    if address:
        until = deps.now() + _SECOND
        which = LinkList(tenant=tenant.id, since=BEGINNING, until=until, recipient=address)
        yield list(islice(each_link(which, deps), limit))


def _owned(name: str, tenant: Tenant, deps: Deps) -> Link | None:
    rid = rid_of(tenant.id, name, deps)
    link = deps.links.get(rid) if is_token(rid) else None
    return link if link and link.tenant == tenant.id else None
