"""Operators see and change links."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from linkgate.tokens import token_guid
from local.demo import CAMPAIGN, DEMO, MANAGE_KEY
from tests.cli.conftest import Shell
from tests.management.conftest import Manager
from tests.support.live import joined
from tests.support.visitor import Visitor, session_link

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.cloud import Cloud


@pytest.fixture
def desk(cloud: Cloud) -> tuple[Shell, Manager]:
    """Yield an operator, and a caller of the first demo tenant."""
    return Shell(cloud), Manager(cloud, MANAGE_KEY)


def test_what_happened_to_a_link_is_one_command(desk: tuple[Shell, Manager]) -> None:
    shell, manager = desk
    made = manager.request_form()
    manager.cloud.post("/_local/clock", {"advance_seconds": 60})
    manager.submit(made["link"], {"fullName": "CANARY"})
    manager.cloud.settle()

    for spelling in (made["rid"], token_guid(made["rid"]), made["link"]):
        said = shell.run("link", "show", spelling)
        assert [word for word in ("Made", "Opened", "Sent in") if f"UTC  {word}" not in said] == []
        assert "CANARY" not in said
    every = [event["type"] for event in shell.json("link", "show", made["rid"])["events"]]
    assert "link.submitted" in every
    newest = shell.json("link", "show", made["rid"], "--limit", "1")
    assert [event["type"] for event in newest["events"]] == every[-1:]
    assert newest["earlierEvents"] >= 1
    assert "earlier events are not shown" in shell.run("link", "show", made["rid"], "--limit", "1")


def test_links_are_listed_and_filtered(desk: tuple[Shell, Manager]) -> None:
    shell, manager = desk
    shared, form = manager.share(), manager.request_form("bob@example.com")
    tenant = ("--tenant", DEMO.id)

    assert [link["rid"] for link in shell.json("link", "list", *tenant)] == [form["rid"], shared]
    assert [link["rid"] for link in shell.json("link", "list", *tenant, "--kind", "resource")] == [shared]
    assert [link["rid"] for link in shell.json("link", "list", *tenant, "--recipient", "BOB@example.com")] == [
        form["rid"]
    ]
    assert [link["rid"] for link in shell.json("link", "list", *tenant, "--limit", 1)] == [form["rid"]]
    assert "must be one of" in shell.run("link", "list", *tenant, "--kind", "letter", code=2)


def test_a_revoked_link_says_who_took_it_back(desk: tuple[Shell, Manager]) -> None:
    shell, manager = desk
    rid = manager.share()

    assert "would be revoked" in shell.run("link", "revoke", rid, "--dry-run")
    assert manager.get(f"/links/{rid}")["status"] == "Active"
    shell.run("link", "revoke", rid, "--yes")

    link = manager.get(f"/links/{rid}")
    assert (link["status"], link["revokedBy"]) == ("Revoked", "0" * 31 + "1")


def test_one_way_ends_and_the_ways_there_are_are_named(desk: tuple[Shell, Manager]) -> None:
    shell, manager = desk
    rid = manager.share()
    assert "would be closed for api" in shell.run("link", "revoke-way", rid, "api", "--dry-run")
    assert manager.get(f"/links/{rid}")["ways"] == ["api"]

    assert f"{rid} has no way sms. It has: api." in shell.run("link", "revoke-way", rid, "sms", code=2)
    shell.run("link", "revoke-way", rid, "api", "--yes")

    assert manager.get(f"/links/{rid}")["ways"] == []


def test_what_was_sent_in_is_not_revoked(desk: tuple[Shell, Manager]) -> None:
    shell, manager = desk
    made = manager.request_form()
    manager.submit(made["link"], {})

    assert "was submitted" in shell.run("link", "revoke", made["rid"], code=1)


def test_an_extension_is_told_its_limits(desk: tuple[Shell, Manager]) -> None:
    shell, manager = desk
    rid = manager.share()

    assert "must be between 168 and 2159" in shell.run("link", "extend", rid, "--hours", 48, code=2)
    shell.run("link", "extend", rid, "--hours", 240)
    assert manager.get(f"/links/{rid}")["extendedAtUtc"] is not None


@pytest.mark.parametrize("hours", [48, 2160, 80_000])
def test_a_dry_run_is_refused_the_extension_that_the_command_would_be(desk: tuple[Shell, Manager], hours: int) -> None:
    shell, manager = desk
    rid = manager.share()

    refused = shell.run("link", "extend", rid, "--hours", hours, code=2)

    assert refused.startswith("hours must be between")
    assert shell.run("link", "extend", rid, "--hours", hours, "--dry-run", code=2) == refused
    assert "would be extended" in shell.run("link", "extend", rid, "--hours", 240, "--dry-run")
    assert manager.get(f"/links/{rid}")["extendedAtUtc"] is None


def test_what_has_ended_is_neither_extended_nor_sent_again(desk: tuple[Shell, Manager]) -> None:
    shell, manager = desk
    rid = manager.share(channels=["email"])
    shell.run("link", "revoke", rid, "--yes")

    for command in (["extend", rid, "--hours", 240], ["resend", rid]):
        assert f"{rid} has ended: revoked" in shell.run("link", *command, code=1)
        assert f"{rid} has ended: revoked" in shell.run("link", *command, "--dry-run", code=1)


def test_hours_beyond_every_date_are_refused(desk: tuple[Shell, Manager]) -> None:
    shell, manager = desk

    assert "Invalid value" in shell.run("link", "extend", manager.share(), "--hours", 10**11, code=2)


@pytest.mark.parametrize("recipient", ["nobody", ""])
def test_a_recipient_that_is_no_address_is_told(desk: tuple[Shell, Manager], recipient: str) -> None:
    shell, _ = desk

    said = shell.run("link", "list", "--tenant", "Example Bank", "--recipient", recipient, code=2)

    assert said == "recipient must be an e-mail address or a phone number\n"


@pytest.mark.parametrize(
    "content", ["[" * 100_000, '{"rid": "", "head": {}, "entries": [{"sequence": 1e999}]}', "[]", "\xff"]
)
def test_a_file_that_proves_nothing_is_told(desk: tuple[Shell, Manager], tmp_path: Path, content: str) -> None:
    file = tmp_path / "evidence.json"
    file.write_text(content, encoding="latin-1")

    assert "is not a file from `linkgate link export`" in desk[0].run("verify", "--file", file, code=2)


def test_an_unknown_link_is_told(desk: tuple[Shell, Manager]) -> None:
    assert "There is no link" in desk[0].run("link", "show", "nonsense", code=1)


def test_resending_needs_the_whole_stack(desk: tuple[Shell, Manager]) -> None:
    shell, manager = desk

    assert "--stack" in shell.run("link", "resend", manager.share(channels=["email"]), code=2)


def test_a_timeline_is_verified_exported_and_verified_elsewhere(desk: tuple[Shell, Manager], tmp_path: Path) -> None:
    shell, manager = desk
    rid = manager.share(channels=["email"])
    manager.cloud.settle()
    file = tmp_path / "evidence.json"

    assert "2 entries, complete and unchanged" in shell.run("verify", rid)
    shell.run("export", rid, "--out", file)
    assert "2 entries, complete and unchanged" in shell.run("verify", "--file", file)
    file.write_text(file.read_text().replace("link.sent", "link.opened"))
    assert "entry 2 (link.opened) was changed" in shell.run("verify", "--file", file, code=1)


def test_what_was_written_is_exported_only_if_it_is_asked_for(desk: tuple[Shell, Manager], tmp_path: Path) -> None:
    shell, manager = desk
    visitor = Visitor(manager.cloud)
    visitor.see(session_link(manager.cloud))
    joined(visitor).say("chat", text="It is about my loan", id="1")
    manager.cloud.settle()
    plain, whole = tmp_path / "plain.json", tmp_path / "whole.json"

    shell.run("export", visitor.rid, "--out", plain)
    shell.run("export", visitor.rid, "--chat", "--out", whole)

    assert "loan" not in plain.read_text()
    assert [line["text"] for line in json.loads(whole.read_text())["chat"]] == ["It is about my loan"]
    assert "complete and unchanged" in shell.run("verify", "--file", whole)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("SET entries[0].details = :x", "was changed"),
        ("SET entries[0].#hash = :x", "was changed"),
        ("delete", "is not in the timeline"),
    ],
)
def test_an_entry_changed_or_missing_in_the_table_is_noticed(
    desk: tuple[Shell, Manager], change: str, said: str, tmp_path: Path
) -> None:
    shell, manager = desk
    rid = manager.share(channels=["email"])
    manager.cloud.settle()
    table, dynamodb = manager.cloud.template.tables[0]["TableName"], manager.cloud.aws.client("dynamodb")
    key = {"pk": {"S": rid}, "sk": {"S": "timeline"}}
    if change == "delete":
        dynamodb.delete_item(TableName=table, Key=key)
    else:
        names = {"ExpressionAttributeNames": {"#hash": "hash"}} if "#hash" in change else {}
        values: dict[str, Any] = {":x": {"B": b"x"} if "#hash" in change else {"S": "x"}}
        dynamodb.update_item(
            TableName=table, Key=key, UpdateExpression=change, ExpressionAttributeValues=values, **names
        )

    assert said in shell.run("verify", rid, code=1)
    file = tmp_path / "evidence.json"
    shell.run("export", rid, "--out", file)
    assert said in shell.run("verify", "--file", file, code=1)


def test_only_the_csv_marks_what_a_spreadsheet_would_take_for_a_formula(desk: tuple[Shell, Manager]) -> None:
    shell, manager = desk
    rid = manager.ask("+447700900123", customerName="=1+1")["rid"]

    said = " ".join(shell.run("results", "--help").split())
    csv_line = shell.stdout("results", CAMPAIGN, "--tenant", DEMO.id).splitlines()[1]
    bare = json.loads(shell.stdout("results", CAMPAIGN, "--tenant", DEMO.id, "--json"))

    assert "begins with an apostrophe" in said
    assert '"\'+447700900123","\'=1+1"' in csv_line
    assert (bare["rid"], bare["contact"], bare["customerName"]) == (rid, "+447700900123", "=1+1")


def test_results_are_a_csv_with_every_column_there_is(desk: tuple[Shell, Manager]) -> None:
    shell, manager = desk
    for number in range(3):
        made = manager.ask(f"c{number}@example.com", miscData={f"column {number}": "=1"})
        manager.submit(made["link"], {"rating": number + 1})

    lines = shell.stdout("results", CAMPAIGN, "--tenant", DEMO.id).splitlines()

    assert len(lines) == 4
    assert '"column 2","column 1","column 0","answer: rating"' in lines[0]
    assert all('"\'=1"' in line for line in lines[1:])
    for unknown in ("nothing", ""):
        assert "no campaign" in shell.run("results", unknown, "--tenant", DEMO.id, code=1)
    first = json.loads(shell.stdout("results", CAMPAIGN, "--tenant", DEMO.id, "--json").splitlines()[0])
    assert first["answers"] == {"rating": 3}


def test_what_a_recipient_typed_controls_no_terminal(desk: tuple[Shell, Manager]) -> None:
    shell, manager = desk
    hostile = "\x1b]0;pwned\x07\x1b[2J\x9b\x7f\u202eevil"
    made = manager.ask("c@example.com", customerName=hostile, miscData={hostile: hostile})
    manager.submit(made["link"], {"rating": 1, "comment": f"two\nlines {hostile}"})
    manager.cloud.settle()
    name = ("results", CAMPAIGN, "--tenant", DEMO.id)

    for said in (
        shell.stdout(*name),
        shell.stdout(*name, "--json"),
        shell.run("link", "show", made["rid"]),
        shell.run("link", "show", made["rid"], "--json"),
        shell.run("link", "list", "--tenant", DEMO.id),
    ):
        assert not set(said) & set("\x1b\x07\x9b\x7f\u202e")
    assert "two\nlines \\u001b]0;pwned" in shell.stdout(*name)
    assert json.loads(shell.stdout(*name, "--json"))["answers"]["comment"] == f"two\nlines {hostile}"


def test_a_number_names_a_link_of_the_tenant_that_is_set(
    desk: tuple[Shell, Manager], monkeypatch: pytest.MonkeyPatch
) -> None:
    shell, manager = desk
    rid = manager.share()
    manager.cloud.settle()

    assert "LINKGATE_TENANT" in shell.run("link", "show", "1", code=2)
    monkeypatch.setenv("LINKGATE_TENANT", DEMO.name)
    assert rid in shell.run("link", "show", "1")
    assert "There is no link 2." in shell.run("link", "show", "2", code=1)


def test_a_dry_run_of_a_replacement_says_what_would_be_refused(desk: tuple[Shell, Manager]) -> None:
    shell, manager = desk
    rid = manager.share(channels=["email"])

    assert shell.run("link", "replace", rid, "--email", "new@example.com", "--dry-run") == f"{rid} would be replaced\n"
    assert "must be email or sms" in shell.run("link", "replace", rid, "--channel", "post", "--dry-run", code=2)
    assert "email" in shell.run("link", "replace", rid, "--email", "nobody", "--dry-run", code=2)
    manager.post(f"/links/{rid}/revoke")
    assert "has ended: revoked" in shell.run("link", "replace", rid, "--dry-run", code=1)


def test_a_person_is_erased_and_a_dry_run_only_counts(desk: tuple[Shell, Manager]) -> None:
    shell, manager = desk
    made = manager.request_form()
    manager.cloud.settle()

    rehearsed = shell.json("erase", "ada@example.com", "--tenant", DEMO.id, "--dry-run")
    assert manager.get(f"/links/{made['rid']}")["erasedAtUtc"] is None
    erased = shell.json("erase", "ADA@example.com", "--tenant", DEMO.id, "--reason", "request 17", "--yes")

    assert {**erased, "dry_run": True} == rehearsed
    assert erased["links"] == 1
    assert manager.get(f"/links/{made['rid']}")["erasedAtUtc"] is not None
    assert "0 links" in shell.run("erase", "ada@example.com", "--tenant", DEMO.id, "--yes")
