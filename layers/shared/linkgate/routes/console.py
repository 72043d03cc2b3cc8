"""Routes of the console. The gateway passes every path below /console on, and a table here tells them apart."""

from __future__ import annotations

import dataclasses
from http import HTTPStatus
from typing import TYPE_CHECKING

from linkgate.dialects.console.browser import (
    form_of,
    no_session_cookie,
    origin,
    own_path,
    refuse_cross_site,
    session_cookie,
    session_of,
    signing_cookie,
    signing_of,
)
from linkgate.dialects.console.frame import HOME
from linkgate.dialects.console.provider_urls import authorization_address, back_address, sign_out_address
from linkgate.dialects.console.sign_in_pages import (
    choice_page,
    kept_page,
    refused_page,
    sign_in_path,
    signed_out_page,
)
from linkgate.errors import Forbidden, MethodNotAllowed, NotFound, SignInRefused, Unavailable
from linkgate.lazy_dataclass import dataclass
from linkgate.pages.languages import language_for
from linkgate.pages.replies import redirect
from linkgate.tokens import is_token
from linkgate.usecases.staff.journal import record
from linkgate.usecases.staff.sessions import Unchecked, at_work, sign_out
from linkgate.usecases.staff.signing_in import ENDED_BY_PROVIDER, Back, Leave, come_back, leave

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from linkgate.model.person import Staff
    from linkgate.ports.deps import Deps
    from linkgate.wire.message import Reply, Request

    Show = Callable[[Request, Staff, Deps], Reply]
    Open = Callable[[Request, Deps], Reply]


@dataclass(frozen=True, slots=True)
class Screen:
    """A route for signed-in people: its page or act, and what they need for it."""

    show: Show
    scopes: frozenset[str]
    """Scopes of which the person has at least one."""
    journal: str | None = None
    """Name of the act in the journal: of a reading, before it leaves; of what a link's own record names, after it."""
    shift: bool = False
    """True for what a page asks for by itself, as long as the session lasts, though nobody presses anything."""
    again: bool = False
    """True if the person must have proved lately who they are, because it cannot be undone."""


def answer(request: Request, deps: Deps) -> Reply:
    """Answer a request on any path of the console. Raises NotFound and MethodNotAllowed."""
    if request.method not in {"GET", "HEAD"}:
        refuse_cross_site(request, deps.portal)
    open_, screen, parameters = _found(request)
    if "rid" in parameters and not is_token(parameters["rid"]):
        raise NotFound("link")  # it may hold a link's secret, which the journal must not
    request = dataclasses.replace(request, path_params=parameters)
    if open_:
        return open_(request, deps)
    posting = request.method == "POST"
    language = language_for(None, request)
    staff = at_work(
        session_of(request, deps.portal), language, deps, posting=posting, shift=screen is not None and screen.shift
    )
    if staff is None or isinstance(staff, Unchecked):
        return _signed_out(request, staff, deps)
    if screen is None:
        return redirect(_first(staff.scopes))
    if screen.scopes.isdisjoint(staff.scopes):
        raise Forbidden(min(screen.scopes))
    if screen.again and not staff.proved:
        return sign_in_again(request, staff)
    if screen.journal and not posting:
        record(screen.journal, parameters, staff, deps)
    reply = screen.show(request, staff, deps)
    if screen.journal and posting and reply.status < HTTPStatus.BAD_REQUEST:
        record(screen.journal, parameters, staff, deps)
    return reply


def _tables(path: str) -> Iterator[Mapping[str, Open] | Mapping[str, Screen]]:
    """Yield the tables in which a path may be, and load no further one once it is found."""
    from linkgate.routes.console_screens import screens_at

    yield OPEN
    yield from screens_at(path.removeprefix(f"{HOME}/").partition("/")[0])


def _found(request: Request) -> tuple[Open | None, Screen | None, Mapping[str, str]]:
    """Return the act of a path and method, with the path's variables. No screen means the first one of a person."""
    method = "GET" if request.method == "HEAD" else request.method
    if request.path in {HOME, f"{HOME}/"} and method == "GET":
        return None, None, {}
    verbs = []
    for routes in _tables(request.path):
        for route, found in routes.items():
            verb, _, pattern = route.partition(" ")
            parameters = _parameters(pattern, request.path)
            if parameters is not None and verb == method:
                return (None, found, parameters) if isinstance(found, Screen) else (found, None, parameters)
            verbs += [verb] if parameters is not None else []
    if verbs:
        raise MethodNotAllowed(sorted({*verbs, *(["HEAD"] if "GET" in verbs else [])}))
    raise NotFound("page")


