"""Limits of tiers."""

from datetime import timedelta

import pytest

from linkgate.errors import InvalidRequest
from linkgate.model.policy import TIERS, life_and_views
from linkgate.model.tenant import Tenant

STANDARD = TIERS["standard"]


def test_nothing_asked_for_gives_the_tiers_defaults() -> None:
    assert life_and_views(STANDARD, None, None) == (timedelta(days=7), 100)


@pytest.mark.parametrize("hours", [1, 90 * 24])
def test_a_life_up_to_the_tiers_greatest_is_given(hours: int) -> None:
    assert life_and_views(STANDARD, hours, 1)[0] == timedelta(hours=hours)


@pytest.mark.parametrize(("hours", "views"), [(0, 1), (-1, 1), (90 * 24 + 1, 1), (1, 0), (1, 1001), (2**31, 2**31)])
def test_beyond_the_tiers_limits_is_refused(hours: int, views: int) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        life_and_views(STANDARD, hours, views)

    assert {problem.code for problem in refusal.value.problems} == {"range"}


def test_both_faults_are_told_at_once() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        life_and_views(TIERS["restricted"], 0, 0)

    assert [problem.field for problem in refusal.value.problems] == ["life_hours", "max_views"]
    assert refusal.value.problems[0].values == {"min": 1, "max": 168, "value": 0}


def test_a_misspelt_tier_is_the_strictest() -> None:
    assert Tenant(id="0" * 32, name="T").tier("confidentail") is TIERS["restricted"]
