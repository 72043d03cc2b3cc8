"""Timelines have each fact of a link once, in order, and reveal every change."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.model.callback import Callback
from linkgate.model.challenge import Challenge, CodeFailure
from linkgate.model.link import Channel, Delivery, DeliveryState, Link
from linkgate.model.timeline import Entry, Fact, Head, entry_of, faults_of
from linkgate.ports.history import NewFacts
from linkgate.usecases.changes import Change
from linkgate.usecases.history.link_facts import facts_of
from linkgate.usecases.history.link_history import record_changes
from linkgate.usecases.history.timeline import verify_timeline
from local.demo import CAMPAIGN
from tests.support.fakes.links import NOW, RID, link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.management.conftest import Manager
    from tests.support.cloud import Cloud
SENT_CODE = Challenge(
    codes=frozenset(),
    tries={},
    begun_at=NOW,
    expires_at=NOW,
    next_at=NOW,
    sent=1,
    claim="c",
    sent_via="api",
    outcome=DeliveryState.SENT,
)


def kinds(facts: Sequence[Fact]) -> list[str]:
    return [fact.kind for fact in facts]


def mail(state: DeliveryState, attempt: int = 1, **fields: Any) -> dict[Channel, Delivery]:
    return {Channel.EMAIL: Delivery(Channel.EMAIL, state, attempt, at=NOW, **fields)}


def visit(name: str, began: datetime) -> dict[str, datetime]:
    return {name: began + timedelta(minutes=15)}


def test_a_new_link_was_created() -> None:
    (fact,) = facts_of(None, link(deliveries=mail(DeliveryState.SENDING)))

    assert fact.kind == "link.created"
    assert json.loads(fact.details)["channels"] == ["email"]


def test_no_fact_names_a_person() -> None:
    facts = facts_of(None, link(deliveries=mail(DeliveryState.SENT, message_id="m-1")))

    assert not [fact for fact in facts if "ada" in fact.details.lower()]


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (DeliveryState.SENT, "link.sent"),
        (DeliveryState.DELIVERED, "link.delivered"),
        (DeliveryState.BOUNCED, "link.bounced"),
        (DeliveryState.COMPLAINED, "link.complained"),
        (DeliveryState.REFUSED, "link.refused"),
        (DeliveryState.FAILED, "link.delivery_failed"),
        (DeliveryState.DELAYED, "link.delayed"),
        (DeliveryState.UNKNOWN, "link.delayed"),
    ],
)
def test_what_became_of_a_message_is_a_fact(state: DeliveryState, kind: str) -> None:
    sending = link(deliveries=mail(DeliveryState.SENDING))

    (fact,) = facts_of(sending, link(deliveries=mail(state, message_id="m-1")))

    assert fact.kind == kind
    assert json.loads(fact.details)["messageId"] == "m-1"


def test_what_did_not_change_is_no_fact() -> None:
    sent = link(deliveries=mail(DeliveryState.SENT), views=1, opened_at=NOW)

    assert facts_of(sent, replace(sent, code_tries=1)) == []


def test_an_open_and_a_draft_are_told_apart() -> None:
    opened = link(views=1, opened_at=NOW, visits=visit("a", NOW))
    saved = replace(opened, visits=visit("a", NOW + timedelta(minutes=2)), draft_at=NOW + timedelta(minutes=2))
    submitted = replace(saved, submitted_at=NOW + timedelta(minutes=3), visits=visit("a", NOW + timedelta(minutes=3)))

    assert kinds(facts_of(link(), opened)) == ["link.opened"]
    assert kinds(facts_of(opened, saved)) == ["link.draft_saved"]
    assert kinds(facts_of(saved, submitted)) == ["link.submitted"]


def test_drafts_are_told_once_in_five_minutes_whoever_saves_them() -> None:
    first = link(views=1, opened_at=NOW, draft_at=NOW)
    soon, later = (replace(first, draft_at=NOW + timedelta(minutes=minutes)) for minutes in (4, 5))

    assert kinds(facts_of(replace(first, draft_at=None), first)) == ["link.draft_saved"]
    assert kinds(facts_of(first, soon)) == []
    assert kinds(facts_of(first, later)) == ["link.draft_saved"]


def test_an_open_that_follows_the_message_at_once_is_suspect() -> None:
    sent = link(deliveries=mail(DeliveryState.SENT))

    def details(seconds: int) -> dict[str, Any]:
        began = NOW + timedelta(seconds=seconds)
        (fact,) = facts_of(sent, replace(sent, views=1, opened_at=began, visits=visit("a", began)))
        found: dict[str, Any] = json.loads(fact.details)
        return found

    assert details(3) == {"view": 1, "suspectedRobot": True}
    assert details(60) == {"view": 1}


def test_ends_are_facts() -> None:
    changed: dict[str, dict[str, Any]] = {
        "link.revoked": {"revoked_at": NOW, "revoked_by": "c" * 32},
        "link.locked": {"locked_at": NOW},
        "link.erased": {"erased_at": NOW},
        "link.renewed": {"renewed_as": RID, "renewed_at": NOW},
        "link.extended": {"extended_at": NOW, "expires_at": NOW + timedelta(days=9), "extended_by": "c" * 32},
        "link.code_sent": {"challenges": {"browser": SENT_CODE}},
        "link.code_failed": {"code_failure": CodeFailure(NOW, "rejected")},
        "link.way_revoked": {"ways_revoked_at": NOW},
        "link.unsubscribed": {"unsubscribed_at": NOW},
        "link.disowned": {"disowned_at": NOW},
        "link.resubscribed": {"resubscribed_at": NOW},
    }

    for kind, changes in changed.items():
        assert kinds(facts_of(link(), link(**changes))) == [kind]


def chain(length: int) -> tuple[list[Entry], Head]:
    entries, head = [], Head()
    for number in range(length):
        entry = entry_of(RID, Fact(f"opened:{number}", "link.opened", NOW, f'{{"view":{number}}}'), head)
        entries.append(entry)
        head = Head(entry.sequence, entry.hash)
    return entries, head


def test_a_whole_chain_has_no_fault() -> None:
    entries, head = chain(5)

    assert faults_of(RID, entries, head) == []
    assert faults_of(RID, entries[::-1], head) == []


@pytest.mark.parametrize("place", range(5))
def test_a_missing_entry_is_named(place: int) -> None:
    entries, head = chain(5)
    del entries[place]

    faults = faults_of(RID, entries, head)

    assert faults
    assert any(f"entry {place + 1}" in fault or "ends with" in fault for fault in faults)


@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize(
    "change", [{"details": "{}"}, {"kind": "link.sent"}, {"at": NOW + timedelta(milliseconds=1)}, {"id": "x"}]
)
def test_a_changed_entry_is_named(place: int, change: dict[str, Any]) -> None:
    entries, head = chain(5)
    entries[place] = replace(entries[place], fact=replace(entries[place].fact, **change))

    assert f"entry {place + 1} " in faults_of(RID, entries, head)[0]


def test_a_chain_of_another_link_is_none_of_this_one() -> None:
    entries, head = chain(3)

    assert len(faults_of("B" * 22, entries, head)) == 3


def test_a_forged_end_does_not_fit_what_was_written_last() -> None:
    entries, head = chain(3)
    forged = entry_of(RID, Fact("revoked", "link.revoked", NOW, "{}"), head)

    assert faults_of(RID, [*entries, forged], head)


def states() -> list[Link]:
    """Return a link's life, write by write."""
    steps = [link(deliveries=mail(DeliveryState.SENDING))]

    def then(**changes: Any) -> None:
        steps.append(replace(steps[-1], **changes))

    then(deliveries=mail(DeliveryState.SENT, message_id="m-1"))
    then(deliveries=mail(DeliveryState.DELIVERED, message_id="m-1"))
    for number in range(1, 6):
        began = NOW + timedelta(hours=number)
        then(views=number, opened_at=NOW + timedelta(hours=1), visits=visit(f"v{number}", began))
        then(visits=visit(f"v{number}", began + timedelta(minutes=1)))
    then(submitted_at=NOW + timedelta(hours=6), submission="s")
    return steps


