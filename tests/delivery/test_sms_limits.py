"""Limits of SMS: countries, a daily budget, and final opt-outs."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from linkgate.model.delivery_rules import OPTED_OUT
from linkgate.model.link import Channel, DeliveryState
from linkgate.model.reports import Report
from linkgate.model.tenant import EVERY_COUNTRY, Tenant
from linkgate.store.tenants import CACHE_LIFE
from linkgate.usecases.delivery.feedback import take_report
from linkgate.usecases.delivery.suppression import may_text
from local import demo
from tests.support.delivery_rig import SECRET, Recipient, Rig, deps, link, messages, pass_time, send_link, share
from tests.support.vendor_calls import SEND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SMS = Channel.SMS


@pytest.fixture
def settings(rig: Rig) -> Iterator[Callable[..., None]]:
    """Change the demo tenant's settings for one test."""
    tenants: Any = deps().tenants

    def change(**changes: Any) -> None:
        tenants.put_tenant(dataclasses.replace(demo.DEMO, **changes))

    yield change
    tenants.put_tenant(demo.DEMO)
    rig.cloud.clock.advance(CACHE_LIFE)


@pytest.mark.parametrize(
    ("region", "countries", "phone", "allowed"),
    [
        ("GB", (), "+447700900123", True),
        ("GB", (), "+34600123456", False),
        ("GB", ("ES", "GB"), "+34600123456", True),
        ("GB", ("ES",), "+447700900123", False),  # an own list replaces the home country
        ("US", (), "+14155550123", True),
        ("US", (), "+15551234567", True),  # a valid number without a country
        ("US", (), "+18765551234", False),  # Jamaica, which is expensive although it shares the code
        ("GB", (), "+447911123456", False),  # Guernsey, likewise
        ("GB", (), "+881612345678", False),  # a satellite
        ("GB", (EVERY_COUNTRY,), "+881612345678", True),
        ("GB", (), "+999123456789", False),
    ],
)
def test_the_countries_that_get_sms(region: str, countries: tuple[str, ...], phone: str, *, allowed: bool) -> None:
    tenant = Tenant(id="0" * 32, name="T", region=region, sms_countries=frozenset(countries))

    assert may_text(tenant, phone) is allowed


def test_a_country_that_is_not_allowed_is_told_and_costs_nothing(
    rig: Rig, recipient: Recipient, settings: Callable[..., None]
) -> None:
    settings(sms_countries=frozenset({"ES"}))
    rig.calls.arm()
    response = SEND.make(rig.cloud, {**SEND.body, "serializedModel": recipient.model, "coBrowsingRoles": []})
    rig.calls.disarm()

    assert response.json()["deliveryErrors"] == ["sms: country not allowed"]
    assert "sns.Publish" not in rig.calls.calls


def test_a_flood_over_one_prefix_costs_the_budget_and_no_more(rig: Rig, settings: Callable[..., None]) -> None:
    pass_time(rig.cloud, hours=24)
    settings(sms_per_day=20)
    replies = []
    rig.calls.arm()
    for number in range(60):
        body = {**SEND.body, "serializedModel": Recipient(40_000 + number).model, "coBrowsingRoles": []}
        replies.append(SEND.make(rig.cloud, body).json().get("deliveryErrors"))
    rig.calls.disarm()

    assert rig.calls.calls.count("sns.Publish") == 20
    assert replies == [None] * 20 + [["sms: daily limit reached"]] * 40
    assert rig.calls.calls.count("sesv2.SendEmail") == 60  # e-mail still works


def test_codes_count_too_and_a_new_day_begins_anew(
    rig: Rig, recipient: Recipient, settings: Callable[..., None]
) -> None:
    cloud = rig.cloud
    pass_time(cloud, hours=24)
    settings(sms_per_day=1)
    rid = share(cloud, recipient, resourceType="MedicalReport")
    found = SECRET.search(messages(cloud, rid, Channel.EMAIL)[0].text)
    assert found is not None
    ask = {"secret": found[2]}
    assert cloud.post(f"/l/{rid}", ask, {"Accept": "application/json"}).status == 202
    other = send_link(cloud, Recipient(45_000))
    assert link(cloud, other).deliveries[SMS].reason == "sms_budget"

    pass_time(cloud, hours=24)
    after = send_link(cloud, Recipient(45_001))

    assert link(cloud, after).deliveries[SMS].state is DeliveryState.SENT


