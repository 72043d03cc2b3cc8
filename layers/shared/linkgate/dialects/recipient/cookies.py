"""Cookies of a recipient's browser: one for the visit of each link, and one that binds one-time codes to it."""

from __future__ import annotations

import re
from datetime import timedelta
from operator import itemgetter
from typing import TYPE_CHECKING

from linkgate.model.epoch import milliseconds
from linkgate.model.policy import CODE_LIFE, DESK_SHIFT, SUBMIT_GRACE, VISIT_LIFE
from linkgate.pages.cookies import cookie_name, set_cookie
from linkgate.pages.languages import CHOICE_LIFE, COOKIES
from linkgate.tokens import is_token
from linkgate.usecases.visits.visit import Visit

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.wire.message import Request

BIND_COOKIE = "linkgate-code"
_DESK_COOKIE = "linkgate-desk"
MOST_VISITS = 40
"""Visits of one browser. Their cookies fill a quarter of the 10 KB that API Gateway takes as headers."""

_LANGUAGE_COOKIE = COOKIES[1]
_VISIT_PREFIX = "lg-"
_OLD_VISIT_COOKIE = "linkgate-visit"
"""Cookie for all links that browsers got until 0.1.0. The last of them end 4.25 hours after an upgrade."""
_BIND_LIFE = 6 * CODE_LIFE


def visit_of(request: Request, rid: str, portal: str | None) -> Visit | None:
    """Return this browser's visit of the link, if it has a cookie for it."""
    return next((visit for visit in visits_of(request, portal) if visit.rid == rid), None)


def visits_of(request: Request, portal: str | None) -> list[Visit]:
    """Return the visits of every link that this browser opened, newest first."""
    dated = _dated_visits(request, portal)
    rid, _, secret = request.cookies.get(cookie_name(_OLD_VISIT_COOKIE, portal), "").partition(".")
    if is_token(rid) and is_token(secret) and all(visit.rid != rid for _, visit in dated):
        dated.append((0, Visit(rid, secret)))
    return [visit for _, visit in sorted(dated, key=itemgetter(0), reverse=True)]


def bind_of(request: Request, portal: str | None) -> str | None:
    """Return the value that binds one-time codes to this browser, if it has that cookie."""
    bind = request.cookies.get(cookie_name(BIND_COOKIE, portal), "")
    return bind if is_token(bind) else None


def visit_cookies(visit: Visit, request: Request, portal: str | None, now: datetime) -> tuple[str, ...]:
    """Set the link's cookie, kept as long as a form on the screen may be submitted, and end the oldest beyond forty."""
    minutes = milliseconds(now) // 60_000
    others = [(age, each) for age, each in _dated_visits(request, portal) if each.rid != visit.rid]
    others.sort(key=itemgetter(0), reverse=True)
    ended = [set_cookie(_VISIT_PREFIX + each.rid, "", timedelta(), portal) for _, each in others[MOST_VISITS - 1 :]]
    return (
        set_cookie(_VISIT_PREFIX + visit.rid, f"{visit.secret}.{minutes}", VISIT_LIFE + SUBMIT_GRACE, portal),
        *ended,
    )


def language_cookie(language: str, portal: str | None) -> str:
    """Set the language that the reader chose."""
    return set_cookie(_LANGUAGE_COOKIE, language, CHOICE_LIFE, portal)


def bind_cookie(bind: str, portal: str | None) -> str:
    """Set the cookie that binds codes to this browser, kept as long as another code may be requested."""
    return set_cookie(BIND_COOKIE, bind, _BIND_LIFE, portal)


def desk_visit_of(request: Request, portal: str | None) -> Visit | None:
    """Return this browser's visit of an agent's desk, if it has the cookie for it."""
    rid, _, secret = request.cookies.get(cookie_name(_DESK_COOKIE, portal), "").partition(".")
    return Visit(rid, secret) if is_token(rid) and is_token(secret) else None


def desk_cookie(visit: Visit, portal: str | None) -> str:
    """Set the cookie of a desk, kept for a shift. Pages of other links do not touch it."""
    return set_cookie(_DESK_COOKIE, f"{visit.rid}.{visit.secret}", DESK_SHIFT, portal)


def _dated_visits(request: Request, portal: str | None) -> list[tuple[int, Visit]]:
    """Return the visits with the minutes since 1970 at which their cookies were set."""
    prefix = cookie_name(_VISIT_PREFIX, portal)
    dated = []
    for name, value in request.cookies.items():
        rid, (secret, _, minutes) = name.removeprefix(prefix), value.partition(".")
        if name.startswith(prefix) and is_token(rid) and is_token(secret):
            dated.append((int(minutes) if re.fullmatch(r"[0-9]{1,12}", minutes) else 0, Visit(rid, secret)))
    return dated
