"""Routes of the console for results, what was sent in, and its files."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from linkgate.dialects.console.browser import form_of, origin
from linkgate.dialects.console.frame import HOME
from linkgate.dialects.console.requests import parse_filters, parse_inbox
from linkgate.dialects.console.result_pages import campaigns_page, large_file_page, results_file, results_page
from linkgate.dialects.console.submission_pages import inbox_page, submission_page
from linkgate.dialects.recipient.shown import rows_of
from linkgate.errors import InvalidRequest, NotFound, Problem
from linkgate.model.proposal import LARGE_FILE, FourEyes
from linkgate.model.tenant import SCOPE_RESULTS, Agent, Campaign
from linkgate.pages.replies import redirect
from linkgate.routes.console import Screen, sign_in_again
from linkgate.texts import page_texts
from linkgate.usecases.definitions import definition_of, schema_of, title_of
from linkgate.usecases.files.attaching import OfLink, read_file
from linkgate.usecases.management.link_details import owned_link, submission_of
from linkgate.usecases.staff.acting import staff_caller
from linkgate.usecases.staff.journal import record
from linkgate.usecases.staff.proposals import TakeFile, decide, needs_second
from linkgate.usecases.staff.results import EXPORTED, survey_overview
from linkgate.usecases.staff.submissions import inbox, shown_data, subjects

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.person import Staff
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller
    from linkgate.wire.message import Reply, Request

_QUERY_LIMIT = 500


def _campaigns(request: Request, staff: Staff, deps: Deps) -> Reply:
    found = deps.tenants.definitions(Campaign, staff.tenant.id)
    return campaigns_page(staff, sorted(((each.id, each.title) for each in found), key=lambda each: each[1].casefold()))


def _results(request: Request, staff: Staff, deps: Deps) -> Reply:
    id_, filters = request.query.get("name", ""), parse_filters(request.query)
    overview = survey_overview(_caller(staff), id_, filters, deps)
    known = deps.tenants.definition(Campaign, staff.tenant.id, id_)
    agents = [(each.id, each.title) for each in deps.tenants.definitions(Agent, staff.tenant.id)]
    return results_page(staff, (id_, known.title if known else id_), filters, overview, agents, deps.now())


def _file(request: Request, staff: Staff, deps: Deps) -> Reply:
    return taken_file(request, request.query, staff, deps)


def taken_file(
    request: Request,
    asked: Mapping[str, str],
    staff: Staff,
    deps: Deps,
    approved: Mapping[str, str] | None = None,
) -> Reply:
    """Give out a file. A large one needs a recent sign-in and, if the tenant says so, a second person's approval.

    `asked` is the query of the page that has the rows, and `approved` names whoever approved it, for the journal.
    """
    id_ = asked.get("name", "")
    filters = dataclasses.replace(parse_filters(asked), counted=EXPORTED, rows=EXPORTED)
    overview = survey_overview(_caller(staff), id_, filters, deps)
    if len(overview.rows) > LARGE_FILE:
        if not staff.proved:
            return sign_in_again(request, staff)
        if approved is None and needs_second(FourEyes.EXPORT, _caller(staff), deps):
            return large_file_page(staff, id_, urlencode(asked), len(overview.rows))
    reply, rows = results_file(id_, overview, origin(request, deps.portal), deps.now())
    digest = hashlib.sha256(str(reply.body).encode()).hexdigest()
    about = {"campaign": id_, "rows": str(rows), "sha256": digest, **(approved or {})}
    record("results_file", about, staff, deps)
    return reply


def _ask_for_file(request: Request, staff: Staff, deps: Deps) -> Reply:
    form = form_of(request)
    query = urlencode(dict(parse_qsl(form.get("query", ""))))
    if len(query) > _QUERY_LIMIT:
        raise InvalidRequest([Problem.of("query", "too_long")])
    name = dict(parse_qsl(query)).get("name", "")
    if deps.tenants.definition(Campaign, staff.tenant.id, name) is None:
        raise NotFound("campaign")
    decided = decide(TakeFile(caller=_caller(staff), campaign=name, query=query), deps)
    if not decided.proposed:
        return redirect(f"{HOME}/results/file?{query}")
    return redirect(f"{HOME}/proposals?done=proposed")


def _inbox(request: Request, staff: Staff, deps: Deps) -> Reply:
    asked = parse_inbox(request.query, _caller(staff))
    return inbox_page(staff, asked, inbox(asked, deps), subjects(asked.caller, deps))


def _submission(request: Request, staff: Staff, deps: Deps) -> Reply:
    link = owned_link(staff.tenant.id, request.path_params["rid"], deps)
    submission, words = submission_of(link, deps), page_texts(staff.language)
    form = schema_of(definition_of(link, deps))
    yes_no = {"true": words["form.yes"], "false": words["form.no"]}
    answers = rows_of(shown_data(submission), form, yes_no, staff.language)
    return submission_page(staff, link, title_of(link, deps) or link.definition_id, submission, answers)


def _read_file(request: Request, staff: Staff, deps: Deps) -> Reply:
    """Lead to the bytes of a file, at an address that works for a minute."""
    owner = OfLink(request.path_params["rid"])
    found = read_file(_caller(staff), owner, request.path_params["file"], deps)
    if found.url is None:
        raise NotFound("file")
    return redirect(found.url)


def _caller(staff: Staff) -> Caller:
    return staff_caller(staff, SCOPE_RESULTS)


_RESULTS = frozenset({SCOPE_RESULTS})

RESULT_SCREENS: Mapping[str, Screen] = {
    f"GET {HOME}/results": Screen(_campaigns, _RESULTS),
    f"GET {HOME}/results/campaign": Screen(_results, _RESULTS),
    f"GET {HOME}/results/file": Screen(_file, _RESULTS),
    f"POST {HOME}/results/file": Screen(_ask_for_file, _RESULTS, again=True),
    f"GET {HOME}/inbox": Screen(_inbox, _RESULTS),
    f"GET {HOME}/links/{{rid}}/submission": Screen(_submission, _RESULTS, "submission"),
    f"GET {HOME}/links/{{rid}}/files/{{file}}": Screen(_read_file, _RESULTS, "file"),
}
"""Routes by method and path. The journal names a reading of what customers sent before it leaves."""
