"""Making up for changes that the stream's readers gave up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.usecases.link_history import record_changes
from linkgate.usecases.relaying import Change, relay

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps


def recover(link: Link, deps: Deps) -> None:
    """Do for a link as it stands what its changes called for, as if it had just been made. Raises Unavailable.

    Harmless where nothing was missed: tasks look before they act, schedules and facts are kept by name, and events
    leave with the ids they had. What came and went in between (a draft, a try that was followed by another) is lost.
    """
    change = Change(None, link)
    relay([change], deps)
    record_changes([change], deps)
