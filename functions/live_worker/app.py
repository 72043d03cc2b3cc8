"""Live queue: closes the connections of links that have ended, and looks at calls from time to time."""

from linkgate.endpoint.live_events import live_task_handler
from linkgate.model.live_tasks import LiveTask
from linkgate.ports.deps import Deps
from linkgate.routes.live import work


@live_task_handler
def handler(task: LiveTask, deps: Deps) -> None:
    """Do one task. One that fails is repeated."""
    work(task, deps)
