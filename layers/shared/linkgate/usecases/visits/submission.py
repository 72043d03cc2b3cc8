"""Save a form for later, and submit it exactly once."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from linkgate.errors import NotSubmitter, Problem, Unavailable, VisitEnded
from linkgate.lazy_dataclass import dataclass
from linkgate.model.kinds import KINDS
from linkgate.ports.links import TRIES_AGAINST_VISITORS, Body, NotChanged, givers_body
from linkgate.tokens import token
from linkgate.usecases.conditions import Asked, as_asked
from linkgate.usecases.families import submitted_with
from linkgate.usecases.form_groups import collected, expanded, has_groups, keys_in, numbered
from linkgate.usecases.form_signatures import signature_fields
from linkgate.usecases.pointers import value_at
from linkgate.usecases.visits.declared import declared
from linkgate.usecases.visits.entries import problems_by_key
from linkgate.usecases.visits.fields import assembled, leaves
from linkgate.usecases.visits.filling import filling_in
from linkgate.usecases.visits.form_schema import completed
from linkgate.usecases.visits.receipts import receipts_of
from linkgate.usecases.visits.role_rights import awaited, is_restricted
from linkgate.usecases.visits.signing import bound, signature_problems
from linkgate.usecases.visits.step_check import drafted
from linkgate.usecases.visits.uploads import upload_problems
from linkgate.usecases.visits.viewing import as_seen, rights_in, whole, with_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from linkgate.model.kinds import Definition
    from linkgate.model.link import Link, Recipient
    from linkgate.ports.deps import Deps
    from linkgate.ports.visits import StoredField
    from linkgate.usecases.visits.role_rights import RoleRights
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
    answered: Collection[str] = ()
    """Pointers of the questions that have an answer on the page."""
    review: bool = False
    """True if the page listed the answers in the draft, which are submitted as they were shown."""
    language: Callable[[Recipient], str] | None = None
    """Returns the language of the page. None if the caller is a program."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form that was recorded."""

    link: Link
    at: datetime
    over: bool
    """True after the visit: then the receipt cannot be read again."""
    definition: Definition | None
    """The definition, or None if the tenant has deleted it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Faults in a filled-in form, and the view to show it in again."""

    view: View
    problems: Sequence[Problem]
    over: bool = False
    """True after the visit: then no stored answer is shown."""


def submit_form(command: FilledForm, deps: Deps) -> Submitted | Refused:
    """Record the submission and end the link, or return Refused if the data breaks the form's schema.

    A form from a page is also refused if a field was changed elsewhere since the page was shown. What the sender's
    role may not edit is recorded as the draft has it, whatever was sent. After a review, the answers in the draft are
    what is submitted, and all of them must be those that the page listed. Raises LinkSubmitted for everyone but the
    winner, NotSubmitter for a role that may not send the form, and the errors of `filling_in`.
    """
    filling = filling_in(command.visit, command.rid, deps)
    link = filling.link
    by_page = command.versions is not None
    view = whole(link, deps, with_draft=command.review, with_answers=by_page)
    if not view.may_submit:
        raise NotSubmitter
    family = submitted_with(link, deps)
    if not (command.review or by_page) and (len(family) > 1 or is_restricted(view.schema)):
        view = with_fields(view, deps.fields.of(link.master_rid))
    view, data, asked, problems = _checked(command, view)
    rights = rights_in(view)
    by_program = command.versions is None and has_groups(view.form)
    problems = [*problems, *upload_problems(data, view, deps, by_program=by_program), *signature_problems(data, view)]
    if command.versions is not None:
        # Whatever a signature is of, it says so itself.
        signed = signature_fields(view.form)
        stale = _stale(command, command.versions, data, view.fields, rights)
        problems = [*(each for each in stale if not asked.hides(each.field) and each.field not in signed), *problems]
    if problems:
        return _refused(command, view, data, problems, over=filling.over)
    now = deps.now()
    bodies = [Body(token(deps.random(16)), collected(data, view.schema))]
    if len(family) > 1 or is_restricted(view.schema):
        bodies.append(Body(givers_body(bodies[0].name), _givers(data, view)))
    language = command.language(link.recipient) if command.language else None
    for _ in range(TRIES_AGAINST_VISITORS):
        try:
            deps.visits.submit(
                family,
                filling.visit,
                bodies,
                token(deps.random(16)),
                now,
                receipts=receipts_of(family, view.definition, now, language),
            )
        except NotChanged as refusal:
            stored = refusal.stored or link
            if stored.rid == link.rid or stored.submitted_at:
                raise _why_refused(stored, now) from refusal
            # Another link of the family was replaced at this moment. Its successor must end, too.
            family = submitted_with(link, deps)
        else:
            return Submitted(link, now, filling.over, view.definition)
    raise Unavailable(1)


