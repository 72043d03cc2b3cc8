"""A customer and an agent meet over the live channel."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.model.hours import DAYS, Hours
from linkgate.model.tenant import Category, Media
from linkgate.usecases.history.timeline import timeline_of
from local import demo
from tests.support.live import LivePage, joined, ticket
from tests.support.visitor import Visitor, session_link
from tests.visits.test_handover import BEARER

if TYPE_CHECKING:
    from linkgate.model.live import Room
    from tests.support.cloud import Cloud


def customer(cloud: Cloud) -> tuple[Visitor, LivePage]:
    """Return a customer who opened a session's link, and connected."""
    visitor = Visitor(cloud)
    visitor.see(session_link(cloud))
    return visitor, joined(visitor)


def desk(cloud: Cloud, agent: str = "ana") -> LivePage:
    """Return the desk of an agent of the demo, opened by its link, and connected."""
    made = cloud.post(f"/agents/{agent}/desk", {}, BEARER)
    assert made.status == 201, made.text
    visitor = Visitor(cloud)
    visitor.see(made.json()["link"])
    return joined(visitor)


def on_duty(cloud: Cloud, agent: str = "ana") -> LivePage:
    page = desk(cloud, agent)
    page.say("duty", on=True)
    return page


def newest(frames: list[dict[str, Any]], t: str) -> dict[str, Any]:
    return next(frame for frame in reversed(frames) if frame["t"] == t)


def test_they_meet_and_part(cloud: Cloud) -> None:
    ana = on_duty(cloud)
    visitor, page = customer(cloud)

    (waiting,) = newest(ana.take(), "queue")["waiting"]
    assert (waiting["rid"], waiting["who"]) == (visitor.rid, "Abraham")
    assert (newest(page.take(), "room")["state"],) == ("waiting",)

    assert newest(ana.say("accept", rid=visitor.rid, id="1"), "ok")["id"] == "1"
    mine, theirs = newest(ana.take(), "room"), newest(page.take(), "room")
    assert (mine["state"], mine["phone"]) == ("joined", "+584141315854")
    assert (theirs["state"], theirs["agent"]) == ("joined", "ana")

    ana.say("end")
    assert newest(page.take(), "room")["reason"] == "ended"
    assert newest(ana.take(), "room")["state"] == "ended"
    cloud.settle()
    link = wiring.deps().links.get(visitor.rid or "")
    assert link is not None
    kinds = [entry.fact.kind for entry in timeline_of(link, wiring.deps())]
    assert [kind for kind in kinds if kind.startswith("session.")] == [
        "session.waiting",
        "session.joined",
        "session.ended",
    ]


def test_a_customer_who_comes_first_is_shown_to_who_comes_on_duty(cloud: Cloud) -> None:
    visitor, page = customer(cloud)
    assert newest(page.frames, "room")["position"] == 1

    ana = on_duty(cloud)

    waiting = [each["rid"] for frame in ana.frames if frame["t"] == "queue" for each in frame["waiting"]]
    assert waiting == [visitor.rid]


def test_a_waiting_customer_hears_whether_anybody_is_at_the_desk_and_who_came(cloud: Cloud) -> None:
    visitor, page = customer(cloud)
    assert newest(page.frames, "room")["staffed"] is False

    ana = on_duty(cloud)
    assert newest(page.frames, "room")["staffed"] is True
    assert newest(page.frames, "room")["position"] == 1
    page.take()
    on_duty(cloud, "ben")
    assert page.take() == []  # which is no news
    page.say("beat")
    assert newest(page.frames, "room")["staffed"] is True
    ana.say("accept", rid=visitor.rid)

    assert newest(page.frames, "room")["name"] == "Ana"
    assert "staffed" not in newest(page.frames, "room")


