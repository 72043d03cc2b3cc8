"""Time zones by their IANA names, such as `America/Mexico_City`.

The library is imported only where a zone is needed, which is where messages are composed and settings are checked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_NAME = re.compile(r"[A-Z][A-Za-z0-9_+-]{1,30}(?:/[A-Z][A-Za-z0-9_+-]{1,30}){0,2}", re.ASCII)
"""Spelling of a name. Systems keep other files beside the zones, such as `localtime`, in lower case."""


def time_zone(name: str) -> ZoneInfo | None:
    """Return the zone of that name, or None if there is none."""
    from zoneinfo import ZoneInfo

    if not _NAME.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return None
