"""EasySend's cancellation, apart from the calls that make links, because it needs little of what they load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects import easysend
from linkgate.model.tenant import SCOPE_WRITE
from linkgate.usecases.authentication import authenticate
from linkgate.usecases.management.revocation import revoke_link

if TYPE_CHECKING:
    from linkgate.ports.deps import Deps
    from linkgate.wire.message import Reply, Request


def cancel_request(request: Request, deps: Deps) -> Reply:
    """Revoke a link. Doing it twice succeeds."""
    caller = authenticate(easysend.cancel_credentials(request), deps, SCOPE_WRITE)
    return easysend.render_cancelled(revoke_link(easysend.parse_cancel(request, caller), deps))
