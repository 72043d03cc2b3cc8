"""Log lines: one JSON object of fields from a fixed list."""

from __future__ import annotations

import json
import logging
import os
from time import gmtime, strftime

LOG_FIELDS = frozenset(
    {
        *("level", "message", "timestamp", "service", "xray_trace_id"),
        *("route", "method", "status", "error", "cause"),  # replies
        *("request_id", "trace", "rid", "key", "duration_ms"),  # what joins a reply with other lines and records
        "t",  # type of a live message, from a fixed table
        *("channel", "state", "reason", "known"),  # providers' reports
        *("tenant", "webhook", "event", "tries", "end"),  # webhooks
        *("step", "import_id", "run", "part", "wait"),  # imports
        *("looked_at", "overdue", "deleted", "complete"),  # retention
    }
)
"""Every field that a log line may hold. None of them can be a secret, an address or a name."""

_ENCODER = json.JSONEncoder(default=str, separators=(",", ":"), ensure_ascii=False, check_circular=False)


class LogLines(logging.Formatter):
    """Formats only the listed fields of a record."""

    def __init__(self, service: str | None = None) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "level": record.levelname,
            "message": record.getMessage(),
            # Half the cost of `datetime.isoformat`.
            "timestamp": f"{strftime('%Y-%m-%dT%H:%M:%S', gmtime(record.created))}.{int(record.msecs):03}+00:00",
            "service": self._service,
        }
        trace = os.environ.get("_X_AMZN_TRACE_ID", "")
        if trace.endswith("Sampled=1"):  # of others, no trace is kept
            line["xray_trace_id"] = trace.partition(";")[0].removeprefix("Root=")
        line |= {name: value for name, value in record.__dict__.items() if name in LOG_FIELDS}
        return _ENCODER.encode(line)
