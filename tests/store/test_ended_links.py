"""No write goes through on a link that has ended, in whichever way. Each way is tried past the use cases."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.model.callback import Callback
from linkgate.model.challenge import Challenge, CodePolicy
from linkgate.model.link import API, Channel, Delivery, DeliveryState, Grant, Kind, Link, Look, Recipient
from linkgate.model.receipt import READS
from linkgate.ports.delivery import Start
from linkgate.ports.links import Body, NotChanged
from linkgate.ports.visits import CodeProof, CodeStart, SecretProof
from linkgate.store.attribute_values import to_attribute
from linkgate.tokens import token
from tests.support.cloud import DOMAIN, TEMPLATE, Cloud

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from linkgate.ports.deps import Deps

    Write = Callable[[Deps, Link, datetime], object]

PORTAL, SECRET, VISIT, BROWSER, TRY = "https://links.example.com", "5" * 64, "v" * 22, "b" * 22, "t" * 22
LOOK = Look(token(b"l" * 16), "f" * 22, "c" * 64, wiring.system_now(), shown=True)


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with Cloud(TEMPLATE, domain=DOMAIN, portal_url="") as started:
        yield started


def challenge(now: datetime) -> Challenge:
    return Challenge(
        codes=frozenset({"k" * 22}),
        tries={},
        begun_at=now,
        expires_at=now + timedelta(minutes=10),
        next_at=now,
        sent=1,
        claim="h" * 22,
        sent_via=API,
    )


def made(deps: Deps, *, coded: bool = False) -> Link:
    """Return a new link, which asks for a code or not."""
    rid, now = token(deps.random(16)), deps.now()
    link = Link(
        rid=rid,
        master_rid=rid,
        tenant="7e" * 16,
        kind=Kind.PROCESS,
        dialect="easysend",
        definition_id="p",
        tier="standard",
        portal=PORTAL,
        recipient=Recipient(email="ada@example.com"),
        created_at=now,
        expires_at=now + timedelta(days=1),
        ttl=now + timedelta(days=30),
        max_views=10,
        created_by="k" * 32,
        claim=token(deps.random(16)),
        secrets={SECRET: API},
        code=CodePolicy(Channel.EMAIL, 6) if coded else None,
        visits={VISIT: now + timedelta(minutes=15)},
    )
    deps.new_links.create((link,), None)
    return link


def change(cloud: Cloud, link: Link, name: str, value: object) -> None:
    """Set an attribute of a link's item, as another request might have done meanwhile."""
    cloud.aws.client("dynamodb").update_item(
        TableName=cloud.environment()["TABLE_NAME"],
        Key={"pk": {"S": link.rid}, "sk": {"S": "link"}},
        UpdateExpression="SET #name = :value",
        ExpressionAttributeNames={"#name": name},
        ExpressionAttributeValues={":value": to_attribute(value)},
    )


def send(deps: Deps, link: Link, now: datetime) -> object:
    delivery = Delivery(Channel.EMAIL, DeliveryState.SENDING, 1, due=now + timedelta(minutes=1), at=now)
    return deps.deliveries.begin(link, Start(delivery, None, "6" * 64, "email:1"), now)


def submit(deps: Deps, link: Link, now: datetime) -> None:
    deps.visits.submit((link,), VISIT, (Body("b" * 22, {}),), "s" * 22, now)


def take_grant(deps: Deps, link: Link, now: datetime) -> object:
    return deps.visits.take_grant(link.tenant, link.rid, "g" * 22, "a" * 22, now)


def begin_code(deps: Deps, link: Link, now: datetime) -> object:
    return deps.codes.begin(link.rid, "n" * 22, CodeStart(challenge=challenge(now), secret_hash=SECRET))


PLAIN: dict[str, Write] = {
    "a message begins": send,
    "a right secret opens": lambda deps, link, now: deps.visits.open(
        link.rid, SecretProof(SECRET, (PORTAL,)), "w" * 22, now
    ),
    "a visit is prolonged": lambda deps, link, now: deps.visits.prolong(link.rid, VISIT, now),
    "a callback is asked for": lambda deps, link, now: deps.visits.ask_callback(
        link.rid, VISIT, Callback(asked_at=now, name="Ada", phone="+447700900001"), now
    ),
    "a document is given out": lambda deps, link, now: deps.visits.look(link.rid, VISIT, LOOK, counted=False, now=now),
    "a grant is given": lambda deps, link, now: deps.visits.give_grant(
        link.rid, VISIT, Grant("g" * 22, now + timedelta(minutes=1)), now
    ),
    "a grant is taken": take_grant,
    "a file is attached": lambda deps, link, now: deps.administration.attach(link.tenant, link.rid, now),
}
CODED: dict[str, Write] = {
    "a code is sent": begin_code,
    "a code is tried": lambda deps, link, now: deps.codes.spend_try(link.rid, BROWSER, "k" * 22, "y" * 22, now),
    "a right code opens": lambda deps, link, now: deps.visits.open(link.rid, CodeProof(BROWSER, TRY), "w" * 22, now),
}
STANDING: dict[str, Write] = {
    "a form is submitted": submit,
    "a draft is noted": lambda deps, link, now: deps.visits.note_draft(link.rid, VISIT, now),
}
"""Writes that an expired link still takes, because its reader was there before."""
WRITES = {**PLAIN, **CODED, **STANDING}
ENDS = ("revoked_at", "submitted_at", "locked_at", "renewed_as", "expires_at")


