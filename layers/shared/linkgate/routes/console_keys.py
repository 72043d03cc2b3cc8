"""Routes of the console for callers' keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.console.browser import form_of, ticked
from linkgate.dialects.console.frame import HOME, reader_of
from linkgate.dialects.console.key_pages import ENDS, key_page, keys_page, made_key_page, new_key_page
from linkgate.dialects.console.words import refusal_in_words
from linkgate.errors import InvalidRequest
from linkgate.model.person import SCOPE_SETUP
from linkgate.model.proposal import FourEyes
from linkgate.pages.replies import redirect
from linkgate.routes.console import Screen
from linkgate.usecases.staff.acting import staff_caller
from linkgate.usecases.staff.keys import MakeKey, end_key, keys_of, known_key, make_key
from linkgate.usecases.staff.proposals import approved_proposals, decide, take_approved_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.person import Staff
    from linkgate.ports.deps import Deps
    from linkgate.wire.message import Reply, Request


def _keys(request: Request, staff: Staff, deps: Deps) -> Reply:
    approved = approved_proposals(staff, FourEyes.KEYS, deps)
    return keys_page(staff, keys_of(staff.tenant, deps), approved, deps.now(), request.query.get("done"))


def _new(request: Request, staff: Staff, deps: Deps) -> Reply:
    return new_key_page(staff)


def _key(request: Request, staff: Staff, deps: Deps) -> Reply:
    return key_page(staff, known_key(staff.tenant, request.path_params["key"], deps), deps.now())


def _make(request: Request, staff: Staff, deps: Deps) -> Reply:
    form = form_of(request)
    days = form.get("days", "")
    command = MakeKey(
        caller=staff_caller(staff, SCOPE_SETUP),
        name=form.get("name", "").strip(),
        dialect=form.get("dialect", ""),
        scopes=ticked(form, "scope."),
        days=int(days) if days in map(str, ENDS) else None,
        user=form.get("user", "").strip() or None,
        test="test" in form,
    )
    try:
        return _decided(command, staff, deps)
    except InvalidRequest as error:
        return new_key_page(staff, refusal_in_words(error, reader_of(staff)), form)


def _rotate(request: Request, staff: Staff, deps: Deps) -> Reply:
    old, user = request.path_params["key"], form_of(request).get("user", "").strip() or None
    command = MakeKey(caller=staff_caller(staff, SCOPE_SETUP), replaces=old, user=user)
    try:
        return _decided(command, staff, deps)
    except InvalidRequest as error:
        problem = refusal_in_words(error, reader_of(staff))
        return key_page(staff, known_key(staff.tenant, old, deps), deps.now(), problem)


def _decided(command: MakeKey, staff: Staff, deps: Deps) -> Reply:
    if decide(command, deps).proposed:
        return redirect(f"{HOME}/setup/keys?done=proposed")
    return made_key_page(staff, make_key(command, deps))


def _take(request: Request, staff: Staff, deps: Deps) -> Reply:
    """Make the key that somebody else approved."""
    command = take_approved_key(staff, request.path_params["proposal"], deps)
    return made_key_page(staff, make_key(command, deps))


def _end(request: Request, staff: Staff, deps: Deps) -> Reply:
    end_key(staff, request.path_params["key"], deps)
    return redirect(f"{HOME}/setup/keys?done=ended")


_SETUP = frozenset({SCOPE_SETUP})
_KEYS = f"{HOME}/setup/keys"

KEY_SCREENS: Mapping[str, Screen] = {
    f"GET {_KEYS}": Screen(_keys, _SETUP),
    f"POST {_KEYS}": Screen(_make, _SETUP, again=True),
    f"GET {_KEYS}/new": Screen(_new, _SETUP),
    f"GET {_KEYS}/{{key}}": Screen(_key, _SETUP),
    f"POST {_KEYS}/{{key}}/rotate": Screen(_rotate, _SETUP, again=True),
    f"POST {_KEYS}/{{key}}/end": Screen(_end, _SETUP, again=True),
    f"POST {_KEYS}/approved/{{proposal}}": Screen(_take, _SETUP, again=True),
}
