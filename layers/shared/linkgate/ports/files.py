"""Ports for files: their items in the table, their signed addresses and their objects in two buckets.

Bytes arrive in the bucket Incoming, where nobody reads them. A file that was checked is copied to the bucket Files.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from linkgate.lazy_dataclass import dataclass
from linkgate.model.file import OF_RESOURCE, Place, prefix_of
from linkgate.tokens import resource_hash

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from linkgate.model.file import File, FileState
    from linkgate.model.file_events import Erasure, Gone
    from linkgate.model.file_kinds import FileKind
    from linkgate.model.link import Channel, Link
    from linkgate.model.resource import Resource


def place_of_link(link: Link) -> Place:
    """Return the place of the files of a link, which its family shares."""
    return Place(link.master_rid, prefix_of(link.master_rid, link.tenant), most=20, room=100_000_000)


def place_of_resource(tenant: str, resource_type: str, uid: str) -> Place:
    """Return the place of the files of a resource, which all links to it show."""
    partition = OF_RESOURCE + resource_hash(tenant, resource_type, uid)
    return Place(partition, prefix_of(partition, tenant), most=50, room=1_000_000_000)


class NoRoom(Exception):
    """The place has no room for another file, or not for one of this size."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Facts about bytes that nobody declared, or declared wrongly."""

    name: str
    kind: FileKind
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Result of the check of a file."""

    state: FileState
    reason: str | None = None
    at: datetime | None = None
    contents: Contents | None = None
    """Facts to keep about a file of which nothing was declared."""


class FileStore(Protocol):
    """Items of files. Raises Unavailable if the table cannot be reached."""

    def reserve(self, place: Place, file: File) -> File:
        """Keep an awaited file and take its room, once however often it is repeated. Raises NoRoom.

        Returns the file, or the one that already has its id.
        """

    def put(self, place: Place, file: File) -> File:
        """Keep an awaited file that Linkgate makes itself, which takes no room, once however often it is repeated.

        Returns the file, or the one that already has its id.
        """

    def get(self, place: Place, file_id: str) -> File | None: ...

    def find(self, partition: str, file_id: str) -> File | None:
        """Return a file by the names that its object's key holds (`file.place_of_key`)."""

    def known(self, names: Sequence[tuple[str, str]]) -> Collection[tuple[str, str]]:
        """Return those of at most 100 names (`file.place_of_key`) that have an item."""

    def of(self, place: Place) -> Sequence[File]:
        """Return all files of a place, the oldest first."""

    def claim(self, partition: str, file_id: str, version: str) -> File | None:
        """Bind an awaited file to the version of its object that arrived first, and keep it from now on.

        Returns the file in its newest state. Its version differs from `version` if another one was first. None means
        that the file is gone.
        """

    def settle(self, partition: str, file_id: str, version: str, outcome: Outcome) -> File | None:
        """Record what the check found, if the file has this version and nothing was recorded before.

        Returns the file in its newest state, or None if it is gone.
        """

    def keep(self, partition: str, until: datetime, *, shorten: bool = True) -> None:
        """Keep all files of a partition until this moment. Without `shorten`, those that live longer stay so."""

    def give_room_back(self, partition: str, file_id: str, size: int) -> None:
        """Give back the room of a file whose item is gone, once."""

    def remove(self, partition: str, file_id: str) -> File | None:
        """Delete a file's item and give back its room, once. Returns the file, or None if it is gone already.

        Its objects stay until the table's stream tells that the item is gone (`file_events.Gone`).
        """


class ResourceStore(Protocol):
    """Items of resources. Raises Unavailable if the table cannot be reached."""

    def put(self, resource: Resource) -> None:
        """Write a resource, in place of one that exists."""

    def get(self, tenant: str, resource_type: str, uid: str) -> Resource | None: ...

    def delete(self, tenant: str, resource_type: str, uid: str) -> bool:
        """Delete a resource. False if there is none."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits for the document of its link."""

    rid: str
    channel: Channel
    attempt: int
    """Number of the delivery's attempt that waits."""


