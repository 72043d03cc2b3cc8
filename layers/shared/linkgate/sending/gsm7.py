"""The SMS alphabet (GSM 03.38, 3GPP TS 23.038): counting, spelling and cutting text in septets.

One character outside it makes a provider send the whole message as UCS-2, with 70 characters a segment instead of 160.
"""

from __future__ import annotations

import unicodedata

SEGMENT = 160
"""Septets in a message that is sent as one part."""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
"""Sent as an escape and a character: two septets."""


def septets(text: str) -> int:
    """The length of `text` in septets. Raises ValueError for a character the alphabet lacks."""
    total = 0
    for char in text:
        if char in _BASIC:
            total += 1
        elif char in _EXTENSION:
            total += 2
        else:
            raise ValueError("a character outside the GSM alphabet")
    return total


def spelled(text: str) -> str:
    """`text` in the alphabet: letters it has stay as they are, others become their nearest Latin spelling.

    A character that has no spelling, and one whose spelling would be the name of a picture, is dropped.
    """
    return "".join(
        char if char in _BASIC or char in _EXTENSION else _nearest(char) for char in unicodedata.normalize("NFC", text)
    )


def _nearest(char: str) -> str:
    if char == "`":
        return "'"
    from anyascii import anyascii

    latin = anyascii(char)
    if len(latin) > 1 and latin.startswith(":") and latin.endswith(":"):
        return ""
    return "".join(letter for letter in latin.replace("`", "'") if letter in _BASIC or letter in _EXTENSION)


def cut(text: str, room: int) -> str:
    """The longest beginning of `text` that fits into `room` septets, ending at a word where that loses little."""
    kept = ""
    used = 0
    for char in text:
        used += septets(char)
        if used > room:
            break
        kept += char
    if len(kept) < len(text) and not text[len(kept)].isspace():
        words, space, _ = kept.rpartition(" ")
        kept = words if space and len(words) * 3 >= len(kept) else kept
    return kept.rstrip(" ,;:-&")
