"""An administrator sees how the systems that are told of events answer, and sends them what they missed."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.aws.webhook_key import key_text
from linkgate.model.person import Staff
from linkgate.usecases.staff import webhooks
from local.demo import DEMO, OTHER
from tests.management.conftest import Manager
from tests.support.staff_browser import words
from tests.support.webhook_receiver import Receiver, verify_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linkgate.model.webhook import Webhook
    from tests.support.cloud import Cloud
    from tests.support.staff_browser import StaffBrowser

PARAMETER = "/linkgate/linkgate-local/webhook-key"
PATH = "/console/setup/webhooks"


@pytest.fixture(scope="module", autouse=True)
def _key(site: Cloud) -> None:
    site.aws.client("ssm").put_parameter(Name=PARAMETER, Type="SecureString", Value=key_text(b"k" * 32))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def add(ada: StaffBrowser, receiver: Receiver, *events: str) -> tuple[str, str]:
    """Add a webhook, and return its path and its secret."""
    page = ada.post(PATH, {"url": receiver.url, **dict.fromkeys((f"event.{kind}" for kind in events), "on")})
    found = re.search(r"<code>(whsec_[^<]+)</code>.*?href=\"([^\"]+)\"", page.text, re.DOTALL)
    assert found, page.text
    return found[2], unescape(found[1])


def seen(ada: StaffBrowser, path: str) -> str:
    """Return the version of the settings that a webhook's page shows."""
    (found,) = re.findall(r'name="seen" value="([0-9a-f]+)"', ada.get(path).text)
    return str(found)


def pass_time(site: Cloud, by: timedelta) -> None:
    site.settle()
    site.clock.advance(by)
    site.settle()


def last_acts(ada: StaffBrowser) -> str:
    return words(ada.get("/console/journal").text)


