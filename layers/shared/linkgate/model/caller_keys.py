"""Keys of callers: the APIs that they are for, and what they let a caller do."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DIALECTS = ("easysend", "trendsic", "digidesk", "ocular", "manage")
SCOPES = ("links:create", "links:read", "links:write", "results:read", "desks:write", "files:read", "files:write")
DEFAULT_SCOPES: Mapping[str, tuple[str, ...]] = {
    "easysend": ("links:create", "links:write"),
    "trendsic": ("links:create", "links:read"),
    "digidesk": ("links:create",),
    "ocular": ("links:create",),
    "manage": ("links:read",),
}
"""Scopes of a key that is made without any. A vendor's key may do all that the vendor documents."""

NAME_LIMIT = 60
"""Maximum number of characters of a key's name."""
LONGEST_DAYS = 3650
"""Maximum number of days until a key ends that ends at all."""
OVERLAP = timedelta(hours=24)
"""Time for which a key that was replaced goes on working, unless an operator says otherwise."""

_BYTES = 32
_PREFIX = "lg_"
"""Lets secret scanners recognise a key."""


def new_secret(random: Callable[[int], bytes]) -> str:
    """Make a key of 256 random bits."""
    return _PREFIX + base64.urlsafe_b64encode(random(_BYTES)).decode().rstrip("=")


def whole_key(secret: str, user: str | None) -> str:
    """Return what a caller proves to know. Callers of DigiDesk have a user name, too."""
    return f"{user}:{secret}" if user else secret
