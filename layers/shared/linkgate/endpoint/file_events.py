"""Events about files from the queue: of the bucket and of GuardDuty, which EventBridge puts there, and our own."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

from linkgate import wiring
from linkgate.endpoint import cause_of
from linkgate.model.file_events import Arrival, Removal, Scan, ScanResult

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from linkgate.model.file_events import FileEvent
    from linkgate.ports.deps import Deps


def file_event_handler(
    act: Callable[[FileEvent, Deps], None],
) -> Callable[[Mapping[str, Any], object], dict[str, list[dict[str, str]]]]:
    """Wrap a handler of the files' queue with ReportBatchItemFailures. Only failed messages become visible again."""

    @functools.wraps(act)
    def handler(event: Mapping[str, Any], _context: object) -> dict[str, list[dict[str, str]]]:
        failed = []
        for record in event["Records"]:
            try:
                act(file_event_of(record["body"]), wiring.deps())
            except Exception as error:  # noqa: BLE001 - a message that fails must not fail the others
                wiring.logger().error("file event failed", extra={"cause": cause_of(error)})
                failed.append({"itemIdentifier": record["messageId"]})
        return {"batchItemFailures": failed}

    return handler


def file_event_of(body: str) -> FileEvent:
    """Read a message. Raises ValueError or KeyError for one that is none of ours."""
    message = json.loads(body)
    match message:
        case {"remove": str(prefix)}:
            return Removal(prefix)
        case {"source": "aws.s3", "detail-type": "Object Created", "detail": {"object": found}}:
            # Unlike the bucket's own notifications, events of EventBridge do not escape keys.
            return Arrival(found["key"], found["version-id"])
        case {"source": "aws.guardduty", "detail": {"s3ObjectDetails": found, "scanResultDetails": scan}}:
            result = ScanResult(scan["scanResultStatus"])
            return Scan(found["objectKey"], found["versionId"], result)
        case _:
            raise ValueError("an unknown event")
