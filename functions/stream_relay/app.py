"""The table's stream: puts off what a change of a link leaves to do."""

from collections.abc import Sequence

from linkgate.endpoint.triggers import stream_handler
from linkgate.ports.deps import Deps
from linkgate.usecases.changes import Change
from linkgate.usecases.delivery.relaying import relay


@stream_handler
def handler(changes: Sequence[Change], deps: Deps) -> None:
    """Queue messages and schedules for a batch of changes; repeated from the first that failed."""
    relay(changes, deps)
