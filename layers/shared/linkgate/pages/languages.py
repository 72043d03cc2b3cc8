"""The language of a page."""

from __future__ import annotations

import re

from linkgate.texts import DEFAULT_LANGUAGE, offered

_ACCEPTED = re.compile(r"\s*([A-Za-z]{2,3})(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?", re.ASCII)


def language_of(locale: str | None, accepted: str | None = None) -> str:
    """Return the language of a locale such as `es-MX`, else the best of an Accept-Language header, else English."""
    return offered(locale) or _accepted_language(accepted or "")


def _accepted_language(header: str) -> str:
    best, weight = DEFAULT_LANGUAGE, 0.0
    for entry in header[:500].split(","):
        match = _ACCEPTED.fullmatch(entry)
        language, quality = (offered(match[1]), float(match[2] or 1)) if match else (None, 0.0)
        if language and quality > weight:
            best, weight = language, quality
    return best
