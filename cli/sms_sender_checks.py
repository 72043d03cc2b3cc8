"""Checks of `linkgate doctor` on the senders of SMS, for each country that a tenant sends to."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cli.findings import Finding, State, well
from cli.sms_sender_rules import INBOUND_ONLY, NUMBERED, REGISTERED, SPECIAL, WITHOUT_SENDER_ID
from cli.target import Operator

if TYPE_CHECKING:
    from linkgate.model.tenant import Tenant

_PAGE = "docs/delivery.md (Senders of SMS)"
_ANY = "*"
_SETTLED = frozenset({"COMPLETE", "CLOSED", "DELETED"})


def sms_senders(operator: Operator) -> Iterator[Finding]:
    """Compare what each country asks of senders with the account's numbers, sender ids and registrations.

    A Linkgate on this machine sends nothing, so it asks nothing.
    """
    if operator.endpoint_url is not None:
        return
    tenants = _tenants_by_country(operator.registry.tenants())
    every = tenants.pop(_ANY, [])
    if every:
        text = f"{_names(every)}: every country is allowed, so the senders for most are not checked"
        yield Finding("SMS to any country", State.WARNING, text, f"name the countries in `sms_countries`: {_PAGE}")
    ruled = sorted(country for country in tenants if _rule(country))
    if not ruled:
        return
    client = operator.client("pinpoint-sms-voice-v2")
    numbers = _all(client, "describe_phone_numbers", "PhoneNumbers")
    ids = _all(client, "describe_sender_ids", "SenderIds")
    for country in ruled:
        yield from _country(country, tenants[country], numbers, ids)
    for registration in _all(client, "describe_registrations", "Registrations"):
        if registration["RegistrationStatus"] not in _SETTLED:
            about = f"registration {registration['RegistrationId']}"
            text = f"{registration['RegistrationType']}: {registration['RegistrationStatus'].lower()}"
            yield Finding(about, State.WARNING, text, "see it in the console of AWS End User Messaging SMS")


def _tenants_by_country(known: Iterator["Tenant"]) -> dict[str, list["Tenant"]]:
    found: defaultdict[str, list[Tenant]] = defaultdict(list)
    for tenant in known:
        for country in sorted(tenant.sms_countries or {tenant.region}) if tenant.sms_per_day else ():
            found[country].append(tenant)
    return dict(found)


def _rule(country: str) -> bool:
    return country in NUMBERED | REGISTERED | WITHOUT_SENDER_ID or country in SPECIAL


def _country(
    country: str, tenants: Sequence["Tenant"], numbers: Sequence[Mapping[str, Any]], ids: Sequence[Mapping[str, Any]]
) -> Iterator[Finding]:
    about = f"SMS to {country}"
    here = [number for number in numbers if number["IsoCountryCode"] == country]
    if country in SPECIAL:
        yield Finding(about, State.WARNING, f"{SPECIAL[country]}; not checked", _PAGE)
    elif country in NUMBERED:
        yield _numbered(about, here)
    elif country in REGISTERED:
        registered = {each["SenderId"] for each in ids if each["IsoCountryCode"] == country and each["Registered"]}
        has_number = country not in INBOUND_ONLY and any(_works(number) for number in here)
        yield _registered(about, tenants, registered, has_number=has_number)
    elif shown := [tenant for tenant in tenants if tenant.sms_sender]:
        yield Finding(about, State.OK, f"{_names(shown)}: messages show a number, not the sender id")


def _numbered(about: str, here: Sequence[Mapping[str, Any]]) -> Finding:
    working = [number for number in here if _works(number)]
    if working:
        return Finding(about, State.OK, ", ".join(f"{n['PhoneNumber']} ({n['NumberType'].lower()})" for n in working))
    waiting = ", ".join(f"{number['PhoneNumber']} is {number['Status'].lower()}" for number in here)
    text = f"no number that may send; {waiting}" if waiting else "no number, and networks drop what comes without one"
    return Finding(about, State.WARNING, text, f"register a toll-free number or a 10DLC campaign: {_PAGE}")


def _registered(about: str, tenants: Sequence["Tenant"], registered: set[str], *, has_number: bool) -> Finding:
    missing = [tenant for tenant in tenants if tenant.sms_sender not in registered]
    unnamed = [tenant for tenant in missing if not tenant.sms_sender]
    if unnamed and has_number:  # without a sender id, the country's own number is used
        missing = [tenant for tenant in missing if tenant.sms_sender]
    listed = "; ".join(f"{_names([each])}: {each.sms_sender or 'no `sms_sender`'}" for each in missing)
    otherwise = f"{_names(unnamed)}: from a number of the account" if unnamed else "registered"
    text = f"not a registered sender id: {listed}" if missing else otherwise
    return well(
        about, not missing, text, f"register the sender id, then set it as `sms_sender`: {_PAGE}", State.WARNING
    )


def _works(number: Mapping[str, Any]) -> bool:
    usable = number["Status"] == "ACTIVE" and "SMS" in number["NumberCapabilities"]
    return usable and number["NumberType"] != "SIMULATOR"


def _names(tenants: Sequence["Tenant"]) -> str:
    return ", ".join(tenant.name for tenant in tenants)


def _all(client: Any, call: str, entries: str) -> list[Mapping[str, Any]]:  # noqa: ANN401 - a client
    return [entry for page in client.get_paginator(call).paginate() for entry in page[entries]]
