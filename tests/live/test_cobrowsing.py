"""Filling in a form together: answers, what is typed, and where each is, as far as each role may know."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.model.tenant import Process
from linkgate.routes.live import tell_saved
from linkgate.store.tenants import DynamoTenants
from linkgate.usecases.visits.fields import SaveFields, WriteField, write_fields
from linkgate.usecases.visits.filling import Filling
from local import demo
from tests.support.live import LivePage, joined
from tests.support.vendor_calls import GENERATE
from tests.support.visitor import JSON, Visitor

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.cloud import Cloud

    Together = Callable[[], tuple[Visitor, Visitor]]

NAME, BIRTH, IBAN, NOTE = "/fullName", "/dateOfBirth", "/iban", "/note"
RESTRICTED = {
    "type": "object",
    "properties": {
        "fullName": {"type": "string", "title": "Full name"},
        "iban": {"type": "string", "title": "IBAN", "x-private": True},
        "note": {"type": "string", "title": "Note", "x-roles": {"": "none", "reader": "see"}},
    },
}


def write(pointer: str, text: str, base: int = 0) -> dict[str, Any]:
    return {"f": pointer, "t": [text], "base": base}


@pytest.fixture
def trio(cloud: Cloud) -> dict[str, LivePage]:
    return shared(cloud, Process("restricted", "Open an account", schema=RESTRICTED))


def shared(cloud: Cloud, process: Process) -> dict[str, LivePage]:
    """Connect a customer, an adviser, and a reader, whose form has rights, and forget what they got."""
    wiring.deps().tenants.put_definition(demo.DEMO.id, process)
    body = {**GENERATE.body, "processId": "restricted", "coBrowsingRoles": ["adviser", "reader"]}
    made = GENERATE.make(cloud, {**body, "serializedModel": {}}).json()
    pages = {}
    for role, url in {"": made["link"], **made["coBrowsing"]}.items():
        visitor = Visitor(cloud)
        visitor.see(url)
        pages[role] = joined(visitor)
    for page in pages.values():
        page.take()
    return pages


def test_an_answer_is_stored_confirmed_and_told_to_the_others(together: Together) -> None:
    customer, adviser = together()
    first, second = joined(customer), joined(adviser)
    second.take()

    (answer,) = first.say("set", id="7", set=[write(NAME, "Ada")])[-1:]

    assert (answer["t"], answer["id"]) == ("ok", "7")
    assert answer["fields"] == [{"f": NAME, "ok": True, "n": 1}]
    (told,) = second.take()
    assert (told["t"], told["who"]) == ("set", first.frames[0]["me"])
    assert told["fields"] == [{"f": NAME, "n": 1, "v": "Ada", "t": ["Ada"]}]


def test_an_answer_over_one_that_was_not_seen_is_refused_with_it(together: Together) -> None:
    customer, adviser = together()
    first, second = joined(customer), joined(adviser)
    first.say("set", set=[write(NAME, "Ada")])
    first.take()

    answer = second.say("set", set=[write(NAME, "Grace"), write(BIRTH, "1990-05-01")])[0]

    assert answer["fields"] == [
        {"f": NAME, "ok": False, "n": 1, "v": "Ada", "t": ["Ada"]},
        {"f": BIRTH, "ok": True, "n": 1},
    ]
    (told,) = first.take()
    assert [row["f"] for row in told["fields"]] == [BIRTH]


def test_the_state_is_the_resume(together: Together) -> None:
    customer, adviser = together()
    first = joined(customer)
    first.say("set", set=[write(NAME, "Ada")])
    first.say("set", set=[write(NAME, "Ada Lovelace", 1)])
    first.lose()

    for visitor in (customer, adviser):
        assert joined(visitor).frames[0]["fields"] == [{"f": NAME, "n": 2, "v": "Ada Lovelace", "t": ["Ada Lovelace"]}]


def test_a_long_state_comes_in_parts_that_fit(cloud: Cloud, together: Together) -> None:
    customer, _ = together()
    link = wiring.deps().links.get(customer.rid or "")
    assert link
    for number in range(6):
        wiring.deps().fields.write(link, f"/{number}", "x" * 8000, 0, cloud.clock.now())

    page = joined(customer)

    parts = page.frames
    assert [(part["k"], part["of"]) for part in parts] == [(n, len(parts)) for n in range(1, len(parts) + 1)]
    assert len(parts) > 1
    assert all(len(json.dumps(part).encode()) <= 24 * 1024 for part in parts)
    assert len({row["f"] for part in parts for row in part.get("fields", [])}) == 6


def test_what_is_typed_is_told_and_not_stored(cloud: Cloud, together: Together) -> None:
    customer, adviser = together()
    first, second = joined(customer), joined(adviser)
    second.take()
    stored = cloud.table()

    first.say("typing", f=NAME, x=["Ad"])
    first.say("focus", f=NAME)
    first.say("focus")
    first.say("view", s=BIRTH)

    me = first.frames[0]["me"]
    assert [{name: value for name, value in frame.items() if name != "at"} for frame in second.take()] == [
        {"t": "typing", "who": me, "f": NAME, "x": ["Ad"]},
        {"t": "focus", "who": me, "f": NAME},
        {"t": "focus", "who": me, "f": None},
        {"t": "view", "who": me, "s": BIRTH},
    ]
    assert cloud.table() == stored


def test_who_may_send_the_form_says_that_they_do_and_who_may_not_cannot(cloud: Cloud) -> None:
    pages = shared(cloud, Process("restricted", "Open an account", schema=RESTRICTED, submitters=frozenset({""})))
    customer, adviser, reader = pages[""], pages["adviser"], pages["reader"]

    customer.say("sending")

    assert [frame["t"] for page in (adviser, reader) for frame in page.take()] == ["sending", "sending"]
    assert adviser.say("sending")[0]["code"] == "forbidden"
    assert reader.take() == []


def test_a_private_answer_is_in_no_frame_of_another_role(trio: dict[str, LivePage]) -> None:
    customer, adviser, reader = trio[""], trio["adviser"], trio["reader"]

    customer.say("typing", f=IBAN, x=["GB82 WEST"])
    answer = customer.say("set", set=[write(IBAN, "GB82 WEST 1234")])[0]

    assert answer["fields"][0]["ok"] is True
    for page, (typing, told) in [(adviser, adviser.take()), (reader, reader.take())]:
        assert (typing["t"], typing["f"], typing.get("x")) == ("typing", IBAN, None)
        assert (told["t"], told["fields"], told["given"]) == ("set", [], [IBAN])
        assert "GB82" not in repr(page.frames)
        again = joined_again(page)
        assert "GB82" not in repr(again.frames)


def test_three_who_write_at_once_agree_though_messages_overtake_each_other(
    cloud: Cloud, trio: dict[str, LivePage]
) -> None:
    customer, adviser, reader = trio[""], trio["adviser"], trio["reader"]
    for field, text, page in ((NAME, "Ada", customer), (NOTE, "note", adviser), (IBAN, "GB82", customer)):
        for number in range(6):
            if number % 2 == 0:  # its message to each of the three comes after the next one
                cloud.post("/_local/faults", {"service": "sockets", "error": "swap", "times": 3})
            page.say("set", set=[write(field, f"{text} {number}", number)])
            cloud.post("/_local/faults", {"service": "sockets", "error": "swap", "times": 0})
    for page in trio.values():
        page.say("beat")

    seen = {role: told(page) for role, page in trio.items()}
    versions = [n for _, n in written_to(reader)]
    assert versions != sorted(versions)  # or nothing was swapped
    assert seen["reader"] == {NAME: (6, "Ada 5"), NOTE: (6, "note 5")}
    assert seen["adviser"] == {NAME: (6, "Ada 5")}
    assert seen[""] == {}
    assert "GB82" not in repr(adviser.frames) + repr(reader.frames)


def written_to(page: LivePage) -> list[tuple[str, int]]:
    """Return the fields that a page was told of with their versions, in the order of coming."""
    return [(row["f"], row["n"]) for frame in page.frames if frame["t"] == "set" for row in frame["fields"]]


def told(page: LivePage) -> dict[str, tuple[int, str]]:
    """Return what a page shows of others' answers: of each field the newest version, as `cobrowse.js` takes them."""
    newest: dict[str, tuple[int, str]] = {}
    for frame in page.frames:
        for row in frame["fields"] if frame["t"] == "set" else ():
            newest[row["f"]] = max(newest.get(row["f"], (0, "")), (row["n"], row["t"][0] if "t" in row else row["v"]))
    return newest


