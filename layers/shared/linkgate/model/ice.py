"""Servers by which two browsers find a way to each other (ICE): those that tell a browser its address, and relays."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from datetime import timedelta

RELAY_LIFE = 600
"""Seconds for which a relay's credential that Linkgate makes can be used for a new way."""
KEPT_ADDRESS = 86_400
"""Seconds for which a server that needs no credential stays good."""


@dataclass(frozen=True, slots=True)
class IceServer:
    """Server by its addresses, with a credential if it is a relay."""

    urls: tuple[str, ...]
    username: str | None = None
    credential: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class IceServers:
    """Servers for one browser, and the time for which they can be used."""

    servers: tuple[IceServer, ...]
    life: timedelta
