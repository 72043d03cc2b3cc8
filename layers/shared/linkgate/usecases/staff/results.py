"""Results of a campaign in numbers, counted over its newest surveys."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from dataclasses import field
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import DeliveryState
from linkgate.usecases.definitions import schema_of
from linkgate.usecases.form_parts import control_of, has_parts, properties, steps, word
from linkgate.usecases.management.campaign_results import CampaignResults, campaign_results, campaign_versions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller
    from linkgate.usecases.form_parts import Schema
    from linkgate.usecases.management.campaign_results import Result

COUNTED = 1_000
"""Most surveys that a page counts."""
EXPORTED = 5_000
"""Most surveys that a file holds."""
ROWS = 50
FEWEST = 30
"""Answers below which a share says nothing."""

_PAGE = 100
_LEFT = frozenset({DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.BOUNCED, DeliveryState.COMPLAINED})
_ARRIVED = frozenset({DeliveryState.DELIVERED, DeliveryState.COMPLAINED})
_PROMOTER, _DETRACTOR = 9, 6
_WEEK = timedelta(days=7)
_TWO_SIDES = 1.96
"""Width of a 95 % interval in standard errors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Choice among a campaign's surveys. All but days and agent only choose rows, not what is counted."""

    days: int = 30
    answered: bool = False
    most: int | None = None
    """Greatest first rating of the rows."""
    agent: str | None = None
    counted: int = COUNTED
    """Most surveys that are looked at, newest first."""
    rows: int = ROWS
    """Most rows."""


@dataclass(frozen=True, slots=True)
class Rating:
    """Answers to the first question of a survey that is a rating."""

    name: str
    title: str
    is_nps: bool
    counts: Mapping[int, int]
    """Number of answers by step, for every step."""

    @property
    def answers(self) -> int:
        return sum(self.counts.values())

    @property
    def score(self) -> float | None:
        """Net promoter score, or the mean of another rating. None without an answer."""
        if not self.answers:
            return None
        return sum(self._worth(step) * count for step, count in self.counts.items()) / self.answers

    @property
    def interval(self) -> tuple[float, float] | None:
        """Ends of the score's 95 % interval. None for fewer than `FEWEST` answers."""
        score = self.score
        if score is None or self.answers < FEWEST:
            return None
        spread = sum((self._worth(step) - score) ** 2 * count for step, count in self.counts.items()) / self.answers
        error = _TWO_SIDES * math.sqrt(spread / self.answers)
        low, high = (-100, 100) if self.is_nps else (min(self.counts), max(self.counts))
        return max(low, score - error), min(high, score + error)

    def _worth(self, step: int) -> int:
        if not self.is_nps:
            return step
        return 100 if step >= _PROMOTER else -100 if step <= _DETRACTOR else 0


@dataclass(frozen=True, slots=True)
class Overview:
    """Numbers of a campaign and its newest surveys."""

    asked: int
    left: int
    """Surveys of which a message left."""
    arrived: int
    """Surveys whose message is known to have arrived: the carrier said so, or it was opened."""
    opened: int
    submitted: int
    weeks: Mapping[date, int]
    """Number that were submitted in each week, by its Monday (UTC), oldest first."""
    rating: Rating | None
    rows: Sequence[Result]
    """Newest surveys that all filters let through."""
    questions: Mapping[str, str] = field(default_factory=dict)
    """Title of each question of any version, by name."""
    cut: bool = False
    """There are older surveys that were not counted."""


def survey_overview(caller: Caller, campaign: str, filters: Filters, deps: Deps) -> Overview:
    """Count a campaign's newest surveys, and return the newest that the filters let through. Raises NotFound.

    A survey that was opened again does not count: the link that took its place does.
    """
    now = deps.now()
    since = now - timedelta(days=filters.days)
    asked = CampaignResults(caller=caller, campaign=campaign, since=since, until=now, limit=_PAGE)
    versions = campaign_versions(asked, deps)
    parts = [item for each in versions for item in properties(schema_of(each)).items()]
    rating = _first_rating(schema_of(versions[-1]) if versions else {})
    found, cut = _newest(asked, filters.counted, deps)
    mine = [each for each in found if filters.agent in {None, each.link.reference} and not each.link.reopened]
    links = [each.link for each in mine]
    return Overview(
        asked=len(links),
        left=sum(_reached(link, _LEFT) for link in links),
        arrived=sum(_reached(link, _ARRIVED) or link.opened_at is not None for link in links),
        opened=sum(link.opened_at is not None for link in links),
        submitted=sum(link.submitted_at is not None for link in links),
        weeks=_weeks(links, since, now),
        rating=_counted(rating, mine) if rating else None,
        rows=[each for each in mine if _wanted(each, filters, rating)][: filters.rows],
        questions={name: word(part, "title", "") or name for name, part in parts},
        cut=cut,
    )


def _newest(asked: CampaignResults, counted: int, deps: Deps) -> tuple[list[Result], bool]:
    """Return the newest surveys, and whether there are older ones."""
    found: list[Result] = []
    while len(found) < counted:
        page = campaign_results(asked, deps)
        found += page.results
        if page.cursor is None:
            return found[:counted], len(found) > counted
        asked = dataclasses.replace(asked, cursor=page.cursor)
    return found[:counted], True


def _reached(link: Link, states: frozenset[DeliveryState]) -> bool:
    return any(delivery.state in states for delivery in link.deliveries.values())


def _weeks(links: Sequence[Link], since: datetime, now: datetime) -> Mapping[date, int]:
    sent_in = Counter(_monday(link.submitted_at) for link in links if link.submitted_at)
    first, last = _monday(since), _monday(now)
    weeks = [first + number * _WEEK for number in range((last - first).days // 7 + 1)]
    return {week: sent_in[week] for week in weeks}


def _monday(moment: datetime) -> date:
    return moment.date() - timedelta(days=moment.weekday())


def _first_rating(schema: Schema) -> Rating | None:
    for name, part in properties(schema).items():
        if control_of(part) == "scale" and part.get("x-control") != "matrix" and not has_parts(part):
            counts = dict.fromkeys(steps(part), 0)
            return Rating(name, word(part, "title", "") or name, part.get("x-control") == "nps", counts)
    return None


def _counted(rating: Rating, results: Sequence[Result]) -> Rating:
    given = Counter(score for each in results if (score := _score(each, rating)) is not None)
    return dataclasses.replace(rating, counts={step: given[step] for step in rating.counts})


def _score(result: Result, rating: Rating) -> int | None:
    value = (result.answers or {}).get(rating.name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value in rating.counts else None


def _wanted(result: Result, filters: Filters, rating: Rating | None) -> bool:
    if filters.answered and not result.link.submitted_at:
        return False
    if filters.most is None:
        return True
    score = _score(result, rating) if rating else None
    return score is not None and score <= filters.most
