"""Apply providers' reports about messages: delivered, bounced, complained, refused, held up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.delivery_tasks import Reconsider
from linkgate.ports.links import NotChanged
from linkgate.tokens import is_token
from linkgate.usecases.delivery.suppression import suppress

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.model.reports import Report
    from linkgate.ports.deps import Deps

_SETTLED = timedelta(minutes=2)
"""Time after which the id of a message that was handed over is on record and can be found, or never will be."""
_LOOK_AGAIN = timedelta(minutes=1)


def take_report(report: Report, deps: Deps) -> bool:
    """Merge a report into its delivery and suppress the address if the report says so. False if no delivery matches.

    Reports may come in any order and any number of times. A late report never undoes a later one, and a repeat ends
    where the first did.
    """
    rid, now = report.rid or deps.deliveries.rid_of_message(report.message_id), deps.now()
    if rid is None:
        if now - report.at < _SETTLED:
            deps.queue.put([Reconsider(report, now + _LOOK_AGAIN)], now)
        return False
    link = _joined(rid, report, deps) if is_token(rid) else None
    if link is None:
        return False
    address = link.address(report.channel)
    if report.suppress and address:
        suppress(link.tenant, address, report.suppress, deps)
    return True


def _joined(rid: str, report: Report, deps: Deps) -> Link | None:
    """Return the link after the report, even if it was no news, or None if it is not about this link's messages."""
    if report.rid and report.attempt is None:
        # An e-mail with a one-time code has no delivery, but it went to the link's address.
        return deps.links.get(rid)
    try:
        return deps.deliveries.report(rid, report, deps.now())
    except NotChanged as refusal:
        return refusal.stored if refusal.stored and _about(refusal.stored, report) else None


def _about(link: Link, report: Report) -> bool:
    delivery = link.deliveries.get(report.channel)
    if delivery is None:
        return False
    if report.attempt is None:
        return delivery.message_id == report.message_id
    if report.attempt == delivery.attempt:
        return delivery.message_id in {None, report.message_id}
    return 1 <= report.attempt < delivery.attempt
