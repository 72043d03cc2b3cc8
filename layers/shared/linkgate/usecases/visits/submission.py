"""Save a form for later, and submit it exactly once."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from linkgate.errors import Problem, Unavailable, VisitEnded
from linkgate.lazy_dataclass import dataclass
from linkgate.model.kinds import KINDS
from linkgate.ports.links import TRIES_AGAINST_VISITORS, Body, NotChanged
from linkgate.tokens import token
from linkgate.usecases.families import family_of
from linkgate.usecases.pointers import value_at
from linkgate.usecases.visits.declared import declared
from linkgate.usecases.visits.fields import assembled
from linkgate.usecases.visits.filling import filling_in
from linkgate.usecases.visits.form_schema import completed, problems_of
from linkgate.usecases.visits.viewing import seen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.ports.visits import StoredField
    from linkgate.usecases.visits.viewing import View
    from linkgate.usecases.visits.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledForm:
    """A filled-in form. `rid` is the link that it was rendered for, or None if the caller is a program."""

    visit: Visit | None
    read: Callable[[Mapping[str, object], Mapping[str, object]], Mapping[str, object]]
    """Returns the data, given the form's schema and the values that its page showed.

    A page sends texts, which only the schema can type. A value that nobody touched is taken as it was.
    """
    rid: str | None = None
    confirmed: bool = True
    """True if the person who pressed the button confirmed it. Robots that press every button do not."""
    preset: bool = False
    """True if the page chose an answer that the message carried. Then nobody need have chosen anything on it."""
    versions: Mapping[str, int] | None = None
    """Versions of the draft's fields that the person had on the screen. None if the caller is a program."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form that was recorded."""

    link: Link
    at: datetime
    over: bool
    """True after the visit: then the receipt cannot be read again."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Faults in a filled-in form, and the view to show it in again."""

    view: View
    problems: Sequence[Problem]


def submit_form(command: FilledForm, deps: Deps) -> Submitted | Refused:
    """Record the submission and end the link, or return Refused if the data breaks the form's schema.

    A form from a page is also refused if a field was changed elsewhere since the page was shown. Raises LinkSubmitted
    for everyone but the winner, and the errors of `filling_in`.
    """
    filling = filling_in(command.visit, command.rid, deps)
    link = filling.link
    view = seen(link, deps, with_draft=False)
    if command.versions is not None:
        view = dataclasses.replace(view, fields=deps.fields.of(link.master_rid))
    data, problems = _checked(command, view)
    if command.versions is not None:
        problems = [*_stale(data, command.versions, view.fields), *problems]
    if problems:
        return Refused(dataclasses.replace(view, data={}, fields={}) if filling.over else view, problems)
    now = deps.now()
    body = Body(token(deps.random(16)), data)
    for _ in range(TRIES_AGAINST_VISITORS):
        try:
            deps.visits.submit(family_of(link, deps), filling.visit.hash, body, token(deps.random(16)), now)
        except NotChanged as refusal:
            stored = refusal.stored or link
            if stored.rid == link.rid or stored.submitted_at:
                raise _why_refused(stored, now) from refusal
            # Another link of the family was replaced at this moment. Its successor must end, too.
        else:
            return Submitted(link, now, filling.over)
    raise Unavailable(1)


def _stale(data: Mapping[str, object], seen: Mapping[str, int], fields: Mapping[str, StoredField]) -> list[Problem]:
    """Return a problem for each field that holds a newer answer than the page showed, and another than was sent."""
    return [
        Problem.of(stored.pointer, "stale")
        for stored in fields.values()
        if stored.version != seen.get(stored.pointer, 0) and stored.value != value_at(data, stored.pointer)
    ]


def _checked(command: FilledForm, view: View) -> tuple[Mapping[str, object], Sequence[Problem]]:
    reviewed = KINDS[view.link.kind].reviewed
    shown = assembled(view.data if reviewed else {}, view.fields) or {}
    data, problems = completed(command.read(view.schema, shown), view.data, view.schema)
    problems += problems_of(data, view.schema, view.tenant.region)
    data = declared(data, view.schema)
    if not data and not reviewed and not problems:
        problems.append(Problem.of("data", "required"))
    if not command.confirmed and (command.preset or reviewed):
        problems.append(Problem.of("confirmed", "required"))
    return data, problems


def _why_refused(stored: Link, now: datetime) -> Exception:
    return stored.ended(now) or VisitEnded()