def test_a_system_that_is_added_is_told_of_events_and_can_check_them(
    ada: StaffBrowser, receiver: Receiver, site: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, secret = add(ada, receiver, "link.created")
    site.clock.advance(timedelta(minutes=2))

    rid = Manager(site).share()
    site.settle()

    verify_at(monkeypatch, site.clock.now)
    assert receiver.calls[-1].verified(secret)["data"]["rid"] == rid
    page = words(ada.get(path).text)
    assert "Works" in page
    assert rid in page
    assert "added a webhook" in last_acts(ada)
    listed = ada.get(PATH).text
    assert "127.0.0.1" in listed
    assert "receivers-own" not in listed
    assert secret not in ada.get(path).text


def test_a_failing_system_is_named_and_gets_one_event_now(ada: StaffBrowser, receiver: Receiver, site: Cloud) -> None:
    path, _ = add(ada, receiver, "link.created")
    site.clock.advance(timedelta(minutes=2))
    receiver.status = 503
    Manager(site).share()
    pass_time(site, timedelta(seconds=20))
    assert re.search(r"Failing since .* \(503\)", words(ada.get(PATH).text))
    page = ada.get(path).text
    assert "503" in words(page)
    event, rid = (re.search(f'name="{name}" value="([^"]+)"', page) for name in ("event", "rid"))
    assert event
    assert rid
    receiver.status = 204

    said = ada.post(f"{path}/now", {"rid": rid[1], "event": event[1]})
    site.settle()

    assert "The event is on its way." in words(said.text)
    assert receiver.ids[-1] == event[1]
    assert "Works" in words(ada.get(path).text)
    assert "sent an event to a webhook again" in last_acts(ada)
    for tampered in ({"rid": rid[1], "event": "evt_other"}, {"rid": "A" * 22, "event": event[1]}, {}):
        assert ada.post(f"{path}/now", tampered).status == 422


def test_what_a_disabled_system_missed_is_sent_again(ada: StaffBrowser, receiver: Receiver, site: Cloud) -> None:
    path, _ = add(ada, receiver, "link.created")
    assert "is told of nothing more" in words(ada.post(f"{path}/disable").text)
    site.clock.advance(timedelta(minutes=2))
    missed = [Manager(site).share() for _ in range(3)]
    site.settle()
    assert receiver.calls == []
    assert "It is disabled; enable it first." in words(ada.post(f"{path}/replay", {"hours": "24"}).text)
    ada.post(f"{path}/enable")
    site.clock.advance(timedelta(minutes=2))

    said = words(ada.post(f"{path}/replay", {"hours": "24"}).text)
    site.settle()

    told = re.search(r"Events that are on their way: (\d+)", said)
    assert told
    assert int(told[1]) == len(receiver.calls)
    assert all(any(rid.encode() in call.body for call in receiver.calls) for rid in missed)
    assert "sent past events to a webhook again" in last_acts(ada)
    for hours in ("", "x", "failing", "-1", "99999"):
        assert ada.post(f"{path}/replay", {"hours": hours}).status == 422


def test_a_replay_of_many_links_goes_on_where_it_stopped(
    ada: StaffBrowser, receiver: Receiver, site: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "_LINKS_AT_ONCE", 1)
    monkeypatch.setattr(webhooks, "_PAGE", 1)
    path, _ = add(ada, receiver, "link.created")
    rids = {Manager(site).share() for _ in range(2)}
    site.clock.advance(timedelta(minutes=2))
    site.settle()
    receiver.calls.clear()

    page = ada.post(f"{path}/replay", {"hours": "1"}).text
    presses = 1
    while form := re.findall(r'name="(since|cursor)" value="([^"]+)"', page):
        page = ada.post(f"{path}/replay", dict(form)).text
        presses += 1
    site.settle()

    assert presses > 2
    assert all(any(rid.encode() in call.body for call in receiver.calls) for rid in rids)
    assert len(receiver.ids) == len(set(receiver.ids))
    assert ada.post(f"{path}/replay", {"since": "0001-01-01", "cursor": "x"}).status == 422


def test_a_test_shows_the_receivers_own_words_and_keeps_none(ada: StaffBrowser, receiver: Receiver) -> None:
    path, _ = add(ada, receiver)
    receiver.status = 418

    said = words(ada.post(f"{path}/test").text)

    assert "Answer to the test event: 418. ok" in said
    assert "Nothing was sent to this system" in words(ada.get(path).text)
    assert "sent a test event" in last_acts(ada)


def test_an_address_is_changed_and_a_new_secret_signs(
    ada: StaffBrowser, receiver: Receiver, site: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = add(ada, receiver, "link.created")

    first, other = seen(ada, path), receiver.url.replace("127.0.0.1", "localhost")
    said = ada.post(f"{path}/change", {"url": other, "event.link.sent": "on", "seen": first})
    stale = ada.post(f"{path}/change", {"url": "", "seen": first})
    kept = ada.post(f"{path}/change", {"url": "", "event.link.sent": "on", "seen": seen(ada, path)})

    assert (stale.status, "Somebody else changed it in the meantime" in words(stale.text)) == (422, True)

    assert "The change is made." in words(said.text)
    assert "localhost" in words(kept.text)
    assert "link.sent" in words(kept.text)
    secret = re.findall(r"<code>(whsec_[^<]+)</code>", ada.post(f"{path}/secret").text)
    ada.post(f"{path}/test")
    verify_at(monkeypatch, site.clock.now)
    assert receiver.calls[-1].verified(unescape(secret[0]))["type"] == "webhook.test"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"url": ""}, "The address must be https"),
        ({"url": "https://10.0.0.1/"}, "The address must be https"),
        ({"url": "http://localhost:9/", "event.link.nonsense": "on"}, "There is no such event."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_made(form: dict[str, str], said: str, ada: StaffBrowser) -> None:
    before = len(listed(DEMO.id))

    page = ada.post(PATH, form)

    assert page.status == 422
    assert said in words(page.text)
    assert len(listed(DEMO.id)) == before


def test_another_tenants_webhook_is_not_found(ada: StaffBrowser, receiver: Receiver) -> None:
    settings = webhooks.Settings(receiver.url, frozenset())
    theirs, _ = webhooks.make_webhook(
        Staff("", OTHER, frozenset(), frozenset(), "en"), settings, wiring.deps(), test=False
    )

    assert ada.get(f"{PATH}/{theirs.id}").status == 404
    for act in ("test", "disable", "enable", "change", "secret", "now", "replay"):
        assert ada.post(f"{PATH}/{theirs.id}/{act}", {"hours": "1"}).status == 404, act
    assert theirs.id not in ada.get(PATH).text
    assert listed(OTHER.id) == [theirs]
    assert receiver.calls == []


def listed(tenant: str) -> list[Webhook]:
    return list(wiring.deps().staff.webhooks.listed(tenant))
