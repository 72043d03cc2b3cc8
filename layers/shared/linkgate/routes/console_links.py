"""Routes of the console for finding links, a link's page, and the acts on it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from linkgate.dialects.console.act_pages import ACTS, act_page, acted_reply
from linkgate.dialects.console.browser import before_of, form_of
from linkgate.dialects.console.find_pages import LONGEST, Search, find_page, found_page
from linkgate.dialects.console.frame import HOME, reader_of
from linkgate.dialects.console.link_pages import link_page, link_path, verdict_page
from linkgate.dialects.console.requests import parse_act
from linkgate.dialects.console.try_pages import try_page, try_refused_page
from linkgate.errors import InvalidRequest, LinkClosed, NotFound, Throttled
from linkgate.model.person import SCOPE_REPLACE
from linkgate.model.proposal import FourEyes
from linkgate.model.tenant import SCOPE_READ, SCOPE_WRITE
from linkgate.pages.replies import json_reply, redirect
from linkgate.routes.console import Screen
from linkgate.usecases.history.timeline import evidence_of, verify_timeline
from linkgate.usecases.management.link_details import owned_link
from linkgate.usecases.staff.acting import act_on_link, staff_caller
from linkgate.usecases.staff.finding import FindLinks, find_links, is_name_search, titles_of
from linkgate.usecases.staff.journal import record, record_reading
from linkgate.usecases.staff.keys import names_of_keys
from linkgate.usecases.staff.link_view import view_link
from linkgate.usecases.staff.people import names_of_people
from linkgate.usecases.staff.possible_acts import Act
from linkgate.usecases.staff.proposals import needs_second
from linkgate.usecases.staff.trying import open_as_customer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.person import Staff
    from linkgate.ports.deps import Deps
    from linkgate.usecases.staff.link_view import LinkView
    from linkgate.wire.message import Reply, Request


def _find(request: Request, staff: Staff, deps: Deps) -> Reply:
    return find_page(staff, searches=deps.staff.searches.latest(staff.tenant.id, staff.id, deps.now()))


def _search(request: Request, staff: Staff, deps: Deps) -> Reply:
    """Lead to the only link, or else to the list. A pasted link's secret is dropped here, however it is wrapped."""
    from linkgate.dialects.recipient.pasted_links import address_in

    typed = form_of(request).get("text", "")
    text = address_in(typed) or typed.partition("#")[0].strip()
    if not text:
        return redirect(f"{HOME}/find")
    if len(text) > LONGEST:
        return find_page(staff, "", "unreadable")
    if is_name_search(text, staff.tenant):
        record("searched_by_name", {}, staff, deps)
    try:
        found = find_links(FindLinks(caller=staff_caller(staff, SCOPE_READ), text=text, tests=True), deps)
    except InvalidRequest:
        return find_page(staff, text, "unreadable")
    if not found.links and not found.older:
        return find_page(staff, text, "foreign" if found.foreign else "nothing")
    number = deps.staff.searches.add(staff.tenant.id, staff.id, text, deps.now())
    alone = len(found.links) == 1 and not found.older
    return redirect(link_path(found.links[0]) if alone else f"{HOME}/found/{number}")


def _found(request: Request, staff: Staff, deps: Deps) -> Reply:
    number, now = request.path_params["n"], deps.now()
    text = deps.staff.searches.latest(staff.tenant.id, staff.id, now).get(number)
    if text is None:
        return redirect(f"{HOME}/find")
    before = before_of(request.query)
    if before and is_name_search(text, staff.tenant):
        # The first page was recorded when the person searched. This one has others.
        record("searched_by_name", {}, staff, deps)
    asked = FindLinks(caller=staff_caller(staff, SCOPE_READ), text=text, tests=True, before=before)
    found = find_links(asked, deps)
    return found_page(staff, Search(text, number), found, titles_of(found.links, deps), now)


def _link(request: Request, staff: Staff, deps: Deps) -> Reply:
    view = _view(request, staff, deps)
    return link_page(staff, view, _names(view, staff, deps), request.query.get("done"))


