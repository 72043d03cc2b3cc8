"""The one function that every dialect offers to whoever drives a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from linkgate.errors import LinkError
    from linkgate.wire.message import Reply, Request


class Dialect(Protocol):
    """A module of `dialects`, as far as errors are concerned."""

    def render_error(self, error: LinkError, request: Request, /) -> Reply:
        """The error in this dialect's shape; a bare LinkError is our own fault, told without detail."""
