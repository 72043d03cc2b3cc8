"""Kinds of files, told by their first bytes. A sender's word for the kind only chooses among those that fit them."""

from __future__ import annotations

import codecs
import unicodedata
from enum import StrEnum
from typing import Final

HEAD_BYTES: Final = 512
"""Number of first bytes that `kinds_of` wants to see."""


class FileKind(StrEnum):
    """A kind of file that Linkgate takes. HTML, SVG and programs are never among them."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"
    DOCX = "docx"
    XLSX = "xlsx"
    CSV = "csv"
    TXT = "txt"


MEDIA_TYPES: Final = {
    FileKind.PDF: "application/pdf",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.WEBP: "image/webp",
    FileKind.HEIC: "image/heic",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.CSV: "text/csv",
    FileKind.TXT: "text/plain",
}
SHOWN: Final = frozenset({FileKind.PDF, FileKind.JPEG, FileKind.PNG})
"""Kinds that a browser may show. It saves all others."""

_OFFICE = frozenset({FileKind.DOCX, FileKind.XLSX})
_TEXT = frozenset({FileKind.CSV, FileKind.TXT})
_BEGINNINGS = (
    (b"%PDF-", frozenset({FileKind.PDF})),
    (b"\xff\xd8\xff", frozenset({FileKind.JPEG})),
    (b"\x89PNG\r\n\x1a\n", frozenset({FileKind.PNG})),
    (b"PK\x03\x04", _OFFICE),
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})
_MARKUP = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script")


def kind_of_media_type(media_type: str) -> FileKind | None:
    """Return the kind with this media type, or None. Case and parameters do not count."""
    plain = media_type.partition(";")[0].strip().lower()
    return next((kind for kind, known in MEDIA_TYPES.items() if known == plain), None)


def kinds_of(head: bytes) -> frozenset[FileKind]:
    """Return the kinds that a file with these first bytes may be. Empty means none that Linkgate takes."""
    for beginning, kinds in _BEGINNINGS:
        if head.startswith(beginning):
            return kinds
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return frozenset({FileKind.WEBP})
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return frozenset({FileKind.HEIC})
    return _TEXT if _is_text(head) else frozenset()


def _is_text(head: bytes) -> bool:
    """Tell whether the bytes are UTF-8 without control characters and without the beginning of markup."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)  # the last character may be cut
    except UnicodeDecodeError:
        return False
    if any(unicodedata.category(character) == "Cc" and character not in "\t\n\r\f" for character in text):
        return False
    return not head.removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(_MARKUP)
