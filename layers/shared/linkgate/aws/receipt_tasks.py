"""Tasks of the receipts' queue, as JSON of queue messages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from linkgate.aws.timed_messages import TimedMessage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.aws.timed_messages import QueueWriter


class SqsReceiptTasks:
    """`ports.files.ReceiptTasks`."""

    def __init__(self, queue: QueueWriter) -> None:
        self._queue = queue

    def put(self, rids: Sequence[str], now: datetime) -> None:
        self._queue.put([TimedMessage(json.dumps({"sent": rid}), now) for rid in rids], now)


def sent_rid_of(text: str) -> str:
    """Return the rid in a message. Raises ValueError for one that is none of ours."""
    match json.loads(text):
        case {"sent": str(rid)}:
            return rid
        case _:
            raise ValueError("an unknown task")
