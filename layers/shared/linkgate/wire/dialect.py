"""Function that every dialect offers to the driver of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from linkgate.errors import LinkError
    from linkgate.wire.message import Reply, Request


class Dialect(Protocol):
    """A module of `dialects`, in its role of rendering errors."""

    def render_error(self, error: LinkError, request: Request, /) -> Reply:
        """Render an error in this dialect. A bare LinkError is our own fault and is shown without details."""
