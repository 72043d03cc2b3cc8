"""Local runner in its own process, for clients that know only its address."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND = [sys.executable, "-c", "import sys; from cli.main import main; main()", "local", "--quiet"]
PATIENCE = 60.0
"""Maximum seconds until it must answer."""


def _is_ready(base_url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{base_url}/_local/health", timeout=5) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@pytest.fixture(scope="session")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base_url = f"http://127.0.0.1:{port}"
    log = tmp_path_factory.mktemp("runner") / "log"
    with log.open("w") as output:
        process = subprocess.Popen([*COMMAND, "--port", str(port)], stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + PATIENCE
        while not _is_ready(base_url):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield base_url
    finally:
        process.terminate()
        process.wait(timeout=30)
