"""SMS alphabet (GSM 03.38, 3GPP TS 23.038): counting, spelling and cutting text in septets.

A single character outside it makes a provider send the whole message as UCS-2, with 70 instead of 160 characters per
segment.
"""

from __future__ import annotations

import unicodedata

SEGMENT = 160
"""Septets in a message of one segment."""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
"""Characters that are sent as an escape and a character, so they take two septets."""


def septets(text: str) -> int:
    """Return the length of `text` in septets. Raises ValueError for a character outside the alphabet."""
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
    """Spell `text` in the alphabet. Letters outside it become their nearest Latin spelling.

    A character without a spelling is dropped, and so is one whose spelling would be the name of a picture.
    """
    return "".join(
        char if char in _BASIC or char in _EXTENSION else _nearest(char) for char in unicodedata.normalize("NFC", text)
    )


def writes(text: str) -> bool:
    """Tell whether the alphabet can write `text`: its letters are Latin, if only without an accent.

    Letters of other scripts have no spelling in it but a reading, which can be another language's: 山田 is no Shantian.
    """
    return all(
        char in _BASIC or "LATIN" in (name := unicodedata.name(char, "")) or name.startswith("MODIFIER LETTER")
        for char in unicodedata.normalize("NFC", text)
        if char.isalpha()
    )


def has_ideographs(text: str) -> bool:
    """Tell whether `text` has characters that Chinese, Japanese and Korean each read in their own way."""
    return any("IDEOGRAPH" in unicodedata.name(char, "") for char in text)


def _nearest(char: str) -> str:
    if char == "`":
        return "'"
    from anyascii import anyascii

    latin = anyascii(char)
    if len(latin) > 1 and latin.startswith(":") and latin.endswith(":"):
        return ""
    return "".join(letter for letter in latin.replace("`", "'") if letter in _BASIC or letter in _EXTENSION)


def cut(text: str, room: int) -> str:
    """Cut `text` to at most `room` septets, at a word if that loses little."""
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
