"""Resources: what a tenant says about the thing that its links give access to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from datetime import date, datetime

_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,4})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money. The value stays the decimal text that the tenant sent, so nothing is rounded."""

    value: str
    currency: str
    """Code of ISO 4217, such as EUR."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource, as the tenant describes it."""

    tenant: str
    type: str
    uid: str
    title: str
    ttl: datetime
    """Moment from which it is no longer kept."""
    number: str | None = None
    """Number that the customer knows it by, such as an invoice's."""
    amount: Amount | None = None
    due: date | None = None
    note: str | None = None


def is_decimal(text: str) -> bool:
    """Return whether a text is a decimal number: at most 15 digits before and 4 behind the point, and no other sign."""
    return _DECIMAL.fullmatch(text) is not None


def is_currency(text: str) -> bool:
    """Return whether a text has the form of a currency's code."""
    return _CURRENCY.fullmatch(text) is not None
