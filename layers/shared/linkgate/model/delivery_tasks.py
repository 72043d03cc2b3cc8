"""What is put off for the delivery worker: names of things to look at, never a secret, an address or a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.link import Channel
    from linkgate.model.reports import Report


@dataclass(frozen=True, slots=True)
class Look:
    """Look at this delivery; it is for nobody any more once another attempt than this was made."""

    rid: str
    channel: Channel
    attempt: int
    not_before: datetime


@dataclass(frozen=True, slots=True)
class Remind:
    """A reminder of this link has become due."""

    rid: str
    not_before: datetime


@dataclass(frozen=True, slots=True)
class FallBack:
    """The link's e-mail will not arrive; an SMS may go instead."""

    rid: str
    not_before: datetime


@dataclass(frozen=True, slots=True)
class Reconsider:
    """A report came in before its message was on record."""

    report: Report
    not_before: datetime


Task = Look | Remind | FallBack | Reconsider
