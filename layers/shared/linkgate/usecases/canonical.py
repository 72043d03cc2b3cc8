"""One text for equal JSON, so that its hash can be compared."""

from __future__ import annotations

import hashlib
import json


def canonical_hash(value: object) -> str:
    """Return the SHA-256 of a JSON value with sorted keys, without spaces, in UTF-8: 64 hex digits."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
