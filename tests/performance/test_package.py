"""Layers and functions from the build are small, compiled, and sufficient to answer."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks import run
from benchmarks.measure import Figures
from benchmarks.packages import build_function, build_layer, lambda_python
from benchmarks.scenarios import scenarios
from tests.support.machine import skip_or_fail

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.scenarios import Scenario

ROOT = Path(__file__).parents[2]
RECEIPT = """
import datetime, os, pathlib, re, time
from linkgate.pages.typesetting import Typesetter, told
rows = [{"label": told("Question"), "values": [told("An answer " * 10)]}] * 100
content = {"title": "Receipt", "author": "Bank", "footer": "Bank", "language": "en", "rtl": False, "notes": [],
    "colour": "#0b5cad", "page": ["", " of ", ""], "lead": told("We have it."), "facts": [],
    "sections": [{"title": told("You"), "rows": rows}]}
made = Typesetter(pathlib.Path(os.environ["FOLDER"])).pdf("receipt.typ", content, "", datetime.datetime.now())
# `ru_maxrss` would also count what the process held that was forked to start this one.
most = re.search(r"VmHWM:\\s+(\\d+) kB", pathlib.Path("/proc/self/status").read_text())[1]
print(made[:8].decode(), time.process_time(), int(most) // 1024)
"""
LARGEST = 25_000_000
PLAIN = [
    "create (Trendsic)",
    "create with a body (EasySend)",
    "create and e-mail (DigiDesk)",
    "landing page",
    "open",
    "view",
    "connect (live)",
]


@dataclass(frozen=True)
class Layer:
    """Build the shared layer. Returns it and the interpreter of its bytecode."""

    folder: Path
    python: str


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Layer:
    python = lambda_python() or skip_or_fail("the layer's bytecode needs Python 3.13, which was not found")
    return Layer(build_layer(tmp_path_factory.mktemp("layer") / "shared", python), python)


@pytest.fixture(scope="module")
def stub() -> Iterator[dict[str, str]]:
    with run.stub_aws() as url:
        before = dict(os.environ)
        variables = run.environment(url)
        os.environ.update(variables)
        yield variables
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture(scope="module")
def by_name(stub: dict[str, str]) -> dict[str, Scenario]:
    deps, table = run.over_stub(stub)
    return {scenario.name: scenario for scenario in scenarios(deps, table)}


def test_the_layer_is_small_and_has_what_it_needs_only(layer: Layer) -> None:
    folder = layer.folder
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

    assert size <= LARGEST
    assert not [name for name in ("boto3", "s3transfer", "dns", "jsonschema_rs") if (folder / name).exists()]
    services = {path.name for path in (folder / "botocore/data").iterdir() if path.is_dir()}
    assert services == {"dynamodb", "events", "kms", "s3", "scheduler", "sesv2", "sns", "sqs", "ssm", "stepfunctions"}
    assert not list((folder / "botocore/data").rglob("*.gz"))


def test_a_function_with_both_layers_is_far_below_lambdas_limit(layer: Layer, tmp_path: Path) -> None:
    forms = build_layer(tmp_path / "forms", layer.python, "FormsLayer")
    size = sum(path.stat().st_size for folder in (layer.folder, forms) for path in folder.rglob("*") if path.is_file())

    assert size <= 60_000_000, "of 262,144,000 bytes, unzipped"


def test_a_receipt_of_a_hundred_answers_takes_less_than_three_seconds_from_a_cold_start(
    layer: Layer, tmp_path: Path
) -> None:
    receipts = build_layer(tmp_path / "receipts", layer.python, "ReceiptsLayer")
    size = sum(path.stat().st_size for folder in (layer.folder, receipts) for path in folder.rglob("*"))
    environment = {"PYTHONPATH": f"{layer.folder}:{receipts}", "FOLDER": str(ROOT / "functions/receipts")}

    made = subprocess.run([layer.python, "-c", RECEIPT], env=environment, capture_output=True, check=True, text=True)

    assert size <= 120_000_000, "of 262,144,000 bytes, unzipped"
    kind, seconds, megabytes = made.stdout.split()
    assert (kind, float(seconds) < 3, int(megabytes) < 512) == ("%PDF-1.7", True, True), made.stdout


@pytest.mark.parametrize("name", PLAIN)
def test_an_answer_compiles_no_source_and_loads_no_more_than_it_needs(
    name: str, layer: Layer, by_name: dict[str, Scenario], stub: dict[str, str], tmp_path: Path
) -> None:
    scenario, figures = by_name[name], Figures()
    event = tmp_path / "event.json"
    event.write_text(json.dumps(scenario.event))
    function = build_function(scenario.app, tmp_path / "function", layer.python)

    run.execution(scenario, layer.python, function, layer.folder, event, stub).look(figures)

    assert figures.compiled == []
    assert len(figures.modules) <= 420
    assert "boto3" not in figures.modules
    assert not [name for name in figures.modules if name.startswith(("botocore.", "urllib3"))]
    if scenario.app == "recipient":
        assert "pydantic" not in figures.modules
