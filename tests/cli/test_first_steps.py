"""First steps of a new operator: from an empty table to a sent link, over a real socket, only with commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.local_runner import Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LINKGATE = Path(sys.executable).with_name("linkgate")


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[str]:
    """Yield the address of a local runner in its own process."""
    started = Runner(tmp_path, "--quiet")
    yield started.base
    started.stop()


@pytest.fixture
def linkgate(runner: str, tmp_path: Path) -> Callable[..., str]:
    """Return a function that runs a command in its own folder and returns its standard output."""

    def succeeds(*arguments: str, key: str = "", given: str = "") -> str:
        done = run(runner, tmp_path, *arguments, key=key, given=given)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return succeeds


def run(runner: str, folder: Path, *arguments: str, key: str = "", given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINKGATE, *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "LINKGATE_ENDPOINT_URL": runner, "LINKGATE_KEY": key},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )


def ask(runner: str, order: str, body: bytes = b"") -> None:
    call = urllib.request.Request(f"{runner}/_local/{order}", body, method="POST")
    urllib.request.urlopen(call, timeout=60).close()


def outbox(runner: str) -> list[dict[str, str]]:
    ask(runner, "settle")
    with urllib.request.urlopen(f"{runner}/_local/outbox", timeout=60) as reply:
        messages: list[dict[str, str]] = json.load(reply)
    return messages


def test_from_nothing_to_a_link_on_its_way(runner: str, linkgate: Callable[..., str], tmp_path: Path) -> None:
    mine = ("--tenant", "New Bank")
    linkgate("tenant", "create", "-", given="name: New Bank\nregion: GB\n")
    key = linkgate("key", "create", "manage", "--scope", "all", *mine).strip()
    linkgate("process", "example", "process.yaml")
    linkgate("process", "create", "process.yaml", *mine)
    (tmp_path / "people.csv").write_text("email,name\nada@example.com,Ada\nbob@example.com,Bob\n")

    bulk = ("link", "create", "--process", "open-account", "--from", "people.csv", "--json")
    made = json.loads(linkgate(*bulk, key=key))
    again = json.loads(linkgate(*bulk, key=key))

    assert [(row["rid"], row["link"]) for row in made] == [(row["rid"], row["link"]) for row in again]
    sent = {message["to"]: message["text"] for message in outbox(runner)}
    assert set(sent) == {"ada@example.com", "bob@example.com"}
    assert made[0]["rid"] in sent["ada@example.com"]
    shown = linkgate("link", "show", made[0]["rid"])
    assert "E-mail left" in shown
    assert "complete and unchanged" in linkgate("verify", made[0]["rid"])
    assert "2 links recovered" in linkgate("link", "recover", "--hours", "1", *mine)
    assert len(outbox(runner)) == 2


def test_long_rows_go_in_more_calls_and_one_too_long_stops_no_other(runner: str, tmp_path: Path) -> None:
    lengths = {"a": 100_000, "b": 100_000, "c": 100_000, "too-long": 0, "d": 5}
    rows = [f"{name},{'x' * length}," for name, length in lengths.items()]
    rows[3] = f"too-long,{'x' * 131_000},{'x' * 131_000}"
    (tmp_path / "people.csv").write_text("\n".join(["/name,/note,/more", *rows]))
    bulk = ("link", "create", "--process", "xxxxxxLChXYEBVg4", "--no-notify", "--from", "people.csv", "--json")

    done = run(runner, tmp_path, *bulk, key="local-manage-key")

    assert [(row["row"], row["status"]) for row in json.loads(done.stdout)] == [
        (1, 201),
        (2, 201),
        (3, 201),
        (4, 413),
        (5, 201),
    ]
    assert done.returncode == 1


def test_a_message_is_sent_from_the_command_line(runner: str, linkgate: Callable[..., str]) -> None:
    cells = ("--set", "contact_id=1", "--set", "resource_uid=0123456789abcdef0123456789abcdef")
    linkgate("link", "create", "--resource-type", "Invoice", *cells, key="local-manage-key")
    assert outbox(runner) == []
    (link,) = json.loads(linkgate("link", "list", "--tenant", "Example Bank", "--json"))

    linkgate("link", "resend", link["rid"])

    assert [message["to"] for message in outbox(runner)] == ["ada@example.com"]


def test_a_wrong_address_is_corrected_from_the_command_line(runner: str, linkgate: Callable[..., str]) -> None:
    cells = ("--set", "contact_id=1", "--set", "resource_uid=0123456789abcdef0123456789abcdef")
    linkgate("link", "create", "--resource-type", "Invoice", *cells, key="local-manage-key")
    (old,) = json.loads(linkgate("link", "list", "--tenant", "Example Bank", "--json"))

    made = json.loads(linkgate("link", "replace", old["rid"], "--email", "new@example.com", "--yes", "--json"))
    unsent = linkgate("link", "replace", made["rid"], "--no-send", "--yes")

    assert [message["to"] for message in outbox(runner)] == ["new@example.com"]
    assert made["messages"] == "email sent (new@example.com)"
    assert (made["replaces"], made["link"]) == (old["rid"], None)
    assert f"replaces  {made['rid']}" in unsent
    assert f"{runner}/l/" in unsent


def test_the_doctor_finds_nothing_wrong_on_this_machine(linkgate: Callable[..., str]) -> None:
    findings = json.loads(linkgate("doctor", "--json"))

    assert [finding for finding in findings if finding["state"] == "wrong"] == []
    well = {finding["about"] for finding in findings if finding["state"] == "ok"}
    assert well >= {"identity", "table", "indexes", "stream", "retention"}


def test_the_page_about_deploying_leads_to_the_first_link(runner: str, tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/deploy.md").read_text()
    commands = page.partition("## The first link\n\n```sh\n")[2].partition("```")[0]
    assert commands.count("linkgate ") == 7
    path = f"{LINKGATE.parent}{os.pathsep}{os.environ['PATH']}"
    # The runner has tenants of its own already, one of the name in the example.
    commands = commands.replace(
        "linkgate tenant create", "sed -i 's/^name: .*/name: New Bank/' tenant.yaml\nlinkgate tenant create"
    )

    done = subprocess.run(
        ["/bin/bash", "-eu", "-c", commands],
        cwd=tmp_path,
        env={"PATH": path, "LINKGATE_ENDPOINT_URL": runner, "LINKGATE_TENANT": "New Bank"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert [message["to"] for message in outbox(runner)] == ["you@example.com"]
    assert "sent" in done.stdout.splitlines()[-1]
