"""Cookies of the console, fields of its pages, and what a browser says of where a request comes from. Pure."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from linkgate.dialects.console.frame import HOME
from linkgate.errors import ForeignOrigin, MalformedBody, UnsupportedMedia
from linkgate.model.epoch import milliseconds, moment
from linkgate.model.person import SESSION_LIFE, SIGNING_LIFE, Signing
from linkgate.pages.cookies import cookie_name, is_plain_http, set_cookie
from linkgate.tokens import is_token
from linkgate.usecases.staff.signing_in import SessionKey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.wire.message import Request

_SESSION_COOKIE = "linkgate-staff"
_SIGNING_COOKIE = "linkgate-signing"
_ID = r"[0-9a-f]{32}"
_SESSION = re.compile(rf"({_ID})\.({_ID})\.([A-Za-z0-9_-]{{22}})", re.ASCII)
_SIGNING = re.compile(
    r"([A-Za-z0-9_-]{22})\.([a-z0-9-]{1,40})\.(\d{13})\.([01])([01])\.([A-Za-z0-9_-]{0,2000})", re.ASCII
)
_OWN_PATH = re.compile(r"(?!.*\.\.)/console(?:[/?][A-Za-z0-9\-._~/?&=%:+]*)?", re.ASCII)
_FIELD_LIMIT = 500


def origin(request: Request, portal: str | None) -> str:
    """Return the console's own origin."""
    return f"{'http' if is_plain_http(portal) else 'https'}://{request.domain}"


def refuse_cross_site(request: Request, portal: str | None) -> None:
    """Raise ForeignOrigin unless the browser says that a page of the console itself sent the request.

    A recipient's form may come from nowhere, such as a mail program. A person's act may not.
    """
    site = request.header("sec-fetch-site")
    own = site == "same-origin" if site is not None else request.header("origin") == origin(request, portal)
    if not own:
        raise ForeignOrigin


def own_path(text: str) -> str:
    """Return a path of the console to go on to, or the console's first page for anything else."""
    return text if _OWN_PATH.fullmatch(text) else HOME


def form_of(request: Request) -> Mapping[str, str]:
    """Parse a posted form, the last value of each field. Raises MalformedBody or UnsupportedMedia."""
    from urllib.parse import parse_qsl

    if request.body and request.media_type != "application/x-www-form-urlencoded":
        raise UnsupportedMedia
    try:
        text = request.body.decode("ascii")
        return dict(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_FIELD_LIMIT))
    except ValueError as error:
        raise MalformedBody("the form is not percent-encoded UTF-8, or has too many fields") from error


def ticked(form: Mapping[str, str], prefix: str) -> frozenset[str]:
    """Return which boxes of a group are ticked. Their names begin with `prefix`, which is left out."""
    return frozenset(name.removeprefix(prefix) for name in form if name.startswith(prefix))


def before_of(query: Mapping[str, str]) -> datetime | None:
    """Return the time before which a list goes on. None is its beginning, as for somebody's made-up time."""
    try:
        before = datetime.fromisoformat(query.get("before", ""))
        return before.astimezone(UTC) if before.tzinfo else None
    except (OverflowError, ValueError):
        return None


def session_of(request: Request, portal: str | None) -> SessionKey | None:
    """Return the session that the browser has a cookie for."""
    found = _SESSION.fullmatch(request.cookies.get(cookie_name(_SESSION_COOKIE, portal), ""))
    return SessionKey(found[1], found[2], found[3]) if found and is_token(found[3]) else None


def session_cookie(key: SessionKey, portal: str | None) -> str:
    """Set the session of a browser."""
    return set_cookie(_SESSION_COOKIE, f"{key.tenant}.{key.person}.{key.secret}", SESSION_LIFE, portal)


def no_session_cookie(portal: str | None) -> str:
    """Remove the session's cookie."""
    return set_cookie(_SESSION_COOKIE, "", timedelta(), portal)


def signing_of(request: Request, portal: str | None) -> Signing | None:
    """Return the way to a provider that the browser left for."""
    found = _SIGNING.fullmatch(request.cookies.get(cookie_name(_SIGNING_COOKIE, portal), ""))
    if found is None or not is_token(found[1]):
        return None
    secret, sign_in, left_at, silent, again, to = found.groups()
    try:
        path = base64.urlsafe_b64decode(to + "=" * (-len(to) % 4)).decode()
    except (binascii.Error, ValueError):
        path = HOME
    return Signing(secret, sign_in, own_path(path), moment(int(left_at)), silent=silent == "1", again=again == "1")


def signing_cookie(signing: Signing, portal: str | None) -> str:
    """Set the way to a provider that a browser leaves for."""
    to = base64.urlsafe_b64encode(signing.to.encode()).decode().rstrip("=")
    flags = f"{int(signing.silent)}{int(signing.again)}"
    value = f"{signing.secret}.{signing.sign_in}.{milliseconds(signing.left_at):013}.{flags}.{to}"
    return set_cookie(_SIGNING_COOKIE, value, SIGNING_LIFE, portal)
