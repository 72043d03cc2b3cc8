"""Relay of calls on this machine: coturn's `turnserver`, with a secret of its own."""

from __future__ import annotations

import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from local.cloud import LocalCloud

PROGRAM = "turnserver"
_SETTINGS = """\
listening-ip=127.0.0.1
relay-ip=127.0.0.1
listening-port={port}
allow-loopback-peers
fingerprint
use-auth-secret
static-auth-secret={secret}
realm=linkgate.local
no-cli
no-tls
no-dtls
log-file=stdout
pidfile={folder}/pid
userdb={folder}/users
"""


class Relay:
    """A running server, which ends with `stop`."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._folder = tempfile.TemporaryDirectory(prefix="linkgate-relay-")
        self._process: subprocess.Popen[bytes] | None = None
        self.secret = secrets.token_urlsafe(24)
        self.port = _free_port()

    @property
    def url(self) -> str:
        return f"turn:127.0.0.1:{self.port}?transport=udp"

    @property
    def parameters(self) -> Mapping[str, str]:
        """Parameters of the template that name this relay."""
        return {"RelayKind": "secret", "RelayUrls": self.url}

    def start(self) -> Self:
        """Start the server. The secret is in a file that only this user can read, and on no command line."""
        settings = Path(self._folder.name) / "settings"
        settings.write_text(_SETTINGS.format(port=self.port, secret=self.secret, folder=self._folder.name))
        command = [self._program, "-c", str(settings)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
        return self

    def share(self, cloud: LocalCloud) -> None:
        """Put the secret where functions read it."""
        name = cloud.environment()["RELAY_SOURCE"]
        cloud.aws.client("ssm").put_parameter(Name=name, Type="SecureString", Value=self.secret, Overwrite=True)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()


def relay_here() -> Relay | None:
    """Return a relay that is not started yet, or None if this machine has no program for one."""
    program = shutil.which(PROGRAM)
    return Relay(program) if program else None


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
