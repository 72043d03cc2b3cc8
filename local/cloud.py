"""The whole system in one process: template, AWS, handlers, gateway and pump. The server and the tests use it."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from linkgate import wiring
from linkgate.settings import Settings
from local.aws import LocalAws
from local.aws_endpoint import AwsEndpoint
from local.bucket import BucketSite
from local.clock import Clock
from local.connections import Connections
from local.demo import seed_demo_tenants
from local.demo_sign_in import PATH as IDENTITY
from local.faults import Faults
from local.functions import Functions
from local.gateway import Gateway
from local.inspection import Inspection
from local.judge import Judge
from local.live_gateway import LiveGateway
from local.object_store import bucket_base
from local.outbox import Outbox
from local.pump import Pump
from local.resources import make_resources, verify_senders
from local.template import PARAMETERS, read_template

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from linkgate.ports.deps import Deps
    from local.http_messages import HttpRequest, HttpResponse
    from local.identity import IdentityProvider

DEFAULT_LOG_LEVEL = "WARNING"
"""Log level of handlers, chosen to keep the output readable. LOG_LEVEL in the environment overrides it."""


class LocalCloud:
    """A private cloud. A process has one at a time, because botocore, moto and the wiring are global to it."""

    def __init__(  # noqa: PLR0913 - what differs between a server, a test and a race
        self,
        template: Path,
        *,
        domain: str,
        portal_url: str | None = None,
        dynamodb_endpoint: str | None = None,
        access_key: str | None = None,
        over_http: bool = False,
        parameters: Mapping[str, str] | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Prepare the cloud; nothing happens until `start`.

        Args:
            template: The SAM template. Functions are imported from its folder.
            domain: Host and port that the gateway reports as its own.
            portal_url: Base URL of links. By default `http://<domain>`; if empty, the domain that serves the request.
            dynamodb_endpoint: URL of another DynamoDB to use instead of moto.
            access_key: Access key for AWS. DynamoDB Local keeps separate tables for each key.
            over_http: Whether a server takes requests for the domain. Only then can functions post to sockets as on
                AWS, and several messages are handled at a time.
            parameters: Parameters of the template, besides the runner's own.
            clock: Clock of everything, by default one that shows the real time.
        """
        self.template = read_template(template, {**PARAMETERS, **(parameters or {})})
        self.clock = clock or Clock()
        self.faults = Faults()
        self.outbox = Outbox()
        self.aws = LocalAws(self.clock, self.faults, self.outbox, dynamodb_endpoint, access_key)
        self.connections = Connections(self.clock, self.faults)
        self.aws.judge = Judge(self.template)
        self.domain = domain
        self._over_http = over_http
        self._portal_url = f"http://{domain}" if portal_url is None else portal_url
        self._environment: dict[str, str | None] = {}
        self._provider: IdentityProvider | None = None

    def start(self, *, seed: bool = True) -> Self:
        """Create the resources, write the demo tenants, and load the functions."""
        self.aws.start()
        environment = self.environment()
        self._environment = {name: os.environ.get(name) for name in environment}
        os.environ.update(environment)
        try:
            deps = wiring.build(Settings.from_environ(os.environ), now=self.clock.now, loopback=True)
            wiring.use(deps if self._over_http else replace(deps, pushes=self.connections))
            self.furnish(deps, seed=seed)
            functions = self.load()
            self.aws.executions.use(self.template.machines)
            self.aws.objects.use(self.template.buckets)
            self.pump = Pump(self.template, functions, self.aws, self.clock)
            self._gateway = Gateway(self.template.routes, functions, self.domain, self.clock)
            self.live = LiveGateway(
                self.template.sockets, functions, self.domain, self.clock, self.connections, parallel=self._over_http
            )
            self._inspection = Inspection(self)
            self._aws_endpoint = AwsEndpoint(self.aws, self.connections)
            self._buckets = BucketSite(
                bucket_base(self.domain), self.aws.key(), self.aws.objects, self.clock, self.faults
            )
        except BaseException:
            self._restore()
            raise
        return self

    def load(self) -> Functions:
        """Import the template's functions."""
        return Functions(self.template)

    def furnish(self, deps: Deps, *, seed: bool) -> None:
        """Create the resources and, if `seed` is set, the demo tenants."""
        make_resources(self.template, self.aws)
        senders = seed_demo_tenants(deps) if seed else ()
        verify_senders({self.environment()["MAIL_FROM"], *senders}, self.aws)

    def stop(self) -> None:
        """Discard everything and restore the environment of the process."""
        self.live.stop()
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
        """Return the environment variables of handlers, except those of AWS itself."""
        return {
            **self.template.environment(),
            "PORTAL_URL": self._portal_url,
            "LINKS_HOST": self.domain,
            "LIVE_ENDPOINT": f"http://{self.domain}/live",
            "AWS_ENDPOINT_URL_S3": bucket_base(self.domain),
            "LOG_LEVEL": os.environ.get("LOG_LEVEL", DEFAULT_LOG_LEVEL),
            # Metrics are log lines for CloudWatch, which nothing reads here.
            "POWERTOOLS_METRICS_DISABLED": "true",
        }

    def _identify(self, request: HttpRequest) -> HttpResponse | None:
        """Let the identity provider answer. It is made when somebody signs in, because its library is slow to load."""
        if not request.path.startswith(f"{IDENTITY}/"):
            return None
        if self._provider is None:
            from local.identity import IdentityProvider  # noqa: PLC0415 - as said above

            self._provider = IdentityProvider(self.domain, self.clock)
        return self._provider.handle(request)

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer a request to the API or to the runner's own routes, then wake the background."""
        response = (
            self._aws_endpoint.handle(request)
            or self._buckets.handle(request)
            or self._identify(request)
            or self._inspection.handle(request)
            or self._gateway.handle(request)
        )
        self.pump.wake()
        return response
