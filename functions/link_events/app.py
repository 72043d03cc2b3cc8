"""Table stream: records each change of a link, its calls, its files and of a journal once, and publishes it."""

from collections.abc import Sequence

from linkgate.endpoint.triggers import history_handler
from linkgate.ports.deps import Deps
from linkgate.usecases.changes import Change, FileChange, Journalled, RoomChange
from linkgate.usecases.history.link_history import record_changes


@history_handler
def handler(changes: Sequence[Change | RoomChange | FileChange | Journalled], deps: Deps) -> None:
    """Append to timelines and publish events for a batch of changes. A retry starts at the first that failed."""
    record_changes(changes, deps)
