"""Links that are in no table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from linkgate.model.link import Kind, Link, Recipient

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
RID = "AAAAAAAAAAAAAAAAAAAAAA"
TENANT = "7" * 32


def link(**changes: Any) -> Link:
    fields: dict[str, Any] = {
        "rid": RID,
        "master_rid": RID,
        "tenant": TENANT,
        "kind": Kind.PROCESS,
        "dialect": "easysend",
        "definition_id": "p",
        "tier": "standard",
        "portal": "https://links.example.com",
        "recipient": Recipient(name="Ada", email="ada@example.com"),
        "created_at": NOW,
        "expires_at": NOW + timedelta(days=7),
        "ttl": NOW + timedelta(days=37),
        "max_views": 100,
        "created_by": "c" * 32,
        "claim": "claim",
    }
    return Link(**{**fields, **changes})
