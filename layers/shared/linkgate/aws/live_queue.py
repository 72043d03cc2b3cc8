"""Tasks of the live worker on their way to it, as the JSON of queue messages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from linkgate.aws.task_messages import UnreadableTask
from linkgate.aws.timed_messages import TimedMessage
from linkgate.model.epoch import milliseconds, moment
from linkgate.model.live_tasks import Close, Look

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.aws.timed_messages import QueueWriter
    from linkgate.model.live_tasks import LiveTask


class SqsLiveTasks:
    """`ports.live.LiveTasks`."""

    def __init__(self, queue: QueueWriter) -> None:
        self._queue = queue

    def put(self, tasks: Sequence[LiveTask], now: datetime) -> None:
        self._queue.put([TimedMessage(message_of(task), task.not_before) for task in tasks], now)


def message_of(task: LiveTask) -> str:
    """Return a task as a queue message. Times are in epoch milliseconds."""
    content: dict[str, object]
    if isinstance(task, Look):
        content = {"task": "look", "rid": task.rid, "call": task.call, "turn": task.turn}
        return json.dumps({**content, "not_before": milliseconds(task.not_before)}, separators=(",", ":"))
    content = {
        "task": "close",
        "room": task.room,
        "rid": task.rid,
        "why": task.why,
        "not_before": milliseconds(task.not_before),
    }
    return json.dumps(content, separators=(",", ":"))


def live_task_of(message: str) -> LiveTask:
    """Return the task of a queue message; raises UnreadableTask."""
    try:
        content = json.loads(message)
        if content["task"] == "close":
            return Close(content["room"], content["rid"], content["why"], moment(content["not_before"]))
        if content["task"] == "look":
            return Look(content["rid"], content["call"], content["turn"], moment(content["not_before"]))
    except (KeyError, OverflowError, TypeError, ValueError) as error:
        raise UnreadableTask from error
    raise UnreadableTask
