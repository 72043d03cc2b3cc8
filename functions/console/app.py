"""Console: pages for people who find links, help customers, and see what came of them."""

from linkgate.dialects import console
from linkgate.endpoint import endpoint
from linkgate.ports.deps import Deps
from linkgate.routes.console import answer
from linkgate.wire.message import Reply, Request


@endpoint(console, wildcard=True)
def handler(request: Request, deps: Deps) -> Reply:
    """A page. docs/console.md lists them."""
    return answer(request, deps)
