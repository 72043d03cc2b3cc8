"""Moments as whole milliseconds since 1970: in the table, in queues and cursors, and in ServiceStack's dates.

In whole seconds only where DynamoDB is to delete (TTL).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def milliseconds(moment: datetime) -> int:
    """What is smaller than a millisecond is cut off."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000  # a third of `// MILLISECOND`


def epoch_seconds(moment: datetime) -> int:
    """What is smaller than a second is cut off."""
    since = moment - _EPOCH
    return since.days * 86_400 + since.seconds


def moment(value: int) -> datetime:
    """The inverse of `milliseconds`, in UTC; raises OverflowError beyond the year 9999."""
    return _EPOCH + value * MILLISECOND
