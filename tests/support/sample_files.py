"""Files as their items describe them."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from linkgate.model.file import File
from linkgate.model.file_kinds import FileKind
from linkgate.tokens import token

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def a_file(**different: Any) -> File:
    """Return an awaited PDF, kept for a month."""
    made = File(
        id=token(os.urandom(16)),
        tenant="demo",
        name="invoice.pdf",
        kind=FileKind.PDF,
        size=1000,
        sha256="ab" * 32,
        salt=b"0123456789abcdef",
        added_at=NOW,
        ttl=NOW + timedelta(days=30),
    )
    return replace(made, **different)