def test_a_page_that_nobody_has_touched_calls_nobody_and_learns_of_a_call_that_goes_on(cloud: Cloud) -> None:
    ana = on_duty(cloud)
    visitor = Visitor(cloud)
    visitor.see(session_link(cloud))
    page = LivePage(cloud)
    page.shake_hands(ticket(visitor))

    told = [frame["t"] for frame in page.say("hello", wait=False)]
    page.say("beat")
    cloud.settle()

    assert told == ["state"]
    assert wiring.deps().rooms.get(visitor.rid or "") is None
    assert newest(ana.frames, "queue")["waiting"] == []
    page.say("hello")
    assert noted(visitor).waiting
    assert newest(page.say("hello", wait=False), "room")["state"] == "waiting"
    page.say("leave")
    again = LivePage(cloud)
    again.shake_hands(ticket(visitor))
    assert [frame["t"] for frame in again.say("hello", wait=False)] == ["state"]


def test_a_desk_gets_tickets_for_a_whole_shift_and_no_longer(cloud: Cloud) -> None:
    agent = Visitor(cloud)
    agent.see(cloud.post("/agents/ana/desk", {}, BEARER).json()["link"])

    cloud.clock.advance(timedelta(hours=11))
    assert agent.post(f"{agent.thing}/live").status == 200
    cloud.clock.advance(timedelta(hours=1, minutes=1))

    assert agent.post(f"{agent.thing}/live").status == 401


def test_the_second_agent_hears_who_took_the_call(cloud: Cloud) -> None:
    ana, ben = on_duty(cloud, "ana"), on_duty(cloud, "ben")
    visitor, _ = customer(cloud)
    ana.say("accept", rid=visitor.rid)

    refused = newest(ben.say("accept", rid=visitor.rid, id="7"), "taken")

    assert (refused["why"], refused["by"], refused["id"]) == ("taken", "ana", "7")
    assert newest(ben.frames, "queue")["waiting"] == []


def test_pictures_are_negotiated_between_the_two_only(cloud: Cloud) -> None:
    ana, ben = on_duty(cloud, "ana"), on_duty(cloud, "ben")
    visitor, page = customer(cloud)
    early = page.say("sdp", d="v=0", kind="offer", n=1)
    ana.say("accept", rid=visitor.rid)
    ben.take()

    page.say("sdp", d="v=0", kind="offer", n=1)
    ana.say("ice", c=[{"candidate": "x"}], n=1)
    ana.say("media", audio=True, video=False)

    assert newest(early, "no")["code"] == "not-found"
    assert newest(ana.frames, "sdp")["d"] == "v=0"
    assert newest(page.frames, "ice")["c"] == [{"candidate": "x"}]
    assert newest(page.frames, "media")["audio"] is True
    assert ben.take() == []
    assert "v=0" not in str(cloud.table())


def test_what_a_customer_turns_on_is_noted_also_while_waiting_and_what_an_agent_does_is_not(cloud: Cloud) -> None:
    ana = on_duty(cloud)
    visitor, page = customer(cloud)
    assert page.say("media", audio=True, video=False) == []
    room = noted(visitor)
    assert (room.media, room.seen) == (Media.VIDEO, False)
    page.say("media", audio=True, seen=True)
    assert noted(visitor) == room  # nobody is there who could be seen

    ana.say("accept", rid=visitor.rid)
    ana.say("media", audio=True, seen=True)
    assert not noted(visitor).seen
    page.say("media", audio=True, seen=True)

    assert (noted(visitor).media, noted(visitor).seen) == (Media.VIDEO, True)
    assert newest(ana.frames, "media")["seen"] is True
    ana.say("end")
    assert newest(page.say("media", audio=True), "no")["code"] == "not-found"


def noted(visitor: Visitor) -> Room:
    room = wiring.deps().rooms.get(visitor.rid or "")
    assert room is not None
    return room


def test_a_reload_finds_the_call_as_it_is(cloud: Cloud) -> None:
    ana = on_duty(cloud)
    visitor, _ = customer(cloud)
    ana.say("accept", rid=visitor.rid)

    again = joined(visitor)

    assert newest(again.frames, "room")["state"] == "joined"
    assert newest(ana.say("hello"), "room")["rid"] == visitor.rid


