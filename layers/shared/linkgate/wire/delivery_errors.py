"""Delivery errors in replies to callers: messages that could not be sent, or not yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.link import DeliveryState

if TYPE_CHECKING:
    from linkgate.model.link import Link

_TEXTS = {
    DeliveryState.REFUSED: "refused",
    DeliveryState.BOUNCED: "refused",
    DeliveryState.COMPLAINED: "refused",
    DeliveryState.FAILED: "failed",
    DeliveryState.DELAYED: "delayed, Linkgate keeps trying",
    DeliveryState.UNKNOWN: "delayed, Linkgate keeps trying",
}

_REFUSALS = {
    "no_address": "no address",
    "no_consent": "no consent",
    "opted_out": "opted out",
    "unsubscribed": "unsubscribed from surveys",
    "suppressed": "suppressed",
    "country": "country not allowed",
    "asked_recently": "asked recently",
    "address_changed": "address changed",
    "no_document": "waits for the document",
    "disowned": "not for its recipient, as the recipient says",
    "email_budget": "daily limit reached",
    "recipient_budget": "daily limit for this recipient reached",
    "sms_budget": "daily limit reached",
}


def delivery_errors(link: Link) -> list[str]:
    """Return an entry for each requested channel that failed, such as `sms: no consent`. It names no address."""
    refused = [channel.partition(":") for channel in link.refused]
    return [f"{channel}: {_REFUSALS.get(reason, 'refused')}" for channel, _, reason in refused] + [
        f"{channel}: {_REFUSALS.get(delivery.reason or '', _TEXTS[delivery.state])}"
        for channel, delivery in link.deliveries.items()
        if delivery.state in _TEXTS
    ]
