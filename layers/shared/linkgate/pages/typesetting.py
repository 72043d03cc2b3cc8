"""Typesetting of documents as tagged PDF (PDF/UA-1), from a template of typst and data that is never markup."""

from __future__ import annotations

import json
import struct
import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

LONGEST_WORD = 40
"""Number of characters after which a word may be broken, because a line that is full would run off the page."""
UNKNOWN = "\N{WHITE SQUARE}"
"""Character in place of those that no font has."""
_BREAK = "\N{ZERO WIDTH SPACE}"
_JOINERS = frozenset("\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}")
_SILENT = frozenset({"Cc", "Cf"})
"""Categories of characters that nobody sees, or that change the order of others."""
_VARIANTS = frozenset(map(chr, (0x034F, *range(0xFE00, 0xFE10))))
"""Characters that choose another picture of the one before."""
_REFUSALS = frozenset({"TypstError", "PanicException"})
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


class Typesetter:
    """Typesetter over a folder with templates and, in `fonts`, the only fonts that it uses."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def pdf(self, template: str, content: dict[str, Any], missing: str, at: datetime) -> bytes:
        """Return a document. The same content at the same moment gives the same bytes.

        `content["notes"]` gets the text `missing` if a character of any text is in no font.
        """
        try:
            return self._compiled(template, content, missing, at, simple=False)
        except BaseException as error:
            # Rare sequences of marks are refused by the standard, or make the library panic, which is no Exception.
            if type(error).__name__ not in _REFUSALS:
                raise
        return self._compiled(template, content, missing, at, simple=True)

    def _compiled(self, template: str, content: dict[str, Any], missing: str, at: datetime, *, simple: bool) -> bytes:
        import typst

        plain = _Plain(self._known, simple=simple)
        data = plain.of(content)
        if plain.lacks:
            data["notes"].append(told(missing))
        compiler: Any = typst.Compiler(self._folder / template, root=self._folder, font_paths=self._fonts)
        made: bytes = compiler.compile(
            format="pdf",
            sys_inputs={"data": json.dumps(data)},
            pdf_standards=["ua-1"],
            timestamp=int(at.timestamp()),
        )
        return made

    @cached_property
    def _fonts(self) -> Any:  # noqa: ANN401 - a library that few functions load
        import typst

        folder = str(self._folder / "fonts")
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])

    @cached_property
    def _known(self) -> frozenset[str]:
        """Characters that every font has."""
        paths = sorted((self._folder / "fonts").glob("*.ttf"))
        return frozenset.intersection(*(frozenset(map(chr, _code_points(path.read_bytes()))) for path in paths))


def told(text: str) -> dict[str, object]:
    """Return a text for a template, with the direction of its first letter."""
    first = next((kind for each in text if (kind := unicodedata.bidirectional(each)) in {"L", "R", "AL"}), "L")
    return {"text": text, "rtl": first in _RIGHT_TO_LEFT}


class _Plain:
    """Copy of content whose texts have only what a page can show."""

    def __init__(self, known: frozenset[str], *, simple: bool) -> None:
        self._known = known
        self._simple = simple
        """True to leave out every mark that changes the character before it."""
        self.lacks = False

    def of(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict):
            return {name: part if name == "svg" else self.of(part) for name, part in value.items()}
        return [self.of(part) for part in value] if isinstance(value, list) else value

    def _text(self, text: str) -> str:
        shown = "".join(self._characters(text))
        if len(shown) <= LONGEST_WORD:
            return shown
        return "".join(_breakable(shown))

    def _characters(self, text: str) -> Iterator[str]:
        before = ""
        for each in unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")):
            category = unicodedata.category(each)
            if each == "\n" or (each in _JOINERS and not self._simple and _is_arabic(before)):
                yield each
            elif category[0] == "Z" or each == "\t":
                yield " "
            elif category in _SILENT or each in _VARIANTS:
                continue
            elif each not in self._known or category == "Me" or (self._simple and category[0] == "M"):
                self.lacks = True
                yield "" if category[0] == "M" else UNKNOWN
            else:
                yield each
            before = each


def _is_arabic(character: str) -> bool:
    """Tell whether a joiner may follow this character: it shapes the letters of these scripts."""
    return character != "" and unicodedata.bidirectional(character) == "AL"


def _breakable(text: str) -> Iterator[str]:
    """Yield the text with places at which a long word may be broken."""
    run = 0
    for each in text:
        run = 0 if each.isspace() or each == _BREAK else run + 1
        if run > LONGEST_WORD and not unicodedata.combining(each) and each not in _JOINERS:
            yield _BREAK
            run = 1
        yield each


def _code_points(font: bytes) -> Iterator[int]:
    """Yield the code points of which a font (TrueType) has glyphs, from its table of all of Unicode."""
    tables = {font[place : place + 4]: _number(font, place + 8) for place in range(12, 12 + 16 * font[5], 16)}
    start = tables[b"cmap"]
    for place in range(start + 4, start + 4 + 8 * font[start + 3], 8):
        table = start + _number(font, place + 4)
        if font[table : table + 2] == b"\0\x0c":
            end = table + 16 + 12 * _number(font, table + 12)
            for first, last, _ in struct.iter_unpack(">LLL", font[table + 16 : end]):
                yield from range(first, last + 1)


def _number(font: bytes, place: int) -> int:
    return int.from_bytes(font[place : place + 4], "big")
