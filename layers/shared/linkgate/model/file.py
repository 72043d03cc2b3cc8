"""Files that belong to a link or to a resource, and where their bytes and items are."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.file_kinds import FileKind

LARGEST: Final = 50_000_000
"""Greatest number of bytes of a file."""
UPLOAD_TIME: Final = timedelta(minutes=15)
"""Time for which bytes may be sent to a signed address."""
READ_TIME: Final = timedelta(seconds=60)
"""Time for which bytes may be read from a signed address."""
AWAITED_TIME: Final = timedelta(days=1)
"""Time after which a file that never arrived is forgotten."""


OF_RESOURCE: Final = "res#"
"""Beginning of the partitions of resources."""


class FileState(StrEnum):
    """Progress of a file. Only `READABLE` ones are given to recipients."""

    AWAITED = "awaited"
    RECEIVED = "received"
    CLEAN = "clean"
    UNSCANNED = "unscanned"
    """It arrived where nothing looks for malware."""
    INFECTED = "infected"
    FAILED = "failed"
    """It could not be checked, or is of a kind that was not asked for. `File.reason` says why."""


READABLE: Final = frozenset({FileState.CLEAN, FileState.UNSCANNED})
SETTLED: Final = READABLE | {FileState.INFECTED, FileState.FAILED}


@dataclass(frozen=True, slots=True)
class Place:
    """Link or resource that a file belongs to."""

    partition: str
    """Partition of its items in the table."""
    prefix: str
    """Beginning of the keys of its objects, in both buckets."""
    most: int
    """Greatest number of files."""
    room: int
    """Greatest number of bytes of all files together."""


@dataclass(frozen=True, slots=True)
class File:
    """File. Its name and its person never stand in a key."""

    id: str
    """128 random bits, as a token."""
    tenant: str
    name: str
    """Safe name (`file_names.safe_name`)."""
    kind: FileKind
    size: int
    """Number of bytes, as declared before the upload. A signed address takes no other number."""
    sha256: str
    """Hash of the bytes in hex, as declared before the upload. Empty until it is known where nothing was declared."""
    salt: bytes
    """Random bits that keep the commitment to the bytes from being guessed (`tokens.file_commitment`)."""
    added_at: datetime
    ttl: datetime
    """Moment from which neither the item nor the object is kept. Until the file arrives, the item ends sooner."""
    state: FileState = FileState.AWAITED
    version: str | None = None
    """Version of the object in quarantine that was, or is being, checked."""
    field: str | None = None
    """JSON Pointer of the answer that the file is part of."""
    reason: str | None = None
    settled_at: datetime | None = None
    kinds: tuple[FileKind, ...] = ()
    """Kinds of which its bytes may be one, whatever was declared, if it is an answer: phones name photos wrongly."""
    replaces: str | None = None
    """Id of the file that this one takes the place of, once it may be read."""
    submission: str | None = None
    """Name of the submission that this is the PDF of. None for what somebody sent or attached."""


def object_key(place: Place, file_id: str) -> str:
    """Return the key of a file's object, the same in both buckets."""
    return place.prefix + file_id


def prefix_of(partition: str, tenant: str) -> str:
    """Return the beginning of the keys of all objects whose items are in a partition, which `place_of_key` reads."""
    if partition.startswith(OF_RESOURCE):
        return f"r/{tenant}/{partition.removeprefix(OF_RESOURCE)}/"
    return f"l/{partition}/"


def place_of_key(key: str) -> tuple[str, str] | None:
    """Return the partition and the file's id that an object's key names, or None if it is no key of ours."""
    match key.split("/"):
        case ["l", master_rid, file_id] if master_rid and file_id:
            return master_rid, file_id
        case ["r", _, name, file_id] if name and file_id:
            return OF_RESOURCE + name, file_id
        case _:
            return None
