"""Clients made from the description by two generators compile and make every call, without edits."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from linkgate.dialects.manage.operations import OPERATIONS
from local import demo
from tests.support.local_runner import Runner
from tests.support.machine import require_commands
from tests.support.npm_packages import CACHE, TYPESCRIPT, NpmPackage, fetch_all

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
DOCUMENTS = ("openapi.json", "callers.openapi.json")
EVERY_CALL = {operation.name: 204 if operation.answers is None else operation.status for operation in OPERATIONS}
COMPILER_OPTIONS = {
    "strict": True,
    "target": "es2022",
    "lib": ["es2022", "dom", "dom.iterable"],
    "module": "nodenext",
    "types": [],
    "skipLibCheck": False,
    "noEmitOnError": True,
}


def run(command: list[str], folder: Path, **variables: str) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **variables},
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def arguments(tmp_path: Path) -> Iterator[list[str]]:
    """Yield a runner's address, a key, a link sent two minutes ago, one that was submitted, and a finished import."""
    runner = Runner(tmp_path)
    try:
        yield [runner.base, demo.MANAGE_KEY, *_links(runner), _import(runner)]
    finally:
        runner.stop()


def _links(runner: Runner) -> tuple[str, str]:
    resource = {"resourceType": "Invoice", "resourceUid": "1" * 32, "contactId": 1, "channels": ["email"]}
    entries = [{"kind": "resource", **resource}, {"kind": "process", "process": demo.PROCESS, "notify": False}]
    key = {"Authorization": f"Bearer {demo.MANAGE_KEY}", "Content-Type": "application/json"}
    _, made = runner.call("POST", "/links/batch", {"links": entries}, **key)
    sent, form = made["results"]
    runner.call("POST", "/_local/settle")
    runner.call("POST", "/_local/clock", {"advance_seconds": 120})
    program = {"Accept": "application/json", "Content-Type": "application/json"}
    cookie = _open(form["link"], program)
    body = {"data": {"fullName": "Ana"}}
    status, answer = runner.call("POST", f"/v/{form['rid']}/submit", body, Cookie=cookie, **program)
    assert status == 201, answer
    return sent["rid"], form["rid"]


def _import(runner: Runner) -> str:
    rows = b"name,email,/fullName\nEva,eva@example.com,Eva\n"
    digest = base64.b64encode(hashlib.sha256(rows).digest()).decode()
    asked = {"name": "first", "format": "csv", "sha256": digest, "size": len(rows), "process": demo.PROCESS}
    key = {"Authorization": f"Bearer {demo.MANAGE_KEY}", "Content-Type": "application/json"}
    _, reserved = runner.call("POST", "/imports", asked, **key)
    upload = reserved["upload"]
    request = urllib.request.Request(upload["url"], rows, upload["headers"], method="PUT")
    urllib.request.urlopen(request, timeout=30).close()
    runner.call("POST", f"/imports/{reserved['id']}/start", **key)
    runner.call("POST", "/_local/settle")
    _, made = runner.call("GET", f"/imports/{reserved['id']}", **key)
    assert made["state"] == "finished", made
    return str(reserved["id"])


def _open(url: str, program: dict[str, str]) -> str:
    address, _, secret = url.partition("#")
    request = urllib.request.Request(address, json.dumps({"secret": secret}).encode(), program)
    with urllib.request.urlopen(request, timeout=30) as reply:
        return str(reply.headers["Set-Cookie"]).partition(";")[0]


def packages() -> list[NpmPackage]:
    """Return the generator, openapi-fetch and all that they need, as the requirements pin them."""
    lines = (ROOT / "requirements/openapi-typescript.txt").read_text().splitlines()
    found = [re.fullmatch(r"(\S+)@(\S+) sha512-(\S+)", line) for line in lines]
    return [NpmPackage(*match.groups()) for match in found if match]


@pytest.fixture(scope="module")
def typescript(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with types for both documents."""
    require_commands("openapi-typescript", "node", "npm")
    fetch_all([*packages(), TYPESCRIPT])
    folder = tmp_path_factory.mktemp("typescript")
    (folder / "node_modules").symlink_to(CACHE)
    (folder / "package.json").write_text('{"type": "module"}')
    for document, types in zip(DOCUMENTS, ("api.d.ts", "callers.d.ts"), strict=True):
        generator = CACHE / "openapi-typescript/bin/cli.js"
        run(["node", str(generator), str(ROOT / "docs" / document), "--output", str(folder / types)], folder)
    return folder


def test_typescript(typescript: Path, arguments: list[str]) -> None:
    shutil.copy(Path(__file__).with_name("client.ts"), typescript)
    (typescript / "tsconfig.json").write_text(json.dumps({"compilerOptions": COMPILER_OPTIONS}))

    run(["node", str(TYPESCRIPT.folder / "lib/tsc.js")], typescript)
    statuses = json.loads(run(["node", "client.js", *arguments], typescript))

    assert statuses == EVERY_CALL


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the environment of the generator, and a folder with clients of both documents."""
    environment = ROOT / ".venv-clients"
    run(["make", "--silent", ".venv-clients/.requirements"], ROOT)
    folder = tmp_path_factory.mktemp("python")
    for document, package in zip(DOCUMENTS, ("api_client", "callers_client"), strict=True):
        options = ["--path", str(ROOT / "docs" / document), "--output-path", str(folder / package), "--meta", "none"]
        command = [str(environment / "bin/openapi-python-client"), "generate", "--fail-on-warning", *options]
        run(command, folder, PATH=f"{environment / 'bin'}:{os.environ['PATH']}")
    return environment, folder


def test_python(python: tuple[Path, Path], arguments: list[str]) -> None:
    environment, folder = python
    shutil.copy(Path(__file__).with_name("client.py"), folder)

    statuses = json.loads(run([str(environment / "bin/python"), "client.py", *arguments], folder))

    assert statuses == EVERY_CALL


def test_every_call_of_a_caller_has_a_function_in_python(python: tuple[Path, Path]) -> None:
    _, folder = python
    document = json.loads((ROOT / "docs/callers.openapi.json").read_text())
    names = {operation["operationId"] for methods in document["paths"].values() for operation in methods.values()}

    made = {path.stem for path in (folder / "callers_client/api").rglob("*.py")} - {"__init__"}

    assert made == {re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() for name in names}
