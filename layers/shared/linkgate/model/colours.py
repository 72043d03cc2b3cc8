"""Use a tenant's colour only if text on it can be read, by the contrast rule of WCAG 2.2 (1.4.3)."""

from __future__ import annotations

import re

DEFAULT = "#1d4f91"
WHITE = "#ffffff"
BLACK = "#000000"
_READABLE = 4.5
_HEX = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)


def accent(colour: str | None) -> str:
    """Return the tenant's colour in lower-case hex, or ours if it has none or its value is not `#rrggbb`."""
    return colour.lower() if colour is not None and _HEX.fullmatch(colour) else DEFAULT


def ink_on(background: str) -> str:
    """Return white if it is readable on `background`, otherwise black. One of them always has a contrast of 4.5."""
    return WHITE if contrast(background, WHITE) >= _READABLE else BLACK


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two `#rrggbb` colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    threshold, exponent = 0.04045, 2.4
    return channel / 12.92 if channel <= threshold else float(((channel + 0.055) / 1.055) ** exponent)
