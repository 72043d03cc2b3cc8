"""Partitions of the indexes that list and find links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.tokens import address_hash, resource_hash

if TYPE_CHECKING:
    from datetime import datetime

_SHARDS = 8
_TESTS = "#test"
"""End of the name of the lists of test links."""


def shards_of(lists: str) -> int:
    """Return the number of partitions for a month and for a campaign, so that no list key is hot.

    Test links are few.
    """
    return 1 if lists.endswith(_TESTS) else _SHARDS


def shard_of(lists: str, rid: str) -> int:
    """Return the partition of a link among those."""
    return ord(rid[0]) % shards_of(lists)


def resource_key(lists: str, resource_type: str, uid: str) -> str:
    """Return the partition that lists a resource's links."""
    return resource_hash(lists, resource_type, uid)


def month_key(lists: str, created_at: datetime, shard: int) -> str:
    """Return the partition for one shard of a tenant's month (UTC)."""
    return f"{lists}|{created_at.year:04}-{created_at.month:02}|{shard}"


def recipient_key(lists: str, address: str) -> str:
    """Return the partition that lists a recipient's links. It does not reveal the address and ignores letter case."""
    return address_hash(lists, address.lower())


def number_key(lists: str, number: int) -> str:
    """Return the partition that finds a tenant's link by its number. No address has this form."""
    return address_hash(lists, f"|{number}")


def reference_key(lists: str, reference: str) -> str:
    """Return the partition that finds a tenant's links by their spoken reference."""
    return f"ref#{lists}#{reference}"


def campaign_key(lists: str, campaign: str, shard: int) -> str:
    """Return the partition for one shard of a campaign's links. Never equals a `resource_key`, which is a bare hash."""
    return f"{lists}#campaign|{campaign}|{shard}"
