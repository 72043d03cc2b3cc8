"""Keys of callers: the APIs that they are for, and what they let a caller do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

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

KEY_BYTES = 32
PREFIX = "lg_"
"""Lets secret scanners recognise a key."""

NAME_LIMIT = 60
"""Maximum number of characters of a key's name."""


def whole_key(secret: str, user: str | None) -> str:
    """Return what a caller proves to know. Callers of DigiDesk have a user name, too."""
    return f"{user}:{secret}" if user else secret
