"""Commands ask before what cannot be undone, and lists say when they are cut."""

from __future__ import annotations

import os
import pty
import shlex
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.model.reference import reference_of
from linkgate.store.tenants import DynamoTenants
from linkgate.tokens import credential_hash, token_guid
from linkgate.usecases.delivery.suppression import suppress
from local.demo import DEMO, MANAGE_KEY, PROCESS
from tests.cli.conftest import Shell
from tests.management.conftest import Manager
from tests.support.command_line import invoke
from tests.support.local_runner import Runner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.cloud import Cloud


@pytest.fixture
def desk(cloud: Cloud) -> tuple[Shell, Manager]:
    """Yield an operator, and a caller of the first demo tenant."""
    return Shell(cloud), Manager(cloud, MANAGE_KEY)


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    started = Runner(tmp_path_factory.mktemp("runner"), "--quiet")
    yield started
    started.process.kill()
    started.process.wait()


def test_the_version_is_told_and_every_command_takes_the_short_option() -> None:
    assert invoke("--version").output.startswith("linkgate 0.")
    assert invoke("link", "list", "-h").exit_code == 0


def test_without_a_terminal_nothing_is_asked_and_nothing_is_undone(desk: tuple[Shell, Manager]) -> None:
    shell, manager = desk
    rid = manager.share()

    sent = manager.request_form()
    manager.submit(sent["link"], {"fullName": "Ana"})

    for command in (("revoke", rid), ("revoke-way", rid, "api"), ("replace", rid), ("reopen", sent["rid"])):
        said = shell.run("link", *command, given="y\n", code=2)
        assert "pass --yes" in said or "needs the whole stack" in said
    assert "pass --yes" in shell.run("erase", "ada@example.com", "-t", DEMO.id, given="y\n", code=2)
    link = manager.get(f"/links/{rid}")
    assert (link["status"], link["ways"], link["erasedAtUtc"]) == ("Active", ["api"], None)


def test_the_words_of_an_earlier_release_still_work_and_are_not_shown() -> None:
    for earlier, now in (
        (["verify"], ["link", "verify"]),
        (["export"], ["link", "export"]),
        (["results"], ["campaign", "results"]),
        (["file", "put"], ["file", "create"]),
        (["file", "get"], ["file", "save"]),
    ):
        assert invoke(*earlier, "-h").exit_code == invoke(*now, "-h").exit_code == 0
        rows = invoke(*earlier[:-1], "-h").output.splitlines()
        assert not [row for row in rows if row.startswith(f"│ {earlier[-1]} ")]
        assert [row for row in rows if row.startswith(f"│ {now[len(earlier) - 1]} ")]


def test_a_form_is_opened_again(desk: tuple[Shell, Manager]) -> None:
    shell, manager = desk
    sent, rid = manager.request_form(), manager.request_form()["rid"]
    manager.submit(sent["link"], {"fullName": "Ana"})

    assert "reopen" in shell.run("link", "show", sent["rid"])
    assert shell.run("link", "reopen", sent["rid"], "--dry-run") == f"{sent['rid']} would be opened again\n"
    assert "not submitted" in shell.run("link", "reopen", rid, "--dry-run", code=2)
    assert "must be email or sms" in shell.run("link", "reopen", rid, "--channel", "post", "--dry-run", code=2)


