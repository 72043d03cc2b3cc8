"""Delivery queue: sends messages that are due, apart from the call that created the link."""

from linkgate.endpoint.triggers import queue_handler
from linkgate.model.delivery_tasks import Task
from linkgate.ports.deps import Deps
from linkgate.usecases.delivery.delivery_work import perform


@queue_handler
def handler(task: Task, deps: Deps) -> None:
    """Perform a task: a delivery to check, a reminder, an SMS instead of a lost e-mail, or an early report."""
    perform(task, deps)
