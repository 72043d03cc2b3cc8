"""Recover from changes that the stream's readers gave up on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.usecases.changes import Change
from linkgate.usecases.delivery.relaying import relay
from linkgate.usecases.history.link_history import record_changes

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps


def recover(link: Link, deps: Deps) -> None:
    """Redo all work for a link in its present state, as if it had just been made. Raises Unavailable.

    Harmless if nothing was missed: tasks check before they act, schedules and facts are stored by name, and events keep
    their ids. Passing states (a draft, a try that was followed by another) are lost.
    """
    change = Change(None, link)
    relay([change], deps)
    record_changes([change], deps)
