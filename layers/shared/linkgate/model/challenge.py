"""One-time codes of a link: its policy, the codes sent to each browser, and the tries at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from linkgate.model.link import Channel, DeliveryState


@dataclass(frozen=True, slots=True)
class CodePolicy:
    """One-time code that a link asks for before it opens: its channel and length."""

    channel: Channel
    digits: int


@dataclass(frozen=True, slots=True)
class Challenge:
    """Newest one-time code sent to one browser, and the tries at it."""

    codes: frozenset[str]
    """Keyed hash of the code that can still be used (`tokens.keyed_code`). Empty once it was used."""
    tries: Mapping[str, bool]
    """Claim of each try, mapped to whether the code was right."""
    begun_at: datetime
    """Time at which the newest code was sent."""
    expires_at: datetime
    next_at: datetime
    """Earliest time at which this browser may ask for another code."""
    sent: int
    """Number of codes sent to this browser."""
    claim: str
    """Claim of the request that sent the newest code."""
    sent_via: str
    """Reply or message that carried the secret this browser presented, as in `Link.secrets`."""
    outcome: DeliveryState | None = None
    """SENT or UNKNOWN once the newest code has gone out."""

    @property
    def passed(self) -> str | None:
        """Claim of the try with the right code, or None."""
        return next((claim for claim, right in self.tries.items() if right), None)


@dataclass(frozen=True, slots=True)
class CodeFailure:
    """Newest one-time code that no provider took. Codes are never sent later."""

    at: datetime
    reason: str | None = None
    """Reason code, as in `Delivery`."""
