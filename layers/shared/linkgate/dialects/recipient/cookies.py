"""Cookies of a recipient's browser: its visit, and the token that binds one-time codes to it."""

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
    """Tell whether the portal is a local one without TLS, which cannot use `__Host-` cookies."""
    return (portal or "").startswith("http://")


def cookie_name(name: str, portal: str | None) -> str:
    """Return the name with the prefix that keeps other hosts and plain http from setting the cookie."""
    return name if is_plain_http(portal) else _HOST_PREFIX + name


def visit_of(request: Request, portal: str | None) -> Visit | None:
    """Return the visit in this browser's cookie, if it is well-formed."""
    rid, _, secret = request.cookies.get(cookie_name(VISIT_COOKIE, portal), "").partition(".")
    return Visit(rid, secret) if is_token(rid) and is_token(secret) else None


def bind_of(request: Request, portal: str | None) -> str | None:
    """Return the token that binds one-time codes to this browser, if it has one."""
    bind = request.cookies.get(cookie_name(BIND_COOKIE, portal), "")
    return bind if is_token(bind) else None


def visit_cookie(visit: Visit, portal: str | None) -> str:
    """Return a cookie that lasts as long as the form on the screen may be submitted."""
    return _cookie(VISIT_COOKIE, f"{visit.rid}.{visit.secret}", VISIT_LIFE + SUBMIT_GRACE, portal)


def bind_cookie(bind: str, portal: str | None) -> str:
    """Return a cookie that lasts as long as another code may be requested."""
    return _cookie(BIND_COOKIE, bind, _BIND_LIFE, portal)


def _cookie(name: str, value: str, life: timedelta, portal: str | None) -> str:
    secure = "" if is_plain_http(portal) else "; Secure"
    age = int(life.total_seconds())
    return f"{cookie_name(name, portal)}={value}; Path=/; Max-Age={age}; HttpOnly{secure}; SameSite=Lax"
