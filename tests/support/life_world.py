"""Three tenants in one cloud, for the model of a link's life. Clients repeat a call until they are answered."""

from __future__ import annotations

import json
import re
import secrets
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from linkgate import wiring
from linkgate.model.tenant import Credential, Process, ResourceType
from linkgate.store.attribute_values import from_item
from linkgate.store.tenants import DynamoTenants
from linkgate.tokens import credential_hash
from local import demo
from local.functions import Functions
from local.intrinsics import queue_url
from tests.support.cloud import DOMAIN, TEMPLATE, Cloud, StillClock
from tests.support.fault_injection import Fault, Injector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from linkgate.ports.deps import Deps
    from local.http_messages import HttpResponse
    from local.outbox import Message
    from local.template import Template

OVERLAP = timedelta(hours=24)
CACHED = timedelta(seconds=61)
"""Time for which a function may still take a key that has ended."""
FORM = "papers"
FORM_SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "title": "Name"},
        "paper": {"type": "string", "format": "file", "title": "Paper", "x-file": {"kinds": ["pdf"], "max": 1000}},
    },
}
OWN_PAGE = "Statement"
STREAMS = frozenset({"StreamRelayFunction", "LinkEventsFunction"})
LINK_IN_MESSAGE = re.compile(r"/l/([A-Za-z0-9_-]{22})#([A-Za-z0-9_-]{22})")
CODE_IN_MESSAGE = re.compile(r"(?<!\d)\d{6,8}(?!\d)")


class Slip(NamedTuple):
    """Call to AWS that fails within a request, and how. A refusal or loss `persists` through the SDK's attempts."""

    call: int
    fault: Fault
    persists: bool


class Answer(NamedTuple):
    """Answer to a call, after so many that got none."""

    response: HttpResponse
    lost: int

    @property
    def status(self) -> int:
        return self.response.status

    def json(self) -> Any:
        return self.response.json()


class Recorded(Functions):
    """Functions that remember what woke them in the background."""

    def __init__(self, template: Template) -> None:
        super().__init__(template)
        self.woken: deque[tuple[str, Mapping[str, Any]]] = deque(maxlen=40)

    def invoke(self, name: str, event: Mapping[str, Any]) -> Any:
        """Call a handler."""
        if "Records" in event:
            self.woken.append((name, event))
        return super().invoke(name, event)


class LifeCloud(Cloud):
    """Cloud with a third tenant, a form that asks for a file, and documents on the tenants' own page."""

    functions: Recorded

    def load(self) -> Functions:
        """Import the template's functions."""
        self.functions = Recorded(self.template)
        return self.functions


@dataclass
class Key:
    """A tenant's key, and the time from which a newer one must be used."""

    text: str
    credential: Credential
    ends: datetime | None = None


