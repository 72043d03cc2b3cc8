"""Rules for the fields of definitions, beyond their types. `RULES` lists them all."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import AfterValidator, BeforeValidator, StringConstraints

from linkgate.dialects.easysend import ROLE_LENGTH, ROLES_LIMIT
from linkgate.model.addresses import normal_email
from linkgate.model.brand import normal_field
from linkgate.model.hours import DAY, DAYS, spans_must_be
from linkgate.model.policy import SHORTEST_LIFE
from linkgate.model.proposal import FourEyes
from linkgate.model.tenant import FINDERS, LONGEST_PATIENCE
from linkgate.model.time_zones import time_zone
from linkgate.model.web_addresses import is_https, is_origin
from linkgate.usecases.visits.form_schema import validator_of

TIER_NAME_RULE = "a tier's name must not be blank"

_GUID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
_POINTER = re.compile(r"(/([^~/]|~[01])*)+")


def _matching(pattern: re.Pattern[str], expected: str) -> AfterValidator:
    def check(text: str | None) -> str | None:
        if text is not None and not pattern.fullmatch(text):
            raise ValueError(f"must be {expected}")
        return text

    return AfterValidator(check)


def _as_brand(field: str, expected: str) -> AfterValidator:
    """Return the rule of a field by which recipients know the tenant. The console has the same rules."""

    def check(text: str | None) -> str | None:
        if text is None:
            return None
        known = normal_field(field, text)
        if known is None:
            raise ValueError(f"must be {expected}")
        return known

    return AfterValidator(check)


def _email(text: str | None) -> str | None:
    if text is None:
        return None
    address = normal_email(text)
    if address is None:
        raise ValueError("must be an e-mail address")
    return address


def _titles(titles: Mapping[str, str]) -> Mapping[str, str]:
    if not all(_LOCALE.fullmatch(language) and title.strip() for language, title in titles.items()):
        raise ValueError("must be titles by language, such as es: Factura")
    return titles


def _origin(text: str | None) -> str | None:
    if text is not None and not is_origin(text):
        raise ValueError("must be https:// and a host, with nothing after it")
    return text


def _origins(texts: frozenset[str]) -> frozenset[str]:
    for text in texts:
        _origin(text)
    return texts


def _https(text: str | None) -> str | None:
    if text is not None and not is_https(text):
        raise ValueError("must be an https address")
    return text


def _mailto(text: str | None) -> str | None:
    if text is not None and not (text.startswith("mailto:") and normal_email(text.removeprefix("mailto:"))):
        raise ValueError("must be a mailto: address; mail programs and pages use Linkgate's own opt-out address")
    return text


def _region(text: str) -> str:
    from phonenumbers import SUPPORTED_REGIONS

    if text not in SUPPORTED_REGIONS:
        raise ValueError("must be a country's two letters (ISO 3166), such as US or GB")
    return text


def _time_zone(name: str | None) -> str | None:
    if name is not None and time_zone(name) is None:
        raise ValueError("must be a time zone, such as Europe/Madrid or America/Mexico_City")
    return name


def _countries(texts: frozenset[str]) -> frozenset[str]:
    for text in texts - {"*"}:
        _region(text)
    return texts


def _finders(names: frozenset[str]) -> frozenset[str]:
    if names - FINDERS:
        raise ValueError(f"must be among {', '.join(sorted(FINDERS))}")
    return names


def _four_eyes(acts: frozenset[str] | None) -> frozenset[str] | None:
    if acts and acts - set(FourEyes):
        raise ValueError(f"must be among {', '.join(sorted(FourEyes))}")
    return acts


def _schema(schema: Mapping[str, object]) -> Mapping[str, object]:
    if schema:
        try:
            validator_of(schema, "")
        except ValueError as error:
            raise ValueError(f"is not a JSON Schema (draft 2020-12) for forms: {str(error).splitlines()[0]}") from error
    return schema


def _roles(roles: tuple[str, ...]) -> tuple[str, ...]:
    if any(not 1 <= len(role) <= ROLE_LENGTH or role != role.strip() or "," in role for role in roles):
        raise ValueError(f"must be names of 1 to {ROLE_LENGTH} characters, without commas")
    if len(set(roles)) < len(roles):
        raise ValueError("names a role twice")
    return roles


def _submitters(submitters: frozenset[str] | None) -> frozenset[str] | None:
    if submitters is not None and not submitters:
        raise ValueError("names nobody who may submit the form; leave it out if everybody may")
    return submitters


def _life(life: timedelta) -> timedelta:
    if not SHORTEST_LIFE <= life <= timedelta(days=3650):
        raise ValueError("must be between 1h and 3650d")
    return life


def _patience(time: timedelta) -> timedelta:
    if time > LONGEST_PATIENCE:
        raise ValueError("must be between 1m and 60m")
    return time


def _code_digits(digits: int) -> int:
    if digits and not 6 <= digits <= 8:  # noqa: PLR2004 - fewer are too easy to guess within a link's 50 tries
        raise ValueError("must be 0, for no code, or 6 to 8")
    return digits


def _weekly(week: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    if unknown := sorted(set(week) - set(DAYS)):
        raise ValueError(f"{', '.join(unknown)}: must be one of {', '.join(DAYS)}")
    if not any(week.values()):
        raise ValueError("must name the hours of at least one day")
    if faults := [f"{day}: must be {rule}" for day, spans in week.items() if (rule := spans_must_be(spans))]:
        raise ValueError("; ".join(faults))
    return week


def _days(days: object) -> object:
    """Check days before they are read, because a number would be read as one, too."""
    for day in days if isinstance(days, list) else ():
        if not (isinstance(day, date) or (isinstance(day, str) and DAY.fullmatch(day))):
            raise ValueError("must be days, such as 2026-12-25")
    return days


def _within_limits(tier: Mapping[str, Any]) -> Mapping[str, Any]:
    for name in ("life", "views"):
        if tier[f"default_{name}"] > tier[f"greatest_{name}"]:
            raise ValueError(f"default_{name} must be at most greatest_{name}")
    return tier


def _tier_names(tiers: Mapping[str, Any]) -> Mapping[str, Any]:
    if not all(name.strip() for name in tiers):
        raise ValueError(TIER_NAME_RULE)
    return tiers


def _wordings(texts: Mapping[str, str]) -> Mapping[str, str]:
    from linkgate.sending.message_texts import fault

    faults = [f"{name}: {reason}" for name, wording in texts.items() if (reason := fault(name, wording))]
    if faults:
        raise ValueError("; ".join(faults))
    return texts


_TEXT = (MinLen(1), MaxLen(250))
_LOCALES = (_matching(_LOCALE, "a language, such as en or es"),)
_EMAIL = (AfterValidator(_email),)
_COUNT = (Ge(1), Le(100_000))

RULES: Mapping[tuple[str, str], tuple[object, ...]] = {
    ("Tenant", "id"): (_matching(_GUID, "32 hex digits in lower case; leave it out to get a new one"),),
    ("Tenant", "name"): (
        MinLen(1),
        MaxLen(100),
        _as_brand("name", "1 to 100 characters that can be seen"),
    ),
    ("Tenant", "locale"): _LOCALES,
    ("Tenant", "region"): (AfterValidator(_region),),
    ("Tenant", "time_zone"): (AfterValidator(_time_zone),),
    ("Tenant", "portal"): (AfterValidator(_origin),),
    ("Tenant", "mail_from"): (_as_brand("mail_from", "an e-mail address"),),
    ("Tenant", "reply_to"): (_as_brand("reply_to", "an e-mail address"),),
    ("Tenant", "sms_sender"): (_as_brand("sms_sender", "1 to 11 letters, digits and hyphens"),),
    ("Tenant", "finders"): (AfterValidator(_finders),),
    ("Tenant", "four_eyes"): (AfterValidator(_four_eyes),),
    ("Tenant", "sms_countries"): (AfterValidator(_countries),),
    ("Tenant", "sms_per_day"): (Ge(0), Le(1_000_000)),
    ("Tenant", "emails_per_day"): (Ge(0), Le(10_000_000)),
    ("Tenant", "messages_per_recipient"): (Ge(0), Le(100_000)),
    ("Tenant", "survey_pause_days"): (Ge(0), Le(365)),
    ("Tenant", "unsubscribe"): (AfterValidator(_mailto),),
    ("Tenant", "colour"): (_as_brand("colour", "# and six hex digits"),),
    ("Tenant", "logo"): (_as_brand("logo", "an https address whose host is of plain letters"),),
    ("Tenant", "disowned"): (_matching(re.compile("report|revoke"), "report or revoke"),),
    ("Tenant", "website"): (_as_brand("website", "an https address"),),
    ("Tenant", "support_phone"): (_as_brand("support_phone", "a phone number, such as +44 20 7946 0000"),),
    ("Tenant", "support_email"): (_as_brand("support_email", "an e-mail address"),),
    ("Tenant", "support_url"): (_as_brand("support_url", "an https address"),),
    ("Tenant", "privacy_url"): (_as_brand("privacy_url", "an https address"),),
    ("Tenant", "terms_url"): (_as_brand("terms_url", "an https address"),),
    ("Tenant", "frame_origins"): (AfterValidator(_origins),),
    ("Tenant", "texts"): (AfterValidator(_wordings),),
    ("Tenant", "tiers"): (AfterValidator(_tier_names),),
    ("Tenant", "retention_days"): (Ge(1), Le(3650)),
    ("Tenant", "creates_per_minute"): _COUNT,
    ("Process", "id"): _TEXT,
    ("Process", "title"): _TEXT,
    ("Process", "email_pointer"): (_matching(_POINTER, "a JSON Pointer, such as /metadata/email"),),
    ("Process", "phone_pointer"): (_matching(_POINTER, "a JSON Pointer, such as /metadata/phone"),),
    ("Process", "name_pointer"): (_matching(_POINTER, "a JSON Pointer, such as /metadata/name"),),
    ("Process", "schema"): (AfterValidator(_schema),),
    ("Process", "roles"): (MaxLen(ROLES_LIMIT), AfterValidator(_roles)),
    ("Process", "submitters"): (AfterValidator(_submitters),),
    ("Process", "locale"): _LOCALES,
    ("Process", "minutes"): (Ge(1), Le(240)),
    ("Process", "next_text"): (MinLen(1), MaxLen(500)),
    ("Process", "next_url"): (AfterValidator(_https),),
    ("Process", "next_label"): (MinLen(1), MaxLen(100)),
    ("ResourceType", "id"): _TEXT,
    ("ResourceType", "title"): _TEXT,
    ("ResourceType", "titles"): (AfterValidator(_titles),),
    ("ResourceType", "url"): (AfterValidator(_https),),
    ("Campaign", "id"): _TEXT,
    ("Campaign", "title"): _TEXT,
    ("Campaign", "schema"): (AfterValidator(_schema),),
    ("Campaign", "locale"): _LOCALES,
    ("Campaign", "next_url"): (AfterValidator(_https),),
    ("Campaign", "next_label"): (MinLen(1), MaxLen(100)),
    ("Agent", "id"): _TEXT,
    ("Agent", "name"): (MaxLen(100),),
    ("Agent", "email"): _EMAIL,
    ("Agent", "locale"): _LOCALES,
    ("Agent", "person"): (StringConstraints(pattern="^[0-9a-f]{32}$"),),
    ("Category", "id"): _TEXT,
    ("Category", "title"): _TEXT,
    ("Category", "locale"): _LOCALES,
    ("Category", "patience"): (AfterValidator(_patience),),
    ("Hours", "timezone"): (AfterValidator(_time_zone),),
    ("Hours", "weekly"): (AfterValidator(_weekly),),
    ("Hours", "closed"): (BeforeValidator(_days),),
    ("Contact", "id"): (Ge(1), Le(2**31 - 1)),
    ("Contact", "name"): _TEXT,
    ("Contact", "contact_type"): _TEXT,
    ("Contact", "email"): _EMAIL,
    ("Contact", "locale"): _LOCALES,
    ("Contact", "time_zone"): (AfterValidator(_time_zone),),
    ("Contact", "account_number"): (MaxLen(250),),
    ("Tier", "default_views"): _COUNT,
    ("Tier", "greatest_views"): _COUNT,
    ("Tier", "default_life"): (AfterValidator(_life),),
    ("Tier", "greatest_life"): (AfterValidator(_life),),
    ("Tier", "code_digits"): (AfterValidator(_code_digits),),
    ("Tier", ""): (AfterValidator(_within_limits),),
}
"""Rules by record and field, in addition to the type. An empty field name stands for the whole record."""
