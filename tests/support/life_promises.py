"""Model of what clients may rely on, in the life of links: no more than the docs say, and nothing of how it is done.

A client who got no answer does not know whether the call was carried out. So counts are kept as the least and the most
that they can be, until the owner of the link sees the number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

VISIT = timedelta(minutes=15)
GRACE = timedelta(hours=4)
"""Time after a visit, or after the end of its link, for which a form may still be saved and sent."""
BROWSERS = 4
"""Number of browsers that may visit a link at the same time."""
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
LINK_TRIES = 50
CODES = 10
CODES_AN_HOUR = 5
LONGEST = {"document": timedelta(days=90), "form": timedelta(days=90), "survey": timedelta(days=90)}
LONGEST |= {"session": timedelta(days=90), "coded": timedelta(days=30)}
RETENTION = timedelta(days=30)
SWEPT = timedelta(days=5)
"""Time after the retention by which nothing of a link is left."""
FORMS = frozenset({"form", "survey"})


@dataclass
class Count:
    """Number of which clients know the least and the most."""

    least: int = 0
    most: int = 0

    def happened(self, lost: int = 0) -> None:
        """Count what a client was told, after `lost` calls without an answer."""
        self.least += 1
        self.most += 1 + lost

    def may_have(self, lost: int) -> None:
        """Count calls without an answer."""
        self.most += lost

    def is_now(self, actual: int) -> bool:
        """Take the number that somebody saw. Returns False if it is impossible."""
        possible = self.least <= actual <= self.most
        self.least = self.most = actual
        return possible


@dataclass
class Stay:
    """A browser's visit."""

    end: datetime
    way: str


@dataclass
class Code:
    """Code that was sent for a browser."""

    digits: str
    sent: datetime
    way: str
    tries: int = 0
    right: bool = False
    """True once it was entered."""
    unsure: bool = False
    """True if a try got no answer."""


@dataclass
class Line:
    """Facts that the links of a family share: the form, and the people it is for."""

    owner: int
    kind: str
    draft: dict[str, tuple[int, Any]] = field(default_factory=dict)
    """Answers with their versions, by pointer."""
    files: dict[str, bytes] = field(default_factory=dict)
    """Files that arrived, by their ids."""


@dataclass
class Promise:
    """Facts known about a link."""

    rid: str
    line: Line
    made: datetime
    ends: datetime
    most_views: int
    email: str | None = None
    coded: bool = False
    role: bool = False
    secrets: dict[str, str] = field(default_factory=dict)
    """Secrets that work, with the way each came: `api` or the channel of its message."""
    dead: set[str] = field(default_factory=set)
    """Secrets that were ended."""
    views: Count = field(default_factory=Count)
    stays: dict[int, Stay] = field(default_factory=dict)
    lost_stays: list[datetime] = field(default_factory=list)
    """Ends of visits whose cookie got lost."""
    revoked: bool = False
    erased: bool = False
    sent: dict[str, Any] | None = None
    """Answers submitted by it, or by another link of its family at the same time."""
    successor: str | None = None
    reopened: bool = False
    codes: dict[int, Code] = field(default_factory=dict)
    codes_sent: list[datetime] = field(default_factory=list)
    tries: Count = field(default_factory=Count)
    stored_tries: int = 0
    """Number of tries that the table has."""
    callback: str | None = None
    """Note of the request to be called back."""
    owed: int = 0
    """Messages with the link that clients were told of."""
    more: int = 0
    """Messages beyond these that lost answers may have caused."""
    got: int = 0
    """Messages with the link that went out."""

    def closed(self, now: datetime) -> set[str]:
        """Return the reasons for which it does not open, by their names in replies. Any of them may be told."""
        reasons = {
            "revoked": self.revoked,
            "submitted": self.sent is not None,
            "locked": self.tries.least >= LINK_TRIES,
            "expired": self.ends <= now or self.successor is not None,
            "exhausted": self.views.least >= self.most_views,
        }
        return {reason for reason, holds in reasons.items() if holds}

    def ended(self, now: datetime) -> set[str]:
        """Return the same for browsers that opened it: they may stay when its views are used up."""
        return self.closed(now) - {"exhausted"}

    def kept(self, now: datetime) -> bool:
        """Tell whether it is within its retention."""
        return now < self.ends + RETENTION

    def stay(self, browser: int) -> Stay | None:
        """Return a browser's visit, if no four later ones can have taken its place."""
        stay = self.stays.get(browser)
        if stay is None:
            return None
        ends = [other.end for number, other in self.stays.items() if number != browser] + self.lost_stays
        return stay if sum(end >= stay.end for end in ends) < BROWSERS else None

    def uncertain(self, browser: int) -> bool:
        """Tell whether a browser had a visit that may have given way to others."""
        return browser in self.stays and self.stay(browser) is None

    def may_fill(self, browser: int, now: datetime) -> bool | None:
        """Return whether a browser may save and send the form now, None if the docs leave it open."""
        stay = self.stays.get(browser)
        if stay is None or stay.end + GRACE <= now or self.ended(now) - {"expired"} or self.successor:
            return False
        if self.stay(browser) is None:
            return None
        if now < self.ends:
            return True
        if stay.end > self.ends and now < self.ends + GRACE:
            return True
        return None if stay.end > self.ends - VISIT and now < self.ends + GRACE else False

    def opened(self, browser: int, way: str, now: datetime, lost: int) -> None:
        """Note that a browser was let in, and visits that may have begun without its knowledge."""
        self.views.happened(lost)
        self.lost_stays += [now + VISIT] * lost
        if browser in self.stays:
            self.lost_stays.append(self.stays[browser].end)
        self.stays[browser] = Stay(now + VISIT, way)

    def end_ways(self, way: str) -> None:
        """End the secrets of a way, and what they opened."""
        self.dead |= {secret for secret, its in self.secrets.items() if its == way}
        self.secrets = {secret: its for secret, its in self.secrets.items() if its != way}
        self.stays = {browser: stay for browser, stay in self.stays.items() if stay.way != way}
        self.codes = {browser: code for browser, code in self.codes.items() if code.way != way}
