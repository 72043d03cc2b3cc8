"""Cloud for tests: the local runner's own, in this process, with calls that read like requests."""

from __future__ import annotations

import base64
import json
import types
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from linkgate.aws.clients import Clients
from linkgate.store.table import Table
from local.clock import Clock
from local.cloud import LocalCloud
from local.functions import Functions
from local.gateway import Gateway
from local.http_messages import HttpRequest
from tests.support.canary import Canary, HearingConnections, HearingJudge
from tests.support.moto_state import MotoState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from typing import Self

    from linkgate.ports.deps import Deps
    from local.http_messages import HttpResponse

TEMPLATE = Path(__file__).resolve().parents[2] / "template.yaml"
DOMAIN = "links.example.com"
"""Domain that the gateway reports as its own. Links are `https://links.example.com/l/...`."""

_NO_PAUSES = types.SimpleNamespace(sleep=lambda _seconds: None)

_furnished: dict[str, MotoState] = {}
"""Initial states of new clouds, by their parts."""


class StillClock(Clock):
    """Clock that moves only when it is moved, so that what lives for a minute outlives slow steps."""

    def __init__(self) -> None:
        super().__init__()
        self._began = super().now()

    def now(self) -> datetime:
        """Return the time, which the steps before did not take."""
        return self._began + self._ahead


class Cloud(LocalCloud):
    """Cloud that starts with both demo tenants. Nothing runs in the background: `settle` handles due work.

    On moto, the SDK does not pause between its own attempts, because no time passes but `clock`.
    """

    def __init__(self, template: Path, **options: Any) -> None:
        """Prepare the cloud, and let a canary hear it."""
        super().__init__(template, **options)
        self.canary = Canary()
        self.aws.judge = HearingJudge(self.template, self.canary)
        self.connections = HearingConnections(self.clock, self.faults)
        self.connections.canary = self.canary

    def start(self, *, seed: bool = True) -> Self:
        """Start the cloud, and take the pauses out of the SDK."""
        self.canary.start()
        super().start(seed=seed)
        self.canary.listen_to_log()
        self._changes = pytest.MonkeyPatch()
        if self._on_moto:
            self._changes.setattr("botocore.endpoint.time", _NO_PAUSES)
        return self

    def stop(self) -> None:
        """Stop the cloud, and give the SDK its pauses back.

        Fails if a function made a call for which template.yaml gives it no right, and for a secret in a wrong place.
        """
        self._changes.undo()
        super().stop()
        self.canary.stop()
        lacked = self.aws.judge.lacked if self.aws.judge else set()
        assert not lacked, f"rights that template.yaml does not give: {sorted(lacked)}"

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer a request, and let the canary hear it."""
        return self.canary.answered(request, super().handle)

    @property
    def _on_moto(self) -> bool:
        return "AWS_ENDPOINT_URL_DYNAMODB" not in self.aws.environment()

    def furnish(self, deps: Deps, *, seed: bool) -> None:
        """Create resources and tenants once per process. Every later cloud on moto starts with a copy."""
        environment = self.environment()
        if not self._on_moto:
            super().furnish(deps, seed=seed)
            return
        made_of = self.template
        key = repr((made_of.tables, made_of.queues, made_of.schedule_groups, made_of.buses, environment, seed))
        if key in _furnished:
            _furnished[key].restore()
        else:
            super().furnish(deps, seed=seed)
            _furnished[key] = MotoState()

    def request(
        self,
        method: str,
        target: str,
        body: bytes | str = b"",
        headers: Mapping[str, str] | None = None,
        *,
        basic: tuple[str, str] | None = None,
    ) -> HttpResponse:
        """Send a request through the gateway, like a client. `target` is percent-encoded."""
        raw = body.encode() if isinstance(body, str) else body
        sent = {"Host": self.domain, "User-Agent": "tests", "Accept": "*/*", **(headers or {})}
        if basic:
            sent["Authorization"] = _basic(*basic)
        return self.handle(HttpRequest(method, target, tuple(sent.items()), raw))

    def get(self, target: str, **headers: str) -> HttpResponse:
        """Send a GET. `accept_language="es"` is the header Accept-Language."""
        return self.request("GET", target, headers=_spelled(headers))

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

    def post_form(self, target: str, fields: Mapping[str, str], **headers: str) -> HttpResponse:
        """Send a POST like a browser sends a form."""
        form = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
        return self.request("POST", target, urlencode(fields), {**form, **_spelled(headers)})

    @contextmanager
    def at(self, host: str) -> Iterator[None]:
        """Let the gateway report this domain as its own."""
        own = self._gateway
        self._gateway = Gateway(self.template.routes, Functions(self.template), host, self.clock)
        try:
            yield
        finally:
            self._gateway = own

    def settle(self) -> int:
        """Handle all work that is due by the clock, and return the number of events."""
        return self.pump.settle()

    def table(self) -> list[dict[str, Any]]:
        """Return every item, as `/_local/table` shows it."""
        items: list[dict[str, Any]] = self.get("/_local/table").json()
        return items


def table_of(cloud: LocalCloud) -> Table:
    """Return the cloud's table as its functions reach it, through a client of its own."""
    clients = Clients()
    return Table(cloud.environment()["TABLE_NAME"], lambda: clients.dynamodb)


def cloud_on(dynamodb_endpoint: str, clock: Clock | None = None) -> Cloud:
    """A cloud with tables of its own on a DynamoDB that others use too; it keeps those of different keys apart."""
    return Cloud(
        TEMPLATE,
        domain=DOMAIN,
        portal_url="",
        dynamodb_endpoint=dynamodb_endpoint,
        access_key=uuid.uuid4().hex,
        clock=clock,
    )


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _spelled(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-").title(): value for name, value in headers.items()}
