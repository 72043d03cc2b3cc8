"""Save a form for later, and submit it exactly once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import NotFound, Problem, VisitEnded, VisitMixedUp
from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Kind
from linkgate.model.policy import SUBMIT_GRACE
from linkgate.ports.links import Body, NotChanged
from linkgate.tokens import token
from linkgate.usecases.subjects import subject_of
from linkgate.usecases.visits.form_schema import completed, problems_of, schema_of
from linkgate.usecases.visits.viewing import FORMS, seen
from linkgate.usecases.visits.visit import Visit, visited

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.usecases.visits.viewing import View


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledForm:
    """A filled-in form. `rid` is the link that it was rendered for, or None if the caller is a program."""

    visit: Visit | None
    read: Callable[[Mapping[str, object]], Mapping[str, object]]
    """Returns the data, given the form's schema. A page sends texts, which only the schema can type."""
    rid: str | None = None
    confirmed: bool = True
    """True if the person who pressed the button confirmed it. Robots that press every button do not."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Faults in a filled-in form, and the view to show it in again."""

    view: View
    problems: Sequence[Problem]


def submit_form(command: FilledForm, deps: Deps) -> datetime | Refused:
    """Record the submission, end the link, and return the time, or Refused if the data breaks the form's schema.

    Raises VisitMixedUp, VisitEnded, LinkClosed (LinkSubmitted for everyone but the winner), and NotFound if there is
    nothing to submit.
    """
    link, visit = _filling_in(command, deps)
    view = seen(link, deps, with_draft=False)
    data, problems = _checked(command, view)
    if problems:
        return Refused(view, problems)
    now = deps.now()
    body = Body(token(deps.random(16)), data)
    try:
        deps.visits.submit(_transaction(link, deps), visit.hash, body, token(deps.random(16)), now)
    except NotChanged as refusal:
        raise _why_refused(refusal.stored or link, now) from refusal
    return now


def save_draft(command: FilledForm, deps: Deps) -> None:
    """Save a half-filled form without checking it, and renew the visit. Raises the errors of `submit_form`."""
    link, visit = _filling_in(command, deps)
    data = command.read(schema_of(subject_of(link, deps)))
    now = deps.now()
    try:
        deps.visits.save_draft(link, visit.hash, data, now)
    except NotChanged as refusal:
        raise _why_refused(refusal.stored or link, now) from refusal


def _filling_in(command: FilledForm, deps: Deps) -> tuple[Link, Visit]:
    """Return the form's link and visit. A form on a screen may be submitted for some hours after the visit."""
    visit = command.visit
    if visit and command.rid is not None and command.rid != visit.rid:
        raise VisitMixedUp
    link = visited(visit, deps, SUBMIT_GRACE)
    if visit is None or link.kind not in FORMS:
        raise NotFound("form")
    if ended := link.ended(deps.now()):
        ended.renewable = False
        raise ended
    return link, visit


def _checked(command: FilledForm, view: View) -> tuple[Mapping[str, object], Sequence[Problem]]:
    data, problems = completed(command.read(view.schema), view.data, view.schema)
    problems += problems_of(data, view.schema, view.tenant.region)
    if not data and view.link.kind is Kind.SURVEY and not problems:
        problems.append(Problem.of("data", "required"))
    if not command.confirmed and view.link.kind is Kind.PROCESS:
        problems.append(Problem.of("confirmed", "required"))
    return data, problems


def _why_refused(stored: Link, now: datetime) -> Exception:
    return stored.ended(now) or VisitEnded()


def _transaction(link: Link, deps: Deps) -> list[Link]:
    """Return the link, followed by the rest of its transaction: the main link and its co-browsing roles."""
    if link.rid == link.master_rid and not link.roles:
        return [link]
    main = link if link.rid == link.master_rid else deps.links.get(link.master_rid)
    rids = [main.rid, *main.roles.values()] if main else [link.rid]
    others = [deps.links.get(rid) for rid in rids if rid != link.rid]
    return [link, *(other for other in others if other)]
