"""Pauses between tries: how they vary, and how callers are told of them."""

from __future__ import annotations

import math
from datetime import timedelta


def varied(pause: timedelta, share: float, random: bytes) -> timedelta:
    """Return the pause, longer or shorter by at most this share of it, in whole milliseconds.

    `random` is two bytes. They spread tries that would otherwise come at the same moment.
    """
    spread = int.from_bytes(random, "big") / 0xFFFF * 2 - 1
    return timedelta(milliseconds=pause * (1 + share * spread) // timedelta(milliseconds=1))


def retry_after(pause: timedelta) -> int:
    """Return the whole seconds after which a caller may try again, at least one."""
    return max(1, math.ceil(pause.total_seconds()))
