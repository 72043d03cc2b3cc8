"""Ask to be called back, where a session's customer meets nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import CallbackAsked, InvalidRequest, LinkExpired, NotFound, Problem, Unavailable
from linkgate.lazy_dataclass import dataclass
from linkgate.model.addresses import normal_phone
from linkgate.model.callback import NAME_LENGTH, NOTE_LENGTH, WANTED_LENGTH, Callback
from linkgate.model.policy import SUBMIT_GRACE
from linkgate.model.tenant import Category
from linkgate.ports.links import NotChanged
from linkgate.usecases.definitions import definition_of
from linkgate.usecases.visits.renewal import may_renew
from linkgate.usecases.visits.visit import valid_visit, visited

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.usecases.visits.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCallback:
    """Request to be called back. A name or number that is None is the one on file."""

    visit: Visit | None
    name: str | None = None
    phone: str | None = None
    wanted: str = ""
    note: str = ""
    confirmed: bool = True
    """True if a program asks, or a person ticked the box, which robots that press every button do not."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A stored request. `over` means that the visit has ended, so nothing more is shown."""

    link: Link
    callback: Callback
    over: bool


def ask_callback(command: AskCallback, deps: Deps) -> Asked:
    """Store the request, during a visit or in the hours after it. Facts and webhooks follow from the link.

    Raises VisitEnded, LinkClosed, NotFound if the category takes no such requests, InvalidRequest, and CallbackAsked if
    an earlier request still waits. A repeat of the same one succeeds.
    """
    visit, now = command.visit, deps.now()
    link = visited(visit, deps, SUBMIT_GRACE)
    _refuse_ended(link, deps)
    category = definition_of(link, deps)
    if visit is None or not isinstance(category, Category) or not category.callbacks:
        raise NotFound("callback")
    callback = _checked(command, link, deps)
    try:
        deps.visits.ask_callback(link.rid, visit.hash, callback, now)
    except NotChanged as refusal:
        stored = refusal.stored
        if stored is None:
            raise NotFound("link") from refusal
        _refuse_ended(stored, deps)
        if stored.callback and stored.callback.open:
            raise CallbackAsked(stored.callback.asked_at) from refusal
        raise Unavailable from refusal
    return Asked(link, callback, over=not valid_visit(link, visit, now))


def _refuse_ended(link: Link, deps: Deps) -> None:
    ended = link.ended(deps.now())
    if ended:
        ended.renewable = isinstance(ended, LinkExpired) and may_renew(link, deps)
        raise ended


def _checked(command: AskCallback, link: Link, deps: Deps) -> Callback:
    on_file, tenant = link.recipient, deps.tenants.tenant(link.tenant)
    texts = {
        "name": (on_file.name or "" if command.name is None else command.name, NAME_LENGTH),
        "wanted": (command.wanted, WANTED_LENGTH),
        "note": (command.note, NOTE_LENGTH),
    }
    kept = {name: text.strip() for name, (text, _) in texts.items()}
    problems = [
        Problem.of(name, "too_long", max=limit) for name, (_, limit) in texts.items() if len(kept[name]) > limit
    ]
    if not kept["name"]:
        problems.append(Problem.of("name", "required"))
    typed = on_file.phone or "" if command.phone is None else command.phone.strip()
    phone = normal_phone(typed, tenant.region if tenant else None) if typed else None
    if phone is None:
        problems.append(Problem.of("phone", "phone" if typed else "required"))
    if not command.confirmed:
        problems.append(Problem.of("confirmed", "required"))
    if problems or phone is None:
        raise InvalidRequest(problems)
    return Callback(asked_at=deps.now(), phone=phone, name=kept["name"], wanted=kept["wanted"], note=kept["note"])
