"""Changes of links, of their rooms and files, and of journals, as the table's stream delivers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from linkgate.model.file import File
    from linkgate.model.link import Link
    from linkgate.model.live import Room
    from linkgate.model.person import JournalEntry


@dataclass(frozen=True, slots=True)
class Change:
    """A link before and after a write. `old` is None if the write made the link."""

    old: Link | None
    new: Link


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file of a link before and after a write."""

    master_rid: str
    """Partition of the file: a master rid, or that of a resource."""
    old: File
    new: File


@dataclass(frozen=True, slots=True)
class RoomChange:
    """A session link's room before and after a write. `old` is None if the write made the room."""

    old: Room | None
    new: Room


@dataclass(frozen=True, slots=True)
class Journalled:
    """A new entry of a tenant's journal, which is never written again."""

    tenant: str
    id: str
    """Name of the entry in the table."""
    entry: JournalEntry