def answered(runner: Runner, answer: str, *arguments: str) -> tuple[int, str]:
    """Run a command at a terminal and type an answer. Returns the exit code, and what it said there."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "import cli.main; cli.main.main()", *arguments, "--endpoint-url", runner.base]
    os.write(ours, answer.encode())
    ended = subprocess.run(command, check=False, stdin=theirs, capture_output=True, text=True)
    os.close(ours)
    os.close(theirs)
    return ended.returncode, ended.stdout + ended.stderr


def test_at_a_terminal_a_person_is_asked(runner: Runner) -> None:
    key = invoke("key", "create", "manage", "-t", DEMO.id, "--endpoint-url", runner.base, "--json").stdout
    id_ = key.partition('"id": "')[2].partition('"')[0]

    code, said = answered(runner, "n\n", "key", "revoke", id_, "-t", DEMO.id)
    assert (code, "Nothing was changed." in said) == (1, True)
    code, said = answered(runner, "y\n", "key", "revoke", id_, "-t", DEMO.id)
    assert (code, f"key {id_} revoked" in said) == (0, True)


def test_the_runners_clock_is_followed(runner: Runner) -> None:
    runner.call("POST", "/_local/clock", {"advance_seconds": 90 * 86_400})

    made = invoke("key", "create", "manage", "--days", 1, "-t", DEMO.id, "--endpoint-url", runner.base)

    assert made.exit_code == 0, made.output
    status, _ = runner.call("GET", "/links", Authorization=f"Bearer {made.stdout.strip()}")
    assert status == 200


def test_a_list_says_when_it_is_cut(desk: tuple[Shell, Manager]) -> None:
    shell, manager = desk
    manager.share()
    manager.share()

    assert "Only the newest 1 are shown" in shell.run("link", "list", "-t", DEMO.id, "--limit", 1)
    assert "Only the newest" not in shell.run("link", "list", "-t", DEMO.id, "--limit", 2)


@pytest.mark.parametrize("noun", ["link", "submission"])
def test_a_limit_beyond_all_lists_is_told(noun: str) -> None:
    said = invoke(noun, "list", "--limit", "9" * 30)

    assert (said.exit_code, "Invalid value for '--limit'" in said.output) == (2, True)


@pytest.mark.parametrize(("option", "known"), [("--kind", "process, resource"), ("--status", "Active, Opened")])
def test_what_a_list_may_be_filtered_by_is_told(desk: tuple[Shell, Manager], option: str, known: str) -> None:
    shell, _ = desk

    assert f"{option} must be one of {known}" in shell.run("link", "list", "-t", DEMO.id, option, "foo", code=2)


def test_a_link_says_what_can_be_done_and_who_did_what(desk: tuple[Shell, Manager]) -> None:
    shell, manager = desk
    rid = manager.make({"kind": "process", "process": PROCESS, "data": {"metadata": {"email": "o'hara@example.com"}}})
    suppress(DEMO.id, "o'hara@example.com", "suppressed", wiring.deps())
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    known = tenants.credential(credential_hash("manage", MANAGE_KEY))
    assert known
    tenants.put_credential(replace(known, name="CRM"))
    manager.cloud.settle()

    said = shell.run("link", "show", rid[0]["rid"])

    assert "Made by key CRM" in said
    assert "Open it again" not in said
    (anyway,) = [line for line in said.splitlines() if line.startswith("Send it anyway by e-mail: linkgate ")]
    command = shlex.split(anyway.partition(", then resend")[0].partition("linkgate ")[2])
    assert "gets messages again" in shell.run(*command)


def test_a_link_is_found_by_whatever_a_customer_says(desk: tuple[Shell, Manager]) -> None:
    shell, manager = desk
    made = manager.request_form()
    rid = made["rid"]
    manager.submit(made["link"], {"fullName": "CANARY"})
    manager.cloud.settle()

    ways = ["ADA@example.com ", rid, token_guid(rid), made["link"], f"/l/{rid}", reference_of(rid).lower()]
    assert [way for way in ways if [row["rid"] for row in shell.json("find", way)] != [rid]] == []
    assert shell.json("find", "nobody@example.com") == []
    assert "Nothing can be found by this" in shell.run("find", "Ada Lovelace", code=2)


@pytest.mark.parametrize("host", ["https://evil.example", "http://127.0.0.1:1"])
def test_a_link_that_is_not_ours_is_not_to_be_opened(desk: tuple[Shell, Manager], host: str) -> None:
    shell, manager = desk
    rid = manager.share()

    assert "not one of our links" in shell.run("find", f"{host}/l/{rid}#secret", code=1)
    assert "not one of our links" in shell.run("find", f"{host}/l/{'A' * 22}#secret", code=1)


def test_submissions_are_listed_and_shown(desk: tuple[Shell, Manager]) -> None:
    shell, manager = desk
    made, other = manager.request_form(), manager.request_form()
    manager.submit(made["link"], {"fullName": "CANARY"})
    manager.cloud.settle()

    listed = shell.json("submission", "list", "-t", DEMO.id)
    assert [(row["rid"], row["reference"]) for row in listed] == [(made["rid"], reference_of(made["rid"]))]
    assert shell.json("submission", "list", "-t", DEMO.id, "--subject", "none") == []
    assert "fullName: CANARY" in shell.run("submission", "show", made["rid"])
    assert "was not made yet" in shell.run("submission", "show", other["rid"], code=1)
    shell.run("erase", "ada@example.com", "-t", DEMO.id, "--yes")
    assert "was erased" in shell.run("submission", "show", made["rid"], code=1)


HEADER = "id,name,email,phone,sms_consent\n"


def test_contacts_are_created_and_changed_from_a_file(bank: Shell, tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text(HEADER + "7,Ada,ada@example.com,07700 900001,yes\n8,Bob,bob@example.com,,\n")

    assert bank.json("contact", "import", file, "--dry-run")["created"] == 2
    assert "no contact" in bank.run("contact", "show", "7", code=1)
    assert bank.run("contact", "import", file) == "2 created, 0 changed, 0 unchanged\n"
    file.write_text("id,name,locale\n7,Ada Lovelace,es\n8,Bob,\n")
    assert bank.run("contact", "import", file) == "0 created, 1 changed, 1 unchanged\n"

    ada = bank.json("contact", "show", "7")
    kept = {name: ada[name] for name in ("name", "locale", "phone", "sms_consent")}
    assert kept == {"name": "Ada Lovelace", "locale": "es", "phone": "+447700900001", "sms_consent": True}


def test_every_bad_row_is_named_and_nothing_is_written(bank: Shell, tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    rows = ["7,Ada,ada@example.com,,", "x,Bob,,,", "9,,,nobody,perhaps", "7,Eve,,,", "10,Zoe,,12,", "11,,,,"]
    file.write_text(HEADER + "".join(f"{row}\n" for row in rows))

    said = bank.run("contact", "import", file, code=2)

    assert [line for line in (3, 4, 5, 6, 7) if f"contacts.csv:{line}: " not in said] == []
    assert "contacts.csv:2:" not in said
    assert "also in line 2" in said
    assert bank.json("contact", "list") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,nam\n1,Ada\n", "nam: no such column"),
        ("id,id\n1,1\n", "id"),
        ("name\nAda\n", "the column id is missing"),
        ("id,name\n1\n", "contacts.csv:2: must have 2 cells"),
        ("", "the column id is missing"),
        ("id,name\n1,\xff\n", "contacts.csv"),
    ],
)
def test_a_file_that_is_no_table_of_contacts_is_told(bank: Shell, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text(text, encoding="latin-1")

    assert said in bank.run("contact", "import", file, code=2)


def test_suppressed_addresses_of_contacts_and_links_are_listed(desk: tuple[Shell, Manager]) -> None:
    shell, manager = desk
    manager.request_form("bounce@example.com")
    shell.run("suppression", "create", "ada@example.com", "-t", DEMO.id)
    suppress(DEMO.id, "bounce@example.com", "suppressed", wiring.deps())
    manager.cloud.settle()

    assert shell.json("suppression", "list", "-t", DEMO.id) == [
        {"address": "ada@example.com", "stopped": "surveys", "reason": "unsubscribed"},
        {"address": "bounce@example.com", "stopped": "everything", "reason": "suppressed"},
    ]
