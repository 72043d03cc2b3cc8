"""Tiers, which limit links by their sensitivity, and limits that apply to every link."""

from __future__ import annotations

from datetime import timedelta

from linkgate.errors import InvalidRequest, Problem
from linkgate.lazy_dataclass import dataclass

SHORTEST_LIFE = timedelta(hours=1)
"""Shortest life of a link, and the unit in which callers state a life."""

LEASE = timedelta(seconds=30)
"""Time for which a delivery is reserved for the call that started it: the function's timeout (15 s) and 15 s more."""

VISIT_LIFE = timedelta(minutes=15)
"""Time for which a browser may come back without spending another view."""

VISITS_KEPT = 4
"""Number of browsers that may hold a visit of one link at the same time."""
OPENS_PER_VIEW = 10
"""Opens of a link for each of its views, where a view is a document that was given out."""

DRAFTS_TOLD_EVERY = timedelta(minutes=5)
"""Time during which further saved answers are not told again and do not prolong their visit again."""

SUBMIT_GRACE = timedelta(hours=4)
"""Time after its visit for which a browser may still save or submit its form. It is shown nothing."""

DESK_SHIFT = timedelta(hours=12)
"""Time after it was opened for which a browser stays at an agent's desk."""

CODE_LIFE = timedelta(minutes=10)
"""Time for which a one-time code can be used."""

CODE_TRIES = 5
"""Number of guesses at one code."""

LINK_TRIES = 50
"""Number of guesses at all codes of a link and of those that it replaces, after which the link is locked."""

CHALLENGES_KEPT = 5
"""Number of browsers that may be asked for a code of one link at the same time.

It is the number of codes that can be alive at the same time, so that no browser ever loses a living code to another.
"""

FIRST_PAUSE = timedelta(seconds=30)
"""Pause between the first and the second code for one browser. It doubles with each further code."""

CODES_PER_HOUR = 5
"""Number of codes in an hour after which the next one waits until the newest has ended (`CODE_LIFE`)."""

UNASKED_PER_HOUR = 2
UNASKED_PER_LINK = 4
"""Number of codes that are sent at the press of a button. Robots press buttons, so further codes need a tick."""

CODES_PER_LINK = 10
"""Number of codes that may be sent for a link in its life."""

CODES_PER_FAMILY = 20
"""Number of codes after which a family's link is not replaced any more."""

TEST_CODE = "12345678"
"""One-time code of test links, of which the first digits are used."""

TEST_KEPT = timedelta(days=7)
"""Time after which a test link is deleted. None lives longer."""

RENEWALS = 5
"""Number of times the recipient may have a family's link replaced."""

NEW_ADDRESS_WAIT = timedelta(hours=1)
"""Time for which a replaced link sends no code if an address changed, so that the old address can object."""

GRANT_LIFE = timedelta(minutes=1)
"""Time within which the tenant's own page must ask for the link's facts."""


@dataclass(frozen=True, slots=True)
class Tier:
    """Limits for one level of sensitivity. Lives are counted from the link's creation."""

    name: str
    default_life: timedelta
    greatest_life: timedelta
    default_views: int
    greatest_views: int
    code_digits: int = 0
    """Length of the one-time code, or 0 for no code."""
    second_channel: bool = False
    """Requires the code to go over another channel than the link."""
    renewable: bool = True
    """Lets recipients ask for a fresh link once theirs has expired or is used up."""


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
"""Built-in tiers. A tenant may replace them or add its own."""


def life_and_views(tier: Tier, hours: int | None, views: int | None) -> tuple[timedelta, int]:
    """Return the life and the number of views of a new link. None asks for the tier's default.

    Raises InvalidRequest with a `range` problem for each of `life_hours` and `max_views` that the tier forbids.
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
