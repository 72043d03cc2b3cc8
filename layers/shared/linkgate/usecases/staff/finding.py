"""Find a tenant's links by whatever a customer says or pastes."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, Problem
from linkgate.lazy_dataclass import dataclass
from linkgate.model.addresses import normal_email, normal_phone, trimmed
from linkgate.model.link import lists_of
from linkgate.model.reference import read_reference
from linkgate.model.tenant import FIND_ACCOUNT, FIND_CONTACT, FIND_NAME, ResourceType
from linkgate.ports.management import LinkList
from linkgate.tokens import is_token
from linkgate.usecases.definitions import title_of
from linkgate.usecases.history.finders import account_term, contact_term, has_name, searched_name_term
from linkgate.usecases.management.link_details import is_number, rid_of
from linkgate.usecases.management.link_lists import BEGINNING, each_link

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller

_URL = re.compile(r"(?P<portal>https?://[^/\s]+)?/l/(?P<rid>[^/?#\s]*)", re.IGNORECASE)
_ANY_URL = re.compile(r"https?://|www\.", re.IGNORECASE)
_NUMBER = re.compile(r"(?=.*\d)[^\s@]{3,100}")
_ACCOUNT = re.compile(r"(?=.*\d)[\w ./-]{3,40}")
"""Spellings of a resource's uid and an account number: both have a digit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindLinks:
    """Request to find links by anything that a person may know about one.

    That is a rid, a link, a reference, a link's, contact's or account's number, a resource's uid, an address or a name.
    """

    caller: Caller
    text: str
    limit: int = 20
    candidates: int = 500
    """Most links that are read in one list. Many people share the beginning of a surname."""
    tests: bool = False
    """Also finds test links."""
    before: datetime | None = None
    """Time before which the links were made, as an earlier answer's `older`."""


@dataclass(frozen=True, slots=True)
class Found:
    """Links that were found, newest first."""

    links: tuple[Link, ...]
    older: datetime | None = None
    """Time before which the search goes on. None if everything was found."""
    foreign: bool = False
    """The text is the address of a page, but not of a link of this tenant's. Nobody should open it."""


def find_links(command: FindLinks, deps: Deps) -> Found:
    """Find links by everything that the text can mean. A pasted link's fragment, which is a secret, is dropped first.

    Raises InvalidRequest if it cannot mean anything.
    """
    text, tenant = trimmed(command.text.partition("#")[0]), command.caller.tenant
    if url := _URL.search(text):
        link = _owned(url["rid"], tenant, deps)
        ours = link is not None and (url["portal"] or link.portal).lower() == link.portal.lower()
        return Found((link,) if link and ours else (), foreign=not ours)
    if _ANY_URL.match(text):
        return Found((), foreign=True)
    caller, before = command.caller, command.before or deps.now() + timedelta(seconds=1)
    lists = dict.fromkeys([caller.lists, lists_of(tenant.id, test=True)] if command.tests else [caller.lists])
    searches = [_Search(command, each, before, deps) for each in lists]
    meanings = [meaning for search in searches for meaning in (*search.direct(text), *search.listed(text))]
    if not meanings:
        raise InvalidRequest([Problem.of("text", "format", expected=_EXPECTED)])
    return _merged(meanings, command.limit)


def is_name_search(text: str, tenant: Tenant) -> bool:
    """Return whether the text is looked up among the names of customers."""
    return FIND_NAME in tenant.finders and "@" not in text and not any(map(str.isdigit, text))


def titles_of(links: Iterable[Link], deps: Deps) -> Mapping[str, str]:
    """Return the title of what each link leads to, by rid. Those whose definition is gone are left out."""
    return {link.rid: title for link in links if (title := title_of(link, deps))}


_EXPECTED = (
    "a link, its rid or number, a reference, an e-mail address, a phone number, an account number, or a name if the "
    "tenant's setting `finders` has it"
)


@dataclass(frozen=True, slots=True)
class _Meaning:
    """Links that the text leads to in one of its meanings."""

    links: list[Link]
    reached: datetime | None = None
    """Time back to which all links were looked at. None if there are no older ones."""


@dataclass(frozen=True, slots=True)
class _Search:
    """A search among a tenant's links, or its test links, that were made before a given time."""

    command: FindLinks
    lists: str
    before: datetime
    deps: Deps

    @property
    def tenant(self) -> Tenant:
        return self.command.caller.tenant

    def direct(self, text: str) -> Iterator[_Meaning]:
        """Yield the links that the text names by itself."""
        if reference := read_reference(text):
            yield self._early(self.deps.lists.referenced(self.lists, reference))
        rid = rid_of(self.lists, text, self.deps)
        if is_token(rid) or is_number(text):
            link = _owned(rid, self.tenant, self.deps)
            yield self._early([link] if link else [])

    def listed(self, text: str) -> Iterator[_Meaning]:
        """Yield the links of each list that the text stands for."""
        address = normal_email(text) if "@" in text else normal_phone(text, self.tenant.region)
        if address:
            yield self._walk(address)
        if "@" in text:
            return
        if _NUMBER.fullmatch(text):
            for kind in self.deps.tenants.definitions(ResourceType, self.tenant.id):
                yield self._walk(resource=(kind.id, text))
        finders = self.tenant.finders
        if FIND_ACCOUNT in finders and _ACCOUNT.fullmatch(text) and (term := account_term(text)):
            yield self._walk(term)
        if FIND_CONTACT in finders and is_number(text):
            yield self._walk(contact_term(int(text)))
        if is_name_search(text, self.tenant) and (term := searched_name_term(text)):
            yield self._walk(term, lambda link: has_name(link.recipient.name, text))

    def _early(self, links: Iterable[Link]) -> _Meaning:
        return _Meaning([link for link in links if link.created_at < self.before])

    def _walk(
        self,
        recipient: str | None = None,
        fits: Callable[[Link], bool] = lambda _: True,
        resource: tuple[str, str] | None = None,
    ) -> _Meaning:
        """Walk a list until there are enough links, or too many were read. It stops between two moments."""
        which = LinkList(lists=self.lists, since=BEGINNING, until=self.before, recipient=recipient, resource=resource)
        links: list[Link] = []
        last: Link | None = None
        for number, link in enumerate(each_link(which, self.deps)):
            full = len(links) >= self.command.limit or number >= self.command.candidates
            if full and last and link.created_at < last.created_at:
                return _Meaning(links, last.created_at)
            last = link
            if fits(link):
                links.append(link)
        return _Meaning(links)


def _merged(meanings: Iterable[_Meaning], limit: int) -> Found:
    """Put the meanings together, as far back as all of them reach, and cut them between two moments."""
    meanings = list(meanings)
    reached = max((each.reached for each in meanings if each.reached), default=None)
    by_rid = {link.rid: link for each in meanings for link in each.links}
    links = sorted(by_rid.values(), key=lambda link: link.created_at, reverse=True)
    links = [link for link in links if reached is None or link.created_at >= reached]
    if len(links) > limit:
        cut = links[limit - 1].created_at
        older = [link for link in links if link.created_at < cut]
        links = [link for link in links if link.created_at >= cut]
        reached = cut if older else reached
    return Found(tuple(links), older=reached)


def _owned(name: str, tenant: Tenant, deps: Deps) -> Link | None:
    rid = rid_of(tenant.id, name, deps)
    link = deps.links.get(rid) if is_token(rid) else None
    return link if link and link.tenant == tenant.id else None
