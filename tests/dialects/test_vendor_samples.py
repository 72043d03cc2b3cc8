"""Samples from the vendors' documents, sent through the gateway to the demo tenant."""

import re

import pytest

from local import demo
from tests.support.cloud import DOMAIN, Cloud
from tests.support.vendor_calls import CALLS, CUSTOMER_LINK, GENERATE, SEND, SESSION, SURVEY, Call

LINK = re.compile(rf"https://{re.escape(DOMAIN)}/l/([A-Za-z0-9_-]{{22}})#([A-Za-z0-9_-]{{22}})")


def test_easysend_generates_a_link_for_the_customer_and_for_each_role(cloud: Cloud) -> None:
    response = GENERATE.make(cloud)

    assert response.status == 200
    reply = response.json()
    assert list(reply) == ["link", "rid", "masterRid", "coBrowsing"]
    urls = [reply["link"], *reply["coBrowsing"].values()]
    rids = [match[1] for match in map(LINK.fullmatch, urls) if match]
    assert list(reply["coBrowsing"]) == ["role1", "role2"]
    assert rids[0] == reply["rid"] == reply["masterRid"]
    assert len(set(rids)) == 3
    assert cloud.outbox.messages() == []


def test_easysend_sends_the_link_over_both_channels_with_a_secret_each(cloud: Cloud) -> None:
    reply = SEND.make(cloud).json()

    messages = {message.channel: message for message in cloud.outbox.messages()}
    links = {LINK.search(message.text)[0] for message in messages.values()}  # type: ignore[index] # each has a link
    assert set(messages) == {"email", "sms"}
    assert messages["email"].to == "ana@example.com"
    assert messages["sms"].to == "+447700900123"
    assert "deliveryErrors" not in reply
    assert len({*links, reply["link"]}) == 3
    assert {link.partition("#")[0] for link in links} == {reply["link"].partition("#")[0]}


def test_easysends_sample_names_nobody_to_notify(cloud: Cloud) -> None:
    response = SEND.make(cloud, GENERATE.body)

    assert response.status == 400
    assert response.json()["error"]["fields"][0]["field"] == "serializedModel"
    assert [item for item in cloud.table() if item["sk"] == "link"] == []


def test_trendsic_returns_the_link_and_its_snapshot(cloud: Cloud) -> None:
    response = CUSTOMER_LINK.make(cloud)

    assert response.status == 200
    reply = response.json()
    link = reply["link"]
    assert LINK.fullmatch(reply["portalUrl"])
    assert reply["deliveryErrors"] == []
    assert "responseStatus" not in reply
    assert link["status"] == "Active"
    assert link["resourceType"] == "Invoice"
    assert link["resourceUid"] == "0123456789abcdef0123456789abcdef"
    assert link["maxViews"] == 5
    assert link["viewCount"] == 0
    assert link["deliveryChannels"] == "Email"
    assert link["tenantId"] == demo.DEMO.id
    assert 0 < link["customerLinkId"] < 2**31
    assert re.fullmatch("[0-9a-f]{64}", link["tokenHash"])
    assert [message.to for message in cloud.outbox.messages()] == ["jane@example.com"]


@pytest.mark.parametrize("target", ["/api/survey_requests/", "/api/survey_requests", "/api/v1/survey_requests/"])
def test_digidesk_creates_a_survey_request_under_every_spelling(cloud: Cloud, target: str) -> None:
    response = cloud.post(target, SURVEY.body, basic=SURVEY.basic)

    assert response.status == 201
    reply = response.json()
    assert list(reply) == ["status", "data", "message"]
    assert (reply["status"], reply["message"]) == ("success", None)
    assert isinstance(reply["data"], int)
    assert [message.to for message in cloud.outbox.messages()] == ["john.smith@email.com"]


def test_digidesk_answers_in_xml(cloud: Cloud) -> None:
    response = SURVEY.make(cloud, {**SURVEY.body, "format": "xml"})

    assert response.status == 201
    assert response.header("content-type") == "application/xml; charset=utf-8"
    assert re.fullmatch(
        rb'<\?xml version="1.0" encoding="utf-8"\?>\n'
        rb"<response><status>success</status><data>[1-9][0-9]*</data><message/></response>",
        response.body,
    )


def test_digidesk_texts_a_national_number(cloud: Cloud) -> None:
    assert SURVEY.make(cloud, {**SURVEY.body, "customer_contact": "07700 900123"}).status == 201
    assert [(message.channel, message.to) for message in cloud.outbox.messages()] == [("sms", "+447700900123")]


@pytest.mark.parametrize("prefix", ["", "/api"])
@pytest.mark.parametrize("wrapped", [False, True])
def test_ocular_makes_a_session_link_and_sends_nothing(cloud: Cloud, prefix: str, *, wrapped: bool) -> None:
    body = {"params": SESSION.body} if wrapped else SESSION.body

    response = cloud.post(f"{prefix}/v1/access/external/cammer/generate-session", body, SESSION.headers)

    assert response.status == 200
    reply = response.json()
    assert LINK.fullmatch(reply["data"].pop("link"))
    assert reply == {
        "statusCode": 0,
        "message": "Success",
        "data": {"customer": {"name": "Abraham", "email": "abraham@ocularsolution.com", "cellphone": "+584141315854"}},
    }
    assert cloud.outbox.messages() == []


def test_easysend_cancels_by_rid_and_by_master_rid(cloud: Cloud) -> None:
    made = GENERATE.make(cloud).json()
    credentials = {name: GENERATE.body[name] for name in ("apiVersion", "apiKey", "customerId")}
    role_rid = LINK.fullmatch(made["coBrowsing"]["role1"])[1]  # type: ignore[index] # it is a link

    one = cloud.post("/player/api/cancel-request", {**credentials, "rid": role_rid})
    whole = cloud.post("/player/api/cancel-request", {**credentials, "apiVersion": 1, "rid": made["masterRid"]})
    again = cloud.post("/player/api/cancel-request", {**credentials, "rid": made["masterRid"]})

    assert [one.status, whole.status, again.status] == [200, 200, 200]
    links = [item for item in cloud.table() if item["sk"] == "link"]
    assert len(links) == 3
    assert all("revoked_at" in item for item in links)


def test_numbers_are_small_and_different(cloud: Cloud) -> None:
    numbers = [SURVEY.make(cloud).json()["data"] for _ in range(25)]

    assert len(set(numbers)) == 25
    assert max(numbers) <= 40


@pytest.mark.parametrize("name", CALLS)
def test_every_reply_may_not_be_kept_by_a_cache(cloud: Cloud, name: str) -> None:
    call: Call = CALLS[name]

    assert call.make(cloud).header("cache-control") == "no-store"
    assert call.make(cloud, {}).header("cache-control") == "no-store"