def joined_again(page: LivePage) -> LivePage:
    page.say("hello")
    return page


def test_a_role_that_may_not_see_a_field_learns_nothing_of_it(trio: dict[str, LivePage]) -> None:
    customer, adviser, reader = trio[""], trio["adviser"], trio["reader"]

    adviser.say("focus", f=NOTE)
    adviser.say("typing", f=NOTE, x=["careful"])
    adviser.say("set", set=[write(NOTE, "careful")])
    adviser.say("view", s=NOTE)

    assert customer.take() == []
    assert [frame["t"] for frame in reader.take()] == ["focus", "typing", "set", "view"]
    assert "careful" not in repr(joined_again(customer).frames)


@pytest.mark.parametrize("t", ["typing", "focus", "view", "set"])
def test_a_role_cannot_touch_a_field_that_it_may_not_see(t: str, trio: dict[str, LivePage]) -> None:
    members: dict[str, dict[str, Any]] = {
        "typing": {"f": NOTE, "x": ["x"]},
        "focus": {"f": NOTE},
        "view": {"s": NOTE},
        "set": {"set": [write(NOTE, "x")]},
    }

    (answer,) = trio[""].say(t, **members[t])

    assert (answer["t"], answer["code"]) in {("no", "forbidden"), ("no", "invalid")}
    assert trio["adviser"].take() == []


