"""The doctor says which countries a tenant's SMS will not reach, as far as Amazon tells."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from phonenumbers import SUPPORTED_REGIONS

from cli.doctor import _asked
from cli.findings import Finding, State
from cli.sms_sender_checks import sms_senders
from cli.sms_sender_rules import INBOUND_ONLY, NUMBERED, REGISTERED, SOURCE, SPECIAL, WITHOUT_SENDER_ID
from linkgate.model.tenant import Tenant
from tests.cli.test_doctor import Account, account

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["account"]
SERVICE = "pinpoint-sms-voice-v2"
ACTIVE = "ACTIVE"


class Tenants:
    """A registry of these tenants."""

    def __init__(self, *tenants: Tenant) -> None:
        self._tenants = tenants

    def tenants(self) -> tuple[Tenant, ...]:
        return self._tenants


def bank(*countries: str, sender: str | None = None, **settings: Any) -> Tenant:
    return Tenant("0" * 32, "Bank", sms_countries=frozenset(countries), sms_sender=sender, **settings)


def number(country: str, status: str = ACTIVE, kind: str = "TOLL_FREE", can: str = "SMS") -> dict[str, Any]:
    return {
        "PhoneNumberArn": "arn:aws:sms-voice:eu-west-1:123456789012:phone-number/x",
        "PhoneNumber": "+18885550100",
        "Status": status,
        "IsoCountryCode": country,
        "MessageType": "TRANSACTIONAL",
        "NumberCapabilities": [can],
        "NumberType": kind,
        "MonthlyLeasingPrice": "2.00",
        "TwoWayEnabled": False,
        "SelfManagedOptOutsEnabled": False,
        "OptOutListName": "Default",
        "DeletionProtectionEnabled": False,
        "CreatedTimestamp": "2026-11-27T00:00:00Z",
    }


def sender_id(name: str, country: str, *, registered: bool = True) -> dict[str, Any]:
    return {
        "SenderIdArn": "arn:aws:sms-voice:eu-west-1:123456789012:sender-id/x",
        "SenderId": name,
        "IsoCountryCode": country,
        "MessageTypes": ["TRANSACTIONAL"],
        "MonthlyLeasingPrice": "0.00",
        "DeletionProtectionEnabled": False,
        "Registered": registered,
    }


def registration(status: str) -> dict[str, Any]:
    return {
        "RegistrationArn": "arn:aws:sms-voice:eu-west-1:123456789012:registration/r",
        "RegistrationId": "registration-1",
        "RegistrationType": "US_TEN_DLC_CAMPAIGN_REGISTRATION",
        "RegistrationStatus": status,
        "CurrentVersionNumber": 1,
        "CreatedTimestamp": "2026-11-27T00:00:00Z",
    }


def said(
    account: Callable[..., Account],
    tenant: Tenant,
    numbers: tuple[dict[str, Any], ...] = (),
    ids: tuple[dict[str, Any], ...] = (),
    registrations: tuple[dict[str, Any], ...] = (),
) -> list[Finding]:
    desk = account(stack=None)
    desk.__dict__["registry"] = Tenants(tenant)
    desk.answers(SERVICE, "describe_phone_numbers", {"PhoneNumbers": list(numbers)})
    desk.answers(SERVICE, "describe_sender_ids", {"SenderIds": list(ids)})
    desk.answers(SERVICE, "describe_registrations", {"Registrations": list(registrations)})
    return list(sms_senders(desk))


@pytest.mark.parametrize(
    ("numbers", "state", "text"),
    [
        ((), State.WARNING, "no number, and networks drop what comes without one"),
        ((number("CA"),), State.WARNING, "no number, and networks drop what comes without one"),
        ((number("US", "PENDING"),), State.WARNING, "no number that may send; +18885550100 is pending"),
        ((number("US", kind="SIMULATOR"),), State.WARNING, "no number that may send; +18885550100 is active"),
        ((number("US", can="VOICE"),), State.WARNING, "no number that may send; +18885550100 is active"),
        ((number("US"),), State.OK, "+18885550100 (toll_free)"),
    ],
)
def test_the_united_states_need_a_number(
    account: Callable[..., Account], numbers: tuple[dict[str, Any], ...], state: State, text: str
) -> None:
    (found,) = said(account, bank("US", sender="BANK"), numbers)

    assert (found.about, found.state, found.text) == ("SMS to US", state, text)


@pytest.mark.parametrize(
    ("country", "sender", "numbers", "ids", "state", "text"),
    [
        ("GB", "BANK", (), (sender_id("BANK", "GB"),), State.OK, "registered"),
        ("GB", "BANK", (), (sender_id("BANK", "ES"),), State.WARNING, "not a registered sender id: Bank: BANK"),
        (
            *("GB", "BANK", (), (sender_id("BANK", "GB", registered=False),)),
            *(State.WARNING, "not a registered sender id: Bank: BANK"),
        ),
        ("GB", None, (), (), State.WARNING, "not a registered sender id: Bank: no `sms_sender`"),
        ("GB", None, (number("GB", kind="LONG_CODE"),), (), State.OK, "Bank: from a number of the account"),
        ("GB", "BANK", (number("GB", kind="LONG_CODE"),), (), State.WARNING, "not a registered sender id: Bank: BANK"),
        # India's long codes only receive.
        (
            *("IN", None, (number("IN", kind="LONG_CODE"),), ()),
            *(State.WARNING, "not a registered sender id: Bank: no `sms_sender`"),
        ),
    ],
)
def test_a_sender_id_is_registered_where_that_is_asked(  # noqa: PLR0913, PLR0917 - the account and its judgement
    account: Callable[..., Account],
    country: str,
    sender: str | None,
    numbers: tuple[dict[str, Any], ...],
    ids: tuple[dict[str, Any], ...],
    state: State,
    text: str,
) -> None:
    (found,) = said(account, bank(country, sender=sender), numbers, ids)

    assert (found.about, found.state, found.text) == (f"SMS to {country}", state, text)


def test_what_amazon_does_not_tell_is_not_claimed(account: Callable[..., Account]) -> None:
    found = said(account, bank("CN", "NZ", "*"))

    assert [each.state for each in found] == [State.WARNING] * 3
    assert all("not checked" in each.text for each in found)


def test_a_registration_that_waits_or_was_refused_is_named(account: Callable[..., Account]) -> None:
    settled = registration("COMPLETE")
    found = said(account, bank("US"), (number("US"),), (), (registration("REQUIRES_UPDATES"), settled))

    assert found[1:] == [
        Finding(
            "registration registration-1",
            State.WARNING,
            "US_TEN_DLC_CAMPAIGN_REGISTRATION: requires_updates",
            "see it in the console of AWS End User Messaging SMS",
        )
    ]


def test_countries_without_rules_and_tenants_without_sms_ask_amazon_nothing(account: Callable[..., Account]) -> None:
    for tenant in (bank("DE", sender="BANK"), bank("US", sms_per_day=0)):
        desk = account(stack=None)
        desk.__dict__["registry"] = Tenants(tenant)
        assert list(sms_senders(desk)) == []
        assert desk.stubs == {}


def test_a_sender_id_that_nobody_sees_is_told(account: Callable[..., Account]) -> None:
    (found,) = said(account, bank("BR", sender="BANK"))

    assert (found.state, found.text) == (State.OK, "Bank: messages show a number, not the sender id")


def test_a_missing_right_is_said(account: Callable[..., Account]) -> None:
    desk = account(stack=None)
    desk.__dict__["registry"] = Tenants(bank("US"))
    desk.fails(SERVICE, "describe_phone_numbers", "AccessDeniedException")

    (found,) = _asked(sms_senders, desk)

    assert (found.state, found.text) == (State.UNKNOWN, "DescribePhoneNumbers: AccessDeniedException")


def test_the_page_lists_the_rules() -> None:
    page = (Path(__file__).parents[2] / "docs/delivery.md").read_text()
    section = page.partition("## Senders of SMS")[2].partition("\n## ")[0]
    listed = set(
        re.findall(r"\b[A-Z]{2}\b", "".join(line for line in section.splitlines() if line.startswith("| ")))
    ) - {"US"}

    rules = (NUMBERED, REGISTERED, frozenset(SPECIAL), WITHOUT_SENDER_ID)
    assert SOURCE in section
    assert listed | {"US"} == frozenset().union(*rules)
    assert sum(map(len, rules)) == len(frozenset().union(*rules))
    assert INBOUND_ONLY - {"PK"} <= REGISTERED
    assert frozenset().union(*rules) <= SUPPORTED_REGIONS
