"""Rig for tests of deliveries: links and messages of a cloud, and time that passes until nothing happens."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from linkgate import wiring
from linkgate.model.tenant import Contact
from linkgate.store.attribute_values import from_item
from linkgate.store.link_items import LINK, link_of
from linkgate.tokens import guid_token, secret_hash
from local import demo
from local.intrinsics import STACK, queue_url
from tests.support.cloud import TEMPLATE
from tests.support.vendor_calls import SEND

if TYPE_CHECKING:
    from pathlib import Path

    from linkgate.model.link import Channel, Link
    from linkgate.ports.deps import Deps
    from local.outbox import Message
    from tests.support.cloud import Cloud
    from tests.support.fault_injection import Injector

SECRET = re.compile(r"/l/([A-Za-z0-9_-]{22})#([A-Za-z0-9_-]{22})")


def template_of(folder: Path, *functions: str) -> Path:
    """Write the project's template with only these functions, by logical id, so that only they make calls."""
    text = TEMPLATE.read_text()
    for resource in re.findall(r"(?ms)^  \w+:\n    Type: AWS::Serverless::Function\n.*?(?=^  \S)", text):
        if resource.partition(":")[0].strip() not in functions:
            text = text.replace(resource, "")
    reduced = folder / "template.yaml"
    reduced.write_text(text)
    return reduced


@dataclass(frozen=True)
class Rig:
    """Running system whose handlers' calls can be counted and made to fail."""

    cloud: Cloud
    calls: Injector


@dataclass(frozen=True)
class Recipient:
    """Recipient to whom no other test writes."""

    number: int

    @property
    def email(self) -> str:
        return f"ana{self.number}@example.com"

    @property
    def phone(self) -> str:
        return f"+4477009{self.number:05}"

    @property
    def model(self) -> dict[str, Any]:
        """Return the recipient as send-link reads it."""
        return {"metadata": {"name": "Ana", "email": self.email, "phone": self.phone}}


def deps() -> Deps:
    """Return the dependencies of handlers."""
    return wiring.deps()


def link(cloud: Cloud, rid: str) -> Link:
    """Return the link in its current state."""
    reply = cloud.aws.client("dynamodb").get_item(
        TableName=cloud.environment()["TABLE_NAME"], Key={"pk": {"S": rid}, "sk": {"S": LINK}}, ConsistentRead=True
    )
    return link_of(from_item(reply["Item"]))


def messages(cloud: Cloud, rid: str, channel: Channel) -> list[Message]:
    """Return a link's messages over a channel, oldest first. Codes are not among them."""
    return [
        message
        for message in cloud.outbox.messages()[::-1]
        if message.rid == rid and message.channel == channel and SECRET.search(message.text)
    ]


def opens(cloud: Cloud, message: Message) -> bool:
    """Tell whether the secret in a message is one of its link's."""
    found = SECRET.search(message.text)
    assert found is not None
    rid, secret = found.groups()
    return secret_hash(rid, secret) in link(cloud, rid).secrets


def depth(cloud: Cloud, queue: str) -> int:
    """Return the number of messages in a queue: waiting, delayed or in progress."""
    if cloud.aws.queue_is_empty(f"{STACK}-{queue}"):
        return 0
    names = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "Delayed", "NotVisible")]
    attributes = cloud.aws.client("sqs").get_queue_attributes(
        QueueUrl=queue_url(f"{STACK}-{queue}"), AttributeNames=names
    )["Attributes"]
    return sum(int(attributes[name]) for name in names)


def pass_time(cloud: Cloud, **time: float) -> None:
    """Let time pass, then handle all due work."""
    cloud.clock.advance(timedelta(**time))
    cloud.settle()


def until_quiet(cloud: Cloud, *rids: str, hours: float = 12) -> None:
    """Let time pass until no queue holds anything and the links have no work left.

    This takes longer than Lambda needs to repeat an asynchronous call twice.
    """
    began = cloud.clock.now()
    step = timedelta(seconds=150)
    while True:
        cloud.settle()
        gone = cloud.clock.now() - began
        waiting = any(delivery.due for rid in rids for delivery in link(cloud, rid).deliveries.values())
        if gone > timedelta(minutes=4) and not waiting and not depth(cloud, "DeliveryQueue"):
            return
        assert gone < timedelta(hours=hours), "still not quiet"
        cloud.clock.advance(step)
        step = min(step * 2, timedelta(minutes=15))


def send_link(cloud: Cloud, recipient: Recipient, **changes: object) -> str:
    """Make an EasySend link over e-mail and SMS, and return its rid."""
    body = {**SEND.body, "serializedModel": recipient.model, "coBrowsingRoles": [], **changes}
    response = SEND.make(cloud, body)
    assert response.status == 200, response.text
    return str(response.json()["rid"])


def share(cloud: Cloud, recipient: Recipient, **changes: object) -> str:
    """Make a Trendsic link over e-mail only, and return its rid."""
    body = {
        "resourceType": "Invoice",
        "resourceUid": "0123456789abcdef0123456789abcdef",
        "recipientEmail": recipient.email,
        "recipientPhone": recipient.phone,
        "deliverEmail": True,
        **changes,
    }
    response = cloud.post("/v1/customerlink", body, {"Authorization": f"Bearer {demo.TRENDSIC_KEY}"})
    assert response.status == 200, response.text
    return guid_token(response.json()["link"]["customerLinkUID"])


def shared_with_contact(cloud: Cloud, recipient: Recipient, **given: object) -> str:
    """Make a link for a contact on file, and return its rid."""
    put_contact(contact(recipient))
    fields = {"recipientContactId": 900, "recipientEmail": None, "recipientPhone": None, **given}
    return share(cloud, recipient, **fields)


def put_contact(contact: Contact) -> None:
    tenants: Any = deps().tenants
    tenants.put_contact(demo.DEMO.id, contact)


def contact(recipient: Recipient, **changes: Any) -> Contact:
    return replace(Contact(900, "Ana", email=recipient.email, phone=recipient.phone, sms_consent=True), **changes)


def fail(cloud: Cloud, service: str, error: str, times: int = 1) -> None:
    """Make the next calls of a provider fail."""
    assert cloud.post("/_local/faults", {"service": service, "error": error, "times": times}).status == 200


def report(cloud: Cloud, message: Message, kind: str) -> None:
    """Let the provider report on a message, and handle everything that follows at once."""
    assert cloud.post("/_local/feedback", {"message_id": message.id, "type": kind}).status == 202
    cloud.settle()
