"""Write what the table's stream tells of links, calls and journals to timelines, the event bus and webhooks.

The stream delivers each change at least once. The timeline keeps each fact once, and an event has the same id however
often it is published.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.errors import Unavailable
from linkgate.model.file_events import Erasure
from linkgate.model.link import Channel
from linkgate.model.live_tasks import Close
from linkgate.model.moments import utc
from linkgate.model.presence import has_channel
from linkgate.model.receipt import has_pdf
from linkgate.model.tenant import FIND_ACCOUNT
from linkgate.ports.history import Event, NewFacts
from linkgate.tokens import is_token
from linkgate.usecases.changes import Change, FileChange, Journalled, RoomChange
from linkgate.usecases.history.data_addresses import addresses_in
from linkgate.usecases.history.file_facts import file_facts
from linkgate.usecases.history.finders import finder_terms
from linkgate.usecases.history.link_counts import budget_used, counts_of, daily_limit, spending
from linkgate.usecases.history.link_facts import (
    CALLBACK_REQUESTED,
    CALLBACK_TAKEN,
    CREATED,
    ERASED,
    EXTENDED,
    FIRST_OPENED,
    LOCKED,
    RENEWED,
    REPLACED,
    REVOKED,
    SUBMITTED,
    facts_of,
)
from linkgate.usecases.history.session_facts import session_facts
from linkgate.usecases.history.staff_events import staff_event
from linkgate.usecases.history.webhook_notices import notify
from linkgate.usecases.pointers import escaped, value_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from linkgate.model.link import Link
    from linkgate.model.tenant import Contact, Tenant
    from linkgate.model.timeline import Entry, Fact
    from linkgate.ports.deps import Deps
    from linkgate.ports.measures import Measure


_ENDS = {
    ERASED: "erased",
    SUBMITTED: "submitted",
    REPLACED: "replaced",
    RENEWED: "replaced",
    REVOKED: "revoked",
    LOCKED: "locked",
}
"""Facts that end a link's live connections, with the word for those who are connected."""

LATE_WRITES = timedelta(seconds=30)
"""Time after an erasure in which functions that had read the link before may still write. They end after 15 s."""


def record_changes(changes: Sequence[Change | RoomChange | FileChange | Journalled], deps: Deps) -> None:
    """Record what happened and publish it. After Unavailable, the same changes must be delivered again."""
    events: list[Event] = []
    counts: list[Measure] = []
    spent: set[tuple[str, Channel]] = set()
    try:
        news = _by_link([each for each in changes if not isinstance(each, Journalled)], deps)
        appended = deps.timeline.append([NewFacts(link.rid, facts, link.ttl) for link, facts in news])
        for (link, facts), entries in zip(news, appended, strict=True):
            for fact in [entry.fact for entry, new in entries if new and not link.test]:
                counts += counts_of(link, fact)
                spent |= {(link.tenant, channel)} if (channel := spending(fact)) else set()
            _follow_up(link, facts, deps)
            # Facts already on record are published again: the try that recorded them may not have published them.
            events += [event_of(link, entry) for entry, _ in entries]
    finally:
        # Counted now or never: recorded facts are not new when the same changes are delivered again.
        if counts:
            deps.measure(counts)
    told = [event for event in events if not event.test]
    told += [staff_event(change) for change in changes if isinstance(change, Journalled)]
    if told:
        deps.events.publish(told)
    if events:
        notify(events, deps)
    # A share that cannot be read now is read with the next message. Nothing is published again for it.
    with contextlib.suppress(Unavailable):
        _measure_budgets(spent, deps)


def _measure_budgets(spent: Iterable[tuple[str, Channel]], deps: Deps) -> None:
    measures = []
    for id_, channel in sorted(spent):
        tenant = deps.tenants.tenant(id_)
        if tenant and daily_limit(tenant, channel) > 0:
            budget = deps.sms_budget if channel is Channel.SMS else deps.email_budget
            measures.append(budget_used(tenant, channel, budget.used(id_, deps.now())))
    if measures:
        deps.measure(measures)


def _by_link(changes: Iterable[Change | RoomChange | FileChange], deps: Deps) -> list[tuple[Link, list[Fact]]]:
    """Return each link as it is now, with everything that happened to it, in order."""
    links: dict[str, Link] = {}
    found: dict[str, dict[str, Fact]] = {}
    for change in changes:
        if isinstance(change, Change):
            rid, links[change.new.rid] = change.new.rid, change.new
            facts = facts_of(change.old, change.new)
        elif isinstance(change, FileChange):
            # The files of a resource belong to no link's timeline.
            rid = change.master_rid
            facts = file_facts(change.old, change.new) if is_token(rid) else []
        else:
            rid, facts = change.new.rid, session_facts(change.old, change.new)
        if facts:
            found.setdefault(rid, {}).update({fact.id: fact for fact in facts})
    if unread := found.keys() - links.keys():
        links |= deps.links.several(unread)
    # A call whose link is gone has no timeline any more.
    return [(links[rid], list(facts.values())) for rid, facts in found.items() if rid in links]


