"""Replies with the headers that every reply to a recipient has, with any status."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.tenant import Media
from linkgate.model.web_addresses import origin_of
from linkgate.wire.json_body import write_json
from linkgate.wire.message import Reply

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow, noarchive, nosnippet",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=()",
    # Browsers ignore it over plain http, so it does no harm on a laptop.
    "strict-transport-security": "max-age=63072000; includeSubDomains",
}

_NOTHING_RUNS = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-frame-options": "DENY",
}


def json_reply(
    status: int,
    value: object,
    *,
    kind: str = "application/json",
    headers: Mapping[str, str] | None = None,
    cookies: tuple[str, ...] = (),
) -> Reply:
    """Build a reply for a program."""
    every = {
        **HEADERS,
        **_NOTHING_RUNS,
        "content-type": f"{kind}; charset=utf-8",
        **(headers or {}),
    }
    return Reply(status, write_json(value), every, cookies)


@dataclass(frozen=True, slots=True)
class Openings:
    """URLs of the tenant whose origins a page's policy allows, in addition to its own host."""

    images: Iterable[str] = ()
    frames: Iterable[str] = ()
    """Pages that may frame this page."""
    targets: Iterable[str] = ()
    """Targets of its forms."""
    scripts: Iterable[str] = ()
    """Texts of the page's own scripts, which the policy names by their hashes."""
    sockets: Iterable[str] = ()
    """Addresses of sockets. Not every browser takes `'self'` for one, even at the page's own host."""
    files: str = ""
    """Origin of files, to which a form's reply redirects. Chromium stops such a redirect after the form was handled."""

    uploads: str = ""
    """Origin to which forms and scripts send files."""


def html_reply(status: int, page: str, style: str, openings: Openings, headers: Mapping[str, str]) -> Reply:
    """Build a page with a policy that allows only its own style and script."""
    uploads = [openings.uploads] if openings.uploads else []
    framed = _origins(openings.frames)
    policy = {
        "default-src": ["'none'"],
        "script-src": [_hash(script) for script in openings.scripts],
        "style-src": [_hash(style)],
        "img-src": ["'self'", *_origins(openings.images)],
        "connect-src": ["'self'", *map(_socket_origin, openings.sockets), *uploads],
        "form-action": ["'self'", *_origins(openings.targets), *([openings.files] if openings.files else []), *uploads],
        "base-uri": ["'none'"],
        "frame-ancestors": framed or ["'none'"],
    }
    every = {
        **HEADERS,
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": "; ".join(" ".join((name, *values)) for name, values in policy.items()),
        **({} if framed else {"x-frame-options": "DENY"}),
        **headers,
    }
    return Reply(status, page, every)


def devices(media: Media) -> Mapping[str, str]:
    """Return the header of a page with calls. It may ask for the devices of these media, and for no others."""
    camera, microphone = ("(self)" if each else "()" for each in (media is Media.VIDEO, media is not Media.TEXT))
    allowed = f"camera={camera}, display-capture=(), geolocation=(), microphone={microphone}"
    return {"permissions-policy": allowed}


def redirect(location: str, cookies: tuple[str, ...] = ()) -> Reply:
    """Build a 303 reply, after which the next request is a GET without the submitted data."""
    return Reply(303, "", {**HEADERS, **_NOTHING_RUNS, "location": location}, cookies)


def empty_reply(status: int) -> Reply:
    """Build a reply with only a status."""
    return Reply(status, "", {**HEADERS, **_NOTHING_RUNS})


def _socket_origin(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def _origins(urls: Iterable[str]) -> list[str]:
    return sorted({origin for url in urls if (origin := origin_of(url))})


@lru_cache(64)
def _hash(text: str) -> str:
    """Return the source of a policy for a style or a script. Pages share a few of them."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
