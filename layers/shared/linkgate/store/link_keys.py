"""Partitions of the indexes that list and find links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.tokens import address_hash, resource_hash

if TYPE_CHECKING:
    from datetime import datetime

SHARDS = 8
"""Number of partitions for a tenant's month and for a campaign, so that no list key is hot."""


def resource_key(tenant: str, resource_type: str, uid: str) -> str:
    """Return the partition that lists a resource's links."""
    return resource_hash(tenant, resource_type, uid)


def month_key(tenant: str, created_at: datetime, shard: int) -> str:
    """Return the partition for one shard of a tenant's month (UTC)."""
    return f"{tenant}|{created_at.year:04}-{created_at.month:02}|{shard}"


def recipient_key(tenant: str, address: str) -> str:
    """Return the partition that lists a recipient's links. It does not reveal the address and ignores letter case."""
    return address_hash(tenant, address.lower())


def number_key(tenant: str, number: int) -> str:
    """Return the partition that finds a tenant's link by its number. No address has this form."""
    return address_hash(tenant, f"|{number}")


def reference_key(tenant: str, reference: str) -> str:
    """Return the partition that finds a tenant's links by their spoken reference."""
    return f"ref#{tenant}#{reference}"


def campaign_key(tenant: str, campaign: str, shard: int) -> str:
    """Return the partition for one shard of a campaign's links. Never equals a `resource_key`, which is a bare hash."""
    return f"{tenant}#campaign|{campaign}|{shard}"
