"""Encodings of bodies. Every reader gets UTF-8, and a body whose characters are not certain is refused."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from linkgate.errors import MalformedBody, UnsupportedMedia

if TYPE_CHECKING:
    from collections.abc import Callable

_LOST = "\ufffd".encode()
"""Stands where a gateway or a client could not decode a byte. What the byte was is lost."""
_BOM = codecs.BOM_UTF8
_GZIP = (b"\x1f\x8b", b"\x1f" + _LOST + b"\x08")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([^\s"';,]+)""", re.IGNORECASE)
_READ = re.compile(r"iso8859-\d+|cp125\d|koi8-[ru]|shift_jis|euc_jp|euc_kr|gbk|gb2312|gb18030|big5")
"""Encodings besides UTF-8 that are read where they are declared, as Python names them. All contain ASCII."""
_ESCAPES = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")


def utf8_body(body: bytes, content_type: str, content_encoding: str) -> bytes:
    """Return a body in UTF-8. The parts of a multipart body stay as they are.

    Raises UnsupportedMedia for a compressed body and for an encoding that is not read, and MalformedBody for bytes that
    are not in the declared encoding, or in UTF-8 if none is declared.
    """
    if not body:
        return body
    _refuse_compressed(body, content_encoding)
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type.startswith("multipart/"):
        return body
    if b"\0" in body[:8]:
        raise UnsupportedMedia("the body is in UTF-16 or UTF-32; send UTF-8")
    charset = charset_of(content_type)
    if _LOST in body:
        raise MalformedBody("the body is not UTF-8: at least one character was lost on the way (U+FFFD)")
    if media_type == "application/x-www-form-urlencoded":
        return body if charset == "utf-8" else _ESCAPES.sub(_escaped_from(charset), body)
    return body if charset == "utf-8" and body.isascii() else decoded(body, charset).encode()


def decoded(content: bytes, charset: str) -> str:
    """Return the text of bytes in UTF-8, or in an encoding that `charset_of` returned. Raises MalformedBody."""
    is_utf8 = _is_utf8(content)
    if charset == "utf-8" or content.startswith(_BOM):
        if not is_utf8:
            raise MalformedBody("the body is not UTF-8")
        return content.decode()
    if content.isascii():
        return content.decode("ascii")
    if is_utf8:
        raise MalformedBody(f"the body declares {charset} and looks like UTF-8; declare the encoding that it has")
    # What programs call Latin-1 is Windows-1252, as in the WHATWG's encoding standard.
    latin = charset == "iso8859-1" and any(0x80 <= byte < 0xA0 for byte in content)  # noqa: PLR2004 - C1 controls
    try:
        return content.decode("cp1252" if latin else charset)
    except UnicodeDecodeError as error:
        raise MalformedBody(f"the body is not in the encoding that it declares, {charset}") from error


def charset_of(content_type: str) -> str:
    """Return the declared encoding, UTF-8 if none is. Raises UnsupportedMedia if it is not read."""
    declared = _CHARSET.search(content_type)
    return _known(declared[1]) if declared else "utf-8"


def _known(name: str) -> str:
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        found = ""
    if found in {"utf-8", "utf-8-sig", "ascii"}:
        return "utf-8"
    if not _READ.fullmatch(found):
        raise UnsupportedMedia("the encoding that the body declares is not read; send UTF-8")
    return found


def _refuse_compressed(body: bytes, content_encoding: str) -> None:
    codings = {coding.strip().lower() for coding in content_encoding.split(",")} - {"", "identity"}
    if body.startswith(_GZIP):
        raise UnsupportedMedia("the body is compressed with gzip; send it uncompressed")
    if codings:
        raise UnsupportedMedia("the body is compressed (Content-Encoding); send it uncompressed")


def _escaped_from(charset: str) -> Callable[[re.Match[bytes]], bytes]:
    from urllib.parse import quote, unquote_to_bytes

    def escape(found: re.Match[bytes]) -> bytes:
        return quote(decoded(unquote_to_bytes(found[0]), charset), safe="").encode()

    return escape


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
