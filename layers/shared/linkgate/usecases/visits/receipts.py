"""Receipts: what a recipient gets to know about the form that they sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import replace
from linkgate.model.receipt import Receipt
from linkgate.model.tenant import Process
from linkgate.usecases.delivery.channels import code_of, receipt_channel
from linkgate.usecases.delivery.sending import put_off

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from linkgate.model.kinds import Definition
    from linkgate.model.link import Delivery, Link


def receipts_of(
    family: Sequence[Link], definition: Definition | None, now: datetime, language: str | None = None
) -> Mapping[str, Receipt]:
    """Return the receipt of each link of a family whose form is sent now, by rid. Those without any are left out.

    The message goes to the recipient of the main link or of the one that took its place.
    """
    if not isinstance(definition, Process):
        return {}
    found = {}
    for link in family:
        access = definition.receipt_access
        sent = replace(link, submitted_at=now)
        if link.renewed_as or access == "none" or (access == "code" and code_of(sent) is None):
            access = "none"
        told = definition.receipt_message and link.role is None and not link.renewed_as
        message = _message(link, now) if told else None
        if access != "none" or message:
            found[link.rid] = Receipt(None if access == "none" else access, message=message, language=language)
    return found


def _message(link: Link, now: datetime) -> Delivery | None:
    channel = receipt_channel(link)
    return put_off(channel, now) if channel else None
