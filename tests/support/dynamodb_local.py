"""DynamoDB Local, the real one, which judges races. moto is not atomic, and its lock would prove nothing.

It is in the npm package below and needs Java and npm. `python -m tests.support.dynamodb_local [port]` runs it for
`linkgate local --endpoint-url`. Tests get it through the fixture `dynamodb_local`.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.support.npm_packages import NpmPackage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKAGE = NpmPackage(
    "amplify-dynamodb-simulator",
    "2.9.30",
    "xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ==",
)

START_SECONDS = 60
QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Options for a process that lives for minutes. They halve the processor time of its start and of its work."""


def missing() -> list[str]:
    """Return the required commands that this machine lacks. npm is required only for the download."""
    needed = ("java",) if PACKAGE.is_fetched else ("java", "npm")
    return [command for command in needed if not shutil.which(command)]


@contextmanager
def serve(port: int = 0) -> Iterator[str]:
    """Run it in memory until the block ends, and yield its URL."""
    process, url = _started(port or _free_port())
    try:
        yield url
    finally:
        process.terminate()
        process.wait()


@contextmanager
def serve_together(folder: Path) -> Iterator[str]:
    """Yield the URL of one for all processes that name the folder. The first starts it, the last to leave ends it."""
    with _agreed(folder) as agreed:
        if not agreed:
            process, url = _started(_free_port())
            process.returncode = 0  # it may outlive this process, which is nothing to warn of
            agreed.update(url=url, process=process.pid, users=0)
        agreed["users"] += 1
        url = agreed["url"]
    try:
        yield url
    finally:
        with _agreed(folder) as agreed:
            agreed["users"] -= 1
            if not agreed["users"]:
                os.kill(agreed["process"], signal.SIGTERM)
                agreed.clear()


@contextmanager
def _agreed(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield what the processes of a folder agree on; one at a time reads and changes it."""
    with (folder / "dynamodb_local.json").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        agreed = json.loads(file.read() or "{}")
        yield agreed
        file.seek(0)
        file.truncate()
        file.write(json.dumps(agreed))


def _started(port: int) -> tuple[subprocess.Popen[bytes], str]:
    folder = PACKAGE.fetch() / "emulator"
    command = [
        "java",
        *QUICK,
        "-Djava.library.path=DynamoDBLocal_lib",
        "-jar",
        "DynamoDBLocal.jar",
        "-inMemory",
        "-port",
        str(port),
    ]
    silent = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=folder, stdout=silent, stderr=silent)
    try:
        _wait_for(port, process)
    except BaseException:
        process.terminate()
        process.wait()
        raise
    return process, f"http://127.0.0.1:{port}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"DynamoDB Local ended with exit code {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"DynamoDB Local did not listen within {START_SECONDS} s")


if __name__ == "__main__":
    if lacking := missing():
        sys.exit(f"DynamoDB Local needs {' and '.join(lacking)}, which this machine does not have.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with serve(int(sys.argv[1]) if len(sys.argv) > 1 else 8000) as url:
        print(f"DynamoDB Local listens on {url} (Ctrl-C ends it)", flush=True)  # noqa: T201 - output for people
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            pass
