"""The system under load: the runner over the real DynamoDB Local, its faults, and its death and return.

The table outlives the runner. Queues, schedules, buckets and the stream's reader die with it, which on AWS they do not.
What is lost with them is what `linkgate link recover` is for, and `recover` calls it.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.http_messages import HttpResponse
from tests.support.local_runner import COMMAND

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PATIENCE = 60.0
"""Seconds to wait for the start, and for an answer."""
NO_ANSWER = 0
"""Status of a request that got no answer. Nobody knows whether it was carried out."""


@dataclass
class System:
    """A runner that can be killed and started again at the same address."""

    folder: Path
    dynamodb: str
    host: str = ""
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Messages that were sent, by their id, as far as they were seen before a crash."""
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Events of the bus, likewise."""
    deaths: list[tuple[float, float]] = field(default_factory=list)
    """Times between which messages may have been sent that nobody saw: from the last look to the death."""

    def __post_init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.host = f"127.0.0.1:{self._port}"
        self._errors = (self.folder / "runner.err").open("w")
        self._looking = threading.Lock()

    def start(self) -> None:
        """Start the runner, and wait until it answers."""
        options = ["--port", str(self._port), "--endpoint-url", self.dynamodb, "--quiet"]
        self.process = subprocess.Popen(
            [*COMMAND, *options],
            stdout=self._errors,
            stderr=self._errors,
            env={**os.environ, "LOG_LEVEL": "ERROR"},
        )
        deadline = time.monotonic() + PATIENCE
        while self.request("GET", "/_local/health").status != http.HTTPStatus.OK:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the runner did not start: {self.errors()[-2000:]}")
            time.sleep(0.1)

    def kill(self) -> None:
        """Kill the runner in the middle of whatever it does."""
        seen = time.time()
        self.look()
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.deaths.append((seen, time.time()))

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
        self._errors.close()

    def errors(self) -> str:
        """Return what the runner printed, and the errors that its functions logged."""
        return (self.folder / "runner.err").read_text()

    def look(self) -> None:
        """Keep the messages and events that there are so far."""
        with self._looking:
            for path, kept in (("outbox", self.messages), ("events", self.events)):
                reply = self.request("GET", f"/_local/{path}")
                if reply.status == http.HTTPStatus.OK:
                    kept.update({each["id"]: each for each in reply.json()})

    def recover(self) -> None:
        """Do what an operator does after a failure."""
        command = [sys.executable, "-c", "from cli.main import main; main()", "link", "recover", "--hours", "24"]
        environment = {**os.environ, "PYTHONPATH": ".:layers/shared"}
        done = subprocess.run(
            [*command, "--endpoint-url", f"http://{self.host}", "--tenant", "Example Bank"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"recovery failed: {done.stdout}{done.stderr}")

    def request(  # noqa: PLR0913 - the parts of a request
        self,
        method: str,
        target: str,
        body: bytes | str = b"",
        headers: Mapping[str, str] | None = None,
        *,
        basic: tuple[str, str] | None = None,
        host: str = "",
    ) -> HttpResponse:
        """Send a request over HTTP. Without an answer, the status is `NO_ANSWER`."""
        sent = {"User-Agent": "chaos", "Accept": "*/*", **(headers or {})}
        if basic:
            sent["Authorization"] = "Basic " + b64encode(":".join(basic).encode()).decode()
        connection = http.client.HTTPConnection(host or self.host, timeout=PATIENCE)
        try:
            connection.request(method, target, body, sent)
            reply = connection.getresponse()
            return HttpResponse(reply.status, tuple(reply.getheaders()), reply.read())
        except (OSError, http.client.HTTPException):
            return HttpResponse(NO_ANSWER)
        finally:
            connection.close()

    def post(
        self,
        target: str,
        content: object = None,
        headers: Mapping[str, str] | None = None,
        *,
        basic: tuple[str, str] | None = None,
    ) -> HttpResponse:
        """Send a POST with a JSON body."""
        body = b"" if content is None else json.dumps(content).encode()
        return self.request("POST", target, body, {"Content-Type": "application/json", **(headers or {})}, basic=basic)
