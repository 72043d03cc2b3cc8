"""A tenant's colour, used only where it can be read: contrast as in WCAG 2.2, 1.4.3."""

from __future__ import annotations

import re

FALLBACK = "#1d4f91"
WHITE = "#ffffff"
BLACK = "#000000"
_READABLE = 4.5
_HEX = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)


def accent(colour: str | None) -> str:
    """The tenant's colour in lower-case hex, or ours where it has none, or none that is `#rrggbb`."""
    return colour.lower() if colour is not None and _HEX.fullmatch(colour) else FALLBACK


def ink_on(background: str) -> str:
    """White or black, whichever reads better on `background`; one of them always has a contrast of 4.5 or more."""
    return WHITE if contrast(background, WHITE) >= _READABLE else BLACK


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two `#rrggbb` colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    threshold, exponent = 0.04045, 2.4
    return channel / 12.92 if channel <= threshold else float(((channel + 0.055) / 1.055) ** exponent)