def _refused(
    command: FilledForm, view: View, data: Mapping[str, object], problems: Sequence[Problem], *, over: bool
) -> Refused:
    """Return the view of a refused form. A program learns of problems at the places in the data that it sent."""
    if command.versions is None:
        problems = [dataclasses.replace(each, field=numbered(each.field, data, view.schema)) for each in problems]
    shown = as_seen(view)
    return Refused(dataclasses.replace(shown, data={}, draft=None, fields={}) if over else shown, problems, over)


def _stale(
    command: FilledForm,
    seen: Mapping[str, int],
    data: Mapping[str, object],
    fields: Mapping[str, StoredField],
    rights: RoleRights,
) -> list[Problem]:
    """Return a problem for each field that holds a newer answer than the page showed, and another than was sent.

    What the role may not see is none, unless the sender has answered a private question at the same time as another.
    """

    def newer(stored: StoredField) -> bool:
        kept = command.review or stored.pointer in rights.kept or stored.keys is not None
        return stored.version != seen.get(stored.pointer, 0) and (
            kept or stored.value != value_at(data, stored.pointer)
        )

    unseen = rights.hidden | rights.given
    stale = [
        Problem.of(each.pointer, "stale") for each in fields.values() if each.pointer not in unseen and newer(each)
    ]
    return [*stale, *(Problem.of(pointer, "given") for pointer in sorted(rights.given.intersection(command.answered)))]


def _givers(data: Mapping[str, object], view: View) -> dict[str, object]:
    """Return the role behind each answer: the one that wrote it into the draft, or else the sender's.

    An answer that the link was prefilled with is the main link's, unless a role wrote it anew.
    """
    givers: dict[str, object] = {}
    for pointer, value in leaves(data, view.schema):
        stored = view.fields.get(pointer)
        if stored and stored.value == value:
            givers[numbered(pointer, data, view.schema)] = stored.role
        else:
            givers[numbered(pointer, data, view.schema)] = "" if value == value_at(view.data, pointer) else view.role
    return givers


def _checked(command: FilledForm, view: View) -> tuple[View, Mapping[str, object], Asked, Sequence[Problem]]:
    """Return the data, what a page asks for, given that data, and the problems. Programs send what they want.

    The view has the entries of groups that a program sent.
    """
    reviewed = KINDS[view.link.kind].reviewed
    known = drafted(view) if command.review else assembled(view.data if reviewed else {}, view.fields) or {}
    rights = rights_in(view)
    sent = command.read(rights.schema, rights.shown(known))
    if command.versions is None and has_groups(view.form):
        sent = rights.with_own_entries(sent)
        view = dataclasses.replace(view, schema=expanded(view.form, keys_in(view.form, sent, {}, exactly=True)))
        rights = rights_in(view)
    given = rights.edited(sent, known)
    data, problems = completed(given, view.data, view.schema)
    asked = Asked()
    if command.versions is not None:
        data, asked = as_asked(data, view.schema)
    problems += awaited(problems_by_key(data, view.schema, view.form, view.tenant.region), view.schema, rights)
    data = declared(data, view.schema)
    if command.versions is None:
        data = bound(data, view)
    if not data and not reviewed and not problems:
        problems.append(Problem.of("data", "required"))
    untouched = not view.fields and view.draft is None
    if not command.confirmed and (untouched if command.review else command.preset or reviewed):
        problems.append(Problem.of("confirmed", "required"))
    return view, data, asked, problems


def _why_refused(stored: Link, now: datetime) -> Exception:
    return stored.ended(now) or VisitEnded()
