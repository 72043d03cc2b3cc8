"""EasySend's calls that make links. The function of each answers them, and `unrouted` those with a slash too many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects import easysend
from linkgate.usecases.authentication import authenticate
from linkgate.usecases.issuing.every_fault import with_every_fault
from linkgate.usecases.issuing.process_links import request_process

if TYPE_CHECKING:
    from linkgate.ports.deps import Deps
    from linkgate.wire.message import Reply, Request


def generate_link(request: Request, deps: Deps) -> Reply:
    """Make a link and return it."""
    caller = authenticate(easysend.credentials(request), deps)
    issued = with_every_fault(lambda: easysend.parse_generate(request, caller), request_process, deps, easysend.FIELDS)
    return easysend.render_link(issued)


def send_link(request: Request, deps: Deps) -> Reply:
    """Make a link, send it to the customer, and return it."""
    caller = authenticate(easysend.credentials(request), deps)
    issued = with_every_fault(lambda: easysend.parse_send(request, caller), request_process, deps, easysend.FIELDS)
    return easysend.render_link(issued)
