"""Requests to be called back, as the agents of a category see them and take them on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import CallbackTaken, NotFound
from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Kind
from linkgate.model.live import own_queue
from linkgate.model.means import means_in, widest
from linkgate.model.tenant import Category
from linkgate.ports.links import NotChanged
from linkgate.tokens import is_token
from linkgate.usecases.delivery.resending import ResendLink, resend_link
from linkgate.usecases.desk.telling import named, standing_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from linkgate.model.callback import Callback
    from linkgate.model.link import Link
    from linkgate.model.tenant import Media
    from linkgate.ports.deps import Deps
    from linkgate.ports.desk import CallbackEntry
    from linkgate.usecases.desk.sitting import Sitting
    from linkgate.usecases.desk.telling import Waiting

SHOWN = 20
"""Most requests of a category, and most of an agent's own, that a desk shows."""
READ = 100
"""Most entries that are read to find them, because entries outlive their requests."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A customer who wants to be called back."""

    rid: str
    queue: str
    """Title of the category."""
    callback: Callback
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Callers:
    """Requests that an agent sees: those that wait, and those that the agent took on."""

    queues: Mapping[str, str]
    """Titles of the categories that the agent answers."""
    waiting: tuple[Caller, ...]
    mine: tuple[Caller, ...]
    line: tuple[Waiting, ...]
    """Customers who wait for one of these categories or for this agent, in the order of their coming."""
    media: Media
    """Widest means of calls in these categories."""


def callers_of(at: Sitting, deps: Deps) -> Callers:
    """Return what the agent sees. Entries whose request is gone are left out."""
    agent, tenant = at.agent, at.tenant.id
    queues = {name: category for name in sorted(agent.queues) if (category := _category(tenant, name, deps))}
    waiting = (
        each
        for name in queues
        for each in _first(deps.callbacks.waiting(tenant, name, READ), lambda callback: callback.open, deps)
    )
    mine = deps.callbacks.taken_by(tenant, agent.id, READ)
    return Callers(
        {name: category.title for name, category in queues.items()},
        tuple(waiting),
        tuple(_first(mine, lambda callback: _is_to_do(callback, agent.id), deps)),
        _line(tenant, [*queues, own_queue(agent.id)], deps),
        widest(means_in(each, each.tier, relayed=deps.relays.relayed).media for each in queues.values()),
    )


def take_callback(at: Sitting, rid: str, deps: Deps) -> Link:
    """Take on a request of a category that the agent answers. A repeat succeeds.

    Raises NotFound for a link that the agent may not know of, and CallbackTaken.
    """
    link = _customer(at, rid, deps)
    if link.definition_id not in at.agent.queues or link.callback is None:
        raise NotFound("link")
    try:
        taken = deps.callbacks.take(at.tenant.id, rid, link.callback.asked_at, at.agent.id, deps.now())
    except NotChanged as refusal:
        raise CallbackTaken from refusal
    # The stream does the same, so that a fault here leaves no request without its agent.
    deps.callbacks.list_taken(taken)
    _tidy(deps.callbacks.waiting(at.tenant.id, taken.definition_id, SHOWN), lambda callback: callback.open, deps)
    return taken


def send_link(at: Sitting, rid: str, deps: Deps) -> Link:
    """Send the customer of a request that the agent took on a new message with the link.

    Raises the errors of `resend_link`.
    """
    link = _mine(at, rid, deps)
    note = {"as": "agent", "who": at.agent.id}
    return resend_link(ResendLink(tenant=link.tenant, rid=rid, by=at.link.created_by, note=note), deps)


def put_away(at: Sitting, rid: str, deps: Deps) -> None:
    """Take a request that the agent took on off the agent's list. The link keeps it. A repeat changes nothing."""
    _mine(at, rid, deps)
    try:
        deps.callbacks.finish(at.tenant.id, rid, at.agent.id, deps.now())
    except NotChanged as refusal:
        raise NotFound("link") from refusal
    entries = deps.callbacks.taken_by(at.tenant.id, at.agent.id, SHOWN)
    _tidy(entries, lambda callback: _is_to_do(callback, at.agent.id), deps)


def _tidy(entries: Iterable[CallbackEntry], keep: Callable[[Callback], bool], deps: Deps) -> None:
    """Delete entries that lead to nothing any more, so that they do not hide others. Reading a desk deletes none."""
    for entry in entries:
        link = _link_of(entry, deps)
        if link is None or link.callback is None or not keep(link.callback):
            deps.callbacks.remove(entry)


def _line(tenant: str, queues: Iterable[str], deps: Deps) -> tuple[Waiting, ...]:
    waiting = [each for queue in queues for each in named(standing_in(tenant, queue, deps), deps)]
    return tuple(sorted(waiting, key=lambda each: each.since))


def _is_to_do(callback: Callback, agent: str) -> bool:
    return callback.taken_by == agent and callback.done_at is None


def _mine(at: Sitting, rid: str, deps: Deps) -> Link:
    link = _customer(at, rid, deps)
    if link.callback is None or link.callback.taken_by != at.agent.id:
        raise NotFound("link")
    return link


def _customer(at: Sitting, rid: str, deps: Deps) -> Link:
    link = deps.links.get(rid) if is_token(rid) else None
    if link is None or link.tenant != at.tenant.id or link.kind is not Kind.SESSION:
        raise NotFound("link")
    return link


def _category(tenant: str, name: str, deps: Deps) -> Category | None:
    return deps.tenants.definition(Category, tenant, name)


def _first(entries: Iterable[CallbackEntry], wanted: Callable[[Callback], bool], deps: Deps) -> Iterator[Caller]:
    """Yield the first customers whose requests are wanted."""
    found = 0
    for entry in entries:
        link = _link_of(entry, deps) if found < SHOWN else None
        if link and link.callback and wanted(link.callback):
            found += 1
            category = _category(link.tenant, link.definition_id, deps)
            yield Caller(link.rid, category.title if category else "", link.callback, _subjects(link, deps))


def _link_of(entry: CallbackEntry, deps: Deps) -> Link | None:
    """Return the link of an entry whose request still is the link's."""
    link = deps.links.get(entry.rid)
    if link is None or link.callback is None or link.revoked_at or link.callback.asked_at != entry.asked_at:
        return None
    return link


def _subjects(link: Link, deps: Deps) -> tuple[str, ...]:
    name = link.body_name
    tickets = deps.links.bodies(link.master_rid, [name]).get(name, {}).get("tickets") if name else None
    listed = tickets if isinstance(tickets, list) else []
    return tuple(str(ticket["title"]) for ticket in listed if isinstance(ticket, dict) and ticket.get("title"))
