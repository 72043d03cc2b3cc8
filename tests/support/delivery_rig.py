"""What tests of deliveries look at: links and messages of a cloud, and time that passes until all is quiet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from linkgate import wiring
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
    """The project's template with no other functions than these, by logical id: theirs are the only calls."""
    text = TEMPLATE.read_text()
    for resource in re.findall(r"(?ms)^  \w+:\n    Type: AWS::Serverless::Function\n.*?(?=^  \S)", text):
        if resource.partition(":")[0].strip() not in functions:
            text = text.replace(resource, "")
    reduced = folder / "template.yaml"
    reduced.write_text(text)
    return reduced


@dataclass(frozen=True)
class Rig:
    """A running system whose handlers' calls can be counted and made to fail."""

    cloud: Cloud
    calls: Injector


@dataclass(frozen=True)
class Recipient:
    """Somebody nobody else's test writes to."""

    number: int

    @property
    def email(self) -> str:
        return f"ana{self.number}@example.com"

    @property
    def phone(self) -> str:
        return f"+4477009{self.number:05}"

    @property
    def model(self) -> dict[str, Any]:
        """As send-link reads it."""
        return {"metadata": {"name": "Ana", "email": self.email, "phone": self.phone}}


def deps() -> Deps:
    """What handlers get."""
    return wiring.deps()


def link(cloud: Cloud, rid: str) -> Link:
    """As it stands."""
    reply = cloud.aws.client("dynamodb").get_item(
        TableName=cloud.environment()["TABLE_NAME"], Key={"pk": {"S": rid}, "sk": {"S": LINK}}, ConsistentRead=True
    )
    return link_of(from_item(reply["Item"]))


def messages(cloud: Cloud, rid: str, channel: Channel) -> list[Message]:
    """What went out of a link over a channel, oldest first; codes are not the link's messages."""
    return [
        message
        for message in cloud.outbox.messages()[::-1]
        if message.rid == rid and message.channel == channel and SECRET.search(message.text)
    ]


def opens(cloud: Cloud, message: Message) -> bool:
    """Whether the secret in a message is one of its link's."""
    found = SECRET.search(message.text)
    assert found is not None
    rid, secret = found.groups()
    return secret_hash(rid, secret) in link(cloud, rid).secrets


def depth(cloud: Cloud, queue: str) -> int:
    """Messages in a queue, by its logical id: waiting, delayed or being worked on."""
    names = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "Delayed", "NotVisible")]
    attributes = cloud.aws.client("sqs").get_queue_attributes(
        QueueUrl=queue_url(f"{STACK}-{queue}"), AttributeNames=names
    )["Attributes"]
    return sum(int(attributes[name]) for name in names)


def pass_time(cloud: Cloud, **time: float) -> None:
    """Let time go by, then handle all that has become due."""
    cloud.clock.advance(timedelta(**time))
    cloud.settle()


def until_quiet(cloud: Cloud, *rids: str, hours: float = 12) -> None:
    """Let time go by until no queue holds anything and none of the links has anything to come.

    For longer, too, than Lambda takes to repeat an asynchronous call twice.
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
    """An EasySend link over e-mail and SMS; gives its rid."""
    body = {**SEND.body, "serializedModel": recipient.model, "coBrowsingRoles": [], **changes}
    response = SEND.make(cloud, body)
    assert response.status == 200, response.text
    return str(response.json()["rid"])


def share(cloud: Cloud, recipient: Recipient, **changes: object) -> str:
    """A Trendsic link over e-mail alone; gives its rid."""
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


def fail(cloud: Cloud, service: str, error: str, times: int = 1) -> None:
    """The next calls of a provider fail so."""
    assert cloud.post("/_local/faults", {"service": service, "error": error, "times": times}).status == 200


def report(cloud: Cloud, message: Message, kind: str) -> None:
    """The provider reports on a message, and everything that follows at once."""
    assert cloud.post("/_local/feedback", {"message_id": message.id, "type": kind}).status == 202
    cloud.settle()
