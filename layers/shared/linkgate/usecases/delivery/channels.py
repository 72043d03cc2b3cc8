"""Rules for the channels by which a link may reach its recipient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.link import Channel

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.model.tenant import Tenant


def servable(link: Link, tenant: Tenant) -> list[Channel]:
    """Return channels with an address and any consent needed, without the code's if the tier wants a second channel."""
    return [
        channel
        for channel in (Channel.EMAIL, Channel.SMS)
        if link.address(channel)
        and (channel is Channel.EMAIL or link.recipient.sms_consent)
        and not (link.code and tenant.tier(link.tier).second_channel and link.code.channel is channel)
    ]
