"""Official TypeScript client (npm `@servicestack/client`) on node, with the DTOs that it fetches from the service."""

from __future__ import annotations

import json
import shutil
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from local import demo
from tests.support.machine import require_commands
from tests.support.npm_packages import CACHE, TYPESCRIPT, NpmPackage

CLIENT = NpmPackage(
    "@servicestack/client",
    "2.1.13",
    "1uBOrfxiFeXxD83IP89+HUM/REEXOeW8oJAp09WuOFatZADBDaWvBoeAMYTn9m/jOoDALQMNUR9DDOqguGMW2g==",
)
CALLS = (
    "post",
    "send",
    "api",
    "old base path",
    "explicit URL",
    "suffix",
    "batch",
    "old batch",
    "one-way",
    "one-way batch",
    "form",
    "api form",
    "url-encoded",
    "jsonapi",
)
LISTS = ("get", "api", "url")
COMPILER_OPTIONS = {
    "strict": True,
    "strictPropertyInitialization": False,  # the constructors of DTOs assign their arguments
    "target": "es2022",
    "lib": ["es2022", "dom", "dom.iterable"],
    "module": "nodenext",
    "types": [],
}


def run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def outcomes(base_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Yield the outcome of every call."""
    require_commands("ServiceStack's TypeScript client", "node", "npm")
    CLIENT.fetch()
    compiler = TYPESCRIPT.fetch() / "lib" / "tsc.js"
    folder = tmp_path_factory.mktemp("client")
    (folder / "node_modules").symlink_to(CACHE)
    (folder / "package.json").write_text('{"type": "module"}')
    shutil.copy(Path(__file__).with_name("client.ts"), folder)
    with urllib.request.urlopen(f"{base_url}/types/typescript", timeout=30) as reply:
        (folder / "dtos.ts").write_bytes(reply.read())
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": COMPILER_OPTIONS}))
    run(["node", str(compiler)], folder)
    results: dict[str, Any] = json.loads(run(["node", "client.js", base_url, demo.TRENDSIC_KEY], folder))
    return results


def test_every_call_was_made(outcomes: dict[str, Any]) -> None:
    keys = ("bearer/5", "bearer/1001", "header/5", "basic/5", "wrong/5", "none/5")

    assert set(outcomes) == {f"{call}/{key}" for call in CALLS for key in keys} | {f"list/{name}" for name in LISTS}


@pytest.mark.parametrize("key", ["bearer", "header", "basic"])
@pytest.mark.parametrize("call", CALLS)
def test_a_link(outcomes: dict[str, Any], call: str, key: str) -> None:
    response = outcomes[f"{call}/{key}/5"]["response"]

    assert set(response) == {"link", "portalUrl", "deliveryErrors"}
    assert response["portalUrl"].startswith("http://127.0.0.1:")
    assert response["deliveryErrors"] == []
    link = response["link"]
    assert (link["resourceType"], link["maxViews"], link["status"]) == ("Invoice", 5, "Active")
    assert link["deliveryChannels"] == "Email"


@pytest.mark.parametrize("call", CALLS)
def test_a_fault_with_its_field(outcomes: dict[str, Any], call: str) -> None:
    error = outcomes[f"{call}/bearer/1001"]["error"]

    assert error["errorCode"] == "InclusiveBetween"
    assert error["message"] == "'Max Views' must be between 1 and 1000. You entered 1001."
    [entry] = error["errors"]
    assert (entry["errorCode"], entry["fieldName"]) == ("InclusiveBetween", "MaxViews")


@pytest.mark.parametrize("key", ["wrong", "none"])
@pytest.mark.parametrize("call", CALLS)
def test_a_wrong_or_missing_key(outcomes: dict[str, Any], call: str, key: str) -> None:
    error = outcomes[f"{call}/{key}/5"]["error"]

    assert error == {"errorCode": "Unauthorized", "message": "Invalid API Key", "errors": []}


@pytest.mark.parametrize("name", LISTS)
def test_what_is_known_of_a_resource(outcomes: dict[str, Any], name: str) -> None:
    links = outcomes[f"list/{name}"]["response"]["links"]

    assert len(links) >= 3 * len(CALLS)
    assert {link["resourceType"] for link in links} == {"Invoice"}
