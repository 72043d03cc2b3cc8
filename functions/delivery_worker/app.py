"""The delivery queue: sends what is due, in place of the call that made the link."""

from linkgate.endpoint.triggers import queue_handler
from linkgate.model.delivery_tasks import Task
from linkgate.ports.deps import Deps
from linkgate.usecases.delivery.delivery_work import perform


@queue_handler
def handler(task: Task, deps: Deps) -> None:
    """A delivery to look at, a reminder, an SMS in place of a lost e-mail, a report that came too early."""
    perform(task, deps)
