"""`make bench`: our handlers, packaged as they are deployed, beside the yardsticks; the table is docs/benchmarks.md."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

from benchmarks.measure import Execution, Figures
from benchmarks.packages import HERE, ROOT, build_function, build_layer, build_yardsticks, lambda_python
from benchmarks.report import report
from benchmarks.scenarios import Scenario, scenarios
from linkgate import wiring
from linkgate.store.table import Table
from local.template import read_template

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linkgate.ports.deps import Deps

CACHE = ROOT / ".cache" / "benchmarks"
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "11"))


@contextmanager
def stub_aws() -> Iterator[str]:
    """The URL of the stub."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, str(HERE / "stub_aws.py"), str(port)])  # noqa: S603 - our own
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url)
        yield url
    finally:
        process.terminate()
        process.wait()


def environment(url: str) -> dict[str, str]:
    """As of a function on Lambda, credentials in the environment, with AWS at `url`."""
    return {
        **read_template(ROOT / "template.yaml", {"MailFrom": "links@example.com"}).environment(),
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_SESSION_TOKEN": "bench",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": url,
        "AWS_LAMBDA_FUNCTION_NAME": "bench",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_XRAY_SDK_ENABLED": "false",
        "POWERTOOLS_TRACE_DISABLED": "true",
        "PYTHONHASHSEED": "0",
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": "/nonexistent",
    }


def main() -> None:
    """Measure everything, print the table and write it down."""
    python = lambda_python()
    layer = build_layer(CACHE / "layer")
    yardsticks = build_yardsticks(CACHE / "yardsticks", python)
    with stub_aws() as url, tempfile.TemporaryDirectory() as scratch:
        variables = environment(url)
        os.environ.update(variables)
        deps, table = over_stub(variables)
        executions = {
            scenario.name: Execution(python, *_folders(scenario, layer, yardsticks), event, variables)
            for scenario, event in _written(scenarios(deps, table), Path(scratch))
        }
        figures = {name: Figures() for name in executions}
        _measure(executions, figures)
    text = report(figures, python, layer)
    (ROOT / "docs" / "benchmarks.md").write_text(text)
    print(text)


def over_stub(variables: Mapping[str, str]) -> tuple[Deps, Table]:
    """What works on the stub's table, and the table itself."""
    import boto3  # noqa: PLC0415 - only now that the environment names the stub

    settings = wiring.Settings.from_environ(variables)
    return wiring.build(settings), Table(settings.table_name, lambda: boto3.client("dynamodb"))


def _written(every: list[Scenario], scratch: Path) -> Iterator[tuple[Scenario, Path]]:
    for number, scenario in enumerate(every):
        event = scratch / f"{number}.json"
        event.write_text(json.dumps(scenario.event))
        yield scenario, event


def _folders(scenario: Scenario, layer: Path, yardsticks: Path) -> tuple[Path, Path]:
    """The function's, and what the layer puts on the path."""
    if scenario.yardstick:
        return HERE / "yardsticks" / scenario.app, yardsticks
    return build_function(scenario.app, CACHE / "functions" / scenario.app), layer


def _measure(executions: Mapping[str, Execution], figures: Mapping[str, Figures]) -> None:
    for name, execution in executions.items():
        print(f"counting {name}", file=sys.stderr, flush=True)
        execution.look(figures[name])
        execution.weigh(figures[name])
        execution.count(figures[name])
    for turn in range(ROUNDS):  # interleaved, so that a busy moment of the machine meets all alike
        print(f"timing, round {turn + 1} of {ROUNDS}", file=sys.stderr, flush=True)
        for name, execution in executions.items():
            execution.time(figures[name])


def _wait_for(url: str) -> None:
    for _ in range(100):
        try:
            urlopen(url, timeout=1).close()  # noqa: S310 - our own stub
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the stub did not start")


if __name__ == "__main__":
    main()
