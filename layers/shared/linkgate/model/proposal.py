"""An act that one person proposed and another has to approve."""

from __future__ import annotations

from dataclasses import field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

LIFE = timedelta(days=7)
"""Time in which a proposal can be approved."""
LARGE_FILE = 1_000
"""Greatest number of rows of a file that no tenant asks two people for."""


class FourEyes(StrEnum):
    """Act that may need two people, as `Tenant.four_eyes` names it."""

    REPLACE = "replace"
    """Another address for a link that asks for a code. Whoever can change it alone could take the link over."""
    ERASE = "erase"
    EXPORT = "export"
    """A file of more than `LARGE_FILE` rows."""
    PEOPLE = "people"
    """Other roles for somebody, and the end of their access."""
    KEYS = "keys"
    """A new key for a caller, also in place of another. One person alone ends a key, because that may be urgent."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Proposal of an act. It holds customers' addresses until it is decided, and no longer than `LIFE`."""

    id: str
    tenant: str
    by: str
    """Id of the person who proposed it."""
    at: datetime
    rid: str = ""
    """Link that it is about, if it is about one."""
    email: str | None = None
    """New address, or the address of the person to erase."""
    phone: str | None = None
    sms_consent: bool = False
    reason: str | None = None
    approved_by: str | None = None
    """Id of the person who approved it, and who alone may carry it out."""
    act: FourEyes = FourEyes.REPLACE
    about: Mapping[str, str] = field(default_factory=dict)
    """Anything else that the act needs: person and roles, or the query of a file."""

    @property
    def until(self) -> datetime:
        """End of the time in which it can be approved."""
        return self.at + LIFE