def _follow_up(link: Link, facts: Sequence[Fact], deps: Deps) -> None:
    kinds = {fact.kind for fact in facts}
    if CREATED in kinds and not link.erased_at:
        _list_further(link, link.body_name, deps, terms=True)
    if EXTENDED in kinds:
        deps.timeline.keep(link.rid, link.ttl)
        if not link.erased_at:
            _list_further(link, link.submission or link.body_name, deps)
    if CALLBACK_REQUESTED in kinds and link.callback:
        _list_callback(link, link.callback.phone, deps)
    if CALLBACK_TAKEN in kinds:
        deps.callbacks.list_taken(link)
    first = any(fact.id == FIRST_OPENED for fact in facts)
    if (first or SUBMITTED in kinds or (EXTENDED in kinds and link.opened_at)) and not link.erased_at:
        deps.administration.list_reference(link)
    if ERASED in kinds:
        deps.administration.settle_erased(link)
        deps.files.tasks.put([Erasure(link.rid)], deps.now(), LATE_WRITES)
    if kinds & _ENDS.keys() and has_channel(link):
        now = deps.now()
        why = next(_ENDS[kind] for kind in _ENDS if kind in kinds)
        deps.live_tasks.put([Close(link.master_rid, link.rid, why, now)], now)
    if SUBMITTED in kinds and (link.reopens or link.rid == link.master_rid) and not link.erased_at:
        _settle_sent(link, deps)


def _settle_sent(link: Link, deps: Deps) -> None:
    if deps.makes_receipts and has_pdf(link, deps.now()):
        deps.files.receipts.put([link.rid], deps.now())
    sent = _list_further(link, link.submission, deps)
    _forget_unsent(link, sent, deps)


def _list_callback(link: Link, phone: str, deps: Deps) -> None:
    # A corrected number is the customer's, too, so whoever is erased by it is found.
    deps.administration.list_further(link, [phone])
    # Agents would take the request of a test link for a customer's.
    if not link.test:
        deps.callbacks.list_asked(link)


def _list_further(link: Link, body: str | None, deps: Deps, *, terms: bool = False) -> Mapping[str, object]:
    """List a link under all addresses of its recipient and of the data in `body`, and return the data.

    With `terms`, also under whatever else finds it: its account number, contact and name.
    """
    tenant = deps.tenants.tenant(link.tenant)
    data = deps.links.bodies(link.master_rid, [body]).get(body, {}) if body and link.role is None else {}
    found = addresses_in(data, tenant.region if tenant else "")
    if tenant and terms and link.role is None:
        found += finder_terms(link.recipient, data, _contact_with_account(link, tenant, deps), tenant)
    deps.administration.list_further(link, found)
    return data


def _contact_with_account(link: Link, tenant: Tenant, deps: Deps) -> Contact | None:
    """Return the link's contact, read only if its account number finds links."""
    number = link.recipient.contact_id if FIND_ACCOUNT in tenant.finders else None
    return deps.tenants.contact(tenant.id, number) if number is not None else None


def _forget_unsent(link: Link, sent: Mapping[str, object], deps: Deps) -> None:
    """Delete answers of the draft that were not sent, such as those to questions that another answer hid.

    Those in an entry of a group are also deleted if it is not clear any more which entry of the submission it is.
    """
    if not sent:
        return
    fields = deps.fields.of(link.master_rid)
    groups = {pointer: each.keys for pointer, each in fields.items() if each.keys is not None}
    by_key = _by_key(sent, groups, "")
    unsent = [each for pointer, each in fields.items() if value_at(by_key, pointer) is None]
    # The draft belongs to another link, if the form was opened again before this came to be done.
    stored = deps.links.get(link.rid) if unsent else None
    for each in unsent if stored and not stored.reopened else ():
        deps.fields.delete(link.master_rid, each.pointer, each.version)


def _by_key(data: Mapping[str, object], groups: Mapping[str, Sequence[str]], pointer: str) -> dict[str, object]:
    """Return data with an object in place of each list of objects, by the keys of the draft or else by numbers."""
    found = dict(data)
    for name, value in data.items():
        inner = f"{pointer}/{escaped(name)}"
        if isinstance(value, dict):
            found[name] = _by_key(value, groups, inner)
        elif isinstance(value, list) and any(isinstance(each, dict) for each in value):
            keys = groups.get(inner, [str(number) for number in range(len(value))])
            found[name] = dict(zip(keys, value, strict=True)) if len(keys) == len(value) else {}
    return found


def event_of(link: Link, entry: Entry) -> Event:
    """Build the event for a fact. It holds ids and times, but no secret, address or person's name.

    Only the timeline says which operator acted.
    """
    fact = entry.fact
    return Event(
        id="evt_" + hashlib.sha256(f"{link.rid}|{fact.id}".encode()).hexdigest()[:32],
        kind=fact.kind,
        detail={
            "type": fact.kind,
            "at": utc(fact.at),
            "tenant": link.tenant,
            "rid": link.rid,
            "masterRid": link.master_rid,
            "kind": link.kind.value,
            "subject": link.definition_id,
            "number": link.number,
            "sequence": entry.sequence,
            "data": {name: value for name, value in json.loads(fact.details).items() if name != "who"},
            **({"test": True} if link.test else {}),
        },
        at=fact.at,
        test=link.test,
    )
