"""Tasks of the files' queue, as JSON of queue messages."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.aws.timed_messages import TimedMessage
from linkgate.model.file_events import Erasure, Gone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.aws.timed_messages import QueueWriter


class SqsFileTasks:
    """`ports.files.FileTasks`."""

    def __init__(self, queue: QueueWriter) -> None:
        self._queue = queue

    def put(self, tasks: Sequence[Gone | Erasure], now: datetime, after: timedelta = timedelta()) -> None:
        self._queue.put([TimedMessage(_message(task), now + after) for task in tasks], now)


def _message(task: Gone | Erasure) -> str:
    if isinstance(task, Erasure):
        return json.dumps({"erased": task.rid})
    return json.dumps({"gone": [task.partition, task.tenant, task.file_id, task.size]})


def file_task_of(message: object) -> Gone | Erasure | None:
    """Return the task of a message's JSON, or None if it is none."""
    match message:
        case {"erased": str(rid)}:
            return Erasure(rid)
        case {"gone": [str(partition), str(tenant), str(file_id), int(size)]}:
            return Gone(partition, tenant, file_id, size)
        case _:
            return None
