"""Addresses shown so that their owner knows them and nobody else learns them."""

from __future__ import annotations

_SHOWN = 2


def masked(address: str) -> str:
    """`+1*******23` of a phone number, `a***@example.com` of an e-mail address."""
    local, at, domain = address.rpartition("@")
    if at:
        return f"{local[:1]}***@{domain}"
    return address[:_SHOWN] + "*" * max(len(address) - 2 * _SHOWN, 0) + address[-_SHOWN:]
