"""Events about the bytes of files. They come in any order, more than once, or never."""

from __future__ import annotations

from enum import StrEnum

from linkgate.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Arrival:
    """A version of an object has arrived in quarantine."""

    key: str
    version: str


class ScanResult(StrEnum):
    """Result of a search for malware, by the name that GuardDuty uses."""

    CLEAN = "NO_THREATS_FOUND"
    INFECTED = "THREATS_FOUND"
    UNSUPPORTED = "UNSUPPORTED"
    """It has a password, or is too large to be searched."""
    ACCESS_DENIED = "ACCESS_DENIED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Scan:
    """A version of an object was searched for malware."""

    key: str
    version: str
    result: ScanResult


@dataclass(frozen=True, slots=True)
class Removal:
    """All objects whose keys begin like this are to be deleted, because nothing else is left of their owner."""

    prefix: str


FileEvent = Arrival | Scan | Removal