def ready(name: str, cloud: Cloud) -> tuple[Deps, Link]:
    """Return a link on which the write goes through."""
    deps = wiring.deps()
    now, link = deps.now(), made(deps, coded=name in CODED)
    if name == "a grant is taken":
        deps.visits.give_grant(link.rid, VISIT, Grant("g" * 22, now + timedelta(minutes=1)), now)
    if name in {"a code is tried", "a right code opens"}:
        deps.codes.begin(link.rid, BROWSER, CodeStart(challenge=challenge(now), secret_hash=SECRET))
    if name == "a right code opens":
        tries = {"tries": {TRY: True}}
        stored = next(item for item in cloud.table() if item["pk"] == link.rid)["challenges"][BROWSER]
        change(cloud, link, "challenges", {BROWSER: {**stored, **tries}})
    return deps, link


@pytest.mark.parametrize("name", WRITES)
def test_a_link_that_goes_on_takes_the_write(name: str, cloud: Cloud) -> None:
    deps, link = ready(name, cloud)

    WRITES[name](deps, link, deps.now())


@pytest.mark.parametrize(
    ("name", "end"),
    [(name, end) for name in WRITES for end in ENDS if not (name in STANDING and end == "expires_at")],
)
def test_a_link_that_has_ended_does_not(name: str, end: str, cloud: Cloud) -> None:
    deps, link = ready(name, cloud)
    now = deps.now()
    change(cloud, link, end, "r" * 22 if end == "renewed_as" else int(now.timestamp() * 1000) - 1)

    with pytest.raises(NotChanged):
        WRITES[name](deps, link, now)


@pytest.mark.parametrize(("secret", "goes"), [(SECRET, True), ("7" * 64, False)])
def test_only_a_secret_of_the_link_renews_it(secret: str, cloud: Cloud, *, goes: bool) -> None:
    deps = wiring.deps()
    link = made(deps)
    change(cloud, link, "expires_at", int(deps.now().timestamp() * 1000) - 1)
    rid = token(deps.random(16))
    new = dataclasses.replace(link, rid=rid, claim=token(deps.random(16)), secrets={}, visits={})

    if goes:
        deps.visits.renew(link, secret, new, deps.now())
        return
    with pytest.raises(NotChanged):
        deps.visits.renew(link, secret, new, deps.now())


@pytest.mark.parametrize("end", ["revoked_at", "submitted_at", "locked_at", "renewed_as"])
def test_a_link_that_has_ended_otherwise_is_not_renewed(end: str, cloud: Cloud) -> None:
    deps = wiring.deps()
    link, now = made(deps), deps.now()
    change(cloud, link, "expires_at", int(now.timestamp() * 1000) - 1)
    change(cloud, link, end, "r" * 22 if end == "renewed_as" else int(now.timestamp() * 1000) - 1)
    new = dataclasses.replace(link, rid=token(deps.random(16)), claim=token(deps.random(16)), secrets={}, visits={})

    with pytest.raises(NotChanged):
        deps.visits.renew(link, SECRET, new, now)


@pytest.mark.parametrize("end", [None, *ENDS, "test", "tenant"])
def test_a_person_opens_only_a_test_link_of_their_tenant_that_goes_on(end: str | None, cloud: Cloud) -> None:
    deps = wiring.deps()
    link, now = made(deps), deps.now()
    if end != "test":
        change(cloud, link, "test", True)  # noqa: FBT003 - an attribute
    if end in ENDS:
        change(cloud, link, end, "r" * 22 if end == "renewed_as" else int(now.timestamp() * 1000) - 1)
    if end == "tenant":
        link = dataclasses.replace(link, tenant="8f" * 16)

    if end is None:
        first = deps.administration.open_test(link, "8" * 64, now)
        second = deps.administration.open_test(first, "9" * 64, now)
        assert second.secrets == {SECRET: API, "9" * 64: "console"}
        return
    with pytest.raises(NotChanged):
        deps.administration.open_test(link, "8" * 64, now)


READ_AGAIN: dict[str, Write] = {
    "a code is sent": begin_code,
    "a code is tried": CODED["a code is tried"],
    "a right code reads": lambda deps, link, now: deps.visits.read_receipt(
        link.rid, CodeProof(BROWSER, TRY), "w" * 22, now
    ),
    "a right secret reads": lambda deps, link, now: deps.visits.read_receipt(
        link.rid, SecretProof(SECRET, (PORTAL,)), "w" * 22, now
    ),
}
RECEIPT = {"access": "link", "reads": 0}


def sent(name: str, cloud: Cloud) -> tuple[Deps, Link]:
    """Return a link by which a form was sent that can be read again."""
    deps, link = ready({"a right code reads": "a right code opens"}.get(name, name), cloud)
    change(cloud, link, "submitted_at", int(deps.now().timestamp() * 1000) - 1)
    change(cloud, link, "receipt", RECEIPT)
    return deps, link


@pytest.mark.parametrize("name", READ_AGAIN)
def test_what_was_sent_can_be_read_again(name: str, cloud: Cloud) -> None:
    deps, link = sent(name, cloud)

    READ_AGAIN[name](deps, link, deps.now())


@pytest.mark.parametrize("name", READ_AGAIN)
@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("revoked_at", 1),
        ("locked_at", 1),
        ("erased_at", 1),
        ("renewed_as", "r" * 22),
        ("ttl", 1),
        ("receipt", {"reads": 0}),
        ("receipt", {**RECEIPT, "reads": READS}),
    ],
)
def test_what_was_sent_cannot_be_read_again_after_its_end(
    name: str, attribute: str, value: object, cloud: Cloud
) -> None:
    deps, link = sent(name, cloud)
    change(cloud, link, attribute, value)

    with pytest.raises(NotChanged):
        READ_AGAIN[name](deps, link, deps.now())
