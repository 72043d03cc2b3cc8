"""Retries as in the standard mode of AWS's SDKs: few attempts, random pauses that double, and a quota for all calls.

Source: "Retry behavior" in the AWS SDKs and Tools Reference Guide. A test compares pauses and quota with botocore's.
"""

from __future__ import annotations

import random
import time
from typing import Any

_THROTTLED = {
    *("ProvisionedThroughputExceededException", "RequestLimitExceeded", "LimitExceededException", "SlowDown"),
    *("Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException"),
    *("TransactionInProgressException", "PriorRequestNotComplete", "TooManyRequestsException"),
}
_TRANSIENT = {"ReplicatedWriteConflictException", "RequestTimeout", "RequestTimeoutException", 500, 502, 503, 504}
"""Codes and statuses of errors that pass."""
_TOO_MANY_REQUESTS = 429

_QUOTA, _COST, _THROTTLED_COST = 500, 14, 5
_PAUSE, _THROTTLED_PAUSE, _LONGEST_PAUSE = 0.025, 1.0, 20.0
_TOLD_MOST = 5.0
"""Seconds by which a service may lengthen a pause."""


class Retries:
    """Retries of one client, each paid from a quota that successes fill again."""

    def __init__(self, attempts: int) -> None:
        self._attempts = attempts
        self._quota = _QUOTA

    def wait(self, attempt: int, failure: Exception) -> int:
        """Wait until the next attempt and return what it cost. Raises the failure if there is none."""
        # Without an answer, nothing is told but that the call failed.
        response: Any = getattr(failure, "response", None)
        told: Any = response["ResponseMetadata"] if response else {"HTTPStatusCode": 500, "HTTPHeaders": {}}
        code, status = response["Error"]["Code"] if response else "", told["HTTPStatusCode"]
        throttled = code in _THROTTLED or status == _TOO_MANY_REQUESTS
        cost = _THROTTLED_COST if throttled else _COST
        repeated = throttled or code in _TRANSIENT or status in _TRANSIENT
        if attempt >= self._attempts or not repeated or cost > self._quota:
            raise failure
        self._quota -= cost
        scale = _THROTTLED_PAUSE if throttled else _PAUSE
        pause = random.random() * min(scale * 2 ** (attempt - 1), _LONGEST_PAUSE)  # noqa: S311 - jitter, no secret
        wish = told["HTTPHeaders"].get("x-amz-retry-after", "")
        time.sleep(max(pause, min(int(wish) / 1000, pause + _TOLD_MOST)) if wish.isdecimal() else pause)
        return cost

    def succeeded(self, cost: int) -> None:
        """Give back what the last retry cost, or 1 if there was none."""
        self._quota = min(self._quota + cost, _QUOTA)
