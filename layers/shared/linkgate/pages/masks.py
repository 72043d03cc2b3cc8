"""Masked addresses, which their owner recognises and nobody else learns."""

from __future__ import annotations

_SHOWN = 2


def masked(address: str) -> str:
    """Mask a phone number as `+1*******23`, an e-mail address as `a***@example.com`."""
    local, at, domain = address.rpartition("@")
    if at:
        return f"{local[:1]}***@{domain}"
    return address[:_SHOWN] + "*" * max(len(address) - 2 * _SHOWN, 0) + address[-_SHOWN:]