class WaitingStore(Protocol):
    """Messages that wait for a document of their resource. Raises Unavailable if the table cannot be reached.

    Whoever waits says so first and then looks for a document; whoever brings one looks afterwards who waits. All reads
    are strongly consistent, so that one of the two finds the other.
    """

    def add(self, place: Place, waiting: Waiting, ttl: datetime) -> None: ...

    def of(self, partition: str) -> Sequence[Waiting]: ...

    def remove(self, partition: str, waiting: Waiting) -> None: ...


@dataclass(frozen=True, slots=True)
class SignedUpload:
    """A request that puts exactly the declared bytes, once."""

    url: str
    headers: Mapping[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignedForm:
    """A form that puts bytes into Incoming, as browsers send it. Its fields come before the file."""

    url: str
    fields: Mapping[str, str]


class Presigner(Protocol):
    """Signs addresses of objects, without a call to AWS."""

    @property
    def origin(self) -> str:
        """Origin of the addresses from which files are read."""

    @property
    def incoming_origin(self) -> str:
        """Origin to which forms send files."""

    def form(self, key: str, file: File, now: datetime, next_page: str = "") -> SignedForm:
        """Return a form that puts the file's bytes into Incoming, within `file.UPLOAD_TIME`.

        It takes exactly the declared bytes, or up to the declared size where no hash is. With `next_page` the browser
        goes there afterwards.
        """

    def upload(self, key: str, file: File, now: datetime) -> SignedUpload:
        """Return a request that puts the file's bytes into Incoming."""

    def download(self, key: str, file: File, now: datetime, *, shown: bool) -> str:
        """Return an address from which the bytes in Files may be read for `file.READ_TIME`.

        `shown` lets a browser show them if their kind allows it. Otherwise it saves them.
        """


class Objects(Protocol):
    """Objects in both buckets. Raises Unavailable. Deleting what is gone is no error."""

    def head(self, key: str, version: str) -> bytes | None:
        """Return the first bytes (`file_kinds.HEAD_BYTES`) of a version in Incoming, or None if it is gone."""

    def arrived(self, key: str) -> bool:
        """Tell whether Incoming has bytes under this key."""

    def measure(self, key: str, version: str) -> tuple[int, str] | None:
        """Return the number of bytes of a version in Incoming and their SHA-256 in hex, or None if it is gone."""

    def promote(self, key: str, version: str, kind: FileKind) -> bool:
        """Copy a version from Incoming to Files, with our media type. False if it is gone."""

    def write(self, key: str, content: bytes, kind: FileKind) -> None:
        """Write an object that Linkgate made into Files, in place of one that exists."""

    def drop_version(self, key: str, version: str) -> None:
        """Delete one version from Incoming."""

    def drop_incoming(self, key: str) -> None:
        """Delete all versions of a key from Incoming."""

    def delete(self, key: str) -> None:
        """Delete a key from both buckets, with all versions."""

    def delete_below(self, prefix: str) -> int:
        """Delete all keys with this beginning from both buckets. Returns the number of objects in Files."""

    def keys(self) -> Iterator[str]:
        """Yield the keys in both buckets, in order within each bucket."""


class FileTasks(Protocol):
    """Tasks of the files' queue, besides the events that come from the bucket. A task that is repeated does no harm."""

    def put(self, tasks: Sequence[Gone | Erasure], now: datetime, after: timedelta = timedelta()) -> None:
        """Queue tasks, to be done after a time. Raises Unavailable."""


class ReceiptTasks(Protocol):
    """Tasks of the receipts' queue. A task that is repeated does no harm."""

    def put(self, rids: Sequence[str], now: datetime) -> None:
        """Queue the PDFs of forms that were sent, by their main links. Raises Unavailable."""


class Files(Protocol):
    """Ports that files need. Each part is made on its first use, because few calls are about files."""

    @property
    def store(self) -> FileStore: ...
    @property
    def resources(self) -> ResourceStore: ...
    @property
    def waiting(self) -> WaitingStore: ...
    @property
    def presigner(self) -> Presigner: ...
    @property
    def objects(self) -> Objects: ...
    @property
    def tasks(self) -> FileTasks: ...
    @property
    def receipts(self) -> ReceiptTasks: ...
