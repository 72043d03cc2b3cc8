"""Names and attributes of the cookies that pages set."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta


def is_plain_http(portal: str | None) -> bool:
    """Return whether the portal is a local one without TLS, which cannot have `__Host-` cookies."""
    return (portal or "").startswith("http://")


def cookie_name(name: str, portal: str | None) -> str:
    """Add the prefix that keeps other hosts and plain http from setting the cookie."""
    return name if is_plain_http(portal) else f"__Host-{name}"


def set_cookie(name: str, value: str, life: timedelta, portal: str | None) -> str:
    """Return the value of a Set-Cookie header. No script sees the cookie, and a life of 0 removes it."""
    secure = "" if is_plain_http(portal) else "; Secure"
    age = int(life.total_seconds())
    return f"{cookie_name(name, portal)}={value}; Path=/; Max-Age={age}; HttpOnly{secure}; SameSite=Lax"
