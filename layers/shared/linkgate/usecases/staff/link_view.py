"""Everything about one link that a person needs to answer a customer, read at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Channel
from linkgate.usecases.definitions import title_of
from linkgate.usecases.delivery.resending import ResendLink, check_resend
from linkgate.usecases.delivery.suppression import barred
from linkgate.usecases.families import family_of, longest_life
from linkgate.usecases.history.link_facts import facts_of
from linkgate.usecases.history.timeline import timeline_of
from linkgate.usecases.management.link_details import owned_link
from linkgate.usecases.staff.possible_acts import Act, possible_acts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from linkgate.errors import LinkError
    from linkgate.model.link import Link
    from linkgate.model.timeline import Fact
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller

MORE_TIME = timedelta(days=7)
"""Time that one press of a button gives a link, counted from its end or, if that is past, from now."""


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link, what happened to it, and what can be done with it at this moment."""

    link: Link
    title: str
    now: datetime
    facts: Sequence[Fact]
    """Facts on record, newest first."""
    pending: Sequence[Fact]
    """Facts that the link shows and the record does not have yet, newest first."""
    acts: Mapping[Act, LinkError | None]
    """Every act, with the error that it would raise now, or None."""
    bars: Mapping[Channel, str]
    """Channels whose address gets nothing, each with its reason."""
    family: Sequence[Link]
    """Links that belong together, the oldest first: renewals, replacements and co-browsing roles."""
    channel: Channel | None
    """Channel over which the link would be sent again. None if it cannot be."""
    latest: datetime
    """Latest end that the link may have."""

    @property
    def longer(self) -> datetime:
        """End that `MORE_TIME` would give the link."""
        return min(max(self.link.expires_at, self.now) + MORE_TIME, self.latest)

    @property
    def open_in(self) -> int:
        """Number of browsers that have the link open."""
        return sum(end > self.now for end in self.link.visits.values())


def view_link(caller: Caller, rid: str, deps: Deps) -> LinkView:
    """Return the view of a link of the caller's tenant. Raises NotFound."""
    tenant, now = caller.tenant, deps.now()
    link = owned_link(tenant.id, rid, deps)
    facts = [entry.fact for entry in timeline_of(link, deps)]
    known = {fact.id for fact in facts}
    acts = possible_acts(link, caller, deps)
    addresses = {channel: address for channel in Channel if (address := link.address(channel))}
    can_resend = acts[Act.RESEND] is None
    return LinkView(
        link=link,
        title=title_of(link, deps) or link.definition_id,
        now=now,
        facts=facts[::-1],
        pending=[fact for fact in facts_of(None, link) if fact.id not in known][::-1],
        acts=acts,
        bars=barred(tenant, addresses, deps, link.kind),
        family=sorted(family_of(link, deps), key=lambda each: (each.created_at, each.role or "")),
        channel=check_resend(ResendLink(tenant=tenant.id, rid=rid), deps) if can_resend else None,
        latest=link.created_at + longest_life(tenant.tier(link.tier), test=link.test),
    )
