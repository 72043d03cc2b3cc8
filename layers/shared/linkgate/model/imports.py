"""Imports: files whose rows become links."""

from __future__ import annotations

from dataclasses import field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

LARGEST_FILE = 512 * 1024 * 1024
"""Bytes of a file."""
MOST_ROWS = 1_000_000
PART_ROWS = 100
"""Rows of a part, which is made in one call. Equal to the limit of a batch of links."""
PART_BYTES = 1024 * 1024
"""Bytes after which a part ends, however few rows it has."""
LARGEST_ROW = 256 * 1024
"""Bytes of a row: the limit of a call that creates one link."""
MOST_COLUMNS = 200
UPLOAD_TIME = timedelta(hours=1)
"""Time for which an address to upload or download a file works."""
KEPT = timedelta(days=30)
"""Time for which an import, its name and its result file are kept."""
DAY_SHARE = 0.8
"""Share of a tenant's daily messages that imports may use. The rest is for codes and for links of single calls."""


class ImportState(StrEnum):
    """State of an import."""

    WAITING = "waiting"
    """The file has not been uploaded, or nobody has started the import."""
    RUNNING = "running"
    PAUSED = "paused"
    REFUSED = "refused"
    """The file cannot be read as a whole. No link was made."""
    FINISHED = "finished"
    STOPPED = "stopped"


class FileFormat(StrEnum):
    """Format of a file."""

    CSV = "csv"
    JSONL = "jsonl"


class Pause(StrEnum):
    """Reason why an import is paused."""

    ASKED = "asked"
    KEY = "key"
    """The key that started it has expired or was revoked."""
    FAILED = "failed"
    """Rows could not be processed, although they were tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Subject of the links of a file: exactly one of the first three fields is set.

    There are no sessions, because nothing is sent for them, and nobody else would receive their links.
    """

    process: str | None = None
    campaign: str | None = None
    resource_type: str | None = None
    channels: tuple[str, ...] = ()
    """Channels of links to resources."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Numbers of rows by outcome."""

    created: int = 0
    duplicates: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Hold:
    """Limit of the tenant that rows wait for, by the name of its setting, and the end of the wait."""

    limit: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """An import. It holds no content of the file."""

    id: str
    tenant: str
    name: str
    """Name under which no row is made twice, in however many files it comes."""
    salt: bytes = field(repr=False)
    """Random bits of the name, from which the rids of its rows are derived."""
    format: FileFormat
    digest: str
    """SHA-256 of the file in base64, which the upload must have."""
    size: int
    subject: Subject
    domain: str
    """Domain that served the request, for links of a tenant without one of its own."""
    created_at: datetime
    created_by: str
    """Public id of the key that created or last started it."""
    key: str
    """Hash of that key, which must still be valid while rows are made."""
    ttl: datetime
    state: ImportState = ImportState.WAITING
    run: int = 0
    """Number of times it was started. Calls that belong to an earlier run do nothing."""
    pause: Pause | None = None
    columns: tuple[str, ...] = ()
    rows: int | None = None
    """Number of rows, known once the file was checked."""
    parts: int = 0
    parts_done: int = 0
    tally: Tally = Tally()
    problems: tuple[Mapping[str, str], ...] = ()
    """Reasons for which the file is refused, each with `field` and `reason`."""
    hold: Hold | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Consecutive rows of a file. `row` is the number of the first one; the header of a CSV is row 1."""

    number: int
    start: int
    end: int
    row: int
