"""Names that recipients may see: the texts of callers and tenants, without anything that acts or deceives."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

_NAME_LENGTH = 80
_PERSON_LENGTH = 50
_DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Control characters, invisible formats (such as bidi overrides and zero-width characters), surrogates, unassigned."""
_INVISIBLE_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_MARKUP = str.maketrans(dict.fromkeys('<>{}"\\', " "))
"""Delimiters of HTML, of header phrases, and of the provider's placeholders (`{{ses:openTracker}}`)."""
_MARKS_IN_A_ROW = 4
_VIRAMA = 9
"""Combining class of the signs that join an Indic consonant to the next one."""
_JOINER, _NON_JOINER = "\u200d", "\u200c"
_JOINERS = frozenset({_JOINER, _NON_JOINER})
_CURSIVE = frozenset({"ARABIC", "SYRIAC"})
"""Scripts whose words need a non-joiner between letters that would join, as in the Persian name Ali-reza."""
_EMOJI_MODIFIERS = frozenset(chr(code) for code in range(0x1F3FB, 0x1F400))
_SPACING_VOWELS = frozenset("\u0e33\u0eb3")
"""Thai and Lao AM. They count as letters, but belong to the character before them (Unicode annex 29)."""
_JAMO = frozenset(chr(code) for code in range(0x1100, 0x1200))
"""Parts of Korean syllables without a composed form."""
_REGIONAL_INDICATORS = frozenset(chr(code) for code in range(0x1F1E6, 0x1F200))
_DOTS = re.compile(r"(?<=\w)[.\u3002\uff0e\uff61](?=\w{2})")
_LINK_SIGNS = frozenset("/:@|=")
_NAME_DIGITS = 4


def display_name(raw: str, length: int = _NAME_LENGTH) -> str:
    """Return `raw` on one line, in NFC, and cut to `length`. It may be empty.

    Invisible characters are dropped, except joiners where a script needs them to be spelled.
    """
    chars: list[str] = []
    marks = 0
    plain = unicodedata.normalize("NFC", raw).replace("://", " ").translate(_MARKUP)
    for char, after in pairwise((*plain, "")):
        category = unicodedata.category(char)
        if char.isspace():
            chars.append(" ")
        elif char in _JOINERS:
            chars += [char] if _needed(char, chars[-1] if chars else "", after) else []
        elif category not in _DROPPED_CATEGORIES and char not in _INVISIBLE_LETTERS:
            marks = marks + 1 if category.startswith("M") else 0
            if marks <= _MARKS_IN_A_ROW:
                chars.append(char)
    return cut(unicodedata.normalize("NFC", " ".join("".join(chars).split())), length)


def person_name(raw: str | None) -> str:
    """Return the name that a caller gave for a person, or "" if it does not look like a name.

    Callers pass on other people's words, so mail programs must find no link in it, and no word may mix Latin letters
    with look-alikes.
    """
    if raw is None or "://" in raw or "@" in raw or sum(char.isdigit() for char in raw) > _NAME_DIGITS:
        return ""
    plain = "".join(" " if _LINK_SIGNS.intersection(unicodedata.normalize("NFKC", char)) else char for char in raw)
    name = _DOTS.sub(". ", display_name(plain))
    if any(_mixes_scripts(word) for word in name.split()) or not any(char.isalpha() for char in name):
        return ""
    return cut(name, _PERSON_LENGTH)


def cut(text: str, length: int) -> str:
    """Cut `text` to at most `length` characters, at a word if that loses little, and never inside a character."""
    if len(text) <= length:
        return text
    end = length
    while end and _joined(text, end):
        end -= 1
    if not text[end].isspace():
        space = text.rfind(" ", 0, end)
        end = space if space * 2 >= length else end
    return text[:end].rstrip(" ,;:-&")


def _needed(joiner: str, before: str, after: str) -> bool:
    """Tell whether a joiner changes how the characters around it are written, much as IDNA allows it (RFC 5892)."""
    if not before or before in _JOINERS:
        return False
    if _VIRAMA in {unicodedata.combining(char) for char in (before, after) if char}:
        return True
    return joiner == _NON_JOINER and {_script(before), _script(after)} <= _CURSIVE


def _joined(text: str, index: int) -> bool:
    """Tell whether the characters around `index` are shown, or may be shown, as one."""
    before, after = text[index - 1], text[index]
    return (
        unicodedata.category(after).startswith("M")
        or not _JOINERS.isdisjoint((before, after))
        or after in _EMOJI_MODIFIERS
        or after in _SPACING_VOWELS
        or after in _JAMO
        or unicodedata.combining(before) == _VIRAMA
        or (before in _REGIONAL_INDICATORS and after in _REGIONAL_INDICATORS)
    )


def _mixes_scripts(word: str) -> bool:
    scripts = {_script(char) for char in word if char.isalpha()}
    return "LATIN" in scripts and not scripts.isdisjoint({"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})


def _script(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0] if char else ""
