"""Come, stay and go: what a browser learns when it joins a room, and the signs of life that keep it there."""

from __future__ import annotations

import dataclasses
from contextlib import suppress
from typing import TYPE_CHECKING

from linkgate.errors import VisitEnded
from linkgate.model.link import Kind
from linkgate.model.presence import PRESENCE_LEASE
from linkgate.ports.links import NotChanged
from linkgate.usecases.live.telling import dismiss

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkgate.model.presence import Presence
    from linkgate.ports.deps import Deps
    from linkgate.usecases.live.senders import Sender


def greet(sender: Sender, deps: Deps) -> Sequence[Presence]:
    """Return everybody who is there, and close an older connection of the same browser.

    The first time of each role of a form is recorded.
    """
    link = sender.link
    if link.kind is Kind.PROCESS and link.joined_at is None:
        # Refused if another browser of the role did it meanwhile.
        with suppress(NotChanged):
            deps.visits.join(link.rid, deps.now())
    if older := sender.connection.replaces:
        dismiss(older, "elsewhere", deps)
    return everybody(sender, deps)


def beat(sender: Sender, deps: Deps) -> Sequence[Presence]:
    """Let a browser count as there for another while, and return everybody. Raises VisitEnded if it was replaced."""
    lease = deps.now() + PRESENCE_LEASE
    if not deps.presences.renew(sender.presence, lease):
        raise VisitEnded
    return everybody(dataclasses.replace(sender, presence=dataclasses.replace(sender.presence, lease=lease)), deps)


def leave(sender: Sender, deps: Deps) -> None:
    """Take a browser out of its room, and close its connection."""
    deps.presences.leave(sender.presence)
    dismiss(sender.connection.id, "left", deps)


def everybody(sender: Sender, deps: Deps) -> Sequence[Presence]:
    """Return the sender and the others who are there or may come back."""
    now = deps.now()
    return [each for each in (sender.presence, *sender.people) if each.here(now)]
