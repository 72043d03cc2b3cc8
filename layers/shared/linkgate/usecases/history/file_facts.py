"""Derive facts about the check of a link's file from the file before and after a write. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.file import READABLE, SETTLED
from linkgate.model.timeline import Fact, details_of
from linkgate.tokens import file_commitment

if TYPE_CHECKING:
    from linkgate.model.file import File

ACCEPTED = "file.accepted"
REJECTED = "file.rejected"

RECEIPT_MADE = "receipt.made"

FILE_TYPES = frozenset({ACCEPTED, REJECTED, RECEIPT_MADE})


def file_facts(old: File, new: File) -> list[Fact]:
    """Return the facts. They name the file by its id and the salted hash of its bytes, and hold no name."""
    if old.state in SETTLED or new.state not in SETTLED:
        return []
    accepted = new.state in READABLE
    if accepted and new.submission:
        made = details_of(file=new.id, commit=file_commitment(new.salt, new.sha256))
        return [Fact(f"file:{new.id}", RECEIPT_MADE, new.settled_at or new.added_at, made)]
    details = details_of(
        file=new.id,
        commit=file_commitment(new.salt, new.sha256),
        field=new.field,
        state=new.state.value,
        reason=new.reason,
    )
    return [Fact(f"file:{new.id}", ACCEPTED if accepted else REJECTED, new.settled_at or new.added_at, details)]
