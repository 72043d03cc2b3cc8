"""`make sam-local`: runs every sample event of the API through `sam local invoke`, against moto on loopback.

It tests the built functions. It runs in the environment of aws-sam-cli, and one process holds SAM, the moto server and
the demo tenants.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from docker.models.containers import ContainerCollection  # type: ignore[import-untyped] # in SAM's environment only
from moto.server import ThreadedMotoServer
from samcli.cli.main import cli  # type: ignore[import-not-found] # in SAM's environment only

from linkgate import wiring
from linkgate.settings import Settings
from local.aws import ENVIRONMENT
from local.demo import seed_demo_tenants
from local.resources import make_resources, verify_senders
from local.template import read_template

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
BUILT = ROOT / ".aws-sam/build"
ARCHITECTURE = "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"
_API_PORT_STEP = 10_000
"""Distance from an emulator's port, which SAM picks from 5000 to 9000, to the port of its runtime API."""
EMULATOR_PORT = "8080/tcp"
"""Port of the runtime interface emulator in a function's container."""


def main() -> int:
    """Run all sample events. Returns 0 if none of the answers is a 5xx."""
    _join_host_network()
    template = read_template(ROOT / "template.yaml", {"MailFrom": "links@example.com"})
    with _moto() as endpoint:
        environment = {**template.environment(), "PORTAL_URL": "", "AWS_ENDPOINT_URL": endpoint}
        os.environ.update(environment)
        # The API's functions need no queue, bus or schedule.
        make_resources(dataclasses.replace(template, queues=(), schedule_groups=(), buses=()), _Aws(endpoint))
        seed_demo_tenants(wiring.use(wiring.build(Settings.from_environ(os.environ))))
        verify_senders({environment["MAIL_FROM"]}, _Aws(endpoint))
        built = _with_endpoint(environment)
        failed = [event.name for event in _events() if not _answered(event, built)]
    for name in failed:
        print(f"sam-local: {name} was not answered", file=sys.stderr)
    return 1 if failed else 0


class _Aws:
    """Clients of the moto server, in the form that `make_resources` needs."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    def client(self, service: Any) -> Any:  # noqa: ANN401 - as boto3.client, whose type is one overload per service
        return boto3.client(service, endpoint_url=self._endpoint)


@contextlib.contextmanager
def _moto() -> Iterator[str]:
    # If there are credentials, SAM asks STS for its identity. moto must answer that, too.
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    os.environ.update(ENVIRONMENT, SAM_CLI_TELEMETRY="0")
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def _join_host_network() -> None:
    """Put containers on the host's network, so that they reach a server on its loopback.

    SAM's own `--docker-network host` leaves them on Docker's bridge. On a shared network, each emulator needs a port of
    its own; it gets the one that SAM chose.
    """
    create = ContainerCollection.create

    def create_on_host(self: ContainerCollection, image: str, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        ports = options.pop("ports", {})
        if EMULATOR_PORT in ports or "8080" in ports:
            _, port = ports.get(EMULATOR_PORT) or ports["8080"]
            addresses = {"interface-emulator": port, "api": port + _API_PORT_STEP}
            flags = [f"--runtime-{name}-address=127.0.0.1:{number}" for name, number in addresses.items()]
            options["entrypoint"] = [*options["entrypoint"], *flags]
            options["network_mode"] = "host"
        return create(self, image, *args, **options)

    ContainerCollection.create = create_on_host


def _with_endpoint(environment: dict[str, str]) -> Path:
    """Add the endpoint to each function's environment in the built template. `--env-vars` drops undeclared names."""
    text = (BUILT / "template.yaml").read_text()
    path = BUILT / "template-local.yaml"
    lines = iter(text.splitlines(keepends=True))
    with path.open("w") as out:
        for line in lines:
            out.write(line)
            if line.strip() == "Environment:" and "Variables:" in (variables := next(lines)):
                out.write(variables)
                indent = " " * (len(variables) - len(variables.lstrip()) + 2)
                out.write(f"{indent}AWS_ENDPOINT_URL: {environment['AWS_ENDPOINT_URL']}\n")
    return path


def _events() -> list[Path]:
    return [path for path in sorted((ROOT / "events").glob("*.json")) if "rawPath" in json.loads(path.read_text())]


def _answered(event: Path, template: Path) -> bool:
    function = "".join(part.capitalize() for part in event.name.split(".")[0].split("_")) + "Function"
    variables = template.with_name("env.json")
    variables.write_text(json.dumps({"Parameters": {"PORTAL_URL": "", "TABLE_NAME": os.environ["TABLE_NAME"]}}))
    arguments = ["local", "invoke", function, "--template", template, "--event", event, "--env-vars", variables]
    arguments += ["--parameter-overrides", f"Architecture={ARCHITECTURE}", "--skip-pull-image"]
    said = io.BytesIO()
    output = io.TextIOWrapper(said, encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(output), contextlib.suppress(SystemExit):
        cli([str(argument) for argument in arguments], prog_name="sam")
    reply = said.getvalue().decode().strip().rpartition("\n")[2]
    try:
        status = json.loads(reply)["statusCode"]
    except (ValueError, KeyError, TypeError):
        return False
    print(f"sam-local: {event.name:48} {status}", flush=True)
    return bool(status < 500)  # noqa: PLR2004 - first status of server errors


if __name__ == "__main__":
    sys.exit(main())
