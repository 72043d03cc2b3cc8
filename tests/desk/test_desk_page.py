"""An agent's desk: the link that opens it, who wants to be called back, and who takes whom."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.model.tenant import Agent
from linkgate.ports.links import NotChanged
from linkgate.store.tenants import DynamoTenants
from linkgate.tokens import credential_hash
from local import demo
from tests.desk.test_channel import customer, newest
from tests.support.cloud import DOMAIN, TEMPLATE, Cloud
from tests.support.vendor_calls import SESSION
from tests.support.visitor import JSON, Visitor, check, code_in, link_in, outbox, parts, session_link, words
from tests.visits.test_callbacks import TYPED, facts
from tests.visits.test_handover import BEARER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.http_messages import HttpResponse


@pytest.fixture(scope="module")
def shared_cloud() -> Iterator[Cloud]:
    with Cloud(TEMPLATE, domain=DOMAIN, portal_url="") as started:
        yield started


@pytest.fixture
def cloud(shared_cloud: Cloud) -> Cloud:
    shared_cloud.outbox.clear()
    return shared_cloud


def make(cloud: Cloud, agent: str = "ana", body: object = None, **headers: str) -> HttpResponse:
    return cloud.post(f"/agents/{agent}/desk", body or {}, {**BEARER, **headers})


def at_desk(cloud: Cloud, agent: str = "ana", accept: str = JSON) -> Visitor:
    """Return a browser that has the agent's desk open."""
    made = make(cloud, agent)
    assert made.status == 201, made.text
    visitor = Visitor(cloud, accept)
    assert visitor.see(made.json()["link"]).status in {200, 303}
    return visitor


def caller(cloud: Cloud, **sent: str) -> str:
    """Return the rid of a session whose customer asked to be called back."""
    customer, url = Visitor(cloud), session_link(cloud)
    customer.see(url)
    assert customer.post(f"{customer.thing}/callback", {**TYPED, **sent}).status == 303
    cloud.settle()
    return parts(url)[0]


def listed(visitor: Visitor, part: str) -> dict[str, dict[str, Any]]:
    return {each["rid"]: each for each in visitor.get("/d").json()[part]}


def put(tenant_or_agent: object) -> None:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    if isinstance(tenant_or_agent, Agent):
        tenants.put_definition(demo.DEMO.id, tenant_or_agent)
    else:
        tenants.put_tenant(tenant_or_agent)  # type: ignore[arg-type] # a tenant


def test_a_desk_link_opens_the_desk_with_a_cookie_of_its_own(cloud: Cloud) -> None:
    made = make(cloud).json()
    person = Visitor(cloud)

    person.open(made["link"])
    way = person.get(person.thing)
    page = person.get("/d")

    assert (made["kind"], made["subject"], made["tier"]) == ("desk", "ana", "standard")
    assert (way.status, way.header("location")) == (303, "/d")
    (cookie,) = [each for each in way.cookies if "linkgate-desk" in each]
    assert cookie.startswith(f"__Host-linkgate-desk={made['rid']}.")
    assert cookie.endswith("; Path=/; Max-Age=43200; HttpOnly; Secure; SameSite=Lax")
    assert page.status == 200
    assert "Desk of Ana" in words(page)
    assert "You answer: Customer service, Billing" in words(page)


def test_the_address_is_answered_once_and_never_stored(cloud: Cloud) -> None:
    made = make(cloud).json()
    secret = parts(made["link"])[1]

    assert secret not in str(cloud.table())
    assert "link" not in cloud.get(f"/links/{made['rid']}", **BEARER).json()


def test_a_desk_lasts_for_a_shift_and_no_longer(cloud: Cloud) -> None:
    desk = at_desk(cloud)

    cloud.clock.advance(timedelta(hours=11))
    during = desk.get("/d").status
    cloud.clock.advance(timedelta(hours=1, minutes=1))

    assert during == 200
    assert desk.get("/d").status == 401


