"""A write that was applied without an answer is recognised when it is repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.visitor import (
    JSON,
    Visitor,
    check,
    code_in,
    coded_link,
    link_item,
    outbox,
    process_link,
    resource_link,
)

if TYPE_CHECKING:
    from tests.support.cloud import Cloud


def lose(cloud: Cloud, error: str, times: int) -> None:
    cloud.post("/_local/faults", {"service": "dynamodb", "error": error, "times": times})


@pytest.mark.parametrize("error", ["timeout_after", "throttle"])
@pytest.mark.parametrize("times", [1, 2])
def test_opening_counts_one_view(cloud: Cloud, error: str, times: int) -> None:
    url, program = resource_link(cloud, maxViews=1), Visitor(cloud, JSON)
    lose(cloud, error, times)

    assert program.open(url).status == 200
    assert link_item(cloud, url)["views"] == 1
    assert program.get(program.thing).status == 200


@pytest.mark.parametrize("error", ["timeout_after", "throttle"])
@pytest.mark.parametrize("times", [1, 2])
def test_the_winner_of_a_submission_is_not_told_that_he_lost(cloud: Cloud, error: str, times: int) -> None:
    url, program = process_link(cloud, coBrowsingRoles=["agent"]), Visitor(cloud, JSON)
    program.see(url)
    lose(cloud, error, times)

    assert program.post(f"{program.thing}/submit", {"data": {"fullName": "Ana"}}).status == 201


def test_a_code_is_counted_once_and_sent_once(cloud: Cloud) -> None:
    url, program = coded_link(cloud), Visitor(cloud, JSON)
    lose(cloud, "timeout_after", 2)

    assert program.open(url).status == 202
    assert len(outbox(cloud)) == len(link_item(cloud, url)["codes_sent"]) == 1


@pytest.mark.parametrize("right", [True, False])
@pytest.mark.parametrize("times", [1, 2])
def test_a_guess_is_spent_once_and_answered_truly(cloud: Cloud, right: bool, times: int) -> None:  # noqa: FBT001
    url, program = coded_link(cloud), Visitor(cloud, JSON)
    program.open(url)
    code = code_in(cloud) if right else f"{(int(code_in(cloud)) + 1) % 10**6:06}"
    lose(cloud, "timeout_after", times)

    answer = check(program, url, code)

    assert answer.status == (200 if right else 400)
    assert right or answer.json()["attemptsLeft"] == 4
    assert link_item(cloud, url)["code_tries"] == 1


def test_a_browser_that_lost_the_answer_opens_with_its_proven_code(cloud: Cloud) -> None:
    url, person = coded_link(cloud), Visitor(cloud)
    person.open(url)
    code, bind = code_in(cloud), dict(person.cookies)
    check(person, url, code)

    same_browser = Visitor(cloud, cookies=bind)

    assert check(same_browser, url, code).status == 303


def test_a_table_that_stays_away_is_said_to_be_unavailable(cloud: Cloud) -> None:
    url, program = process_link(cloud), Visitor(cloud, JSON)
    lose(cloud, "throttle", 50)

    answer = program.open(url)

    lose(cloud, "throttle", 0)
    assert (answer.status, answer.json()["type"]) == (503, "urn:linkgate:unavailable")
    assert answer.header("retry-after").isdecimal()
    assert program.open(url).status == 200
