"""`linkgate local` as a person uses it: in its own process, over HTTP."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from typing import TYPE_CHECKING

import pytest

from local.banner import EXAMPLES
from tests.support.command_line import invoke
from tests.support.local_runner import COMMAND, Runner
from tests.support.machine import require_commands

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    started = Runner(tmp_path_factory.mktemp("runner"))
    yield started
    started.process.kill()
    started.process.wait()


def test_it_is_healthy(runner: Runner) -> None:
    assert runner.call("GET", "/_local/health") == (200, {"status": "ok"})


def test_it_says_where_it_listens_who_may_call_and_that_it_keeps_nothing(runner: Runner) -> None:
    said = runner.output.read_text()

    assert runner.base in said
    assert "stores nothing" in said
    assert runner.base.replace("127.0.0.1", "localhost") in said
    for value in (
        "11111111-2222-3333-4444-123456789000",
        "customer-name",
        "xxxxxxLChXYEBVg4",
        "local-trendsic-key",
        "digidesk / local-digidesk-password",
        "My Survey Campaign",
        "123456789",
        "a7d3a90f-6050-476f-8814-6779f54b3caa",
        "local-manage-key",
        "other-easysend-key",
    ):
        assert value in said


def test_it_prints_a_line_for_each_example(runner: Runner) -> None:
    lines = [line for line in runner.output.read_text().splitlines() if line.startswith("curl ")]

    assert [line for line in lines if "_local" not in line] == [example.curl(runner.base) for example in EXAMPLES]


@pytest.fixture
def curl() -> None:
    require_commands("a pasted line", "curl")


@pytest.mark.usefixtures("curl")
def test_every_printed_line_can_be_pasted_as_it_is(runner: Runner) -> None:
    for line in [line for line in runner.output.read_text().splitlines() if line.startswith("curl ")]:
        pasted = subprocess.run(  # noqa: S602 - a person pastes it
            f"{line} -w '\\n%{{http_code}}'", shell=True, capture_output=True, text=True, check=True
        )
        answer, _, status = pasted.stdout.rpartition("\n")
        assert status in {"200", "201"}, (line, answer)
        json.loads(answer)


def test_the_send_link_example_is_in_the_outbox_by_email_and_sms(runner: Runner) -> None:
    runner.call("DELETE", "/_local/outbox")
    answer = runner.call_example("/player/api/send-link")
    _, messages = runner.call("GET", "/_local/outbox")

    assert sorted((message["channel"], message["rid"]) for message in messages) == [
        ("email", answer["rid"]),
        ("sms", answer["rid"]),
    ]
    assert answer["link"].startswith(f"{runner.base}/l/{answer['rid']}#")


def test_the_demo_invoice_has_a_document(runner: Runner) -> None:
    (kept,) = runner.call("GET", "/_local/objects")[1]

    assert kept["bucket"] == "linkgate-local-FilesBucket"


def test_its_log_tells_nothing_of_a_request(runner: Runner) -> None:
    runner.call("GET", "/l/AAAAAAAAAAAAAAAAAAAAAA%23BBBBBBBBBBBBBBBBBBBBBB?and=query", Authorization="Bearer hidden")
    runner.call("GET", "/l/AAAAAAAAAAAAAAAAAAAAAA/%23BBBBBBBBBBBBBBBBBBBBBB")
    log = runner.output.read_text() + runner.errors.read_text()

    assert "GET /l/{rid} " in log
    assert "BBBBBBBBBB" not in log
    assert "and=query" not in log
    assert "hidden" not in log


def test_a_second_one_on_the_same_port_says_why_it_cannot(runner: Runner, tmp_path: Path) -> None:
    port = runner.base.rpartition(":")[2]
    second = subprocess.run([*COMMAND, "--port", port], capture_output=True, text=True, check=False)

    assert second.returncode == 1
    assert "cannot listen" in second.stderr
    assert "Traceback" not in second.stderr
    assert tmp_path.exists()


def test_a_real_dynamodb_is_refused() -> None:
    address = "https://dynamodb.us-east-1.amazonaws.com"
    refused = subprocess.run(
        [*COMMAND, "--port", "0", "--endpoint-url", address], capture_output=True, text=True, check=False
    )

    assert refused.returncode == 1
    assert "not a local DynamoDB" in refused.stderr


@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_within_two_seconds_even_in_the_middle_of_a_request(tmp_path: Path, with_signal: int) -> None:
    runner = Runner(tmp_path, "--quiet")
    with socket.create_connection(("127.0.0.1", int(runner.base.rpartition(":")[2]))) as half_a_request:
        half_a_request.sendall(b"POST /v1/customerlink HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        seconds = runner.stop(with_signal)

    assert runner.process.returncode == 0
    assert seconds < 2
    assert runner.output.read_text() == f"Linkgate is running at {runner.base}\n"
    assert runner.errors.read_text() == ""


def test_it_serves_a_real_dynamodb_local_and_makes_the_table(dynamodb_local: str, tmp_path: Path) -> None:
    for _ in range(2):  # the second start finds the table
        runner = Runner(tmp_path, "--endpoint-url", dynamodb_local)
        answer = runner.call_example("/player/api/generate-link")
        items = runner.call("GET", "/_local/table")[1]
        runner.stop()

        assert answer["rid"] in {item["pk"] for item in items}


def test_the_doctor_opens_a_socket_and_says_what_it_did_not_try(runner: Runner) -> None:
    result = invoke("doctor", "--live", "--json", env={"LINKGATE_ENDPOINT_URL": runner.base})

    found = {each["about"]: each for each in json.loads(result.stdout)}
    assert found["live channel"]["state"] == "ok", found["live channel"]
    assert "first answer in" in found["live channel"]["text"]
    assert found["round trip"]["text"].endswith("ms, the middle of 5")
    assert found["relay tried"]["state"] == "unknown"
    items = runner.call("GET", "/_local/table")[1]
    (link,) = [each for each in items if each["sk"] == "link" and each.get("subject") == "linkgate doctor"]
    assert link["revoked_at"]
    left = [each for each in items if each["pk"].startswith("seat#") and "doctor" in each["pk"]]
    # Nobody is on duty. The list of open desks goes by itself, within a day.
    assert [each["sk"] for each in left] == ["desks"]
    assert left[0]["ttl"]
