"""Tiers: what a link of a given sensitivity may be, and the limits nobody may exceed."""

from __future__ import annotations

from datetime import timedelta

from linkgate.errors import InvalidRequest, Problem
from linkgate.lazy_dataclass import dataclass

SHORTEST_LIFE = timedelta(hours=1)
"""Also the unit in which callers say how long a link shall live."""

LEASE = timedelta(seconds=30)
"""How long a delivery is reserved for the call that started it: the function's timeout (15 s) and 15 s more."""

VISIT_LIFE = timedelta(minutes=15)
"""How long a browser may come back without spending another view."""

VISITS_KEPT = 4
"""Browsers that may hold a visit of one link at the same time."""

SUBMIT_GRACE = timedelta(hours=4)
"""How long after its visit a browser may still keep or send in what it was filling in; it is shown nothing."""

CODE_LIFE = timedelta(minutes=10)
"""How long a one-time code can be used."""

CODE_TRIES = 5
"""Guesses at one code."""

LINK_TRIES = 50
"""Guesses at all codes of a link; then it is locked."""

CHALLENGES_KEPT = 3
"""Browsers that may be asked for a code of one link at the same time."""

FIRST_PAUSE = timedelta(seconds=30)
"""Between the first and the second code for one browser; it doubles with each further one."""

CODES_PER_HOUR = 5
CODES_PER_LINK = 10
"""Codes sent for a link in its life."""

RENEWALS = 5
"""How often the recipient may have a transaction's link replaced."""

GRANT_LIFE = timedelta(minutes=1)
"""How long the tenant's own page may take to ask for the link's facts."""


@dataclass(frozen=True, slots=True)
class Tier:
    """Limits of one sensitivity; lives are counted from creation."""

    name: str
    default_life: timedelta
    greatest_life: timedelta
    default_views: int
    greatest_views: int
    code_digits: int = 0
    """0: no one-time code."""
    second_channel: bool = False
    """The code must go over another channel than the link went."""
    renewable: bool = True
    """Recipients may ask for a fresh link once theirs has expired or is used up."""


TIERS = {
    tier.name: tier
    for tier in (
        Tier("standard", timedelta(days=7), timedelta(days=90), 100, 1000),
        Tier("confidential", timedelta(days=3), timedelta(days=30), 10, 100, code_digits=6),
        Tier(
            "restricted",
            timedelta(days=1),
            timedelta(days=7),
            5,
            20,
            code_digits=8,
            second_channel=True,
            renewable=False,
        ),
    )
}
"""The built-in tiers; a tenant may replace them or add its own."""


def life_and_views(tier: Tier, hours: int | None, views: int | None) -> tuple[timedelta, int]:
    """The life and the views a new link gets; None asks for the tier's default.

    Raises InvalidRequest with a `range` problem for `life_hours` and `max_views` where the tier forbids them.
    """
    problems = []
    most_hours = tier.greatest_life.days * 24 + tier.greatest_life.seconds // 3600
    if hours is not None and not 1 <= hours <= most_hours:
        problems.append(Problem.of("life_hours", "range", min=1, max=most_hours, value=hours))
    if views is not None and not 1 <= views <= tier.greatest_views:
        problems.append(Problem.of("max_views", "range", min=1, max=tier.greatest_views, value=views))
    if problems:
        raise InvalidRequest(problems)
    life = tier.default_life if hours is None else hours * SHORTEST_LIFE
    return life, tier.default_views if views is None else views
