"""Links as mail programs, gateways, chats and people leave them: encoded, wrapped, wrapped into others, with tails."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from dataclasses import field
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 8000
_LAYERS = 5
"""Number of encodings around each other that are taken off."""
_SOFT_BREAK = re.compile(r"=\r?\n")
"""Line break of quoted-printable text."""
_GAP = r"[\s>\u00a0\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]{0,8}"
"""Line breaks, marks of quotation, blanks and invisible characters."""
_TOKEN = rf"[A-Za-z0-9_-](?:{_GAP}[A-Za-z0-9_-]){{21}}"
_END = r"(?![A-Za-z0-9_-]*[A-Za-z0-9])"
"""Nothing that could make the token a longer one. Hyphens and low lines may be marks around the link."""
_BARE = re.compile(rf"[^A-Za-z0-9_/-]*(?P<secret>{_TOKEN}){_END}(?P<tail>[_-]*(?:[^\w\s-]\S*)?)", re.ASCII)
_LINK = re.compile(
    rf"/l/{_GAP}(?P<rid>{_TOKEN}){_GAP}/?(?:\?[^#\s]*)?[#*]{{1,3}}{_GAP}(?P<secret>{_TOKEN}){_END}(?P<tail>\S{{0,500}})",
    re.ASCII,
)
"""A link. Proofpoint writes an asterisk for the `#`."""
_ADDRESS = re.compile(
    rf"(?P<portal>(?:https?://[^/?#\s]{{1,300}})?)/[lvo]/{_GAP}(?P<rid>{_TOKEN})(?![A-Za-z0-9_-])",
    re.ASCII | re.IGNORECASE,
)
"""Address of a link, of its page once it is open, or of its opt-out."""
_SCORE = re.compile(r"[?&](?:amp;)?score=(?:3D)?(\d{1,2})(?!\d)", re.ASCII)
_LANDING = re.compile(r"/l/(?P<rid>[A-Za-z0-9_-]{22})(?:/|/?[^A-Za-z0-9_/-].*)", re.ASCII | re.DOTALL)
_DASHED = re.compile(r"[?&]u=([A-Za-z0-9_.~-]{40,4000})", re.ASCII)
"""Address as Proofpoint's second format encodes it: `-` for `%` and `_` for `/`."""
_BASE64 = re.compile(r"aHR0c[A-Za-z0-9_+/-]{40,4000}", re.ASCII)
"""Address in Base64, beginning with `http`, as Sophos encodes it."""
_UNDASHED = str.maketrans("-_", "%/")
_URL_SAFE = str.maketrans("+/", "-_")


@dataclass(frozen=True, slots=True)
class Key:
    """A secret, pasted or taken from the URL, and the score chosen in the message, if any."""

    secret: str = field(repr=False)
    score: str | None = None


def key_in(text: str, rid: str) -> Key:
    """Return the secret in a field, which contains it bare or in a whole link. Otherwise, the secret is empty.

    A whole link must belong to this page, because the secret of another link would not open it.
    """
    for reading in _readings(text):
        if bare := _BARE.fullmatch(reading.strip()):
            return _key(bare)
        for link in _LINK.finditer(reading):
            if _token(link["rid"]) == rid:
                return _key(link)
    return Key("")


def address_in(text: str) -> str | None:
    """Return the address of the first link in a text, without anything that may be its secret, or None."""
    for reading in _readings(text):
        if address := _ADDRESS.search(reading):
            return f"{address['portal']}/l/{_token(address['rid'])}"
    return None


def mended(path: str) -> str | None:
    """Return the intended target of a path such as `/l/<rid>%23<secret>`, or None for an ordinary path.

    It is the link's path with its fragment. If a path has none, the browser keeps the fragment that it has.
    """
    for reading in _readings(path):
        if link := _LINK.match(reading):
            key = _key(link)
            score = f"&score={key.score}" if key.score else ""
            return f"/l/{_token(link['rid'])}#{key.secret}{score}"
    landing = _LANDING.fullmatch(path)
    return f"/l/{landing['rid']}" if landing else None


def _key(match: re.Match[str]) -> Key:
    score = _SCORE.search(unescape(unquote(match["tail"])))
    return Key(_token(match["secret"]), score[1] if score else None)


def _token(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "", text)


def _readings(text: str) -> Iterator[str]:
    """Yield the text as it is, with each layer of encoding taken off, and the addresses encoded within each layer."""
    layer = text[:_LONGEST]
    for _ in range(_LAYERS):
        yield layer
        for dashed in _DASHED.findall(layer)[:_LAYERS]:
            yield unquote(dashed.translate(_UNDASHED))
        for encoded in _BASE64.findall(layer)[:_LAYERS]:
            whole = encoded[:-1] if len(encoded) % 4 == 1 else encoded
            yield urlsafe_b64decode(whole.translate(_URL_SAFE) + "==").decode("ascii", "replace")
        further = unquote(unescape(_SOFT_BREAK.sub("", layer)))
        if further == layer:
            return
        layer = further
