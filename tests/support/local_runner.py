"""Runner of `linkgate local` in its own process."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from local.banner import EXAMPLES

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = [sys.executable, "-c", "import sys; from local.server import main; sys.exit(main(sys.argv[1:]))"]
PATIENCE = 60.0
"""Seconds to wait for the start. The promised five are measured on a quiet machine, not during a test run."""


class Runner:
    """Running command."""

    def __init__(self, folder: Path, *options: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        self.output, self.errors = folder / "stdout", folder / "stderr"
        with self.output.open("w") as stdout, self.errors.open("w") as stderr:
            command = [*COMMAND, "--port", str(port), *options]
            self.process = subprocess.Popen(command, stdout=stdout, stderr=stderr)
        deadline = time.monotonic() + PATIENCE
        while self.output.read_text() == "" and self.process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)

    def call(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                status, kind, content = response.status, response.headers.get_content_type(), response.read()
        except urllib.error.HTTPError as error:
            status, kind, content = error.code, error.headers.get_content_type(), error.read()
        return status, json.loads(content) if kind == "application/json" and content else content

    def call_example(self, path: str) -> dict[str, Any]:
        """Run the printed example for a path and return its answer."""
        [example] = [example for example in EXAMPLES if example.path == path]
        answer: dict[str, Any]
        status, answer = self.call("POST", path, example.body, **example.headers)
        assert status == HTTPStatus.OK, answer
        return answer

    def stop(self, with_signal: int = signal.SIGTERM) -> float:
        """End the runner, and return the seconds until it had ended."""
        started = time.monotonic()
        self.process.send_signal(with_signal)
        self.process.wait(10)
        return time.monotonic() - started