def test_a_role_that_may_only_see_cannot_write_or_pretend_to(trio: dict[str, LivePage]) -> None:
    reader = trio["reader"]

    assert reader.say("typing", f=NOTE, x=["x"])[0]["code"] == "forbidden"
    assert reader.say("set", set=[write(NOTE, "x")])[0]["code"] == "invalid"
    assert reader.say("focus", f=NOTE) == []


@pytest.mark.parametrize(
    "rows", [None, 1, [1], [{}], [{"f": 1, "t": [], "base": 0}], [write(NAME, "x", -1)], [{}] * 51]
)
def test_answers_without_their_form_are_refused(rows: object, together: Together) -> None:
    customer, _ = together()

    (answer,) = joined(customer).say("set", set=rows)

    assert (answer["t"], answer["code"]) == ("no", "invalid")


def test_an_answer_to_a_revoked_link_is_refused(together: Together) -> None:
    customer, adviser = together()
    first, second = joined(customer), joined(adviser)
    deps = wiring.deps()
    link = deps.links.get(adviser.rid or "")
    assert link
    deps.administration.revoke(link.tenant, link.rid, "a" * 32, deps.now())
    first.take()

    second.say("set", set=[write(NAME, "x")])

    assert (second.frames[-1]["t"], second.frames[-1]["why"]) == ("bye", "revoked")
    assert first.take() == []
    assert deps.fields.of(link.master_rid) == {}


def test_an_answer_that_was_saved_without_the_channel_is_told(cloud: Cloud, together: Together) -> None:
    customer, adviser = together()
    page = joined(adviser)
    page.take()
    program = Visitor(cloud, "application/json", cookies=customer.cookies, rid=customer.rid)

    assert program.post(f"{program.thing}/fields", {"set": [{"f": NAME, "v": "Ada", "base": 0}]}).status == 200
    assert program.post(f"{program.thing}/draft", {"data": {"fullName": "Ada", "accountType": "Savings"}}).status == 204

    assert [[row["v"] for row in frame["fields"]] for frame in page.take()] == [["Ada"], ["Savings"]]


def test_a_private_answer_that_was_saved_without_the_channel_stays_private(
    cloud: Cloud, trio: dict[str, LivePage]
) -> None:
    rid = next(item["rid"] for item in cloud.table() if item["sk"] == "conn" and not item["role"])
    connection = wiring.deps().presences.connection(trio[""].id)
    link = wiring.deps().links.get(rid)
    assert connection
    assert link
    command = SaveFields(visit=None, read=lambda _form, _known: [WriteField(IBAN, "GB82", 0)])
    saved = write_fields(Filling(link, connection.visit, over=False), command, wiring.deps())

    tell_saved(connection.visit, saved, wiring.deps())

    for page in (trio["adviser"], trio["reader"]):
        (told,) = page.take()
        assert (told["fields"], told["given"]) == ([], [IBAN])
    assert trio[""].take() == []


def test_entries_of_a_group_are_told_as_far_as_each_role_may_know(cloud: Cloud) -> None:
    items = {"type": "object", "properties": {"name": {"type": "string"}}}
    hidden = {"type": "array", "items": items, "x-roles": {"adviser": "none"}}
    schema = {"type": "object", "properties": {"jobs": {"type": "array", "items": items}, "loans": hidden}}
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_definition(demo.DEMO.id, Process("restricted", "Open an account", schema=schema))
    body = {**GENERATE.body, "processId": "restricted", "coBrowsingRoles": ["adviser"], "serializedModel": {}}
    made = GENERATE.make(cloud, body).json()
    customer, adviser = Visitor(cloud, JSON), Visitor(cloud)
    customer.open(made["link"])
    adviser.see(made["coBrowsing"]["adviser"])
    page = joined(adviser)
    page.take()

    for pointer in ("/loans", "/jobs"):
        assert customer.post(f"{customer.thing}/fields", {"add": pointer}).json()["groups"][0]["ok"]
    (told,) = page.take()
    (group,) = told["groups"]
    written = write(f"/jobs/{group['keys'][0]}/name", "Baker")

    assert (told["fields"], group["f"], group["n"]) == ([], "/jobs", 1)
    assert page.say("set", set=[written])[-1]["fields"] == [{"f": written["f"], "ok": True, "n": 1}]
    refused = Visitor(cloud, JSON, cookies=adviser.cookies, rid=adviser.rid)
    assert refused.post(f"{adviser.thing}/fields", {"add": "/loans"}).status == 422
    assert [each["f"] for each in refused.get(f"{adviser.thing}/fields").json()["groups"]] == ["/jobs"]
    assert "loans" not in refused.get(adviser.thing).text
    assert joined(adviser).frames[0]["groups"] == [{"f": "/jobs", "n": 1, "keys": group["keys"]}]
