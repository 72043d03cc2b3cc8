"""Numbers of a campaign, its file, and the inbox of what was sent in."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.dialects.console.requests import parse_filters, parse_inbox
from linkgate.dialects.console.result_pages import results_file
from linkgate.errors import InvalidRequest, NotFound
from linkgate.usecases.authentication import person_caller
from linkgate.usecases.management.link_details import submission_of
from linkgate.usecases.staff.results import Filters, Overview, Rating, survey_overview
from linkgate.usecases.staff.submissions import Inbox, InboxPage, inbox, shown_data, subjects
from local.demo import AGENT, CAMPAIGN, DEMO, OTHER, PROCESS

if TYPE_CHECKING:
    from tests.management.conftest import Manager

RITA = person_caller(DEMO, "5" * 32, "results", frozenset())


def overview(**filters: object) -> Overview:
    return survey_overview(RITA, CAMPAIGN, Filters(**filters), wiring.deps())  # type: ignore[arg-type]


def found(**asked: object) -> InboxPage:
    return inbox(Inbox(caller=RITA, **asked), wiring.deps())  # type: ignore[arg-type]


@pytest.fixture
def surveys(manager: Manager) -> list[str]:
    """Make three surveys, of which two are answered, one of those with an agent. Returns their rids."""
    rids = []
    for number, (rating, fields) in enumerate([(2, {"agentName": AGENT}), (5, {}), (None, {})]):
        made = manager.ask(f"ada{number}@example.com", **fields)
        rids.append(made["rid"])
        if rating:
            manager.submit(made["link"], {"rating": rating, "comment": "=1+1"})
        manager.cloud.post("/_local/clock", {"advance_seconds": 1})
    manager.cloud.settle()
    return rids


@pytest.mark.usefixtures("surveys")
def test_the_steps_from_asking_to_answering_are_counted() -> None:
    seen = overview()

    assert (seen.asked, seen.opened, seen.submitted, seen.cut) == (3, 2, 2, False)
    assert seen.arrived >= seen.opened
    assert sum(seen.weeks.values()) == 2
    assert seen.rating
    assert (seen.rating.name, seen.rating.counts, seen.rating.score) == ("rating", {1: 0, 2: 1, 3: 0, 4: 0, 5: 1}, 3.5)
    assert seen.questions == {"rating": "How satisfied are you?", "comment": "What could be better?"}


def test_filters_choose_rows_and_an_agent_chooses_what_is_counted(surveys: list[str]) -> None:
    def rows(**filters: object) -> list[str]:
        return [each.link.rid for each in overview(**filters).rows]

    assert rows() == surveys[::-1]
    assert rows(answered=True) == surveys[1::-1]
    assert rows(most=2) == surveys[:1]
    assert rows(agent=AGENT) == surveys[:1]
    assert rows(rows=1) == surveys[2:]
    assert (overview(most=2).asked, overview(agent=AGENT).asked) == (3, 1)
    assert overview(days=7).asked == 3


@pytest.mark.usefixtures("surveys")
def test_what_is_not_counted_is_said() -> None:
    seen = overview(counted=2)

    assert (seen.asked, seen.cut) == (2, True)


def test_a_survey_that_is_open_again_counts_once(manager: Manager, surveys: list[str]) -> None:
    manager.post(f"/links/{surveys[0]}/reopen")
    manager.cloud.settle()

    assert (overview().asked, overview().submitted) == (3, 1)


@pytest.mark.usefixtures("surveys")
def test_a_campaign_that_there_is_not_and_another_tenants_have_no_results() -> None:
    with pytest.raises(NotFound):
        survey_overview(RITA, "nothing", Filters(), wiring.deps())
    stranger = person_caller(OTHER, "6" * 32, "results", frozenset())
    assert survey_overview(stranger, CAMPAIGN, Filters(), wiring.deps()).asked == 0


def test_the_file_has_the_rows_of_the_page_and_no_formula(surveys: list[str]) -> None:
    deps = wiring.deps()
    reply, count = results_file(CAMPAIGN, overview(answered=True), "https://console.example.com", deps.now())

    rows = list(csv.DictReader(io.StringIO(str(reply.body).removeprefix("\ufeff"))))
    # A spreadsheet takes a text that begins with a dash for a formula, so such a rid has an apostrophe before it.
    assert [row["rid"].removeprefix("'") for row in rows] == surveys[1::-1]
    assert rows[0]["page"] == f"https://console.example.com/console/links/{surveys[1]}"
    assert (rows[0]["answer: rating"], rows[0]["answer: comment"]) == ("5", "'=1+1")
    assert rows[1]["agent"] == AGENT
    assert count == 2
    assert "attachment" in reply.headers["content-disposition"]
    assert "newest" not in reply.headers["content-disposition"]


@pytest.mark.usefixtures("surveys")
def test_a_file_that_no_reply_can_carry_has_the_newest_rows_and_says_so() -> None:
    seen = overview()
    talkative = [
        replace(each, answers={"comment": f"{number} {'ä' * 2000}"}) for number, each in enumerate([*seen.rows] * 500)
    ]

    reply, count = results_file(
        CAMPAIGN, replace(seen, rows=talkative), "https://console.example.com", wiring.deps().now()
    )

    assert 4_000_000 - 5000 < len(str(reply.body).encode()) < 4_001_000
    rows = list(csv.DictReader(io.StringIO(str(reply.body))))
    assert [row["answer: comment"].split()[0] for row in rows] == [str(number) for number in range(count)]
    assert f"-newest-{count}.csv" in reply.headers["content-disposition"]


@pytest.mark.parametrize(
    ("is_nps", "counts", "score", "interval"),
    [
        (True, {0: 0, 9: 0}, None, None),
        (True, {0: 10, 8: 0, 10: 19}, 31.03, None),
        (True, {0: 10, 8: 10, 10: 20}, 25.0, (-0.7, 50.7)),
        (True, {0: 0, 10: 40}, 100.0, (100.0, 100.0)),
        (False, {1: 10, 5: 30}, 4.0, (3.46, 4.54)),
    ],
)
def test_a_score_has_an_interval_where_there_are_enough_answers(
    is_nps: bool,  # noqa: FBT001 - a table
    counts: dict[int, int],
    score: float | None,
    interval: tuple[float, float] | None,
) -> None:
    rating = Rating("q", "Q", is_nps, counts)

    assert rating.score == pytest.approx(score, abs=0.01) if score is not None else rating.score is None
    assert rating.interval == pytest.approx(interval, abs=0.05) if interval else rating.interval is None


def test_the_inbox_lists_what_was_sent_in_and_where_it_goes_on(manager: Manager) -> None:
    sent = []
    for number in range(3):
        made = manager.request_form()
        if number != 1:
            manager.submit(made["link"], {"fullName": "Ada"})
            sent.append(made["rid"])
        manager.cloud.post("/_local/clock", {"advance_seconds": 1})
    manager.cloud.settle()

    assert [link.rid for link in found().links] == sent[::-1]
    assert [link.rid for link in found(subject=PROCESS).links] == sent[::-1]
    assert found(subject="other").links == []
    stranger = person_caller(OTHER, "6" * 32, "results", frozenset())
    assert inbox(Inbox(caller=stranger), wiring.deps()).links == []
    assert (PROCESS, "Open an account") in subjects(RITA, wiring.deps())
    with pytest.raises(InvalidRequest):
        found(cursor="nonsense")


def test_a_submission_names_its_files_and_leaves_out_signatures(manager: Manager) -> None:
    made = manager.request_form()
    manager.submit(made["link"], {"fullName": "Ada"})
    link = wiring.deps().links.get(made["rid"])
    assert link

    assert shown_data(submission_of(link, wiring.deps())) == {"fullName": "Ada"}


def test_a_query_that_means_nothing_is_left_out() -> None:
    assert parse_filters({"days": "5000", "most": "x", "answered": "", "agent": ""}) == Filters()
    assert parse_filters({"days": "90", "most": "6", "answered": "1", "agent": "Ana"}) == Filters(
        days=90, answered=True, most=6, agent="Ana"
    )
    assert parse_inbox({"days": "-1"}, RITA) == Inbox(caller=RITA)
    assert parse_inbox({"days": "7", "subject": "p"}, RITA) == Inbox(caller=RITA, days=7, subject="p")
