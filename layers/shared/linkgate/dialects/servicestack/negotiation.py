"""Formats of requests and replies, negotiated by ServiceStack's rules.

There are four differences. `text/jsv`, `text/json` and `text/xml` count in `Accept`. A request for HTML gets JSON,
because there is no page. A content type is echoed only if it is one of ours. `?callback=` is ignored.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

from linkgate.errors import UnsupportedMedia
from linkgate.lazy_dataclass import dataclass


class Format(Enum):
    """Formats of bodies. Forms are only read, never written."""

    JSON = "json"
    JSV = "jsv"
    XML = "xml"
    CSV = "csv"
    FORM = "form"
    MULTIPART = "multipart"


@dataclass(frozen=True, slots=True)
class ReplyType:
    """Format of a reply, and its exact Content-Type."""

    format: Format
    content_type: str


FORMAT_NAMES = {
    "json": Format.JSON,
    "jsv": Format.JSV,
    "xml": Format.XML,
    "csv": Format.CSV,
    "html": Format.JSON,
}
"""Formats by their names in path suffixes, in `?format=`, and in the predefined routes."""

_CONTENT_TYPES = {
    Format.JSON: "application/json; charset=utf-8",
    Format.JSV: "application/jsv",
    Format.XML: "application/xml",
    Format.CSV: "text/csv",
}
_TEXT_JSV = "text/jsv"
_MEDIA_TYPES = {
    "application/json": Format.JSON,
    "text/json": Format.JSON,
    "application/xml": Format.XML,
    "text/xml": Format.XML,
    "application/jsv": Format.JSV,
    _TEXT_JSV: Format.JSV,
    "text/csv": Format.CSV,
}
_FORMS = {
    "application/x-www-form-urlencoded": Format.FORM,
    "multipart/form-data": Format.MULTIPART,
}
_UNTYPED = frozenset({"", "text/plain", "application/octet-stream"})
_JSON_OBJECT = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"')
_ACCEPTED_AS = {
    Format.JSON: ("application/json", "text/json", "text/html"),
    Format.XML: ("application/xml", "text/xml"),
    Format.JSV: ("application/jsv", _TEXT_JSV),
}
"""Media types by which a client may accept each format, in the order of the server's preference."""


def split_suffix(path: str) -> tuple[str, Format | None]:
    """Split a path from its suffix: `/v1/customerlink.jsv` -> (`/v1/customerlink`, JSV).

    A suffix counts only if it is known and in lower case. A slash may follow it.
    """
    stem, dot, suffix = path.rstrip("/").rpartition(".")
    if dot and suffix in FORMAT_NAMES:
        return stem, FORMAT_NAMES[suffix]
    return path, None


def body_format(content_type: str | None, body: bytes) -> Format:
    """Return the format of a body on the service's own route; raises UnsupportedMedia.

    A body without a content type is accepted if it is empty or is clearly a JSON object.
    """
    media_type = _media_type(content_type)
    known = _MEDIA_TYPES.get(media_type) or _FORMS.get(media_type)
    if known:
        return known
    if not body.strip() or (media_type in _UNTYPED and _JSON_OBJECT.match(body)):
        return Format.JSON
    raise UnsupportedMedia


def predefined_body_format(named: Format, content_type: str | None) -> Format:
    """Return the format of a body on a predefined route: the one the route names, except for forms.

    `/api` names it by its suffix, and means JSON without one.
    """
    return _FORMS.get(_media_type(content_type), named)


@lru_cache(maxsize=64)  # clients send the same headers with every request
def reply_type(
    suffix: Format | None, query_format: str | None, accept: str | None, content_type: str | None
) -> ReplyType:
    """Return the reply's type on the service's own route. No request is refused.

    The suffix decides, then `?format=`, then `Accept`. The default is JSON.
    """
    accepted = _accepted(accept)
    chosen = suffix or _format_named(query_format) or _preferred(accepted, content_type)
    if chosen:
        return _spelled(chosen, accepted, content_type)
    if "*/*" in accepted:
        return _echoed(content_type)
    return _spelled(Format.CSV if _accepts(accepted, ("text/csv",)) else Format.JSON, accepted, content_type)


def predefined_reply_type(
    named: Format, query_format: str | None, accept: str | None, content_type: str | None
) -> ReplyType:
    """Return the reply's type on a predefined route: `?format=`, or else the format that the route names."""
    return _spelled(_format_named(query_format) or named, _accepted(accept), content_type)


def _format_named(query_format: str | None) -> Format | None:
    return FORMAT_NAMES.get((query_format or "").partition(".")[0].lower())


def _media_type(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()


def _accepted(accept: str | None) -> list[str]:
    return [_media_type(part) for part in (accept or "").split(",")]


def _accepts(accepted: list[str], spellings: tuple[str, ...]) -> bool:
    return any(media_type.startswith(spellings) for media_type in accepted)


def _preferred(accepted: list[str], content_type: str | None) -> Format | None:
    """Return the body's own format if it is accepted, or else the first accepted one in the server's order."""
    candidates = [known for known, spellings in _ACCEPTED_AS.items() if _accepts(accepted, spellings)]
    own = [known for known in candidates if content_type in _ACCEPTED_AS[known]]
    return next(iter(own + candidates), None)


def _echoed(content_type: str | None) -> ReplyType:
    """Return the body's own type, as the client spelled it, for a client that accepts anything."""
    media_type = _media_type(content_type)
    known = _MEDIA_TYPES.get(media_type, Format.JSON)
    aliased = media_type in _MEDIA_TYPES and media_type != "application/json"
    return ReplyType(known, media_type if aliased else _CONTENT_TYPES[known])


def _spelled(chosen: Format, accepted: list[str], content_type: str | None) -> ReplyType:
    """Return the type of a format in its usual spelling, or `text/jsv` if the client uses that one."""
    says_text_jsv = _accepts(accepted, (_TEXT_JSV,)) or ("*/*" in accepted and _media_type(content_type) == _TEXT_JSV)
    return ReplyType(chosen, _TEXT_JSV if chosen is Format.JSV and says_text_jsv else _CONTENT_TYPES[chosen])
