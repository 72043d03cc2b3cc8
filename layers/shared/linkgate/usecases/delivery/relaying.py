"""Turn changes of links from the table's stream into tasks.

The stream is the outbox: a change and the need to act on it are one write, so neither exists without the other. The
relay writes no links, so it never triggers itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.delivery_rules import ready_at
from linkgate.model.delivery_tasks import CheckDelivery, Reconsider, Remind, SendSmsInstead, TellReceipt
from linkgate.model.file_events import Gone
from linkgate.model.link import DeliveryState
from linkgate.model.simulation import REPORT_PAUSE, simulated_report
from linkgate.usecases.changes import Change
from linkgate.usecases.delivery.channels import may_send_sms_instead

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from linkgate.model.delivery_tasks import Task
    from linkgate.model.link import Delivery, Link
    from linkgate.ports.deps import Deps


def relay(changes: Sequence[Change | Gone], deps: Deps) -> None:
    """Queue unfinished deliveries and files to clear away, and schedule reminders. Raises Unavailable.

    Only the sum of several changes to one link counts. Nearly every message is sent while the batch is gathered, so it
    costs nothing here. Queueing a task twice is harmless.
    """
    now = deps.now()
    if gone := [change for change in changes if isinstance(change, Gone)]:
        deps.files.tasks.put(gone, now)
    total = [change for change in _summed(changes) if change.old != change.new]
    tasks = [task for change in total for task in _tasks(change, now)]
    reminders = {
        f"{link.rid}.{number}": Remind(link.rid, due)
        for link in (change.new for change in total if change.old is None)
        for number, due in enumerate(link.reminders, start=1)
    }
    # The scheduler refuses times in the past. If the stream was late, reminders that are due go to the queue.
    tasks += [reminder for reminder in reminders.values() if reminder.not_before <= now]
    if tasks:
        deps.queue.put(tasks, now)
    for name, reminder in reminders.items():
        if reminder.not_before > now:
            deps.schedule.add(name, reminder)


def _summed(changes: Sequence[Change | Gone]) -> list[Change]:
    """Merge each link's changes into its first old and last new image. A stream keeps the order of a link's changes."""
    summed: dict[str, Change] = {}
    for change in changes:
        if isinstance(change, Gone):
            continue
        first = summed.get(change.new.rid, change)
        summed[change.new.rid] = Change(first.old, change.new)
    return list(summed.values())


def _tasks(change: Change, now: datetime) -> Iterator[Task]:
    link = change.new
    for delivery, before in _deliveries(change):
        ready = ready_at(delivery)
        if ready and (before is None or (before.attempt, before.due) != (delivery.attempt, delivery.due)):
            yield CheckDelivery(link.rid, delivery.channel, delivery.attempt, ready)
    if link.test:
        yield from _simulated(change, now)
    if (message := _receipt_message(link)) and (ready := ready_at(message)):
        before = _receipt_message(change.old) if change.old else None
        if before is None or (before.attempt, before.due) != (message.attempt, message.due):
            yield TellReceipt(link.rid, message.attempt, ready)
    if may_send_sms_instead(link) and not (change.old and may_send_sms_instead(change.old)):
        yield SendSmsInstead(link.rid, now)


def _simulated(change: Change, now: datetime) -> Iterator[Task]:
    """Yield a report for each message of a test link that was just sent, in place of the provider's."""
    for delivery, before in _deliveries(change):
        news = before is None or (before.attempt, before.state) != (delivery.attempt, delivery.state)
        address = change.new.address(delivery.channel)
        if delivery.state is DeliveryState.SENT and news and address:
            report = simulated_report(change.new.rid, delivery, address, now)
            yield Reconsider(report, now + REPORT_PAUSE)


def _receipt_message(link: Link) -> Delivery | None:
    return link.receipt.message if link.receipt else None


def _deliveries(change: Change) -> Iterator[tuple[Delivery, Delivery | None]]:
    before = change.old.deliveries if change.old else {}
    for channel, delivery in change.new.deliveries.items():
        yield delivery, before.get(channel)
