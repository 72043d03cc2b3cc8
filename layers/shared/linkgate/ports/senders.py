"""Ports to the providers that carry messages to recipients."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Protocol

from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import DeliveryState, Occasion

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from linkgate.model.link import Channel, Kind
    from linkgate.model.tenant import Tenant


@dataclass(frozen=True, slots=True)
class LinkNotice:
    """A message that brings a link to its recipient. `url` is a secret: it is never logged or kept."""

    channel: Channel
    tenant: Tenant
    kind: Kind
    to: str
    """An e-mail address, or a phone number in E.164."""
    url: str = field(repr=False)
    rid: str
    attempt: int
    locale: str
    expires_at: datetime
    name: str | None = None
    """The recipient's name."""
    title: str | None = None
    """Title of the process or campaign that it is about."""
    occasion: Occasion = Occasion.FIRST
    unsubscribe: str | None = None
    """Opt-out address for recipients of surveys: a mailto: or https: URL for the List-Unsubscribe header."""


@dataclass(frozen=True, slots=True)
class CodeNotice:
    """A message with a one-time code. `code` is a secret: it is never logged or kept."""

    channel: Channel
    tenant: Tenant
    to: str
    code: str = field(repr=False)
    rid: str
    locale: str
    host: str
    """Host name of the portal, for browsers that fill in codes."""
    life: timedelta


@dataclass(frozen=True, slots=True)
class Outcome:
    """Outcome of one provider call: SENT with a message id, or REFUSED, DELAYED or UNKNOWN with a reason code."""

    state: DeliveryState
    message_id: str | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.state not in {DeliveryState.SENT, DeliveryState.REFUSED, DeliveryState.DELAYED, DeliveryState.UNKNOWN}:
            raise ValueError(self.state)


class Sender(Protocol):
    """Provider for one channel. Each call is a single attempt without retries. Provider faults are outcomes."""

    @property
    def timeout(self) -> timedelta:
        """Longest time that a call can take."""

    def send_link(self, notice: LinkNotice) -> Outcome: ...

    def send_code(self, notice: CodeNotice) -> Outcome: ...
