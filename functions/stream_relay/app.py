"""Table stream: queues the work that a change of a link, or the end of a file, requires."""

from collections.abc import Sequence

from linkgate.endpoint.triggers import stream_handler
from linkgate.model.file_events import Gone
from linkgate.ports.deps import Deps
from linkgate.usecases.changes import Change
from linkgate.usecases.delivery.relaying import relay


@stream_handler
def handler(changes: Sequence[Change | Gone], deps: Deps) -> None:
    """Queue messages and create schedules for a batch of changes. A retry starts at the first that failed."""
    relay(changes, deps)
