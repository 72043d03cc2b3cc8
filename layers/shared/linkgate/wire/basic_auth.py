"""Credentials in an `Authorization` header."""

from __future__ import annotations

import base64


def basic_credentials(header: str | None) -> tuple[str, str] | None:
    """Return user and password of `Basic` credentials (RFC 7617, UTF-8), or None for anything else."""
    scheme, encoded = _scheme(header)
    if scheme != "basic":
        return None
    try:
        padded = encoded + "=" * (-len(encoded) % 4)  # some clients leave the padding out
        user, colon, password = base64.b64decode(padded, validate=True).decode().partition(":")
    except ValueError:  # not Base64, not ASCII, or not UTF-8
        return None
    return (user, password) if colon else None


def bearer_token(header: str | None) -> str | None:
    """Return the token of `Bearer` credentials, or None for anything else."""
    scheme, token = _scheme(header)
    return token or None if scheme == "bearer" else None


def _scheme(header: str | None) -> tuple[str, str]:
    """Return the scheme in lower case, and what follows it after any number of blanks (RFC 9110, 11.4)."""
    scheme, *rest = (header or "").split(maxsplit=1)[:2] or [""]
    return scheme.lower(), rest[0].strip() if rest else ""