def test_a_customer_who_leaves_ends_the_call_and_may_call_again(cloud: Cloud) -> None:
    ana = on_duty(cloud)
    visitor, page = customer(cloud)
    ana.say("accept", rid=visitor.rid)

    page.say("leave")
    assert newest(ana.take(), "room")["by"] == "customer"

    back = joined(visitor)
    assert newest(back.frames, "room")["state"] == "ended"
    assert newest(back.say("wait", id="w"), "room")["state"] == "waiting"
    assert [each["rid"] for each in newest(ana.frames, "queue")["waiting"]] == [visitor.rid]


def test_a_revoked_link_ends_the_call_for_the_agent(cloud: Cloud) -> None:
    ana = on_duty(cloud)
    visitor, _ = customer(cloud)
    ana.say("accept", rid=visitor.rid)
    wiring.deps().administration.revoke(demo.DEMO.id, visitor.rid or "", "c" * 32, wiring.deps().now())

    cloud.settle()

    assert newest(ana.frames, "room")["reason"] == "closed"


def test_a_side_that_stays_away_loses_the_call(cloud: Cloud) -> None:
    ana = on_duty(cloud)
    visitor, page = customer(cloud)
    ana.say("accept", rid=visitor.rid)
    page.lose()
    for _ in range(8):
        cloud.clock.advance(timedelta(seconds=45))
        ana.say("beat")
        cloud.settle()

    room = wiring.deps().rooms.get(visitor.rid or "")
    assert room is not None
    assert room.ending is not None
    assert (room.ending.reason, room.ending.by) == ("lost", "customer")
    assert newest(ana.frames, "room")["reason"] == "lost"


def test_each_side_hears_at_once_whether_the_other_can_be_reached(cloud: Cloud) -> None:
    agent = Visitor(cloud)
    agent.see(cloud.post("/agents/ana/desk", {}, BEARER).json()["link"])
    ana = joined(agent)
    ana.say("duty", on=True)
    visitor, page = customer(cloud)
    page.lose()
    assert [frame for frame in ana.frames if frame["t"] == "side"] == []  # nobody talks yet
    page = joined(visitor)
    ana.say("accept", rid=visitor.rid)

    ana.lose()
    assert newest(page.frames, "side")["here"] is False
    ana = joined(agent)
    assert newest(page.frames, "side")["here"] is True
    page.lose()
    assert newest(ana.frames, "side")["here"] is False
    joined(visitor)
    assert newest(ana.frames, "side")["here"] is True


def test_an_agent_hears_to_whom_a_call_can_be_put_through(cloud: Cloud) -> None:
    ana, ben = on_duty(cloud), on_duty(cloud, "ben")
    visitor, page = customer(cloud)

    ana.say("accept", rid=visitor.rid)

    titles = {each["to"]: (each["name"], each.get("busy")) for each in newest(ana.frames, "room")["to"]}
    assert titles == {
        demo.OCULAR_CODE: ("Customer service", None),
        "billing": ("Billing", None),
        "@ben": ("Ben", False),
    }
    assert newest(ana.say("transfer", to="@ben", id="1"), "ok")["id"] == "1"
    assert newest(page.frames, "room")["to"] == "Ben"
    ben.say("accept", rid=visitor.rid)
    assert "@ana" in [each["to"] for each in newest(ben.frames, "room")["to"]]
    ana.say("leave")
    assert newest(ben.say("transfer", to="@ana", id="2"), "no")["id"] == "2"


@pytest.mark.parametrize("on", [True, False])
def test_an_agent_stays_in_a_call_by_signs_of_life_and_loses_it_without(cloud: Cloud, *, on: bool) -> None:
    ana = on_duty(cloud)
    visitor, page = customer(cloud)
    ana.say("accept", rid=visitor.rid)
    if not on:
        ana.say("duty", on=False)

    def minutes(count: int, *pages: LivePage) -> Room:
        for _ in range(count):
            cloud.clock.advance(timedelta(minutes=1))
            for each in pages:
                each.say("beat")
            cloud.settle()
        return noted(visitor)

    assert minutes(10, page, ana).ending is None
    last = wiring.deps().now()
    ending = minutes(8, page).ending
    assert ending is not None
    assert (ending.reason, ending.by) == ("lost", "agent")
    assert abs(ending.at - last) < timedelta(seconds=1)


