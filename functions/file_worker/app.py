"""Files' queue: checks files that arrived, and deletes what erased links and resources leave behind."""

from linkgate.endpoint.file_events import file_event_handler
from linkgate.model.file_events import FileEvent
from linkgate.ports.deps import Deps
from linkgate.usecases.files.checking import take_event


@file_event_handler
def handler(event: FileEvent, deps: Deps) -> None:
    """Take one event. Events may repeat and come in any order, and one that fails is repeated."""
    take_event(event, deps)
