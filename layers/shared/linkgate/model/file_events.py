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
class Gone:
    """The item of a file is gone: deleted, erased, or past its time."""

    partition: str
    tenant: str
    file_id: str
    size: int


@dataclass(frozen=True, slots=True)
class Erasure:
    """A link was erased a while ago, so whoever had read it before has written all that they will write."""

    rid: str


FileEvent = Arrival | Scan | Gone | Erasure
