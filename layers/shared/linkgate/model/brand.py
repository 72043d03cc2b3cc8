"""Fields by which recipients know a tenant, and the rule of each. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkgate.model.addresses import normal_email
from linkgate.model.web_addresses import LONGEST, is_https, origin_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NAME_LIMIT = 100
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_PHONE = re.compile(r"\+?[0-9](?:[ ()./-]{0,2}[0-9]){2,19}", re.ASCII)
_SMS_SENDER = re.compile(r"[A-Za-z0-9-]{1,11}", re.ASCII)


def _name(text: str) -> str | None:
    return text if 0 < len(text) <= _NAME_LIMIT and text.isprintable() and not text.isspace() else None


def _matching(pattern: re.Pattern[str]) -> Callable[[str], str | None]:
    return lambda text: text if pattern.fullmatch(text) else None


def _website(text: str) -> str | None:
    return text if is_https(text) else None


def _logo(text: str) -> str | None:
    """Return the address of a picture that a page may show: its policy must be able to name the host."""
    return text if is_https(text) and origin_of(text) else None


_RULES: Mapping[str, Callable[[str], str | None]] = {
    "name": _name,
    "colour": _matching(_COLOUR),
    "logo": _logo,
    "website": _website,
    "support_phone": _matching(_PHONE),
    "support_email": normal_email,
    "support_url": _website,
    "privacy_url": _website,
    "terms_url": _website,
    "mail_from": normal_email,
    "reply_to": normal_email,
    "sms_sender": _matching(_SMS_SENDER),
}
FIELDS = tuple(_RULES)
"""Names of the fields in `model.tenant.Tenant`. All but the name may be left out."""
LIMITS: Mapping[str, int] = dict.fromkeys(FIELDS, LONGEST) | {
    "name": _NAME_LIMIT,
    "colour": 7,
    "support_phone": 40,
    "support_email": 254,
    "mail_from": 254,
    "reply_to": 254,
    "sms_sender": 11,
}
"""Most characters of each field."""


def normal_field(name: str, text: str) -> str | None:
    """Return the one spelling of a field in which it is kept, or None if it breaks the field's rule."""
    return _RULES[name](text)
