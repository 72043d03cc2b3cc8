"""Servers for picture and sound: who gets them, when, and that their credentials stay nowhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.model.tenant import Category, Media
from linkgate.ports.measures import Measure, Metric
from linkgate.usecases.desk.looking import look
from local import demo
from tests.desk.test_channel import customer, newest, on_duty
from tests.live.test_polling import Poller
from tests.support.cloud import DOMAIN, TEMPLATE, Cloud
from tests.support.desk import Office, task
from tests.support.visitor import Visitor, session_link
from tests.visits.test_handover import BEARER

if TYPE_CHECKING:
    from collections.abc import Iterator

URLS = ["turn:turn.example.com:3478", "turns:turn.example.com:5349"]
SECRET = "shared with the relay"


@pytest.fixture
def relayed() -> Iterator[Cloud]:
    """Return a cloud whose calls have a relay."""
    with relayed_cloud() as cloud:
        yield cloud


def relayed_cloud() -> Cloud:
    return Cloud(
        TEMPLATE, domain=DOMAIN, portal_url="", parameters={"RelayKind": "secret", "RelayUrls": ",".join(URLS)}
    )


def share(cloud: Cloud) -> None:
    cloud.aws.client("ssm").put_parameter(
        Name=cloud.environment()["RELAY_SOURCE"], Type="SecureString", Value=SECRET, Overwrite=True
    )


def put_category(**fields: Any) -> None:
    tenants: Any = wiring.deps().tenants
    tenants.put_definition(demo.DEMO.id, Category(demo.OCULAR_CODE, "Customer service", **fields))


def test_each_side_of_an_accepted_call_gets_a_credential_of_its_own(relayed: Cloud) -> None:
    share(relayed)
    ana, ben = on_duty(relayed), on_duty(relayed, "ben")
    visitor, page = customer(relayed)
    assert "ice" not in newest(page.frames, "room")
    assert "ice" not in newest(ana.frames, "queue")

    ana.say("accept", rid=visitor.rid)

    mine, theirs = newest(ana.frames, "room"), newest(page.frames, "room")
    for each in (mine, theirs):
        assert (each["media"], each["policy"]) == ("video", "all")
        assert (each["ice"]["ttl"], each["ice"]["policy"]) == (600, "all")
        (server,) = each["ice"]["servers"]
        assert server["urls"] == URLS
        left = int(server["username"].partition(":")[0]) - relayed.clock.now().timestamp()
        assert 590 < left <= 600
    names = {each["ice"]["servers"][0]["username"] for each in (mine, theirs)}
    assert len(names) == 2
    assert "credential" not in str(ben.frames)


def test_who_asks_in_a_call_gets_servers_and_nobody_else_does(relayed: Cloud) -> None:
    share(relayed)
    ana, ben = on_duty(relayed), on_duty(relayed, "ben")
    visitor, page = customer(relayed)
    waiting = page.say("relay", id="1")
    ana.say("accept", rid=visitor.rid)

    answers = [newest(each.say("relay", id="2"), "ice-servers") for each in (ana, page)]
    other = newest(ben.say("relay"), "no")
    ana.say("end")
    over = [newest(each.say("relay"), "no")["code"] for each in (ana, page)]

    assert newest(waiting, "no")["code"] == other["code"] == "not-found"
    assert [(each["id"], each["ttl"], each["policy"], len(each["servers"])) for each in answers] == [
        ("2", 600, "all", 1)
    ] * 2
    assert over == ["not-found"] * 2


def test_a_reload_in_a_call_gets_servers_and_a_beat_does_not(relayed: Cloud) -> None:
    share(relayed)
    ana = on_duty(relayed)
    visitor, page = customer(relayed)
    ana.say("accept", rid=visitor.rid)

    assert "ice" in newest(page.say("hello"), "room")
    assert "ice" in newest(ana.say("hello"), "room")
    assert "ice" not in newest(page.say("beat"), "room")


def test_no_credential_is_stored_logged_or_queued(relayed: Cloud, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    share(relayed)
    ana = on_duty(relayed)
    visitor = Visitor(relayed)
    visitor.see(session_link(relayed))
    poller = Poller(visitor)
    poller.say("hello")
    ana.say("accept", rid=visitor.rid)

    (room,) = [frame for frame in poller.fetch() if frame["t"] == "room"]
    asked = newest(poller.say("relay", id="9"), "ice-servers")
    again = poller.fetch()

    assert (room["state"], room["policy"], "ice" in room) == ("joined", "all", False)
    assert (asked["id"], asked["servers"][0]["urls"]) == ("9", URLS)
    assert "at" in asked
    assert again == []
    given = [newest(ana.frames, "room")["ice"]["servers"][0], asked["servers"][0]]
    kept = str(relayed.table()) + str(relayed.outbox.messages()) + caplog.text
    for each in given:
        assert each["credential"] not in kept
        assert each["username"] not in kept
    assert SECRET not in kept


def test_a_call_goes_on_while_the_secret_cannot_be_read(relayed: Cloud) -> None:
    ana = on_duty(relayed)
    visitor, page = customer(relayed)

    ana.say("accept", rid=visitor.rid)

    assert newest(page.frames, "room")["state"] == "joined"
    assert "ice" not in newest(page.frames, "room")
    assert newest(page.say("relay"), "no")["code"] == "unavailable"


def test_without_a_relay_who_asks_gets_none(cloud: Cloud) -> None:
    ana = on_duty(cloud)
    visitor, page = customer(cloud)
    ana.say("accept", rid=visitor.rid)

    answer = newest(page.say("relay"), "ice-servers")

    assert (answer["servers"], answer["policy"]) == ([], "all")
    assert "ice" not in newest(page.frames, "room")


@pytest.mark.parametrize(
    ("fields", "media", "policy"),
    [
        ({"media": Media.AUDIO}, "audio", "all"),
        ({"media": Media.TEXT}, "text", None),
        ({"relay": True}, "video", "relay"),
    ],
)
def test_a_category_says_which_means_its_calls_have(
    relayed: Cloud, fields: dict[str, Any], media: str, policy: str | None
) -> None:
    share(relayed)
    put_category(**fields)
    ana = on_duty(relayed)
    visitor, page = customer(relayed)
    states = [newest(page.frames, t) for t in ("state", "room")]

    ana.say("accept", rid=visitor.rid)

    rooms = [newest(each.frames, "room") for each in (ana, page)]
    assert [each["media"] for each in (*states, *rooms)] == [media] * 4
    assert [each.get("policy") for each in rooms] == [policy] * 2
    assert [each.get("ice", {}).get("policy") for each in rooms] == [policy] * 2


def test_what_must_go_over_a_relay_is_in_writing_without_one(cloud: Cloud) -> None:
    put_category(relay=True)
    ana = on_duty(cloud)
    visitor, page = customer(cloud)
    ana.say("accept", rid=visitor.rid)

    assert [newest(each.frames, "room")["media"] for each in (ana, page)] == ["text", "text"]
    assert newest(page.say("relay"), "ice-servers") | {"at": 0} == {
        "t": "ice-servers",
        "servers": [],
        "ttl": 0,
        "policy": "relay",
        "at": 0,
    }


@pytest.mark.parametrize(
    ("media", "camera", "microphone"),
    [(Media.VIDEO, "(self)", "(self)"), (Media.AUDIO, "()", "(self)"), (Media.TEXT, "()", "()")],
)
def test_pages_may_ask_for_the_devices_of_their_category_only(
    cloud: Cloud, media: Media, camera: str, microphone: str
) -> None:
    tenants: Any = wiring.deps().tenants
    for name in (demo.OCULAR_CODE, "billing"):
        tenants.put_definition(demo.DEMO.id, Category(name, "Customer service", media=media))
    visitor, agent = Visitor(cloud), Visitor(cloud)
    visitor.see(session_link(cloud))
    agent.see(cloud.post("/agents/ana/desk", {}, BEARER).json()["link"])

    pages = [visitor.get(visitor.thing), agent.get("/d")]

    for page in pages:
        headers = {name.lower(): value for name, value in page.headers}
        assert headers["permissions-policy"] == (
            f"camera={camera}, display-capture=(), geolocation=(), microphone={microphone}"
        )
        assert ('<div class="media"' in page.text) is (media is not Media.TEXT)
        assert ("getUserMedia" in page.text) is (media is not Media.TEXT)


def test_a_category_says_how_long_a_call_may_wait(cloud: Cloud) -> None:
    put_category(patience=timedelta(minutes=10))
    office = Office(cloud)
    link = office.calling()
    office.wait(timedelta(minutes=9))
    office.agent()
    early = look(task(office, link), office.there(), office.deps)
    office.wait(timedelta(minutes=2))
    late = look(task(office, link), office.there(), office.deps)

    assert early
    assert late
    assert (early.room.missed_at, early.look_at) == (None, office.room(link).waiting_at + timedelta(minutes=10))
    assert late.room.missed_at == office.deps.now()


def test_a_call_that_comes_through_over_a_relay_is_counted_once(cloud: Cloud) -> None:
    told: list[Measure] = []
    wiring.use(replace(wiring.deps(), measure=told.extend))
    ana = on_duty(cloud)
    visitor, page = customer(cloud)
    ana.say("accept", rid=visitor.rid)
    page.say("media", audio=True, video=True, relayed=True)
    ana.say("media", audio=True, video=True, seen=True, relayed=True)
    early = [each.metric for each in told]

    for _ in range(2):
        page.say("media", audio=True, video=True, seen=True, relayed=True)

    assert Metric.CALLS_RELAYED not in early
    assert [each.metric for each in told].count(Metric.CALLS_RELAYED) == 1
