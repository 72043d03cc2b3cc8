"""Documents that are there when a message goes out, because no message may promise another."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import TYPE_CHECKING

from linkgate.errors import Unavailable
from linkgate.model.delivery_rules import LAST_START, NO_DOCUMENT
from linkgate.model.file import READABLE
from linkgate.ports.files import Waiting, place_of_resource
from linkgate.ports.links import NotChanged

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.file import Place
    from linkgate.model.link import Delivery, Link
    from linkgate.ports.deps import Deps


def has_document(link: Link, deps: Deps) -> bool:
    """Return whether a link that counts documents leads to one that may be read, as far as the table tells."""
    if link.max_opens is None:
        return False
    try:
        return is_there(_place(link), deps)
    except Unavailable:
        return False


def still_waits(link: Link, delivery: Delivery, now: datetime, deps: Deps) -> bool:
    """Return whether a message that waits for a document goes on waiting. Raises Unavailable.

    Whoever brings a document looks who waits. So this says that the message waits before it looks for a document.
    """
    if delivery.reason != NO_DOCUMENT:
        return False
    place = _place(link)
    waiting = Waiting(link.rid, delivery.channel, delivery.attempt)
    deps.files.waiting.add(place, waiting, link.ttl)
    if is_there(place, deps):
        deps.files.waiting.remove(place.partition, waiting)
        return False
    later = dataclasses.replace(delivery, due=link.expires_at - LAST_START)
    with contextlib.suppress(NotChanged):  # it waits already, or another worker has it
        deps.deliveries.end(link.rid, delivery, later, now)
    return True


def _place(link: Link) -> Place:
    return place_of_resource(link.tenant, link.definition_id, link.reference or "")


def is_there(place: Place, deps: Deps) -> bool:
    """Return whether a place has a file that may be read. Raises Unavailable."""
    return any(file.state in READABLE for file in deps.files.store.of(place))