@pytest.mark.parametrize("seed", range(5))
def test_each_fact_is_recorded_once_however_often_the_stream_tells_it(cloud: Cloud, seed: int) -> None:
    chance = random.Random(seed)
    lives = states()
    changes = [Change(before, after) for before, after in zip([None, *lives], lives, strict=False)]
    deps = wiring.deps()

    place = 0
    while place < len(changes):
        batch = changes[place : place + chance.randint(1, 5)]
        for _ in range(chance.randint(1, 3)):
            record_changes(batch, deps)
        # A failed batch is repeated from a point before its end.
        place += chance.randint(1, len(batch))

    entries, head = deps.timeline.read(RID)
    told = [fact.id for change in changes for fact in facts_of(change.old, change.new)]
    assert sorted(entry.fact.id for entry in entries) == sorted(told)
    assert faults_of(RID, entries, head) == []
    events = cloud.get("/_local/events").json()
    assert len({event["detail"]["id"] for event in events if "type" in event["detail"]}) == len(told)


def test_a_links_life_through_the_api_is_its_timeline(manager: Manager) -> None:
    made = manager.request_form()
    manager.cloud.post("/_local/clock", {"advance_seconds": 60})
    visitor = manager.open(made["link"])
    for name in ("A", "Ad"):
        manager.cloud.post("/_local/clock", {"advance_seconds": 20})
        manager.cloud.post("/v/draft", {"data": {"fullName": name}}, visitor)
    manager.cloud.post("/_local/clock", {"advance_seconds": 60})
    manager.cloud.post("/v/submit", {"data": {"fullName": "Ada"}}, visitor)
    manager.cloud.settle()

    timeline = manager.get(f"/links/{made['rid']}/events")

    assert [event["type"] for event in timeline["events"]] == [
        "link.created",
        "link.opened",
        "link.draft_saved",
        "link.submitted",
        "receipt.made",
    ]
    assert [event["sequence"] for event in timeline["events"]] == [1, 2, 3, 4, 5]


