"""Cross-origin headers (the Fetch standard's CORS protocol) for API replies to browsers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_ALLOWED = {
    "access-control-allow-credentials": "true",
    "access-control-allow-methods": "GET, POST, OPTIONS",
    "access-control-allow-headers": "Content-Type, Authorization, X-Api-Key, Accept, Idempotency-Key",
    "access-control-expose-headers": "Retry-After, WWW-Authenticate, Allow, X-Request-Id",
    "access-control-max-age": "600",
}


def cors_headers(origin: str | None, allowed: AbstractSet[str]) -> dict[str, str]:
    """Return the headers that let pages of an allowed origin read the reply; none for other origins."""
    if origin is None or origin not in allowed:
        return {}
    return {"access-control-allow-origin": origin, **_ALLOWED}
