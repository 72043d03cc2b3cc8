"""Table stream: records each change of a link once, and publishes it on the event bus."""

from collections.abc import Sequence

from linkgate.endpoint.triggers import stream_handler
from linkgate.ports.deps import Deps
from linkgate.usecases.changes import Change
from linkgate.usecases.history.link_history import record_changes


@stream_handler
def handler(changes: Sequence[Change], deps: Deps) -> None:
    """Append to timelines and publish events for a batch of changes. A retry starts at the first that failed."""
    record_changes(changes, deps)
