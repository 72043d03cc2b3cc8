"""An act that one person proposed and another has to approve."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from datetime import datetime

LIFE = timedelta(days=7)
"""Time in which a proposal can be approved."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Proposal to replace a link that asks for a code by one to other addresses.

    It holds the new addresses until it is decided, and no longer than `LIFE`.
    """

    id: str
    tenant: str
    by: str
    """Id of the person who proposed it."""
    at: datetime
    rid: str
    email: str | None = None
    phone: str | None = None
    sms_consent: bool = False
    reason: str | None = None
    approved_by: str | None = None
    """Id of the person who approved it, and who alone may carry it out."""

    @property
    def until(self) -> datetime:
        """End of the time in which it can be approved."""
        return self.at + LIFE