@dataclass
class World:
    """The cloud, its tenants' keys, and what has been seen of its table and outbox."""

    cloud: LifeCloud
    calls: Injector
    keys: list[dict[str, list[Key]]] = field(default_factory=list)
    """Keys by dialect, the newest last, for each tenant."""
    owners: list[str] = field(default_factory=list)
    customers: list[str] = field(default_factory=list)
    position: int = 0
    heard: int = 0

    @property
    def now(self) -> datetime:
        """Time of the cloud."""
        return self.cloud.clock.now()

    def ask(self, send: Callable[[], HttpResponse], slip: Slip | None = None) -> Answer:
        """Make a call, and repeat it until it is answered. The slip is in the first one."""
        for lost in range(4):
            if slip and not lost:
                self.calls.arm(slip.call, slip.fault, persistent=slip.persists)
            response = send()
            self.calls.disarm()
            if response.status < 500:
                return Answer(response, lost)
            assert slip, response.text
        raise AssertionError(f"never answered: {response.text}")

    def manage(self, tenant: int, method: str, path: str, body: object = None, slip: Slip | None = None) -> Answer:
        """Call the management API with a tenant's newest key."""
        key = self.keys[tenant]["manage"][-1].text
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        content = "" if body is None else json.dumps(body)
        return self.ask(lambda: self.cloud.request(method, path, content, headers), slip)

    def key(self, tenant: int, dialect: str) -> str:
        """Return a tenant's newest key."""
        return self.keys[tenant][dialect][-1].text

    def rotate(self, tenant: int, dialect: str) -> None:
        """Replace a key as an operator does: the old one works for another day."""
        old = self.keys[tenant][dialect][-1]
        text = secrets.token_hex(32)
        whole = f"{old.text.partition(':')[0]}:{text}" if dialect == "digidesk" else text
        fresh = replace(
            old.credential,
            hash=credential_hash(dialect, whole),
            id=secrets.token_hex(16),
            salt=secrets.token_bytes(32),
        )
        old.ends = self.now + OVERLAP
        store_of(wiring.deps()).replace_credential(old.credential, fresh, old.ends)
        self.keys[tenant][dialect].append(Key(whole, fresh))

    def keys_agree(self, key: Key, status: int) -> None:
        """Check that a key works for as long as it was said to."""
        if key.ends is None or self.now < key.ends:
            assert status == 200, status
        elif self.now > key.ends + CACHED:
            assert status == 401, status

    def nothing_was_given_up(self) -> None:
        """Check that no queue of dead letters holds anything."""
        for queue in self.cloud.template.queues:
            if "DeadLetters" in queue["QueueName"]:
                name = queue["QueueName"]
                assert self.cloud.aws.queue_is_empty(name), (
                    name,
                    self.cloud.aws.client("sqs").receive_message(QueueUrl=queue_url(name)),
                )

    def changes(self) -> Iterator[tuple[dict[str, Any] | None, dict[str, Any] | None]]:
        """Yield each item that was written since the last look, before and after."""
        table = self.cloud.environment()["TABLE_NAME"]
        for record in self.cloud.aws.stream_records(table, self.position, 10_000):
            self.position += 1
            images = record["dynamodb"]
            yield tuple(from_item(images[name]) if name in images else None for name in ("OldImage", "NewImage"))  # type: ignore[misc]

    def messages(self) -> list[Message]:
        """Return the messages since the last look, oldest first."""
        everything = self.cloud.outbox.messages()[::-1]
        new = everything[self.heard :]
        self.heard = len(everything)
        return new

    def wake_again(self, back: int) -> None:
        """Deliver again what woke a function: any message of a queue, or the newest batch of a stream."""
        woken = list(self.cloud.functions.woken)
        if not woken:
            return
        name, event = woken[-1 - back % len(woken)]
        if name in STREAMS:
            name, event = next(pair for pair in reversed(woken) if pair[0] == name)
        self.cloud.functions.invoke(name, event)


def started() -> World:
    """Start a cloud with three tenants."""
    calls = Injector()
    hooks = calls.installed()
    hooks.__enter__()
    try:
        cloud = LifeCloud(TEMPLATE, domain=DOMAIN, portal_url="", clock=StillClock())
        cloud.start()
    finally:
        hooks.__exit__(None, None, None)
    for service in ("dynamodb", "dynamodbstreams", "scheduler", "sqs"):
        calls.spare(cloud.aws.client(service))
    world = World(cloud, calls)
    third = replace(
        demo.OTHER, id="10ca1000000000000000000000000003", name="Third", customer_names=frozenset({"third"})
    )
    keys = {
        "easysend": "third-easysend-key",
        "trendsic": "third-trendsic-key",
        "digidesk": "third-digidesk:third-digidesk-password",
        "ocular": "third-ocular-key",
        "manage": "third-manage-key",
    }
    store = store_of(wiring.deps())
    store.put_tenant(third)
    for tenant, texts in ((demo.DEMO, demo.KEYS[demo.DEMO.id]), (demo.OTHER, demo.KEYS[demo.OTHER.id]), (third, keys)):
        world.owners.append(tenant.id)
        world.customers.append(next(iter(tenant.customer_names)))
        world.keys.append({})
        for dialect, text in texts.items():
            hash_ = credential_hash(dialect, text)
            credential = wiring.deps().tenants.credential(hash_)
            if credential is None:
                name = secrets.token_hex(16)
                credential = Credential(hash_, name, tenant.id, dialect, b"salt" * 8, demo.MANAGE_SCOPES)
                store.put_credential(credential)
            world.keys[-1][dialect] = [Key(text, credential)]
        for definition in demo.DEFINITIONS if tenant is third else ():
            store.put_definition(tenant.id, definition)
        store.put_definition(tenant.id, Process(FORM, "Papers", schema=FORM_SCHEMA))
        store.put_definition(
            tenant.id, ResourceType(OWN_PAGE, "Statement", tier="standard", url="https://bank.example.com/{uid}")
        )
        for contact in demo.CONTACTS[demo.DEMO.id] if tenant is third else ():
            store.put_contact(tenant.id, contact)
    cloud.settle()
    world.position = cloud.aws.stream_length(cloud.environment()["TABLE_NAME"]) or 0
    return world


def store_of(deps: Deps) -> DynamoTenants:
    """Return the tenants' store with the writes of operators."""
    assert isinstance(deps.tenants, DynamoTenants)
    return deps.tenants