@pytest.mark.parametrize("end", ["revoked", "deleted agent"])
def test_a_desk_ends_at_once(cloud: Cloud, end: str) -> None:
    put(Agent("carl", "Carl"))
    made = make(cloud, "carl").json()
    desk = Visitor(cloud, JSON)
    desk.see(made["link"])
    if end == "revoked":
        cloud.post(f"/links/{made['rid']}/revoke", {}, BEARER)
    else:
        cloud.request("DELETE", "/agents/carl", headers=BEARER)
        cloud.clock.advance(timedelta(seconds=61))

    assert desk.get("/d").status == 410


def test_strangers_and_customers_have_no_desk(cloud: Cloud) -> None:
    customer = Visitor(cloud, JSON)
    customer.see(session_link(cloud))
    value = next(value for name, value in customer.cookies.items() if name.endswith(customer.rid or "?"))
    forged = Visitor(cloud, JSON, cookies={"__Host-linkgate-desk": f"{customer.rid}.{value.partition('.')[0]}"})

    assert Visitor(cloud, JSON).get("/d").status == 401
    assert customer.get("/d").status == 401
    assert forged.get("/d").status == 401
    assert at_desk(cloud).post(f"/d/callbacks/{customer.rid}/take", Sec_Fetch_Site="cross-site").status == 403


def test_an_agent_sees_who_waits_but_no_number(cloud: Cloud) -> None:
    rid = caller(cloud)

    seen = listed(at_desk(cloud), "waiting")[rid]

    assert seen["name"] == "Abraham S."
    assert seen["category"] == "Customer service"
    assert seen["subjects"] == ["Promoción del día del padre"]
    assert seen["preferredTime"] == "mañana"
    assert not {"phone", "note"} & set(seen)


def test_a_page_shows_the_number_to_the_agent_who_took_the_call(cloud: Cloud) -> None:
    rid, desk = caller(cloud), at_desk(cloud, accept="text/html")
    before = desk.get("/d").text

    taken = desk.post(f"/d/callbacks/{rid}/take")
    after = desk.get("/d").text

    assert (taken.status, taken.header("location")) == (303, "/d")
    assert "34612345678" not in before
    assert 'href="tel:+34612345678"' in after
    assert "Es &lt;b&gt;urgente&lt;/b&gt;" in after


def test_one_agent_takes_a_request_and_another_is_told(cloud: Cloud) -> None:
    rid, ana, ben = caller(cloud), at_desk(cloud), at_desk(cloud, "ben")

    first, repeated, second = (each.post(f"/d/callbacks/{rid}/take") for each in (ana, ana, ben))
    cloud.settle()

    assert [first.status, repeated.status, second.status] == [200, 200, 409]
    assert second.json()["type"] == "urn:linkgate:callback-taken"
    assert rid in listed(ana, "mine")
    assert rid not in listed(ana, "waiting")
    assert rid not in {**listed(ben, "waiting"), **listed(ben, "mine")}
    told = [(fact["type"], fact["data"]) for fact in facts(cloud, rid)]
    assert told == [("session.callback_requested", {}), ("session.callback_taken", {"agent": "ana"})]
    page = Visitor(cloud, cookies=ben.cookies)
    assert "Nobody waits for this call any more" in words(page.post(f"/d/callbacks/{rid}/take"))


def test_the_customer_reads_that_somebody_took_it_and_may_ask_again(cloud: Cloud) -> None:
    customer, url = Visitor(cloud), session_link(cloud)
    customer.see(url)
    customer.post(f"{customer.thing}/callback", TYPED)
    cloud.settle()
    at_desk(cloud).post(f"/d/callbacks/{parts(url)[0]}/take")

    page = customer.get(customer.thing)
    again = customer.post(f"{customer.thing}/callback", TYPED)

    assert "took on your request to be called back" in words(page)
    assert f'action="{customer.thing}/callback"' in page.text
    assert again.status == 303


def test_an_agent_of_other_queues_or_of_another_tenant_sees_nothing(cloud: Cloud) -> None:
    put(Agent("dora", queues=frozenset({"billing"})))
    rid, dora = caller(cloud), at_desk(cloud, "dora")
    other = cloud.post("/agents/ana/desk", {}, {**BEARER, "Authorization": "Bearer other-manage-key"}).json()
    stranger = Visitor(cloud, JSON)
    stranger.see(other["link"])

    for desk in (dora, stranger):
        assert rid not in listed(desk, "waiting")
        assert [desk.post(f"/d/callbacks/{rid}/{act}").status for act in ("take", "message", "done")] == [404] * 3


