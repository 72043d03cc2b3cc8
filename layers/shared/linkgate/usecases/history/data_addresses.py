"""Addresses that a link's data holds, so that a person who stands nowhere else can be erased."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkgate.model.addresses import normal_email, normal_phone

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST = 20
"""Number of addresses under which one link is listed, apart from its recipient's own."""
_LONGEST = 320
_PHONE_NAME = re.compile(r"phone|mobile|cell|tel|sms|whatsapp|movil|móvil|fax", re.IGNORECASE)


def addresses_in(data: Mapping[str, object], region: str) -> list[str]:
    """Return the e-mail addresses and phone numbers among the values, in the form that links keep. At most `MOST`.

    A number without a country's code only counts as a phone number if its name says so.
    """
    found: dict[str, None] = {}
    for name, text in texts_in(data):
        address = _address(name, text.strip(), region)
        if address:
            found[address] = None
        if len(found) == MOST:
            break
    return list(found)


def _address(name: str, text: str, region: str) -> str | None:
    if len(text) > _LONGEST:
        return None
    if "@" in text:
        return normal_email(text)
    if text.startswith("+") or (_PHONE_NAME.search(name) and any(char.isdigit() for char in text)):
        return normal_phone(text, region)
    return None


def texts_in(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text and number with the name of the member that holds it."""
    waiting = [(name, value)]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, dict):
            waiting += reversed([(str(key), inner) for key, inner in value.items()])
        elif isinstance(value, list):
            waiting += reversed([(name, inner) for inner in value])
        elif isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
            yield name, str(value)
