"""Ocular's call. Its function answers it, and `unrouted` if it has a slash that the gateway did not route."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects import ocular
from linkgate.usecases.authentication import authenticate
from linkgate.usecases.issuing.every_fault import with_every_fault
from linkgate.usecases.issuing.session_links import start_session

if TYPE_CHECKING:
    from linkgate.ports.deps import Deps
    from linkgate.usecases.issuing.issue import Issued
    from linkgate.usecases.issuing.session_links import StartSession
    from linkgate.wire.message import Reply, Request


def generate_session(request: Request, deps: Deps) -> Reply:
    """Make a link to a session with an agent, and return it."""
    caller = authenticate(ocular.credentials(request), deps)
    issued, command = with_every_fault(lambda: ocular.parse_session(request, caller), _started, deps, ocular.FIELDS)
    return ocular.render_link(issued, command)


def _started(command: StartSession, deps: Deps) -> tuple[Issued, StartSession]:
    return start_session(command, deps), command
