"""Live links that were made with a definition, for an operator who is about to change or delete it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Kind
from linkgate.ports.links import DRAFT
from linkgate.ports.management import LinkList
from linkgate.usecases.management.link_lists import BEGINNING, each_link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps


@dataclass(frozen=True, slots=True)
class DefinitionUse:
    """Numbers of live links. `unversioned` ones are of an earlier release and follow the newest definition."""

    links: int
    drafts: int
    unversioned: int


def definition_use(tenant: str, kind: Kind, subject: str, deps: Deps) -> DefinitionUse:
    """Count the live links of a definition, and those among them with a draft. Reads all links that could be live."""
    live = list(_live_links(tenant, kind, subject, deps))
    drafts = sum(_has_draft(link, deps) for link in live)
    return DefinitionUse(len(live), drafts, sum(link.version is None for link in live))


def _live_links(tenant: str, kind: Kind, subject: str, deps: Deps) -> Iterator[Link]:
    now = deps.now()
    campaign = subject if kind is Kind.SURVEY else None
    which = LinkList(lists=tenant, since=BEGINNING, until=now + timedelta(milliseconds=1), campaign=campaign)
    for link in each_link(which, deps):
        if (link.kind, link.definition_id) == (kind, subject) and link.ended(now) is None and not link.renewed_as:
            yield link


def _has_draft(link: Link, deps: Deps) -> bool:
    return bool(deps.fields.of(link.master_rid) or deps.links.bodies(link.master_rid, [DRAFT]))
