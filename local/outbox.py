"""Messages and events, taken from the calls to the providers, because moto keeps only part of a message."""

from __future__ import annotations

import base64
import json
import re
import threading
from dataclasses import dataclass, field, fields
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from linkgate.model.moments import utc

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_LINK = re.compile(r"/l/([A-Za-z0-9_-]{22})(?:#|%23)")
_MESSAGE_ID = re.compile(rb"<MessageId>([^<]+)</MessageId>")


@dataclass(frozen=True, slots=True)
class Message:
    """An e-mail or SMS that a provider accepted. `id` is the provider's."""

    id: str
    channel: str
    """`email` or `sms`."""
    to: str
    subject: str | None
    text: str
    html: str | None
    sent_at: str
    """Time by the runner's clock, in ISO 8601 and UTC."""
    rid: str | None
    """Rid of the link that the message carries or refers to, if any."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Tags that SES repeats in its reports."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers that an e-mail has besides the usual ones."""

    def shown(self) -> dict[str, Any]:
        """Return the message as `GET /_local/outbox` shows it."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "tags"}


class Outbox:
    """All messages, in the order in which they were sent."""

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self._lock = threading.Lock()

    def add(self, message: Message) -> None:
        with self._lock:
            self._messages.append(message)

    def messages(self) -> list[Message]:
        """Return all messages, newest first."""
        with self._lock:
            return self._messages[::-1]

    def clear(self) -> None:
        with self._lock:
            self._messages.clear()

    def find(self, message_id: str) -> Message | None:
        return next((message for message in self.messages() if message.id == message_id), None)


def email_of(request_body: bytes, response_body: bytes, now: datetime) -> Message:
    """Return the message of an SES v2 `SendEmail` call, read from its request and response."""
    call = json.loads(request_body)
    tags = {tag["Name"]: tag["Value"] for tag in call.get("EmailTags") or ()}
    if "ConfigurationSetName" in call:
        tags["ses:configuration-set"] = call["ConfigurationSetName"]
    headers: dict[str, str] = {}
    to = ", ".join(address for kind in call.get("Destination", {}).values() for address in kind)
    if "Simple" in call["Content"]:
        simple = call["Content"]["Simple"]
        subject = simple["Subject"]["Data"]
        text = simple["Body"].get("Text", {}).get("Data", "")
        html = simple["Body"].get("Html", {}).get("Data")
        headers = {header["Name"]: header["Value"] for header in simple.get("Headers", ())}
    else:
        subject, text, html = _raw_parts(base64.b64decode(call["Content"]["Raw"]["Data"]))
    message_id = json.loads(response_body)["MessageId"]
    return Message(message_id, "email", to, subject, text, html, utc(now), _rid(tags, text, html), tags, headers)


def sms_of(request_body: bytes | str, response_body: bytes, now: datetime) -> Message | None:
    """Return the message of an SNS `Publish` call to a phone, or None if it was to a topic."""
    raw = request_body.decode() if isinstance(request_body, bytes) else request_body
    call = {name: values[0] for name, values in parse_qs(raw, keep_blank_values=True).items()}
    found = _MESSAGE_ID.search(response_body)
    if "PhoneNumber" not in call or found is None:
        return None
    text = call["Message"]
    return Message(found[1].decode(), "sms", call["PhoneNumber"], None, text, None, utc(now), _rid({}, text, None))


def events_of(
    request_body: bytes, response_body: bytes, now: datetime, account: str, region: str
) -> list[dict[str, Any]]:
    """Return the events that the bus accepted from a `PutEvents` call, in the form that a rule's target gets."""
    entries = json.loads(request_body)["Entries"]
    results = json.loads(response_body)["Entries"]
    return [
        {
            "version": "0",
            "id": result["EventId"],
            "detail-type": entry.get("DetailType"),
            "source": entry.get("Source"),
            "account": account,
            "time": utc(now),
            "region": region,
            "resources": entry.get("Resources") or [],
            "detail": json.loads(entry.get("Detail") or "{}"),
        }
        for entry, result in zip(entries, results, strict=True)
        if "EventId" in result
    ]


def _raw_parts(raw: bytes) -> tuple[str, str, str | None]:
    message = message_from_bytes(raw, policy=policy.default)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return str(message["Subject"] or ""), text.get_content() if text else "", html.get_content() if html else None


def _rid(tags: Mapping[str, str], text: str, html: str | None) -> str | None:
    if "rid" in tags:
        return tags["rid"]
    found = _LINK.search(text) or _LINK.search(html or "")
    return found[1] if found else None
