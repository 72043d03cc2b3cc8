"""The samples of each dialect's page make the same call in every language, and it succeeds."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local import demo
from tests.support.local_runner import Runner
from tests.support.machine import require_commands
from tests.support.npm_packages import CACHE, TYPESCRIPT

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGES = Path(__file__).parents[2] / "docs" / "dialects"
DIALECTS = ("easysend", "trendsic", "digidesk", "ocular")
FENCES = {"sh": "curl", "python": "requests", "ts": "fetch", "csharp": "HttpClient", "php": "curl_init"}
PLACEHOLDERS = {
    '"apiKey": "..."': f'"apiKey": "{demo.EASYSEND_KEY}"',
    'apiKey: "..."': f'apiKey: "{demo.EASYSEND_KEY}"',
    '"apiKey" => "..."': f'"apiKey" => "{demo.EASYSEND_KEY}"',
    'apiKey = "..."': f'apiKey = "{demo.EASYSEND_KEY}"',
    "Bearer KEY": f"Bearer {demo.TRENDSIC_KEY}",
    "username:password": f"{demo.DIGIDESK_USER}:{demo.DIGIDESK_PASSWORD}",
    '"username", "password"': f'"{demo.DIGIDESK_USER}", "{demo.DIGIDESK_PASSWORD}"',
    "123456789": demo.OCULAR_KEY,
}
COMPILER = [
    "--strict",
    "--target",
    "es2022",
    "--module",
    "nodenext",
    "--lib",
    "es2022,dom,dom.iterable",
    "--skipLibCheck",
]
DOTNET = """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup>
<OutputType>Exe</OutputType><TargetFramework>net8.0</TargetFramework>
<ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable></PropertyGroup></Project>
"""


def sample(dialect: str, fence: str) -> str:
    """Return the block of a language that makes the page's call. The page has exactly one."""
    text = (PAGES / f"{dialect}.md").read_text()
    blocks = re.findall(rf"^```{fence}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    (found,) = [
        block for block in blocks if re.search(rf"\b{FENCES[fence]}\b", block) and "links.example.com/" in block
    ]
    return str(found)


def body_of(dialect: str) -> object:
    """Return the JSON that the page's curl command sends."""
    found = re.search(r"-d '(.*)'", sample(dialect, "sh"), re.DOTALL)
    assert found
    return json.loads(found[1])


def texts(value: object) -> Iterator[str]:
    """Yield every name and every text within a JSON value."""
    match value:
        case dict():
            for name, part in value.items():
                yield name
                yield from texts(part)
        case list():
            for part in value:
                yield from texts(part)
        case bool():
            yield str(value).lower()
        case _:
            yield str(value)


@pytest.mark.parametrize("fence", FENCES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_language_sends_the_same(dialect: str, fence: str) -> None:
    block = sample(dialect, fence)

    assert [text for text in texts(body_of(dialect)) if text.lower() not in block.lower()] == []
    address = re.search(r"https://links\.example\.com[^\s'\"]*", sample(dialect, "sh"))
    assert address
    assert address[0] in block


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    runner = Runner(tmp_path_factory.mktemp("runner"))
    try:
        yield runner.base
    finally:
        runner.stop()


def prepared(dialect: str, fence: str, base: str) -> str:
    """Return the block with the runner's address and the demo tenant's credentials."""
    block = sample(dialect, fence).replace("https://links.example.com", base)
    for placeholder, value in PLACEHOLDERS.items():
        block = block.replace(placeholder, value)
    return block


def run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def assert_made(dialect: str, reply: str) -> None:
    answer = json.loads(reply)
    match dialect:
        case "easysend":
            assert set(answer["coBrowsing"]) == {"role1", "role2"}
        case "trendsic":
            assert answer["link"]["status"] == "Active"
        case "digidesk":
            assert isinstance(answer["data"], int)
        case _:
            assert answer["data"]["customer"]["name"] == "Abraham"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_curl(dialect: str, base: str, tmp_path: Path) -> None:
    require_commands("the samples", "curl", "sh")
    script = tmp_path / "call.sh"
    script.write_text(prepared(dialect, "sh", base))

    assert_made(dialect, run(["sh", str(script)], tmp_path))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_python(dialect: str, base: str, tmp_path: Path) -> None:
    script = tmp_path / "call.py"
    script.write_text(prepared(dialect, "python", base))

    replies = [run([sys.executable, str(script)], tmp_path) for _ in range(2)]

    assert_made(dialect, replies[0])
    assert replies[0] == replies[1]  # the same key, the same link


@pytest.mark.parametrize("dialect", DIALECTS)
def test_typescript(dialect: str, base: str, tmp_path: Path) -> None:
    require_commands("the samples", "node", "npm")
    TYPESCRIPT.fetch()
    (tmp_path / "node_modules").symlink_to(CACHE)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "call.ts").write_text(prepared(dialect, "ts", base))

    run(["node", str(TYPESCRIPT.folder / "lib/tsc.js"), *COMPILER, "call.ts"], tmp_path)

    assert_made(dialect, run(["node", "call.js"], tmp_path))


@pytest.mark.skipif(not shutil.which("php"), reason="PHP is not at hand")
@pytest.mark.parametrize("dialect", DIALECTS)
def test_php(dialect: str, base: str, tmp_path: Path) -> None:
    (tmp_path / "call.php").write_text(prepared(dialect, "php", base))

    assert_made(dialect, run(["php", "call.php"], tmp_path))


@pytest.mark.skipif(not shutil.which("dotnet"), reason="C# is not at hand")
@pytest.mark.parametrize("dialect", DIALECTS)
def test_csharp(dialect: str, base: str, tmp_path: Path) -> None:
    (tmp_path / "call.csproj").write_text(DOTNET)
    (tmp_path / "Program.cs").write_text(prepared(dialect, "csharp", base))

    assert_made(dialect, run(["dotnet", "run"], tmp_path))
