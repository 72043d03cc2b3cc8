"""Health of a tenant's links and systems, from the table alone: what an administrator should look at."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Channel, DeliveryState, lists_of
from linkgate.model.webhook import DisableReason
from linkgate.ports.management import LinkList
from linkgate.usecases.management.link_lists import each_link
from linkgate.usecases.staff.keys import keys_of
from linkgate.usecases.staff.setup import used_today
from linkgate.usecases.staff.webhooks import webhooks_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps
    from linkgate.usecases.staff.keys import KeyState
    from linkgate.usecases.staff.webhooks import WebhookState

COUNTED = 1_000
"""Most links that are looked at, the newest."""
WEEK = timedelta(days=7)
SOON = timedelta(days=14)
"""Time before its end from which a key is named."""
LATE = timedelta(minutes=5)
"""Time after which a message should have left."""
FEWEST = 30
"""Messages below which a share says nothing."""
MOST_LOST, MOST_COMPLAINED = 0.05, 0.001
"""Shares of e-mails from which Amazon looks into an account."""

_NAMED = 10
_AT_ONCE = 100
_LEFT = frozenset({DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.BOUNCED, DeliveryState.COMPLAINED})
_UNSENT = frozenset({DeliveryState.SENDING, DeliveryState.DELAYED, DeliveryState.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Sent:
    """Newest messages of some links over one channel: how many left, were lost, and were called spam."""

    left: int
    lost: int
    complained: int

    def is_bad(self, channel: Channel) -> bool:
        """Return whether so many were lost or called spam that Amazon may look into the account."""
        if channel is not Channel.EMAIL or self.left < FEWEST:
            return False
        return self.lost > MOST_LOST * self.left or self.complained > MOST_COMPLAINED * self.left


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """State of a tenant's links and systems, as far as it is known."""

    links: int
    """Links of the last seven days that were looked at."""
    cut: bool
    """True if there are more."""
    today: Mapping[Channel, Sent]
    """Messages of the links that were made today (UTC)."""
    week: Mapping[Channel, Sent]
    used: Mapping[Channel, tuple[int, int]]
    """Messages of this day (UTC) by channel: how many were sent, and how many may be."""
    suppressed: int
    """Addresses of these links that get nothing."""
    unsent: Sequence[Link]
    """Links whose message is late, the newest."""
    webhooks: Sequence[WebhookState]
    """Webhooks that fail, or were disabled because they did."""
    keys: Sequence[KeyState]
    """Keys that end soon and were not replaced."""


def health_of(tenant: Tenant, deps: Deps) -> Health:
    """Look at a tenant's newest links, its limits, webhooks and keys."""
    now = deps.now()
    lists = lists_of(tenant.id, test=False)
    found = list(islice(each_link(LinkList(lists=lists, since=now - WEEK, until=now), deps), COUNTED + 1))
    links, midnight = found[:COUNTED], now.replace(hour=0, minute=0, second=0, microsecond=0)
    return Health(
        links=len(links),
        cut=len(found) > COUNTED,
        today=_sent(link for link in links if link.created_at >= midnight),
        week=_sent(links),
        used=used_today(tenant, deps),
        suppressed=_suppressed(tenant, links, deps),
        unsent=[link for link in links if _is_late(link, now)][:_NAMED],
        webhooks=[state for state in webhooks_of(tenant, deps) if _fails(state)],
        keys=[state for state in keys_of(tenant, deps) if _ends_soon(state, now)],
    )


def _sent(links: Iterable[Link]) -> Mapping[Channel, Sent]:
    states = [(channel, delivery.state) for link in links for channel, delivery in link.deliveries.items()]
    return {
        channel: Sent(
            left=sum(state in _LEFT for of, state in states if of is channel),
            lost=states.count((channel, DeliveryState.BOUNCED)),
            complained=states.count((channel, DeliveryState.COMPLAINED)),
        )
        for channel in Channel
    }


def _suppressed(tenant: Tenant, links: Sequence[Link], deps: Deps) -> int:
    addresses = sorted({address for link in links for channel in Channel if (address := link.address(channel))})
    parts = [addresses[start : start + _AT_ONCE] for start in range(0, len(addresses), _AT_ONCE)]
    return sum(len(deps.suppressions.among(tenant.id, part)) for part in parts)


def _is_late(link: Link, now: datetime) -> bool:
    if link.closed(now):
        return False
    return any(
        delivery.state in _UNSENT and (delivery.at or link.created_at) + LATE < now
        for delivery in link.deliveries.values()
    )


def _fails(state: WebhookState) -> bool:
    webhook = state.webhook
    if webhook.disabled_at:
        return webhook.disabled_because in {DisableReason.FAILING, DisableReason.GONE}
    return webhook.failing_since is not None


def _ends_soon(state: KeyState, now: datetime) -> bool:
    end = state.credential.expires_at
    return end is not None and now < end <= now + SOON and not state.credential.replaced_by