def test_an_agent_who_was_away_too_long_is_not_rung_before_they_say_so(cloud: Cloud) -> None:
    agent = Visitor(cloud)
    agent.see(cloud.post("/agents/ana/desk", {}, BEARER).json()["link"])
    joined(agent).say("duty", on=True)
    cloud.clock.advance(timedelta(minutes=4))

    page = joined(agent)
    assert newest(page.frames, "duty")["on"] is False
    page.say("beat")
    customer(cloud)

    assert [frame for frame in page.frames if frame["t"] == "queue"] == []


@pytest.mark.parametrize(
    ("t", "members"),
    [("duty", {"on": True}), ("accept", {"rid": "A" * 22}), ("transfer", {"to": "x"}), ("end", {})],
)
def test_a_customer_is_no_agent(cloud: Cloud, t: str, members: dict[str, Any]) -> None:
    _, page = customer(cloud)

    assert newest(page.say(t, **members), "no")["code"] == "not-found"


def test_they_write_to_each_other_and_the_next_agent_reads_it(cloud: Cloud) -> None:
    ana = on_duty(cloud)
    visitor, page = customer(cloud)
    page.say("chat", text="It is about my loan", id="1")
    ana.say("accept", rid=visitor.rid)
    assert [line["text"] for line in newest(ana.frames, "chat")["lines"]] == ["It is about my loan"]

    ana.say("chat", text="Hello, I am Ana", id="1")
    ana.say("chat", text="Hello, I am Ana", id="1")
    page.say("live", line="Wh")

    (line,) = newest(page.frames, "chat")["lines"]
    assert (line["by"], line["agent"], line["text"]) == ("agent", "ana", "Hello, I am Ana")
    assert newest(ana.frames, "live")["line"] == "Wh"
    again = joined(visitor)
    told = [line["text"] for frame in again.frames if frame["t"] == "chat" for line in frame["lines"]]
    assert told == ["It is about my loan", "Hello, I am Ana"]


def test_nothing_is_written_out_of_a_call(cloud: Cloud) -> None:
    ana = on_duty(cloud)
    visitor, page = customer(cloud)

    assert newest(ana.say("chat", text="Hello"), "no")["code"] == "not-found"
    ana.say("accept", rid=visitor.rid)
    ana.say("end")
    assert newest(page.say("chat", text="Hello"), "no")["code"] == "not-found"