def test_the_button_sends_the_customer_a_fresh_message(cloud: Cloud) -> None:
    rid, ana, ben = caller(cloud), at_desk(cloud), at_desk(cloud, "ben")
    ana.post(f"/d/callbacks/{rid}/take")
    cloud.outbox.clear()

    refused = ben.post(f"/d/callbacks/{rid}/message")
    sent = ana.post(f"/d/callbacks/{rid}/message")
    early = ana.post(f"/d/callbacks/{rid}/message")

    assert refused.status == 404
    assert sent.status == 200, sent.text
    assert early.status == 429
    assert len(outbox(cloud)) == 1
    assert Visitor(cloud).see(link_in(cloud)).status == 200
    cloud.settle()
    resent = [f for f in cloud.get(f"/links/{rid}/events", **BEARER).json()["events"] if f["type"] == "link.sent"]
    assert resent[-1]["data"]["as"] == "agent"


def test_a_message_that_cannot_be_sent_is_not_said_to_be(cloud: Cloud) -> None:
    body = {**SESSION.body, "email": "", "cellphone": "+584141315854"}
    put(replace(demo.DEMO, asserts_sms_consent=False))
    try:
        customer, url = Visitor(cloud), SESSION.url(SESSION.make(cloud, body))
    finally:
        put(demo.DEMO)
    customer.see(url)
    customer.post(f"{customer.thing}/callback", TYPED)
    cloud.settle()
    rid, desk = parts(url)[0], at_desk(cloud, accept="text/html")
    desk.post(f"/d/callbacks/{rid}/take")

    sent = desk.post(f"/d/callbacks/{rid}/message")

    assert (sent.status, sent.header("location")) == (303, "/d?said=not_sent")
    assert "No message was sent" in words(desk.get("/d?said=not_sent"))
    assert outbox(cloud) == []


def test_a_request_is_put_away_and_stays_on_its_link(cloud: Cloud) -> None:
    rid, desk = caller(cloud), at_desk(cloud)
    desk.post(f"/d/callbacks/{rid}/take")

    assert desk.post(f"/d/callbacks/{rid}/done").status == 200
    cloud.settle()

    assert rid not in listed(desk, "mine")
    assert desk.post(f"/d/callbacks/{rid}/done").status == 200
    assert cloud.get(f"/links/{rid}", **BEARER).json()["callback"]["takenBy"] == "ana"


def test_an_erased_or_revoked_customer_is_no_longer_shown(cloud: Cloud) -> None:
    rid, desk = caller(cloud), at_desk(cloud)

    cloud.post(f"/links/{rid}/revoke", {}, BEARER)

    assert rid not in listed(desk, "waiting")
    assert desk.post(f"/d/callbacks/{rid}/take").status == 409


def test_reading_a_desk_changes_nothing(cloud: Cloud) -> None:
    caller(cloud)
    desk = at_desk(cloud)
    before = cloud.table()

    for method in ("GET", "HEAD"):
        assert desk.get("/d", method).status == 200

    assert cloud.table() == before


def test_the_condition_of_taking_holds_past_the_use_case(cloud: Cloud) -> None:
    rid, callbacks, now = caller(cloud), wiring.deps().callbacks, wiring.deps().now()
    link = wiring.deps().links.get(rid)
    assert link
    assert link.callback
    asked_at = link.callback.asked_at

    for tenant, moment in ((demo.OTHER.id, asked_at), (demo.DEMO.id, asked_at - timedelta(seconds=1))):
        with pytest.raises(NotChanged):
            callbacks.take(tenant, rid, moment, "ana", now)
    callbacks.take(demo.DEMO.id, rid, asked_at, "ana", now)
    with pytest.raises(NotChanged):
        callbacks.take(demo.DEMO.id, rid, asked_at, "ben", now)
    for tenant, agent in ((demo.OTHER.id, "ana"), (demo.DEMO.id, "ben")):
        with pytest.raises(NotChanged):
            callbacks.finish(tenant, rid, agent, now)


