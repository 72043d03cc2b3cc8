"""Wrappers of handlers that the stream, the queues and the providers call. They read events and report failures.

As with `endpoint`, the wrapped handler is a plain function of values and `Deps`. Log lines contain no message, address
or secret.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeVar

from linkgate import wiring
from linkgate.aws.task_messages import task_of
from linkgate.aws.webhook_messages import notice_of
from linkgate.endpoint import cause_of
from linkgate.endpoint.provider_reports import ForeignReport, reports_of
from linkgate.store.attribute_values import from_item
from linkgate.store.desk.rooms import ROOM, room_of
from linkgate.store.files.files import file_of, gone_of
from linkgate.store.journal_items import JOURNAL, entry_of, tenant_of
from linkgate.store.link_items import FILE, link_of
from linkgate.usecases.changes import Change, FileChange, Journalled, RoomChange

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from linkgate.endpoint.invocation import Context
    from linkgate.model.delivery_tasks import Task
    from linkgate.model.file_events import Gone
    from linkgate.model.reports import Report
    from linkgate.model.webhook import Notice
    from linkgate.ports.deps import Deps
    from linkgate.usecases.history.webhook_delivery import NoticeResult

    Event = Mapping[str, Any]
    BatchReply = dict[str, list[dict[str, str]]]


C = TypeVar("C")

LEAST_TIME = 25_000
"""Longest time of a task, in milliseconds: repeated reads and writes, and one provider call."""


def queue_handler(act: Callable[[Task, Deps], None]) -> Callable[[Event, Context], BatchReply]:
    """Wrap a handler of an SQS trigger with ReportBatchItemFailures. Only failed messages become visible again."""

    @functools.wraps(act)
    def handler(event: Event, context: Context) -> BatchReply:
        deps = wiring.deps()
        failed = []
        for record in event["Records"]:
            try:
                task = task_of(record["body"])
                if context.get_remaining_time_in_millis() < LEAST_TIME:
                    # This is not a failure: a message that waits must not count towards the dead-letter queue.
                    deps.queue.put([task], deps.now())
                else:
                    act(task, deps)
            except Exception as error:  # noqa: BLE001 - a message that fails must not fail the others
                _log_failure("task", error)
                failed.append(record["messageId"])
        return _failures(failed)

    return handler


def webhook_handler(act: Callable[[Notice, Deps], NoticeResult]) -> Callable[[Event, Context], BatchReply]:
    """Wrap a handler of the webhook queue, like `queue_handler`. Log lines name event and outcome, but no address."""

    @functools.wraps(act)
    def handler(event: Event, _context: Context) -> BatchReply:
        failed = []
        for record in event["Records"]:
            try:
                notice = notice_of(record["body"])
                result = act(notice, wiring.deps())
                facts: dict[str, object] = {"tenant": notice.tenant, "webhook": notice.webhook, "event": notice.event}
                facts |= {"tries": notice.tries, "end": result.outcome.value}
                if result.answer is not None:
                    facts |= {"status": result.answer.status, "reason": result.answer.reason}
                wiring.logger().info("webhook", extra=facts)
            except Exception as error:  # noqa: BLE001 - a message that fails must not fail the others
                _log_failure("webhook", error)
                failed.append(record["messageId"])
        return _failures(failed)

    return handler


def stream_handler(act: Callable[[Sequence[Change | Gone], Deps], None]) -> Callable[[Event, Context], BatchReply]:
    """Wrap a handler of the stream of links and of files that are gone, with ReportBatchItemFailures.

    A retry starts at the failed record.
    """
    return _stream_handler(act, _change_or_end)


def history_handler(
    act: Callable[[Sequence[Change | RoomChange | FileChange | Journalled], Deps], None],
) -> Callable[[Event, Context], BatchReply]:
    """Wrap a handler of the stream of links, rooms, files and journals, like `stream_handler`."""
    return _stream_handler(act, _change_of_any)


def _stream_handler(
    act: Callable[[Sequence[C], Deps], None], read: Callable[[Mapping[str, Any]], C]
) -> Callable[[Event, Context], BatchReply]:
    @functools.wraps(act)
    def handler(event: Event, _context: Context) -> BatchReply:
        records = event["Records"]
        changes: list[C] = []
        failed: list[str] = []
        for record in records:
            try:
                changes.append(read(record["dynamodb"]))
            except (KeyError, TypeError, ValueError) as error:
                # The records before it are processed. It is repeated alone and ends in the dead-letter queue.
                _log_failure("stream record", error)
                failed = [record["dynamodb"]["SequenceNumber"]]
                break
        try:
            act(changes, wiring.deps())
        except Exception as error:  # noqa: BLE001 - Lambda repeats the batch, and nothing is lost
            _log_failure("relay", error)
            failed = [records[0]["dynamodb"]["SequenceNumber"]]
        return _failures(failed)

    return handler


def report_handler(act: Callable[[Report, Deps], bool]) -> Callable[[Event, Context], None]:
    """Wrap a handler of providers' reports. Foreign reports are refused; other failures make Lambda retry."""

    @functools.wraps(act)
    def handler(event: Event, context: Context) -> None:
        account = context.invoked_function_arn.split(":")[4]
        try:
            for report in reports_of(event, account):
                known = act(report, wiring.deps())
                facts = {"channel": report.channel, "state": report.state, "reason": report.reason, "known": known}
                wiring.logger().info("reported", extra=facts)
        except ForeignReport as foreign:
            wiring.logger().warning("report refused", extra={"reason": foreign.reason})

    return handler


def _change(image: Mapping[str, Any]) -> Change:
    old = image.get("OldImage")
    return Change(link_of(from_item(old)) if old else None, link_of(from_item(image["NewImage"])))


def _change_or_end(image: Mapping[str, Any]) -> Change | Gone:
    if "NewImage" in image:
        return _change(image)
    return gone_of(from_item(image["OldImage"]))


def _change_of_any(image: Mapping[str, Any]) -> Change | RoomChange | FileChange | Journalled:
    name: str = image["Keys"]["sk"]["S"]
    partition: str = image["Keys"]["pk"]["S"]
    if partition.startswith(JOURNAL):
        return Journalled(tenant_of(partition), name, entry_of(from_item(image["NewImage"])))
    if name.startswith(FILE):
        return FileChange(partition, file_of(from_item(image["OldImage"])), file_of(from_item(image["NewImage"])))
    if name != ROOM:
        return _change(image)
    old = image.get("OldImage")
    return RoomChange(room_of(from_item(old)) if old else None, room_of(from_item(image["NewImage"])))


def _failures(identifiers: Sequence[str]) -> BatchReply:
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in identifiers]}


def _log_failure(what: str, error: Exception) -> None:
    wiring.logger().error(f"{what} failed", extra={"error": type(error).__name__, "cause": cause_of(error)})
