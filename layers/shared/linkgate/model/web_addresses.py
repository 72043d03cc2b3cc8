"""Addresses of a tenant's own websites. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

LONGEST = 2000

_NAMEABLE = re.compile(r"https://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::\d{1,5})?(?=[/?#]|\Z)", re.ASCII)
_BLANK = re.compile(r"[\x00-\x20\x7f]", re.ASCII)


def origin_of(url: str) -> str | None:
    """Return the origin of an https URL, or None if a content security policy cannot name it."""
    match = _NAMEABLE.match(url)
    return match[0] if match else None


def is_origin(text: str) -> bool:
    """Return whether a text is https:// and a host, with nothing after it."""
    try:
        parts = urlsplit(text)
        return parts.scheme == "https" and bool(parts.hostname) and text == f"https://{parts.netloc}"
    except ValueError:
        return False


def is_https(text: str) -> bool:
    """Return whether a text is an https address."""
    if len(text) > LONGEST or _BLANK.search(text):
        return False
    return text.startswith("https://") and is_origin("/".join(re.split(r"[/?#]", text, maxsplit=3)[:3]))