def test_a_send_goes_to_the_agents_address(cloud: Cloud) -> None:
    made = make(cloud, body={"send": True, "days": 2}).json()

    assert [(each["channel"], each["state"]) for each in made["deliveries"]] == [("email", "sent")]
    assert outbox(cloud)[0]["subject"] == "Example Bank: the link to your desk"
    person = Visitor(cloud)
    assert person.see(link_in(cloud)).header("location") == "/d"


def test_a_replacement_ends_the_agents_earlier_desks_only(cloud: Cloud) -> None:
    lost, colleague = at_desk(cloud), at_desk(cloud, "ben")
    cloud.clock.advance(timedelta(seconds=1))

    made = make(cloud, body={"replace": True}).json()
    fresh = Visitor(cloud, JSON)
    fresh.see(made["link"])

    assert [desk.get("/d").status for desk in (lost, colleague, fresh)] == [410, 200, 200]


def test_a_confidential_desk_asks_for_a_code(cloud: Cloud) -> None:
    put(replace(demo.DEMO, desk_tier="confidential"))
    try:
        made = make(cloud, body={"days": 3}).json()
    finally:
        put(demo.DEMO)
    person = Visitor(cloud)

    asked = person.open(made["link"])
    check(person, made["link"], code_in(cloud))

    assert asked.status == 202
    assert person.get(person.thing).header("location") == "/d"


@pytest.mark.parametrize(
    ("agent", "body", "status", "said"),
    [
        ("nobody", {}, 404, "There is no such agent."),
        ("ana", {"days": 0}, 400, "must be between 1 and"),
        ("ana", {"days": 91}, 400, "must be between 1 and 90"),
        ("ana", {"days": "x"}, 400, "days"),
        ("A.N.%20Agent", {"send": True}, 400, "has no address that a message may be sent to"),
        ("ana", {"week": 1}, 400, "week"),
    ],
)
def test_a_desk_that_cannot_be_made(cloud: Cloud, agent: str, body: dict[str, Any], status: int, said: str) -> None:
    refused = make(cloud, agent, body)

    assert refused.status == status
    assert said in refused.text


def test_a_repeat_with_a_key_returns_the_same_address(cloud: Cloud) -> None:
    first, second = (make(cloud, body={}, **{"Idempotency-Key": "desk-1"}).json() for _ in range(2))

    assert first["link"] == second["link"]


def test_a_key_without_the_scope_makes_no_desk(cloud: Cloud) -> None:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    known = tenants.credential(credential_hash("manage", demo.MANAGE_KEY))
    assert known
    tenants.put_credential(replace(known, scopes=demo.MANAGE_SCOPES - {"desks:write"}))
    try:
        assert make(cloud).status == 403
    finally:
        tenants.put_credential(known)


def test_the_landing_page_of_a_desk_names_it_in_spanish_too(cloud: Cloud) -> None:
    url = make(cloud).json()["link"]

    page = words(Visitor(cloud).get(f"/l/{parts(url)[0]}"))

    assert re.search(r"Your desk|Ana", page)


def test_a_desk_lists_who_waits_without_a_socket_and_reading_changes_nothing(cloud: Cloud) -> None:
    first, page = customer(cloud)
    cloud.clock.advance(timedelta(minutes=1))
    customer(cloud)
    agent = at_desk(cloud)
    over, gone = customer(cloud)
    gone.say("leave")
    before = cloud.table()

    (one, two) = agent.get("/d").json()["line"]
    html = Visitor(cloud, cookies=agent.cookies).get("/d").text

    assert one["rid"] == first.rid
    assert (one["name"], one["subject"]) == ("Abraham", "Customer service")
    assert one["sinceUtc"] < two["sinceUtc"]
    assert over.rid not in (one["rid"], two["rid"])
    assert cloud.table() == before
    assert html.count("Waiting since") == 2
    assert "+58" not in html
    ben = Visitor(cloud, JSON)
    ben.see(make(cloud, "A.N. Agent").json()["link"])
    assert ben.get("/d").json()["line"] == []
    assert newest(page.say("beat"), "room")["position"] == 1
