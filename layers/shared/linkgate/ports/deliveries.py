"""The table, as sending messages needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from linkgate.model.link import Delivery, Link
    from linkgate.model.reports import Report


@dataclass(frozen=True, slots=True)
class Start:
    """A message of a link that exists, about to be sent."""

    delivery: Delivery
    """As it is to stand: being sent, under its lease."""
    seen: Delivery | None
    """As it must still stand; None where the channel has had none."""
    secret_hash: str
    way: str
    forget: tuple[str, ...] = ()
    """Hashes of secrets that end with this message."""
    resends: int | None = None
    """Counts as the resend of this number, the first being 1."""
    reminded: int | None = None
    """How many reminders are done with, this one included."""


class DeliveryStore(Protocol):
    """What becomes of a link's messages. Every change is one conditional write; a refused one raises NotChanged.

    All methods raise Unavailable when the table cannot be reached.
    """

    def begin(self, rid: str, start: Start, now: datetime) -> Link:
        """Lease a delivery and add the secret that its message carries; returns the link.

        Only if the delivery is as seen, under no lease that still runs, the link not closed, and nobody else counted
        the same resend or reminder. A repeat of one's own write is success.
        """

    def record(self, rid: str, deliveries: Sequence[Delivery]) -> None:
        """Write the outcome of attempts, only if each channel's stored attempt is still that one and being sent."""

    def end(self, rid: str, seen: Delivery, ended: Delivery, now: datetime) -> None:
        """Give a delivery up, only if it is as seen and due."""

    def report(self, rid: str, report: Report, now: datetime) -> Link:
        """Join a provider's report into the delivery it is about; returns the link.

        Only if it is news (`reports.outranked`) about the newest message of the channel, by its attempt or by its
        message id, and contradicts no message id on record.
        """

    def rid_of_message(self, message_id: str) -> str | None:
        """The link whose newest SMS has this id; may not know one recorded a moment ago."""


class SuppressionStore(Protocol):
    """Addresses that a tenant sends nothing to. All methods raise Unavailable when the table cannot be reached."""

    def among(self, tenant: str, addresses: Sequence[str]) -> Mapping[str, str]:
        """Those of the addresses that are suppressed, each with its reason code; one read, eventually consistent."""

    def add(self, tenant: str, address: str, reason: str, now: datetime) -> None:
        """The first reason stays."""


class SmsBudget(Protocol):
    """How many SMS a tenant has left for the day."""

    def take(self, tenant: str, limit: int, now: datetime) -> bool:
        """Count one, exactly under any concurrency; False where `limit` are counted already. Raises Unavailable."""

    def used(self, tenant: str, now: datetime) -> int:
        """How many are counted today; may not know those of the last moment. Raises Unavailable."""
