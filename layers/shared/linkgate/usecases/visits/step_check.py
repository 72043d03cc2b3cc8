"""Check of one step of a form, whose answers are in the draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.usecases.conditions import as_asked
from linkgate.usecases.form_steps import steps_of
from linkgate.usecases.visits.entries import problems_by_key
from linkgate.usecases.visits.fields import assembled
from linkgate.usecases.visits.form_schema import completed
from linkgate.usecases.visits.role_rights import awaited
from linkgate.usecases.visits.uploads import upload_problems
from linkgate.usecases.visits.viewing import as_seen, rights_in, whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.errors import Problem
    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.usecases.visits.viewing import View


@dataclass(frozen=True, slots=True)
class CheckedStep:
    """A step's problems, which its reader can mend, and the view to show it in."""

    view: View
    problems: Sequence[Problem]


def check_step(link: Link, number: int, deps: Deps) -> CheckedStep:
    """Check the whole draft, and return the problems inside a step."""
    view = whole(link, deps)
    rights = rights_in(view)
    data, problems = completed(drafted(view), view.data, view.schema)
    data, asked = as_asked(data, view.schema)
    problems += awaited(problems_by_key(data, view.schema, view.form, view.tenant.region), view.schema, rights)
    problems += upload_problems(data, view, deps, at_last=False)
    inside = [step for step in steps_of(view.schema) if step.number == number]
    mine = [
        each
        for each in problems
        if each.code != "awaited" and not asked.hides(each.field) and any(step.has(each.field) for step in inside)
    ]
    return CheckedStep(as_seen(view), mine)


def drafted(view: View) -> Mapping[str, object]:
    """Return all answers so far: what the link was prefilled with, with the draft over it."""
    return assembled(view.data if view.draft is None else view.draft, view.fields) or {}
