"""`make bench`: measures our handlers, packaged as for a deployment, and the yardsticks; writes docs/benchmarks.md.

Its picture is docs/pictures/benchmarks.svg. BENCH_ROUNDS=3 takes fewer times.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

from benchmarks.measure import Execution, Figures
from benchmarks.packages import HERE, ROOT, BuildError, build_function, build_layer, build_yardsticks, lambda_python
from benchmarks.report import picture, report
from benchmarks.scenarios import Scenario, scenarios
from linkgate import wiring
from linkgate.settings import Settings
from linkgate.store.table import Table
from local.template import read_template

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linkgate.ports.deps import Deps

CACHE = ROOT / ".cache" / "benchmarks"
REPEATABLE = 0.01
"""Maximum relative difference between two counts of the same thing."""
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "11"))


@contextmanager
def stub_aws() -> Iterator[str]:
    """Run the stub and yield its URL."""
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
    """Return the environment of a function on Lambda, with credentials, and with AWS at `url`."""
    ours = read_template(ROOT / "template.yaml", {"MailFrom": "links@example.com"}).environment()
    del ours["TRANSPORT"]  # only for functions that somebody waits for
    return {
        **ours,
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
    """Measure everything, then print and write the page."""
    python = lambda_python() or sys.exit("The benchmark needs Lambda's Python version. Set LAMBDA_PYTHON to its path.")
    layer = build_layer(CACHE / "layer", python)
    forms = build_layer(CACHE / "forms", python, "FormsLayer")
    yardsticks = build_yardsticks(CACHE / "yardsticks", python)
    with stub_aws() as url, tempfile.TemporaryDirectory() as scratch:
        variables = environment(url)
        os.environ.update(variables)
        deps, table = over_stub(variables)
        variables["PYTHONPATH"] = str(forms)  # the recipient's second layer; the others import nothing from it
        executions = {
            scenario.name: execution(scenario, python, *_folders(scenario, python, layer, yardsticks), event, variables)
            for scenario, event in _written(scenarios(deps, table), Path(scratch))
        }
        figures = {name: Figures() for name in executions}
        repeated = _measure(executions, figures)
        imports = _imports(python, layer, variables)
    text = report(figures, imports, repeated, python, layer)
    (ROOT / "docs" / "benchmarks.md").write_text(text)
    (ROOT / "docs" / "pictures" / "benchmarks.svg").write_text(picture(figures))
    print(text)


def execution(  # noqa: PLR0913, PLR0917 - all parts of an execution
    scenario: Scenario, python: str, function: Path, layer: Path, event: Path, variables: Mapping[str, str]
) -> Execution:
    """Return the scenario's execution environment."""
    own = {"TRANSPORT": "direct"} if scenario.direct else {}
    return Execution(python, function, layer, event, {**variables, **own})


def over_stub(variables: Mapping[str, str]) -> tuple[Deps, Table]:
    """Return dependencies that use the stub's table, and the table itself."""
    import boto3  # noqa: PLC0415 - imported once the environment names the stub

    settings = Settings.from_environ(variables)
    return wiring.build(settings), Table(settings.table_name, lambda: boto3.client("dynamodb"))


def _written(every: list[Scenario], scratch: Path) -> Iterator[tuple[Scenario, Path]]:
    for number, scenario in enumerate(every):
        event = scratch / f"{number}.json"
        event.write_text(json.dumps(scenario.event))
        yield scenario, event


def _folders(scenario: Scenario, python: str, layer: Path, yardsticks: Path) -> tuple[Path, Path]:
    """Return the folders of the function and of its layer."""
    match scenario.kind:
        case "yardstick":
            return HERE / "yardsticks" / scenario.app, yardsticks
        case "floor":
            return HERE / "floors" / scenario.app, layer
        case "ours":
            return build_function(scenario.app, CACHE / "functions" / scenario.app, python), layer


def _measure(executions: Mapping[str, Execution], figures: Mapping[str, Figures]) -> float:
    """Set the figures. Returns the relative difference between two counts of P's cold instructions."""

    def count(name: str) -> None:
        print(f"counting {name}", file=sys.stderr, flush=True)
        executions[name].look(figures[name])
        executions[name].weigh(figures[name])
        executions[name].count(figures[name])

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # other processes do not change instruction counts
        list(pool.map(count, executions))
    repeated = executions["P"].instructions("0") / figures["P"].cold - 1
    if abs(repeated) > REPEATABLE:
        sys.exit(f"Two counts of P's cold instructions differ by {repeated:.1%}, so the figures are not reliable.")
    for turn in range(ROUNDS):  # interleaved, so that a busy moment affects all scenarios
        print(f"timing, round {turn + 1} of {ROUNDS}", file=sys.stderr, flush=True)
        for name, each in executions.items():
            each.time(figures[name])
    return repeated


def _imports(python: str, layer: Path, variables: Mapping[str, str]) -> dict[str, int]:
    """Count the instructions from the start of the process until the handler is imported, by function."""
    names = sorted(path.parent.name for path in (ROOT / "functions").glob("*/app.py"))

    def count(name: str) -> int:
        function = build_function(name, CACHE / "functions" / name, python)
        return Execution(python, function, layer, Path(os.devnull), variables).instructions("import")

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(names, pool.map(count, names), strict=True))


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
    try:
        main()
    except BuildError as error:
        sys.exit(str(error))
