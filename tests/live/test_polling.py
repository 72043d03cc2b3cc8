"""Taking part without a socket: the same messages, posted and fetched."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from tests.live.test_cobrowsing import NAME, write
from tests.support.live import joined
from tests.support.visitor import JSON, Visitor, process_link

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.cloud import Cloud

    Together = Callable[[], tuple[Visitor, Visitor]]


class Poller:
    """A page that posts and fetches, and knows each message by its key."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = Visitor(visitor.cloud, JSON, cookies=visitor.cookies, rid=visitor.rid)
        self.after = "0"
        self._known: set[str] = set()

    @property
    def path(self) -> str:
        return f"{self.visitor.thing}/live/messages?after={self.after}"

    def say(self, t: str, **members: object) -> list[dict[str, Any]]:
        return self._new(self.visitor.post(self.path, {"t": t, **members}))

    def fetch(self) -> list[dict[str, Any]]:
        return self._new(self.visitor.get(self.path))

    def _new(self, reply: Any) -> list[dict[str, Any]]:
        assert reply.status == 200, reply.text
        content = reply.json()
        self.after = content["after"]
        fresh = [entry for entry in content["messages"] if entry["key"] not in self._known]
        self._known |= {entry["key"] for entry in fresh}
        return [entry["message"] for entry in fresh]


def test_a_poller_and_a_socket_are_in_one_room(together: Together) -> None:
    customer, adviser = together()
    page, poller = joined(customer), Poller(adviser)
    page.take()

    (state,) = poller.say("hello")
    page.say("typing", f=NAME, x=["Ad"])
    page.say("set", set=[write(NAME, "Ada")])
    fetched = poller.fetch()
    (answer,) = poller.say("set", id="1", set=[write(NAME, "Ada L", 1)])

    assert (state["t"], [each["state"] for each in state["people"]]) == ("state", ["here", "here"])
    assert [frame["t"] for frame in fetched] == ["typing", "set"]
    assert (answer["t"], answer["fields"]) == ("ok", [{"f": NAME, "ok": True, "n": 2}])
    assert [frame["t"] for frame in page.frames][-1] == "set"
    assert poller.fetch() == []


def test_fetching_changes_nothing(cloud: Cloud, together: Together) -> None:
    _, adviser = together()
    poller = Poller(adviser)
    poller.say("hello")
    before = cloud.table()

    poller.fetch()

    assert cloud.table() == before


def test_a_poller_without_a_sign_of_life_is_gone_after_three_minutes(cloud: Cloud, together: Together) -> None:
    customer, adviser = together()
    page, poller = joined(customer), Poller(adviser)
    poller.say("hello")
    cloud.clock.advance(timedelta(seconds=100))
    page.say("beat")
    cloud.clock.advance(timedelta(seconds=100))

    assert [each["role"] for each in page.say("beat")[0]["people"]] == [""]
    assert "state" in [frame["t"] for frame in poller.say("hello")]


def test_a_revoked_poller_is_told_nothing_more(cloud: Cloud, together: Together) -> None:
    customer, adviser = together()
    page, poller = joined(customer), Poller(adviser)
    poller.say("hello")
    deps = wiring.deps()
    link = deps.links.get(adviser.rid or "")
    assert link
    deps.administration.revoke(link.tenant, link.rid, "a" * 32, deps.now())

    page.say("set", set=[write(NAME, "secret words")])
    cloud.settle()

    assert poller.visitor.get(poller.path).status == 410
    assert poller.visitor.post(poller.path, {"t": "beat"}).status == 410
    assert "secret words" not in repr([item for item in cloud.table() if item["sk"].startswith("mail#")])


@pytest.mark.parametrize("after", ["x", "-1", "1" * 14, "%E2%82%AC"])
def test_a_wrong_moment_is_a_clear_error(after: str, together: Together) -> None:
    _, adviser = together()
    visitor = Visitor(adviser.cloud, JSON, cookies=adviser.cookies, rid=adviser.rid)

    assert visitor.get(f"{visitor.thing}/live/messages?after={after}").status == 422


@pytest.mark.parametrize(
    ("body", "status"), [(b"", 400), (b"{", 400), (b"[]", 400), (b"{}", 200), (b"x" * 25_000, 413)]
)
def test_what_is_no_message_never_fails(body: bytes, status: int, together: Together) -> None:
    _, adviser = together()
    poller = Poller(adviser)
    poller.say("hello")
    cookie = "; ".join(f"{name}={value}" for name, value in adviser.cookies.items())

    reply = adviser.cloud.request(
        "POST", f"{adviser.thing}/live/messages", body, {"Content-Type": JSON, "Cookie": cookie}
    )

    assert reply.status == status, reply.text


def test_a_link_without_a_room_has_no_messages(cloud: Cloud) -> None:
    visitor = Visitor(cloud, JSON)
    visitor.open(process_link(cloud))

    assert visitor.get(f"{visitor.thing}/live/messages").status == 404
    assert visitor.post(f"{visitor.thing}/live/messages", {"t": "hello"}).status == 404
    assert Visitor(cloud, JSON, rid=visitor.rid).get(f"{visitor.thing}/live/messages").status == 401