def test_a_flood_of_e_mails_costs_the_budget_and_no_more(rig: Rig, settings: Callable[..., None]) -> None:
    pass_time(rig.cloud, hours=24)
    settings(emails_per_day=5)
    replies = []
    rig.calls.arm()
    for number in range(8):
        body = {**SEND.body, "serializedModel": Recipient(50_000 + number).model, "coBrowsingRoles": []}
        replies.append(SEND.make(rig.cloud, body).json().get("deliveryErrors"))
    rig.calls.disarm()

    assert rig.calls.calls.count("sesv2.SendEmail") == 5
    assert replies == [None] * 5 + [["email: daily limit reached"]] * 3
    assert rig.calls.calls.count("sns.Publish") == 8  # SMS still work


def test_one_recipient_gets_so_many_messages_a_day_on_each_channel(
    rig: Rig, recipient: Recipient, settings: Callable[..., None]
) -> None:
    cloud = rig.cloud
    pass_time(cloud, hours=24)
    settings(messages_per_recipient=2)
    replies = [SEND.make(cloud, recipient_body(recipient)).json().get("deliveryErrors") for _ in range(3)]
    other = SEND.make(cloud, recipient_body(Recipient(60_000))).json().get("deliveryErrors")
    pass_time(cloud, hours=24)
    tomorrow = SEND.make(cloud, recipient_body(recipient)).json().get("deliveryErrors")

    limit = "daily limit for this recipient reached"
    assert replies == [None, None, [f"email: {limit}", f"sms: {limit}"]]
    assert (other, tomorrow) == (None, None)


def recipient_body(recipient: Recipient) -> dict[str, object]:
    return {**SEND.body, "serializedModel": recipient.model, "coBrowsingRoles": []}


def test_a_tenant_without_a_budget_sends_no_sms(rig: Rig, recipient: Recipient, settings: Callable[..., None]) -> None:
    settings(sms_per_day=0)

    rid = send_link(rig.cloud, recipient)

    assert link(rig.cloud, rid).deliveries[SMS].reason == "sms_budget"


def test_after_stop_no_sms_call_is_made_for_that_number(rig: Rig, recipient: Recipient) -> None:
    """Links, reminders, resends and codes all pass the same check."""
    cloud = rig.cloud
    rid = send_link(cloud, recipient)
    (message,) = messages(cloud, rid, SMS)
    stop = Report(SMS, DeliveryState.BOUNCED, message.id, deps().now(), reason=OPTED_OUT, suppress=OPTED_OUT)
    assert take_report(stop, deps())
    coded = share(cloud, recipient, resourceType="MedicalReport")
    found = SECRET.search(messages(cloud, coded, Channel.EMAIL)[0].text)
    assert found is not None

    rig.calls.arm()
    told = SEND.make(cloud, {**SEND.body, "serializedModel": recipient.model, "coBrowsingRoles": []})
    code = cloud.post(f"/l/{coded}", {"secret": found[2]}, {"Accept": "application/json"})
    for _ in range(3):
        pass_time(cloud, hours=3)
    rig.calls.disarm()

    assert told.json()["deliveryErrors"] == ["sms: opted out"]
    assert code.status == 503
    assert "sns.Publish" not in rig.calls.calls
    assert link(cloud, rid).deliveries[SMS].state is DeliveryState.BOUNCED


def test_nothing_is_read_where_nothing_is_sent(rig: Rig) -> None:
    rig.calls.arm()
    body = {**SEND.body, "coBrowsingRoles": [], "serializedModel": {}}
    assert rig.cloud.post("/player/api/generate-link", body).status == 200
    rig.calls.disarm()

    assert "dynamodb.BatchGetItem" not in rig.calls.calls


def test_one_read_tells_of_both_channels(rig: Rig, recipient: Recipient) -> None:
    rig.calls.arm()
    send_link(rig.cloud, recipient)
    rig.calls.disarm()

    assert rig.calls.calls.count("dynamodb.BatchGetItem") == 1
