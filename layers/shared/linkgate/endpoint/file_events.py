"""Events about files from the queue: of the bucket and of GuardDuty, which EventBridge puts there, and our own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from linkgate.aws.file_tasks import file_task_of
from linkgate.endpoint.queue_messages import message_handler
from linkgate.model.file_events import Arrival, Scan, ScanResult

if TYPE_CHECKING:
    from linkgate.model.file_events import FileEvent


def file_event_of(body: str) -> FileEvent:
    """Read a message. Raises ValueError or KeyError for one that is none of ours."""
    message = json.loads(body)
    if task := file_task_of(message):
        return task
    match message:
        case {"source": "aws.s3", "detail-type": "Object Created", "detail": {"object": found}}:
            # Unlike the bucket's own notifications, events of EventBridge do not escape keys.
            return Arrival(found["key"], found["version-id"])
        case {"source": "aws.guardduty", "detail": {"s3ObjectDetails": found, "scanResultDetails": scan}}:
            result = ScanResult(scan["scanResultStatus"])
            return Scan(found["objectKey"], found["versionId"], result)
        case _:
            raise ValueError("an unknown event")


file_event_handler = message_handler("file event", file_event_of)
"""Wrapper of the handler of the files' queue."""
