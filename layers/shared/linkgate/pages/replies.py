"""Replies with the headers that each of the recipient's replies has, whatever its status."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.pages.script import SCRIPT
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
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    # Ignored by browsers over plain http, so that it does no harm on a laptop.
    "strict-transport-security": "max-age=63072000; includeSubDomains",
}

_NOTHING_RUNS = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-frame-options": "DENY",
}
_HTTPS = re.compile(r"https://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::\d{1,5})?(?=[/?#]|\Z)", re.ASCII)


def json_reply(
    status: int,
    value: object,
    *,
    kind: str = "application/json",
    headers: Mapping[str, str] | None = None,
    cookies: tuple[str, ...] = (),
) -> Reply:
    """A reply for a program."""
    every = {
        **HEADERS,
        **_NOTHING_RUNS,
        "content-type": f"{kind}; charset=utf-8",
        **(headers or {}),
    }
    return Reply(status, write_json(value), every, cookies)


@dataclass(frozen=True, slots=True)
class Openings:
    """What a page's policy allows beside its own host; addresses of the tenant, of which only the origins count."""

    images: Iterable[str] = ()
    frames: Iterable[str] = ()
    """Pages that may frame this one."""
    targets: Iterable[str] = ()
    """Where its forms may lead."""


def html_reply(status: int, page: str, style: str, openings: Openings, headers: Mapping[str, str]) -> Reply:
    """A page with the policy that lets its own style and script run and nothing else."""
    framed = _origins(openings.frames)
    policy = {
        "default-src": ["'none'"],
        "script-src": [_hash(SCRIPT)],
        "style-src": [_hash(style)],
        "img-src": ["'self'", *_origins(openings.images)],
        "connect-src": ["'self'"],
        "form-action": ["'self'", *_origins(openings.targets)],
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


def redirect(location: str, cookies: tuple[str, ...] = ()) -> Reply:
    """303: whatever was sent, the next request is a GET without it."""
    return Reply(303, "", {**HEADERS, **_NOTHING_RUNS, "location": location}, cookies)


def empty_reply(status: int) -> Reply:
    """Nothing to say but the status."""
    return Reply(status, "", {**HEADERS, **_NOTHING_RUNS})


def origin_of(url: str) -> str | None:
    """The origin of an https address, if it can stand in a policy; None for anything else."""
    match = _HTTPS.match(url)
    return match[0] if match else None


def _origins(urls: Iterable[str]) -> list[str]:
    return sorted({origin for url in urls if (origin := origin_of(url))})


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
