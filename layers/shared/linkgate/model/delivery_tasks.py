"""Tasks for the delivery worker. They name things to look at and hold no secret, address or message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.link import Channel
    from linkgate.model.reports import Report


@dataclass(frozen=True, slots=True)
class CheckDelivery:
    """Check on this delivery. The task is stale once another attempt was made."""

    rid: str
    channel: Channel
    attempt: int
    not_before: datetime


@dataclass(frozen=True, slots=True)
class Remind:
    """Send a reminder of this link, which is due."""

    rid: str
    not_before: datetime


@dataclass(frozen=True, slots=True)
class SendSmsInstead:
    """Send an SMS if allowed, because the link's e-mail will not arrive."""

    rid: str
    not_before: datetime


@dataclass(frozen=True, slots=True)
class TellReceipt:
    """Tell the recipient that their form arrived. The task is stale once another attempt was made."""

    rid: str
    attempt: int
    not_before: datetime


@dataclass(frozen=True, slots=True)
class Reconsider:
    """Apply a report again that arrived before its message was recorded."""

    report: Report
    not_before: datetime


Task = CheckDelivery | Remind | SendSmsInstead | TellReceipt | Reconsider