def _show_act(request: Request, staff: Staff, deps: Deps) -> Reply:
    view, act = _view(request, staff, deps), _act_of(request)
    return act_page(staff, view, act, typed=request.query, alone=_is_alone(view, act, staff, deps))


def _act(request: Request, staff: Staff, deps: Deps) -> Reply:
    """Act, and lead to the link. What was refused comes back with the reason and everything that was typed."""
    act, form, rid = _act_of(request), form_of(request), request.path_params["rid"]
    caller = staff_caller(staff, _scope(act))
    try:
        acted = act_on_link(parse_act(act, rid, form, caller, reader_of(staff)), deps)
    except (InvalidRequest, LinkClosed, Throttled) as refusal:
        view = _view(request, staff, deps)
        return act_page(staff, view, act, refusal, form, alone=_is_alone(view, act, staff, deps))
    if not acted.proposed:
        record(act, {"rid": rid}, staff, deps)
    return acted_reply(act, acted)


def _is_alone(view: LinkView, act: str, staff: Staff, deps: Deps) -> bool:
    """Return whether the person may change the address of the link's codes without another. No read without a code."""
    if act != Act.REPLACE or not view.link.code:
        return False
    return not needs_second(FourEyes.REPLACE, staff_caller(staff, SCOPE_REPLACE), deps)


def _try(request: Request, staff: Staff, deps: Deps) -> Reply:
    rid = request.path_params["rid"]
    try:
        link, url = open_as_customer(rid, staff, deps)
    except (InvalidRequest, LinkClosed) as refusal:
        return try_refused_page(staff, rid, refusal)
    record("opened_as_customer", {"rid": rid}, staff, deps)
    return try_page(staff, link, url)


def _evidence(request: Request, staff: Staff, deps: Deps) -> Reply:
    link = owned_link(staff.tenant.id, request.path_params["rid"], deps)
    name = {"content-disposition": f'attachment; filename="evidence-{link.rid}.json"'}
    return json_reply(200, evidence_of(link, deps, deps.now()), headers=name)


def _verify(request: Request, staff: Staff, deps: Deps) -> Reply:
    link = owned_link(staff.tenant.id, request.path_params["rid"], deps)
    return verdict_page(staff, link, verify_timeline(link, deps))


def _view(request: Request, staff: Staff, deps: Deps) -> LinkView:
    record_reading(request.path_params["rid"], staff, deps)
    return view_link(staff_caller(staff, SCOPE_READ), request.path_params["rid"], deps)


def _names(view: LinkView, staff: Staff, deps: Deps) -> Mapping[str, str]:
    """Return the names of those on the record by id: keys, and people if there are any."""
    kinds = {json.loads(fact.details).get("as") for fact in (*view.facts, *view.pending)}
    return {**names_of_keys(staff.tenant, deps), **(names_of_people(staff, deps) if "person" in kinds else {})}


def _act_of(request: Request) -> str:
    act = request.path.rpartition("/")[2]
    if act not in ACTS:
        raise NotFound("act")
    return act


def _scope(act: str) -> str:
    return SCOPE_REPLACE if act == Act.REPLACE else SCOPE_WRITE


_READ = frozenset({SCOPE_READ})
_LINK = f"{HOME}/links/{{rid}}"

LINK_SCREENS: Mapping[str, Screen] = {
    f"GET {HOME}/find": Screen(_find, _READ),
    f"POST {HOME}/find": Screen(_search, _READ),
    f"GET {HOME}/found/{{n}}": Screen(_found, _READ),
    f"GET {_LINK}": Screen(_link, _READ),
    f"GET {_LINK}/evidence": Screen(_evidence, _READ, "evidence"),
    f"GET {_LINK}/verify": Screen(_verify, _READ),
    f"POST {_LINK}/try": Screen(_try, frozenset({SCOPE_WRITE})),
    **{f"GET {_LINK}/{act}": Screen(_show_act, frozenset({_scope(act)})) for act in sorted(ACTS)},
    **{f"POST {_LINK}/{act}": Screen(_act, frozenset({_scope(act)})) for act in sorted(ACTS)},
}
"""An act is in the journal after it is done, because the link's own record has it already."""
