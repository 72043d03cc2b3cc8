"""Documents that are there when a message goes out, because no message may promise another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import Unavailable
from linkgate.model.file import READABLE
from linkgate.ports.files import place_of_resource

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps


def has_document(link: Link, deps: Deps) -> bool:
    """Return whether a link that counts documents leads to one that may be read, as far as the table tells."""
    if link.max_opens is None:
        return False
    place = place_of_resource(link.tenant, link.definition_id, link.reference or "")
    try:
        return any(file.state in READABLE for file in deps.files.store.of(place))
    except Unavailable:
        return False
