"""Cookies of a recipient's browser: the visit that it is on, and what binds one-time codes to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.policy import CODE_LIFE, SUBMIT_GRACE, VISIT_LIFE
from linkgate.tokens import is_token
from linkgate.usecases.visits.visit import Visit

if TYPE_CHECKING:
    from datetime import timedelta

    from linkgate.wire.message import Request

VISIT_COOKIE = "linkgate-visit"
BIND_COOKIE = "linkgate-code"

_HOST_PREFIX = "__Host-"
_BIND_LIFE = 6 * CODE_LIFE


def is_plain_http(portal: str | None) -> bool:
    """Whether the portal is a local one without TLS, where `__Host-` cookies cannot be."""
    return (portal or "").startswith("http://")


def cookie_name(name: str, portal: str | None) -> str:
    """The name with the prefix that keeps other hosts and plain http from setting it."""
    return name if is_plain_http(portal) else _HOST_PREFIX + name


def visit_of(request: Request, portal: str | None) -> Visit | None:
    """The visit this browser's cookie holds, if it can be one."""
    rid, _, secret = request.cookies.get(cookie_name(VISIT_COOKIE, portal), "").partition(".")
    return Visit(rid, secret) if is_token(rid) and is_token(secret) else None


def bind_of(request: Request, portal: str | None) -> str | None:
    """What binds one-time codes to this browser, if it has that cookie."""
    bind = request.cookies.get(cookie_name(BIND_COOKIE, portal), "")
    return bind if is_token(bind) else None


def visit_cookie(visit: Visit, portal: str | None) -> str:
    """Kept for as long as what is on the screen may be sent in."""
    return _cookie(VISIT_COOKIE, f"{visit.rid}.{visit.secret}", VISIT_LIFE + SUBMIT_GRACE, portal)


def bind_cookie(bind: str, portal: str | None) -> str:
    """Kept for as long as a further code may be asked for."""
    return _cookie(BIND_COOKIE, bind, _BIND_LIFE, portal)


def _cookie(name: str, value: str, life: timedelta, portal: str | None) -> str:
    secure = "" if is_plain_http(portal) else "; Secure"
    age = int(life.total_seconds())
    return f"{cookie_name(name, portal)}={value}; Path=/; Max-Age={age}; HttpOnly{secure}; SameSite=Lax"