def _parameters(pattern: str, path: str) -> dict[str, str] | None:
    parts, given = pattern.split("/"), path.split("/")
    if len(parts) != len(given):
        return None
    found = {}
    for part, text in zip(parts, given, strict=True):
        if part.startswith("{") and text:
            found[part[1:-1]] = text
        elif part != text:
            return None
    return found


def _first(scopes: frozenset[str]) -> str:
    """Return the first place that a person with these scopes may go to."""
    from linkgate.dialects.console.frame import places

    return next(iter(places(scopes)), f"{HOME}/nothing")


def _signed_out(request: Request, session: Unchecked | None, deps: Deps) -> Reply:
    """Send a reader to a provider, and keep what a writer typed."""
    path, language = _path(request), language_for(None, request)
    if session:
        way = sign_in_path(session.sign_in, path, silent=True)
    else:
        sign_ins = deps.staff.sign_ins.all()
        if len(sign_ins) != 1:
            return choice_page(language, sign_ins, path if request.method != "POST" else HOME)
        way = sign_in_path(sign_ins[0].id, path)
    return redirect(way) if request.method != "POST" else kept_page(language, form_of(request), request.path, way)


def sign_in_again(request: Request, staff: Staff) -> Reply:
    """Have a person prove anew who they are. A form is kept on its page meanwhile."""
    if request.method == "POST":
        way = sign_in_path(staff.sign_in, HOME, again=True)
        return kept_page(language_for(None, request), form_of(request), request.path, way)
    return redirect(sign_in_path(staff.sign_in, _path(request), again=True))


def _path(request: Request) -> str:
    from urllib.parse import urlencode

    if request.method == "POST":
        return HOME
    return own_path(f"{request.path}?{urlencode(request.query)}" if request.query else request.path)


def _leave(request: Request, deps: Deps) -> Reply:
    wish = Leave(
        request.path_params["sign_in"],
        own_path(request.query.get("to", "")),
        silent=request.query.get("silent") == "true",
        again=request.query.get("again") == "true",
    )
    sign_in, signing = leave(wish, deps)
    address = authorization_address(sign_in, signing, origin(request, deps.portal))
    return redirect(address, (signing_cookie(signing, deps.portal),))


def _come_back(request: Request, deps: Deps) -> Reply:
    query, sign_in = request.query, request.path_params["sign_in"]
    back = Back(
        sign_in=sign_in,
        signing=signing_of(request, deps.portal),
        address=back_address(origin(request, deps.portal), sign_in),
        state=query.get("state", ""),
        code=query.get("code", ""),
        error=query.get("error", ""),
        issuer=query.get("iss", ""),
        session=session_of(request, deps.portal),
    )
    language = language_for(None, request)
    try:
        signed_in = come_back(back, deps)
    except SignInRefused as error:
        gone = (no_session_cookie(deps.portal),) if error.reason == ENDED_BY_PROVIDER else ()
        return dataclasses.replace(refused_page(language, error.reason), cookies=gone)
    except Unavailable:
        return refused_page(language, "unavailable")
    return redirect(signed_in.to, (session_cookie(signed_in.key, deps.portal),))


def _sign_out(request: Request, deps: Deps) -> Reply:
    sign_out(session_of(request, deps.portal), deps)
    return redirect(f"{HOME}/signed-out", (no_session_cookie(deps.portal),))


def _show_signed_out(request: Request, deps: Deps) -> Reply:
    sign_ins = deps.staff.sign_ins.all()
    provider = sign_ins[0] if len(sign_ins) == 1 else None
    address = sign_out_address(provider, origin(request, deps.portal)) if provider else None
    return signed_out_page(language_for(None, request), provider, address)


OPEN: Mapping[str, Open] = {
    f"GET {HOME}/sign-in/{{sign_in}}": _leave,
    f"GET {HOME}/signed-in/{{sign_in}}": _come_back,
    f"POST {HOME}/sign-out": _sign_out,
    f"GET {HOME}/signed-out": _show_signed_out,
}
"""Routes for people who are not signed in yet, or no longer."""
