"""Names of files that are safe to show, to send in a header and to save on any system."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from linkgate.model.file_kinds import FileKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST: Final = 120
"""Greatest number of characters of a name, with its extension."""
_EXTENSIONS: Final = {
    FileKind.JPEG: ("jpg", "jpeg"),
    FileKind.HEIC: ("heic", "heif"),
    FileKind.TXT: ("txt", "text", "log"),
}
_UNSAFE = frozenset('/\\:*?"<>|')
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of characters that a reader does not see, or that change the order of what she sees."""
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{digit}" for digit in range(10)), *(f"lpt{digit}" for digit in range(10))}
)
"""Names that mean a device on Windows, with any extension."""


def extensions(kind: FileKind) -> Sequence[str]:
    """Return the extensions that names of a kind may have, the usual one first."""
    return _EXTENSIONS.get(kind, (kind.value,))


def safe_name(name: str, kind: FileKind) -> str:
    """Return a name that looks like the given one, with the extension of its kind."""
    plain = "".join(_safe_characters(unicodedata.normalize("NFC", name[: LONGEST * 8])))
    known = extensions(kind)
    stem, dot, ending = plain.rpartition(".")
    if not dot or ending.strip().lower() not in known:
        stem, ending = plain, known[0]
    stem = " ".join(stem.split()).strip(". ")
    if not stem or stem.partition(".")[0].strip().lower() in _DEVICES:
        stem = f"file {stem}".strip()
    ending = ending.strip()
    return f"{stem[: LONGEST - len(ending) - 1].rstrip('. ')}.{ending}"


def _safe_characters(name: str) -> Iterable[str]:
    for character in name:
        if character in _UNSAFE or character in "\t\n\r":
            yield " " if character.isspace() else "_"
        elif unicodedata.category(character) not in _DROPPED:
            yield character
