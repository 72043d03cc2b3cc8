"""`linkgate doctor --files` follows a file through the buckets of the local runner, and leaves nothing behind."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from cli.files_check import files
from cli.findings import State
from cli.target import LOCAL_AWS, Operator
from tests.support.local_runner import Runner

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    started = Runner(tmp_path_factory.mktemp("runner"))
    yield started
    started.stop()


def told(runner: Runner, path: str, body: object = None) -> Any:
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{runner.base}/_local/{path}", content, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as reply:
        return json.load(reply)


def test_a_whole_runner_is_well(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*LOCAL_AWS, "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):  # the command sets them for its process
        monkeypatch.setenv(name, "x")

    found = list(files(Operator(None, None, runner.base, as_json=False, dry_run=False)))

    assert [(each.about, each.state) for each in found] == [
        ("files", State.OK),
        ("signed addresses", State.OK),
        ("malware", State.OK),
    ]
    told(runner, "settle", {})
    assert not [each for each in told(runner, "objects") if "doctor" in json.dumps(each)]
    assert not [each for each in told(runner, "table") if "doctor.txt" in json.dumps(each)]
