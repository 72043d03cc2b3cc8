"""Live links that were made with a definition, for an operator who is about to change or delete it."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Kind
from linkgate.ports.links import DRAFT
from linkgate.ports.management import LinkList
from linkgate.usecases.management.link_lists import BEGINNING, each_link

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps


@dataclass(frozen=True, slots=True)
class DefinitionUse:
    """Numbers of live links. `unversioned` ones are of an earlier release and follow the newest definition."""

    links: int
    drafts: int
    unversioned: int
    versions: frozenset[str] = frozenset()
    """Versions of the definition that they keep."""
    cut: bool = False
    """True if there are links that were not looked at."""


def definition_use(tenant: str, kind: Kind, subject: str, deps: Deps, *, most: int | None = None) -> DefinitionUse:
    """Count the live links of a definition, and those among them with a draft.

    Reads all links that could be live, or not more than `most` of the newest.
    """
    now = deps.now()
    links = _links(tenant, kind, subject, now, deps)
    live = [link for link in islice(links, most) if _is_live(link, kind, subject, now)]
    cut = next(links, None) is not None
    drafts = sum(_has_draft(link, deps) for link in live)
    unversioned = sum(link.version is None for link in live)
    versions = frozenset(link.version for link in live if link.version)
    return DefinitionUse(len(live), drafts, unversioned, versions, cut=cut)


def _links(tenant: str, kind: Kind, subject: str, now: datetime, deps: Deps) -> Iterator[Link]:
    campaign = subject if kind is Kind.SURVEY else None
    which = LinkList(lists=tenant, since=BEGINNING, until=now + timedelta(milliseconds=1), campaign=campaign)
    return each_link(which, deps)


def _is_live(link: Link, kind: Kind, subject: str, now: datetime) -> bool:
    return (link.kind, link.definition_id) == (kind, subject) and not link.ended(now) and not link.renewed_as


def _has_draft(link: Link, deps: Deps) -> bool:
    return bool(deps.fields.of(link.master_rid) or deps.links.bodies(link.master_rid, [DRAFT]))