def test_what_was_written_is_erased_and_logged_nowhere(cloud: Cloud, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    ana = on_duty(cloud)
    visitor, page = customer(cloud)
    ana.say("accept", rid=visitor.rid)
    page.say("chat", text="my secret illness")
    deps = wiring.deps()
    link = deps.links.get(visitor.rid or "")
    assert link is not None
    kept = [item["ttl"] for item in cloud.table() if "illness" in str(item)]
    assert kept == [int(link.ttl.timestamp())]

    counted = deps.administration.count_data(link)
    erased = deps.administration.erase(link, "c" * 32, deps.now())
    cloud.settle()

    assert counted == erased
    assert "illness" not in str(cloud.table())
    assert "illness" not in caplog.text
    assert newest(ana.frames, "room")["reason"] == "closed"


def test_a_note_is_seen_by_agents_only_and_by_the_next_one_too(cloud: Cloud) -> None:
    ana = on_duty(cloud)
    visitor, page = customer(cloud)
    ana.say("accept", rid=visitor.rid)
    page.take()

    answer = ana.say("note", text="Sounds worried", id="n1")
    ana.say("chat", text="How can I help?", id="c1")

    assert newest(answer, "ok")["id"] == "n1"
    assert [(line["text"], line["agent"]) for line in newest(ana.frames, "note")["lines"]] == [
        ("Sounds worried", "ana")
    ]
    assert [frame["t"] for frame in page.take()] == ["chat"]
    again = joined(visitor)
    assert "worried" not in str(again.frames)
    ben = on_duty(cloud, "ben")
    ana.say("transfer", to="@ben")
    ben.say("accept", rid=visitor.rid)
    assert newest(ben.frames, "note")["lines"][0]["text"] == "Sounds worried"
    assert newest(again.say("note", text="x"), "no")["code"] == "not-found"
    assert newest(ana.say("note", text="late"), "no")["code"] == "not-found"


def test_what_was_written_can_be_read_by_its_owner_until_it_is_erased(cloud: Cloud) -> None:
    ana = on_duty(cloud)
    visitor, page = customer(cloud)
    page.say("chat", text="It is about my loan", id="1")
    ana.say("accept", rid=visitor.rid)
    ana.say("note", text="A note", id="2")
    ana.say("chat", text="Hello", id="3")

    found = cloud.request("GET", f"/links/{visitor.rid}/chat", headers=BEARER).json()

    assert found["rid"] == visitor.rid
    assert [(line["by"], line["agent"], line["note"], line["text"], line["call"]) for line in found["lines"]] == [
        ("customer", None, False, "It is about my loan", 1),
        ("agent", "ana", True, "A note", 1),
        ("agent", "ana", False, "Hello", 1),
    ]
    other = {"Authorization": "Bearer other-manage-key"}
    assert cloud.request("GET", f"/links/{visitor.rid}/chat", headers=other).status == 404
    deps = wiring.deps()
    link = deps.links.get(visitor.rid or "")
    assert link
    deps.administration.erase(link, "c" * 32, deps.now())
    assert cloud.request("GET", f"/links/{visitor.rid}/chat", headers=BEARER).json()["lines"] == []
    assert "A note" not in str(cloud.table())


def test_a_waiting_customer_hears_when_a_closed_desk_opens(cloud: Cloud) -> None:
    tenants: Any = wiring.deps().tenants
    now = cloud.clock.now()
    hours = Hours("Europe/Madrid", {DAYS[(now + timedelta(days=2)).weekday()]: ("09:00-17:00",)})
    tenants.put_definition(demo.DEMO.id, Category(demo.OCULAR_CODE, "Customer service", hours=hours))

    _, page = customer(cloud)
    closed = newest(page.frames, "room")
    on_duty(cloud)
    page.say("beat")

    opens = hours.opens_next(now)
    assert opens
    assert (closed["desk"], closed["staffed"], closed["opens"]) == ("closed", False, int(opens.timestamp() * 1000))
    there = newest(page.frames, "room")
    assert (there["desk"], there["staffed"], "opens" in there) == ("waiting", True, False)


def test_without_hours_a_desk_without_anybody_is_not_called_closed(cloud: Cloud) -> None:
    _, page = customer(cloud)

    assert newest(page.frames, "room")["desk"] == "nobody"


def test_the_fifth_desk_ends_the_oldest(cloud: Cloud) -> None:
    desks = [desk(cloud) for _ in range(5)]

    assert [newest(each.frames, "bye")["why"] if "bye" in str(each.frames) else None for each in desks] == [
        "elsewhere",
        *[None] * 4,
    ]
    assert desks[0].code is not None
    assert newest(desks[4].say("duty", on=True, id="1"), "ok")["on"]
    ben = desk(cloud, "ben")
    assert "bye" not in str(ben.frames)


def test_a_desk_that_connects_again_takes_no_place_of_another(cloud: Cloud) -> None:
    first, *_others = [desk(cloud) for _ in range(4)]
    agent = Visitor(cloud)
    agent.see(cloud.post("/agents/ana/desk", {}, BEARER).json()["link"])
    for _ in range(5):
        newer = joined(agent)

    assert newest(first.frames, "bye")["why"] == "elsewhere"
    assert [each for each in _others if "bye" in str(each.frames)] == []
    assert newest(newer.say("beat"), "pulse")