def test_events_come_in_pages(manager: Manager) -> None:
    made = manager.request_form()
    visitor = manager.open(made["link"])
    manager.cloud.post("/v/submit", {"data": {"fullName": "Ada"}}, visitor)
    manager.cloud.settle()
    path = f"/links/{made['rid']}/events"
    whole = manager.get(path)

    first = manager.get(f"{path}?limit=2")
    second = manager.get(f"{path}?limit=2&cursor={first['cursor']}")

    assert [len(page["events"]) for page in (whole, first, second)] == [4, 2, 2]
    assert first["events"] + second["events"] == whole["events"]
    assert (whole["cursor"], second["cursor"]) == (None, None)
    assert manager.get(f"{path}?limit=4")["cursor"] is None


def test_an_expired_links_end_is_on_the_last_page_of_its_events(manager: Manager) -> None:
    rid = manager.share()
    manager.cloud.post("/_local/clock", {"advance_seconds": 20 * 86400})
    manager.cloud.settle()
    path = f"/links/{rid}/events"
    whole = [event["type"] for event in manager.get(path)["events"]]
    first = manager.get(f"{path}?limit=1")

    assert whole[-1] == "link.expired"
    assert [event["type"] for event in first["events"]] == (whole if len(whole) == 2 else whole[:1])


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=-1", "cursor=x", "cursor=" + "9" * 30])
def test_a_page_of_events_must_be_one(manager: Manager, query: str) -> None:
    problem = manager.get(f"/links/{manager.share()}/events?{query}", 400)

    assert problem["fields"][0]["field"] == query.partition("=")[0]


def test_an_open_tells_which_message_brought_it(manager: Manager) -> None:
    entry = {"kind": "survey", "campaign": CAMPAIGN, "contact": "ada@example.com"}
    (made,) = manager.make(entry)
    manager.cloud.settle()
    (mailed,) = [m for m in manager.cloud.outbox.messages() if m.rid == made["rid"]]
    found = re.search(rf"https://\S+/l/{made['rid']}#[\w-]{{22}}", mailed.text)
    assert found is not None

    manager.open(found[0])
    manager.open(made["link"])
    manager.cloud.settle()

    events = manager.get(f"/links/{made['rid']}/events")["events"]
    opened = [event["data"] for event in events if event["type"] == "link.opened"]
    assert [(data["view"], data["way"]) for data in opened] == [(1, "email:1"), (2, "api")]


def test_an_expiry_is_told_but_not_recorded(manager: Manager) -> None:
    rid = manager.share()
    manager.cloud.settle()
    manager.cloud.post("/_local/clock", {"advance_seconds": 8 * 86400})

    last = manager.get(f"/links/{rid}/events")["events"][-1]

    assert (last["type"], last["sequence"], last["hash"]) == ("link.expired", None, None)
    assert last["atUtc"] == manager.get(f"/links/{rid}")["expiresAtUtc"]


def test_what_a_timeline_lacks_is_noticed_against_the_link_itself(manager: Manager) -> None:
    made = manager.request_form()
    manager.open(made["link"])
    manager.cloud.settle()
    deps = wiring.deps()
    found = deps.links.get(made["rid"])
    assert found is not None

    assert verify_timeline(found, deps).faults == []
    cut = replace(found, views=2, revoked_at=NOW)
    assert len(verify_timeline(cut, deps).faults) == 2


@pytest.mark.usefixtures("cloud")
def test_each_fact_that_the_link_shows_is_asked_of_its_timeline() -> None:
    deps = wiring.deps()
    shown = link(
        deliveries=mail(DeliveryState.DELIVERED, message_id="m-1"),
        challenges={"browser": SENT_CODE},
        code_failure=CodeFailure(NOW, "rejected"),
        unsubscribed_at=NOW,
        resubscribed_at=NOW,
        disowned_at=NOW,
        callback=Callback(asked_at=NOW, name="Ada", phone="+447700900123", taken_at=NOW, taken_by="ana"),
        joined_at=NOW,
        submitted_at=NOW,
        ways_revoked_at=NOW,
        locked_at=NOW,
        extended_at=NOW,
        renewed_as="C" * 22,
        renewed_at=NOW,
        erased_at=NOW,
    )
    every = facts_of(None, shown)
    assert len(every) == 16
    for number, missing in enumerate([None, *every]):
        each = replace(shown, rid=f"{number:022}", master_rid=f"{number:022}")
        facts = [fact for fact in every if fact != missing]
        list(deps.timeline.append([NewFacts(each.rid, facts, each.ttl)]))

        faults = verify_timeline(each, deps).faults

        lacks = [f"{missing.kind} of {missing.at.isoformat()} is not in the timeline"] if missing else []
        assert faults == lacks


def test_the_events_that_leave_hold_no_address_and_no_secret(manager: Manager) -> None:
    made = manager.request_form("ada.canary@example.com", fullName="Canary Name")
    manager.submit(made["link"], {"fullName": "Canary Answer"})
    manager.cloud.settle()

    told = json.dumps(manager.cloud.get("/_local/events").json()).lower()

    assert made["rid"].lower() in told
    assert "canary" not in told
    assert made["link"].partition("#")[2].lower() not in told
