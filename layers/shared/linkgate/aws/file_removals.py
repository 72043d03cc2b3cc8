"""Requests to delete objects, on their way to the files' queue."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.aws.timed_messages import QueueWriter, TimedMessage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from types_boto3_sqs import SQSClient


class SqsRemovals:
    """`ports.files.Removals`. The worker reads the messages with `endpoint.file_events`."""

    def __init__(self, url: str, client: Callable[[], SQSClient]) -> None:
        self._queue = QueueWriter(url, client)

    def ask(self, prefixes: Sequence[str], now: datetime, after: timedelta = timedelta()) -> None:
        messages = [TimedMessage(json.dumps({"remove": prefix}), now + after) for prefix in prefixes]
        self._queue.put(messages, now)
