"""`Idempotency-Key` header of every create endpoint."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, Problem

if TYPE_CHECKING:
    from linkgate.wire.message import Request

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x20-\x7e]{1,255}", re.ASCII)


def idempotency_key(request: Request) -> str | None:
    """Return the key, or None if absent. Raises InvalidRequest unless it has 1-255 printable ASCII characters."""
    key = request.header("idempotency-key")
    if key is not None and not _KEY.fullmatch(key):
        raise InvalidRequest([Problem.of(HEADER, "format", expected="1 to 255 printable ASCII characters")])
    return key
