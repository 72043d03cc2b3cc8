"""Renewal replaces an old link: for whom, when, and what the new link still allows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.model.delivery_rules import SUPPRESSED
from linkgate.model.tenant import ResourceType
from linkgate.store.tenants import DynamoTenants
from linkgate.usecases.delivery.suppression import suppress
from local import demo
from tests.support.visitor import (
    HTML,
    JSON,
    Visitor,
    coded_link,
    link_in,
    link_item,
    outbox,
    parts,
    process_link,
    resource_link,
    sent_process_link,
    words,
)
from tests.visits.test_refusals import cancel, revoked, submitted

if TYPE_CHECKING:
    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

MODEL = {"fullName": "Ana", "metadata": {"name": "Ana", "email": "ana@example.com"}}
DAYS = timedelta(days=7)


def renew(visitor: Visitor, url: str) -> HttpResponse:
    rid, secret = parts(url)
    return visitor.post(f"/l/{rid}/renew", {"secret": secret})


def expired_link(cloud: Cloud) -> str:
    url = sent_process_link(cloud, MODEL)
    cloud.clock.advance(DAYS)
    cloud.outbox.clear()
    return url


def test_an_expired_link_is_replaced_and_sent_to_the_contact_on_file(cloud: Cloud) -> None:
    url = expired_link(cloud)

    response = renew(Visitor(cloud, JSON), url)

    assert (response.status, response.json()) == (202, {"status": "sent", "channel": "email", "to": "a***@example.com"})
    (message,) = outbox(cloud)
    assert message["to"] == "ana@example.com"
    assert message["subject"].startswith("New link")
    assert Visitor(cloud).open(link_in(cloud)).status == 303
    assert Visitor(cloud).open(url).status == 410


def test_the_page_of_an_expired_link_offers_it(cloud: Cloud) -> None:
    url, person = expired_link(cloud), Visitor(cloud)

    ended = person.open(url)

    assert "Send me a new link" in words(ended)
    assert f'action="/l/{parts(url)[0]}/renew"' in ended.text
    assert "a***@example.com" in words(renew(person, url))


def test_the_fresh_link_belongs_to_the_same_transaction_and_keeps_data_and_draft(cloud: Cloud) -> None:
    url, program = sent_process_link(cloud, MODEL), Visitor(cloud, JSON)
    program.see(url)
    program.post(f"{program.thing}/draft", {"data": {"fullName": "Ana María"}})
    cloud.clock.advance(DAYS)
    renew(program, url)
    fresh = link_in(cloud)

    seen = Visitor(cloud, JSON).see(fresh).json()

    assert link_item(cloud, fresh)["master_rid"] == parts(url)[0] != parts(fresh)[0]
    assert seen["data"] == MODEL
    assert seen["draft"] == {"fullName": "Ana María"}


def test_bodies_live_as_long_as_the_fresh_link(cloud: Cloud) -> None:
    url = expired_link(cloud)
    renew(Visitor(cloud), url)

    fresh = link_item(cloud, link_in(cloud))

    (body,) = [item for item in cloud.table() if item["pk"] == parts(url)[0] and item["sk"].startswith("body#")]
    assert body["ttl"] >= fresh["ttl"] > link_item(cloud, url)["ttl"]


def test_asking_again_sends_nothing_further(cloud: Cloud) -> None:
    url, program = expired_link(cloud), Visitor(cloud, JSON)

    answers = [renew(program, url) for _ in range(3)]

    assert [answer.status for answer in answers] == [202] * 3
    assert len(outbox(cloud)) == 1


def test_none_is_promised_to_an_address_that_gets_nothing_any_more(cloud: Cloud) -> None:
    url = sent_process_link(cloud, {"metadata": {"name": "Eva", "email": "eva.gone@example.com"}})
    cloud.clock.advance(DAYS)
    suppress(demo.DEMO.id, "eva.gone@example.com", SUPPRESSED, wiring.deps())

    assert Visitor(cloud, JSON).open(url).json().get("renewable") is None
    assert renew(Visitor(cloud, JSON), url).json()["type"] == "urn:linkgate:expired"
    assert "renewed_as" not in link_item(cloud, url)


def test_none_goes_to_the_phone_that_gets_the_codes_where_the_mail_is_lost(cloud: Cloud) -> None:
    url = coded_link(cloud, deliverEmail=True, expiresInHours=1)
    suppress(demo.DEMO.id, "ada@example.com", SUPPRESSED, wiring.deps())
    cloud.clock.advance(timedelta(hours=1))
    cloud.outbox.clear()

    assert renew(Visitor(cloud, JSON), url).status == 410
    assert outbox(cloud) == []


def test_a_form_is_sent_in_once_over_all_its_links(cloud: Cloud) -> None:
    url, program = sent_process_link(cloud, MODEL), Visitor(cloud, JSON)
    cloud.clock.advance(DAYS)
    renew(program, url)
    fresh = link_in(cloud)
    program.see(fresh)

    assert program.post(f"{program.thing}/submit", {"data": {"fullName": "Ana"}}).status == 201
    assert Visitor(cloud, JSON).open(fresh).json()["type"] == "urn:linkgate:submitted"
    assert Visitor(cloud, JSON).open(url).json()["type"] == "urn:linkgate:submitted"


def test_revoking_the_transaction_revokes_the_fresh_link(cloud: Cloud) -> None:
    url = expired_link(cloud)
    renew(Visitor(cloud), url)

    assert cancel(cloud, url).status == 200
    assert Visitor(cloud, JSON).open(link_in(cloud)).json()["type"] == "urn:linkgate:revoked"


def test_a_used_up_link_is_replaced_and_its_old_visits_send_nothing_in(cloud: Cloud) -> None:
    url = resource_link(cloud, maxViews=1, deliverEmail=False, deliverSms=False)
    Visitor(cloud).open(url)

    assert renew(Visitor(cloud, JSON), url).json()["to"] == "j***@example.com"
    assert link_item(cloud, link_in(cloud))["max_views"] == 1


def test_a_link_whose_codes_are_spent_is_replaced_and_asks_for_a_code_again(cloud: Cloud) -> None:
    url = coded_link(cloud)
    for _ in range(2):
        for _ in range(5):
            Visitor(cloud, JSON).open(url)
        cloud.clock.advance(timedelta(hours=1))
    cloud.outbox.clear()

    assert renew(Visitor(cloud, JSON), url).status == 202
    assert Visitor(cloud, JSON).open(link_in(cloud)).json()["status"] == "code_required"


@pytest.mark.parametrize("make", [revoked, submitted])
def test_a_link_that_ended_for_good_is_not_replaced(cloud: Cloud, make: object) -> None:
    url = make(cloud)  # type: ignore[operator]
    cloud.outbox.clear()

    assert renew(Visitor(cloud, JSON), url).status in {409, 410}
    assert outbox(cloud) == []


def test_a_link_that_still_opens_is_not_replaced(cloud: Cloud) -> None:
    url = sent_process_link(cloud, MODEL)
    cloud.outbox.clear()

    told, page = renew(Visitor(cloud, JSON), url), renew(Visitor(cloud, language="es"), url)

    assert (told.status, told.json()["type"], told.json()["title"]) == (
        409,
        "urn:linkgate:still-opens",
        "The link still works. Open it.",
    )
    assert "fields" not in told.json()
    assert page.status == 409
    assert "Su enlace todavía funciona" in words(page)
    assert outbox(cloud) == []


@pytest.mark.parametrize("accept", [HTML, JSON])
def test_a_wrong_secret_gets_nothing(cloud: Cloud, accept: str) -> None:
    rid, _ = parts(expired_link(cloud))

    response = Visitor(cloud, accept).post(f"/l/{rid}/renew", {"secret": "AAAAAAAAAAAAAAAAAAAAAA"})

    assert response.status == 404
    assert outbox(cloud) == []


def test_a_link_without_a_contact_is_not_replaced(cloud: Cloud) -> None:
    url = process_link(cloud, {"fullName": "Ana"})
    cloud.clock.advance(DAYS)

    ended = Visitor(cloud).open(url)

    assert "Send me a new link" not in words(ended)
    assert "ask for a new link" in words(ended)
    assert renew(Visitor(cloud, JSON), url).status == 410


def test_a_role_that_watches_is_not_sent_the_customers_link(cloud: Cloud) -> None:
    rids = process_link(cloud, MODEL, coBrowsingRoles=["agent"])
    roles = link_item(cloud, rids)["roles"]
    cloud.clock.advance(DAYS)
    cloud.outbox.clear()

    assert set(roles) == {"agent"}
    assert renew(Visitor(cloud, JSON), rids.replace(parts(rids)[0], roles["agent"])).status == 404
    assert outbox(cloud) == []


def test_policy_may_forbid_it(cloud: Cloud) -> None:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_definition(demo.DEMO.id, ResourceType("Contract", "Contract", tier="restricted"))
    url = coded_link(cloud, 1, "Contract", deliverEmail=True, expiresInHours=1)
    cloud.clock.advance(timedelta(hours=1))

    assert Visitor(cloud, JSON).open(url).json().get("renewable") is None
    assert renew(Visitor(cloud, JSON), url).status == 410


def test_five_replacements_are_enough(cloud: Cloud) -> None:
    url = expired_link(cloud)
    statuses = []
    for _ in range(6):
        statuses.append(renew(Visitor(cloud, JSON), url).status)
        url = link_in(cloud)
        cloud.clock.advance(DAYS)

    assert statuses == [202] * 5 + [410]


def test_the_holder_of_an_older_link_learns_that_the_newer_one_ended_too(cloud: Cloud) -> None:
    url = expired_link(cloud)
    renew(Visitor(cloud), url)
    cloud.clock.advance(DAYS)
    cloud.outbox.clear()

    assert renew(Visitor(cloud, JSON), url).json()["type"] == "urn:linkgate:expired"
    assert outbox(cloud) == []
