"""Conversion of tasks to the JSON of queue messages, and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from linkgate.model.delivery_tasks import CheckDelivery, Reconsider, Remind, SendSmsInstead, TellReceipt
from linkgate.model.epoch import milliseconds, moment
from linkgate.model.link import Channel, DeliveryState
from linkgate.model.reports import Report

if TYPE_CHECKING:
    from linkgate.model.delivery_tasks import Task


class UnreadableTask(Exception):
    """A message that we did not write."""


def message_of(task: Task) -> str:
    """Return a task as a queue message. Times are in epoch milliseconds."""
    content: dict[str, object] = {"not_before": milliseconds(task.not_before)}
    match task:
        case CheckDelivery():
            content |= {"task": "look", "rid": task.rid, "channel": task.channel.value, "attempt": task.attempt}
        case Remind():
            content |= {"task": "remind", "rid": task.rid}
        case SendSmsInstead():
            content |= {"task": "fall_back", "rid": task.rid}
        case TellReceipt():
            content |= {"task": "receipt", "rid": task.rid, "attempt": task.attempt}
        case Reconsider():
            content |= {"task": "reconsider", "report": _report_map(task.report)}
    return json.dumps(content, separators=(",", ":"))


def task_of(message: str) -> Task:
    """Return the task of a queue message; raises UnreadableTask."""
    try:
        content = json.loads(message)
        not_before = moment(content["not_before"])
        match content["task"]:
            case "look":
                return CheckDelivery(content["rid"], Channel(content["channel"]), int(content["attempt"]), not_before)
            case "remind":
                return Remind(content["rid"], not_before)
            case "fall_back":
                return SendSmsInstead(content["rid"], not_before)
            case "receipt":
                return TellReceipt(content["rid"], int(content["attempt"]), not_before)
            case "reconsider":
                return Reconsider(_report(content["report"]), not_before)
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableTask from error
    raise UnreadableTask


def _report_map(report: Report) -> dict[str, object]:
    values = {
        "channel": report.channel.value,
        "state": report.state.value,
        "message_id": report.message_id,
        "at": milliseconds(report.at),
        "reason": report.reason,
        "suppress": report.suppress,
        "rid": report.rid,
        "attempt": report.attempt,
    }
    return {name: value for name, value in values.items() if value is not None}


def _report(content: dict[str, Any]) -> Report:
    return Report(
        Channel(content["channel"]),
        DeliveryState(content["state"]),
        content["message_id"],
        moment(content["at"]),
        reason=content.get("reason"),
        suppress=content.get("suppress"),
        rid=content.get("rid"),
        attempt=int(content["attempt"]) if "attempt" in content else None,
    )
