"""The whole system in one process: template, AWS, handlers, gateway, pump. The server and the tests share it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from linkgate import wiring
from local.aws import LocalAws
from local.aws_endpoint import AwsEndpoint
from local.clock import Clock
from local.demo import seed_demo_tenants
from local.faults import Faults
from local.functions import Functions
from local.gateway import Gateway
from local.inspection import Inspection
from local.outbox import Outbox
from local.pump import Pump
from local.resources import make_resources, verify_senders
from local.template import PARAMETERS, read_template

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from linkgate.ports.deps import Deps
    from local.http_messages import HttpRequest, HttpResponse

DEFAULT_LOG_LEVEL = "WARNING"
"""Handlers' own log lines would drown what a person looks for; LOG_LEVEL in the environment wins."""


class LocalCloud:
    """A cloud of one's own; one at a time in a process, because botocore, moto and the wiring are the process's."""

    def __init__(
        self,
        template: Path,
        *,
        domain: str,
        portal_url: str | None = None,
        dynamodb_endpoint: str | None = None,
        access_key: str | None = None,
    ) -> None:
        """Nothing happens until `start`.

        Args:
            template: The SAM template; functions are imported from beside it.
            domain: Host and port that the gateway reports as its own.
            portal_url: Base of links; `http://<domain>` unless given, empty for whatever domain serves the request.
            dynamodb_endpoint: Another DynamoDB to use; moto otherwise.
            access_key: DynamoDB Local keeps the tables of different keys apart.
        """
        self.template = read_template(template, PARAMETERS)
        self.clock = Clock()
        self.faults = Faults()
        self.outbox = Outbox()
        self.aws = LocalAws(self.clock, self.faults, self.outbox, dynamodb_endpoint, access_key)
        self.domain = domain
        self._portal_url = f"http://{domain}" if portal_url is None else portal_url
        self._environment: dict[str, str | None] = {}

    def start(self, *, seed: bool = True) -> Self:
        """Make the resources, seed the demo tenants, load the functions."""
        self.aws.start()
        environment = self.environment()
        self._environment = {name: os.environ.get(name) for name in environment}
        os.environ.update(environment)
        try:
            deps = wiring.use(wiring.build(wiring.Settings.from_environ(os.environ), now=self.clock.now, loopback=True))
            self.furnish(deps, seed=seed)
            functions = Functions(self.template)
            self.pump = Pump(self.template, functions, self.aws, self.clock)
            self._gateway = Gateway(self.template.routes, functions, self.domain, self.clock)
            self._inspection = Inspection(self)
            self._aws_endpoint = AwsEndpoint(self.aws)
        except BaseException:
            self._restore()
            raise
        return self

    def furnish(self, deps: Deps, *, seed: bool) -> None:
        """Make the resources, and the demo tenants where `seed` says so."""
        make_resources(self.template, self.aws)
        senders = seed_demo_tenants(deps) if seed else ()
        verify_senders({self.environment()["MAIL_FROM"], *senders}, self.aws)

    def stop(self) -> None:
        """Forget everything and give the process its environment back."""
        self.pump.stop()
        self._restore()

    def _restore(self) -> None:
        for name, value in self._environment.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        self.aws.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def environment(self) -> dict[str, str]:
        """What handlers find in their environment, AWS's own variables apart."""
        return {
            **self.template.environment(),
            "PORTAL_URL": self._portal_url,
            "LOG_LEVEL": os.environ.get("LOG_LEVEL", DEFAULT_LOG_LEVEL),
            # Metrics are log lines for CloudWatch; nobody reads them here.
            "POWERTOOLS_METRICS_DISABLED": "true",
        }

    def handle(self, request: HttpRequest) -> HttpResponse:
        """A request to the API, or to the runner's own routes; wakes the background afterwards."""
        response = (
            self._inspection.handle(request) or self._aws_endpoint.handle(request) or self._gateway.handle(request)
        )
        self.pump.wake()
        return response
