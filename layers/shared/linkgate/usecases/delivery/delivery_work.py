"""Work of the delivery worker on a task from its queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.delivery_tasks import CheckDelivery, Reconsider, Remind, SendSmsInstead, TellReceipt
from linkgate.usecases.delivery.feedback import take_report
from linkgate.usecases.delivery.receipts import tell_receipt
from linkgate.usecases.delivery.redelivery import redeliver
from linkgate.usecases.delivery.reminding import remind
from linkgate.usecases.delivery.sms_instead import send_sms_instead

if TYPE_CHECKING:
    from linkgate.model.delivery_tasks import Task
    from linkgate.ports.deps import Deps


def perform(task: Task, deps: Deps) -> None:
    """Do a task that is due. A task that came early is put back without reading the table."""
    now = deps.now()
    if task.not_before > now:
        deps.queue.put([task], now)
        return
    match task:
        case CheckDelivery():
            redeliver(task, deps)
        case Remind():
            remind(task, deps)
        case SendSmsInstead():
            send_sms_instead(task, deps)
        case TellReceipt():
            tell_receipt(task, deps)
        case Reconsider():
            take_report(task.report, deps)
