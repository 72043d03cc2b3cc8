"""Scanner of new objects in place of GuardDuty. It knows one threat: the test file of EICAR."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from linkgate.model.moments import utc
from local.faults import Fault, Service
from local.intrinsics import ACCOUNT, REGION
from local.object_store import bus_event

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from local.clock import Clock
    from local.faults import Faults
    from local.object_store import ObjectStore

LATE = timedelta(minutes=10)
"""Delay of a result that comes late."""

_EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!"
_CLEAN = ("COMPLETED", "NO_THREATS_FOUND")
_INFECTED = ("COMPLETED", "THREATS_FOUND")
_FAILED = ("SKIPPED", "UNSUPPORTED")
_PLAN = f"arn:aws:guardduty:{REGION}:{ACCOUNT}:malware-protection-plan/local"


class Scanner:
    """Scans each version of an object, and tells the result when it is due."""

    def __init__(self, objects: ObjectStore, clock: Clock, faults: Faults) -> None:
        self._objects = objects
        self._clock = clock
        self._faults = faults
        self._waiting: list[tuple[datetime, dict[str, Any]]] = []

    def scan(self, created: Mapping[str, Any]) -> None:
        """Scan the object of an event, if it is in a bucket that is scanned and still there."""
        detail = created["detail"]
        name, stored = detail["bucket"]["name"], detail["object"]
        bucket = self._objects.bucket(name)
        if bucket is None or not bucket.scanned:
            return
        try:
            content = self._objects.read(name, stored["key"], stored.get("version-id"))
        except KeyError:
            return
        fault, now = self._faults.take(Service.SCAN), self._clock.now()
        found = _FAILED if fault is Fault.FAILED else _INFECTED if _is_bad(content, fault) else _CLEAN
        times = {Fault.NEVER: 0, Fault.TWICE: 2}.get(fault, 1) if fault else 1
        due = now + LATE if fault is Fault.LATE else now
        self._waiting += [(due, _result(detail, found, now)) for _ in range(times)]

    def due_results(self) -> list[dict[str, Any]]:
        """Return the results that are due, once."""
        now = self._clock.now()
        due = [event for at, event in self._waiting if at <= now]
        self._waiting = [waiting for waiting in self._waiting if waiting[0] > now]
        return due


def _is_bad(content: bytes, fault: Fault | None) -> bool:
    return fault is Fault.INFECTED or _EICAR in content


def _result(detail: Mapping[str, Any], found: tuple[str, str], now: datetime) -> dict[str, Any]:
    stored = detail["object"]
    threats = [{"name": "EICAR-Test-File"}] if found is _INFECTED else None
    result = {
        "schemaVersion": "1.0",
        "scanStatus": found[0],
        "resourceType": "S3_OBJECT",
        "s3ObjectDetails": {
            "bucketName": detail["bucket"]["name"],
            "objectKey": stored["key"],
            "eTag": stored["etag"],
            "versionId": stored.get("version-id"),
            "s3Throttled": False,
        },
        "scanResultDetails": {"scanResultStatus": found[1], "threats": threats},
    }
    return bus_event("aws.guardduty", "GuardDuty Malware Protection Object Scan Result", utc(now), _PLAN, result)
