"""Commands find the Linkgate to work on, and say clearly if there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer
from botocore.exceptions import EndpointConnectionError, NoCredentialsError, NoRegionError, ProfileNotFound
from botocore.parsers import ResponseParserError

from cli.failures import CommandError, told_plainly
from cli.target import Operator
from linkgate import wiring
from local.demo import DEMO
from local.server import main as serve

if TYPE_CHECKING:
    from tests.cli.conftest import Shell


@pytest.mark.parametrize(
    ("variables", "region"),
    [
        ({"AWS_REGION": "eu-west-1"}, "eu-west-1"),
        ({"AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-2"),
        ({"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-1"),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-2"),
    ],
)
def test_the_region_is_that_of_awss_own_command_line(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], region: str
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    operator = Operator(stack=None, table_name="t", endpoint_url=None, as_json=False, dry_run=False)

    assert operator.client("dynamodb").meta.region_name == region


@pytest.mark.parametrize("url", ["127.0.0.1:3000", "localhost", "http://", "ftp://localhost"])
def test_an_endpoint_that_is_no_address_is_told(shell: Shell, url: str) -> None:
    assert "must be a whole URL" in shell.run("tenant", "list", "--endpoint-url", url, code=2)


def test_a_stack_that_is_no_linkgate_is_told() -> None:
    operator = Operator(stack="other", table_name=None, endpoint_url=None, as_json=False, dry_run=False)
    vars(operator)["outputs"] = {"TopicArn": "arn:aws:sns:us-east-1:123456789012:topic"}

    with pytest.raises(CommandError, match="The stack other is not a Linkgate"):
        _ = operator.table_named


def test_an_answer_that_is_not_awss_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit), told_plainly():
        raise ResponseParserError

    assert "came neither from AWS" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NoRegionError(), "No AWS region is set. Set AWS_REGION"),
        (NoCredentialsError(), "There are no AWS credentials."),
        (ProfileNotFound(profile="nope"), "The config profile (nope) could not be found. Set AWS_PROFILE"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:9/"), "AWS cannot be reached: Could not connect"),
    ],
)
def test_what_keeps_a_command_from_aws_is_told_in_one_line(
    error: Exception, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended, told_plainly():
        raise error

    (line,) = capsys.readouterr().err.splitlines()
    assert (line.startswith(said), ended.value.exit_code) == (True, 1)


def test_a_port_that_cannot_be_is_told() -> None:
    with pytest.raises(SystemExit) as ended:
        serve(["--port", "99999999"])

    assert ended.value.code == 2


def test_a_pipe_that_is_cut_leaves_no_traceback() -> None:
    """`head` leaves as soon as it has what it wants, and each later write fails."""
    cut = f"{Path(sys.executable).with_name('linkgate')} openapi | head -c 10; exit ${{PIPESTATUS[0]}}"

    done = subprocess.run(
        ["/bin/bash", "-c", cut],
        capture_output=True,
        check=False,
        text=True,
    )

    assert (done.returncode, done.stderr) == (1, "")


def test_what_is_piped_is_utf8_whatever_the_locale(tmp_path: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("linkgate"), "agent", "example", "Łódź.yaml"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=True,
    )

    assert done.stdout.decode() == "Łódź.yaml written\n"


def test_use_cases_of_the_command_line_reach_the_named_table_only(shell: Shell) -> None:
    operator = Operator(
        stack=None,
        table_name=shell.cloud.template.tables[0]["TableName"],
        endpoint_url=None,
        as_json=False,
        dry_run=False,
    )

    operator.deps.suppressions.add(DEMO.id, "ana@example.com", "opted_out", operator.deps.now())
    operator.deps.sms_budget.take(DEMO.id, 1000, operator.deps.now())

    functions = wiring.deps()
    assert functions.suppressions.among(DEMO.id, ["ana@example.com"]) == {"ana@example.com": "opted_out"}
    assert functions.sms_budget.used(DEMO.id, operator.deps.now()) == 1
