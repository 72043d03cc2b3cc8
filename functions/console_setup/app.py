"""Console: pages on which administrators set an organisation up. A function of its own, because it may write keys."""

from linkgate.dialects import console
from linkgate.endpoint import endpoint
from linkgate.ports.deps import Deps
from linkgate.routes.console import answer
from linkgate.wire.message import Reply, Request


@endpoint(console, wildcard=True)
def handler(request: Request, deps: Deps) -> Reply:
    """A page of the set-up. docs/console.md lists them."""
    return answer(request, deps)
