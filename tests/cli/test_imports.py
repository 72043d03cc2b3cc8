"""An import from the command line to the runner of this machine: upload, progress, results, and the way on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from cli.api_calls import Api
from local import demo
from tests.support.command_line import invoke
from tests.support.imports import asked
from tests.support.local_runner import Runner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ABOUT = ("--campaign", demo.CAMPAIGN)
ENVIRONMENT = {"LINKGATE_KEY": demo.MANAGE_KEY}


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    started = Runner(tmp_path_factory.mktemp("runner"))
    yield started
    started.stop()


def linkgate(runner: Runner, *arguments: object, code: int = 0) -> str:
    """Run `linkgate import ...` on the runner, and return all that it prints."""
    result = invoke("import", *arguments, "--endpoint-url", runner.base, env=ENVIRONMENT)
    assert result.exit_code == code, result.output
    return result.output


def test_a_file_becomes_links_and_the_command_says_what_did_not(runner: Runner, tmp_path: Path) -> None:
    file, out = tmp_path / "people.csv", tmp_path / "out.csv"
    file.write_text("email,name\na@example.com,Ana\nnobody,Bea\na@example.com,Ana\n")

    said = linkgate(runner, "create", file, *ABOUT, code=1)

    assert "3 of 3 rows: 1 created, 1 duplicates, 1 failed" in said
    assert '"3","failed","","contact must be a valid phone number"' in said
    id_ = said.split()[0]
    linkgate(runner, "results", id_, "--out", out)
    assert [line.split(",")[1] for line in out.read_text("utf-8-sig").splitlines()[1:]] == [
        '"created"',
        '"failed"',
        '"duplicate"',
    ]
    assert "/l/" not in out.read_text("utf-8-sig")
    assert linkgate(runner, "results", id_) == out.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    shown = json.loads(linkgate(runner, "show", id_, "--json"))
    assert (shown["state"], shown["created"], "upload" in shown) == ("finished", 1, False)


def test_an_id_may_begin_with_a_dash(runner: Runner) -> None:
    assert "There is no such import" in linkgate(runner, "show", "-ONbHIeVUe36_cbGLvhtmQ", code=1)


def test_a_dry_run_asks_nobody_and_shows_the_wrong_rows(tmp_path: Path) -> None:
    file = tmp_path / "people.jsonl"
    file.write_text('{"contact": "a@example.com"}\n{"contacts": "b"}\nnonsense\n')

    result = invoke("import", "create", file, *ABOUT, "--dry-run")

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "row 2: contact is required; contacts is unknown",
        "row 3: The body cannot be read: the body is not JSON (line 1, column 1).",
        "3 rows, 2 of them wrong. Nothing was sent or made.",
    ]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), "Pass exactly one of --process, --campaign and --resource-type."),
        ((*ABOUT, "--process", "p"), "Pass exactly one of --process, --campaign and --resource-type."),
        (("--campaign", "none"), "campaign is unknown"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(runner: Runner, tmp_path: Path, options: tuple[str, ...], told: str) -> None:
    file = tmp_path / "people.csv"
    file.write_text("email\na@example.com\n")

    result = invoke("import", "create", file, *options, "--endpoint-url", runner.base, env=ENVIRONMENT)

    assert result.exit_code != 0
    assert told in result.output


def test_a_missing_or_empty_file_is_told(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()

    assert "No such file" in linkgate(runner, "create", tmp_path / "none.csv", *ABOUT, code=2)
    assert "is empty" in linkgate(runner, "create", tmp_path / "empty.csv", *ABOUT, code=2)


def test_an_import_is_paused_resumed_and_stopped(runner: Runner, tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    file.write_text("email\n" + "".join(f"q{number}@example.com\n" for number in range(3000)))
    said = linkgate(runner, "create", file, *ABOUT, "--no-wait")
    id_ = said.split()[0]

    assert f"To go on: linkgate import resume {id_}" in linkgate(runner, "pause", id_)
    assert "running" in linkgate(runner, "resume", id_)
    assert "stopped" in linkgate(runner, "stop", id_, "--yes")
    assert "stopped" in linkgate(runner, "resume", id_)


def test_ctrl_c_loses_nothing_and_says_how_to_go_on(runner: Runner, tmp_path: Path) -> None:
    file = tmp_path / "slow.csv"
    file.write_text("email\n" + "".join(f"r{number}@example.com\n" for number in range(2000)))
    # A shell starts what it runs in the background with the interrupt ignored, and so the tests, too.
    program = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from cli.main import main; main()"
    )
    command = [sys.executable, "-c", program, "import", "create", str(file), *ABOUT]
    started = subprocess.Popen(
        [*command, "--endpoint-url", runner.base], env={**os.environ, **ENVIRONMENT}, stderr=subprocess.PIPE, text=True
    )
    api = Api(runner.base, demo.MANAGE_KEY)
    id_ = api.post("/imports", asked(file.read_bytes(), name="slow.csv"))["id"]
    while api.get(f"/imports/{id_}")["rows"] is None and started.poll() is None:
        pass
    started.send_signal(signal.SIGINT)
    _, errors = started.communicate(timeout=30)

    assert started.returncode == 130
    assert f"linkgate import pause {id_}" in errors
    assert api.get(f"/imports/{id_}")["state"] == "running"
    assert "stopped" in linkgate(runner, "stop", id_, "--yes")
