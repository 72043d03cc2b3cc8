"""Messages of a tenant with made-up data, a test of one to whoever looks at it, and the tenant's own wording."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from linkgate.errors import InvalidRequest, NotFound, Problem
from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Channel, Kind, Occasion
from linkgate.ports.delivery import AddressNotice, CodeMessage, LinkMessage, ReceiptMessage
from linkgate.usecases.delivery.opt_outs import opt_out_url
from linkgate.usecases.delivery.sending import transmit
from linkgate.usecases.delivery.suppression import barred
from linkgate.usecases.staff.journal import entry_of, record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from linkgate.model.person import Staff
    from linkgate.model.tenant import Tenant
    from linkgate.ports.delivery import SendOutcome
    from linkgate.ports.deps import Deps

    Message = LinkMessage | CodeMessage | AddressNotice | ReceiptMessage

DOCUMENT = "document"
CODE, NOTICE, RECEIPT = "code", "notice", "receipt"
NAMES = (
    *(f"{topic}.{occasion}" for topic in (*Kind, DOCUMENT) for occasion in Occasion),
    *(CODE, NOTICE, RECEIPT),
)
"""Every message: what it is about and its occasion, or its only name."""

TITLES = {
    "en": {
        "process": "Account opening",
        "resource": "Statement",
        "document": "Statement",
        "survey": "Service",
        "session": "Video advice",
        "desk": "Ana",
    },
    "es": {
        "process": "Apertura de cuenta",
        "resource": "Extracto",
        "document": "Extracto",
        "survey": "Servicio",
        "session": "Asesoría",
        "desk": "Ana",
    },
}
_NOBODY = "A" * 22
"""Rid and secret of a link that there is not."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Choice of a message with made-up data."""

    name: str
    language: str
    to: str = "maria@example.com"
    test: bool = False
    """True if it says that it is a test."""


def portal_of(tenant: Tenant, deps: Deps) -> str:
    """Return the address that links of a message with made-up data have."""
    return tenant.portal or deps.portal or "https://links.example.com"


def sample_message(sample: Sample, tenant: Tenant, portal: str, now: datetime) -> Message:
    """Return a message with made-up data, whose link leads nowhere. Raises NotFound for an unknown name."""
    if sample.name not in NAMES:
        raise NotFound("message")
    common: dict[str, Any] = {
        "channel": Channel.EMAIL,
        "tenant": tenant,
        "to": sample.to,
        "rid": _NOBODY,
        "locale": sample.language,
        "test": sample.test,
    }
    title = TITLES.get(sample.language, TITLES["en"])
    if sample.name == CODE:
        host = portal.partition("://")[2]
        return CodeMessage(**common, code="042917", host=host, life=timedelta(minutes=10))
    if sample.name == NOTICE:
        return AddressNotice(**common, portal=portal)
    if sample.name == RECEIPT:
        return ReceiptMessage(
            **common,
            portal=portal,
            reference="XK7M-4QRD",
            at=now,
            title=title["process"],
            readable=True,
        )
    topic, _, occasion = sample.name.partition(".")
    kind = Kind.RESOURCE if topic == DOCUMENT else Kind(topic)
    return LinkMessage(
        **common,
        kind=kind,
        url=f"{portal}/l/{_NOBODY}#{_NOBODY}",
        attempt=1,
        expires_at=(now + timedelta(days=7)).replace(minute=0, second=0, microsecond=0),
        at=now,
        name="María Núñez",
        title=title[topic],
        occasion=Occasion(occasion),
        opt_out=opt_out_url(kind, portal, _NOBODY, _NOBODY),
        with_document=topic == DOCUMENT,
    )


def send_sample(sample: Sample, portal: str, tenant: Tenant, staff: Staff, deps: Deps) -> SendOutcome:
    """Send a message to the person's own e-mail address, and nowhere else. It says that it is a test, and counts.

    `tenant` is the one whose message it is, as it is now or as somebody wants it to be. Raises NotFound, and
    InvalidRequest if the provider does not vouch for the address, or if it gets nothing.
    """
    person = deps.staff.people.get(staff.tenant.id, staff.id)
    if person is None or not person.verified or not person.email:
        raise InvalidRequest([Problem.of("email", "unverified")])
    if barred(staff.tenant, {Channel.EMAIL: person.email}, deps):
        raise InvalidRequest([Problem.of("email", "no_channel")])
    own = dataclasses.replace(sample, to=person.email, test=True)
    message = sample_message(own, tenant, portal, deps.now())
    record("message_tested", {"message": sample.name}, staff, deps)
    sender = deps.senders[Channel.EMAIL]
    match message:
        case LinkMessage():
            return transmit(message, lambda: sender.send_link(message), deps)
        case CodeMessage():
            return transmit(message, lambda: sender.send_code(message), deps)
        case AddressNotice():
            return transmit(message, lambda: sender.send_notice(message), deps)
        case ReceiptMessage():
            return transmit(message, lambda: sender.send_receipt(message), deps)


def wording_version(texts: Mapping[str, str]) -> str:
    """Return a version of a tenant's own wording, by which it shows that somebody else changed it."""
    return hashlib.sha256(json.dumps(dict(texts), sort_keys=True).encode()).hexdigest()[:16]


def save_wording(name: str, changes: Mapping[str, str], seen: str, staff: Staff, deps: Deps) -> Tenant:
    """Change a tenant's own wording of a message by text key. An empty text brings ours back.

    The caller checked the texts. Raises InvalidRequest if they were changed since the version `seen`.
    """
    known = deps.staff.wording.tenant(staff.tenant.id)
    if known is None:
        raise NotFound("tenant")
    if wording_version(known.texts) != seen:
        raise InvalidRequest([Problem.of("texts", "stale")])
    texts = {key: text for key, text in {**known.texts, **changes}.items() if text}
    if not deps.staff.wording.put(known, texts, entry_of("texts_changed", {"message": name}, staff, deps)):
        raise InvalidRequest([Problem.of("texts", "stale")])
    return known
