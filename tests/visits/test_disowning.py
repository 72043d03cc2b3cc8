"""Whoever holds a link can say that it is not for them, and check who sent it."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.model.link import Channel
from linkgate.ports.links import NotChanged
from linkgate.tokens import secret_hash
from linkgate.usecases.delivery.sending import FurtherMessage, send_again
from local import demo
from tests.support.visitor import (
    HTML,
    JSON,
    Visitor,
    link_in,
    outbox,
    parts,
    process_link,
    sent_process_link,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.cloud import Cloud

WRONG = "A" * 22
MODEL = {"metadata": {"email": "ana@example.com"}}
MANAGER = {"Authorization": f"Bearer {demo.MANAGE_KEY}", "Content-Type": JSON}


def sent(cloud: Cloud) -> tuple[str, str]:
    cloud.outbox.clear()
    sent_process_link(cloud, MODEL)
    return parts(link_in(cloud))


def disowned(cloud: Cloud, rid: str, secret: str) -> None:
    assert Visitor(cloud, JSON).post(f"/l/{rid}/not-me", {"secret": secret}).json() == {"status": "disowned"}


def told(cloud: Cloud, rid: str) -> list[str]:
    cloud.settle()
    events = [event for event in cloud.get("/_local/events").json() if event["detail"]["rid"] == rid]
    return [
        each["detail-type"] for each in reversed(events) if each["detail-type"] in {"link.disowned", "link.revoked"}
    ]


def test_a_person_ticks_a_box_first_and_is_thanked(cloud: Cloud) -> None:
    (rid, secret), visitor = sent(cloud), Visitor(cloud)

    for fields, status in (({}, 200), ({"asked": "true"}, 422)):
        assert visitor.post(f"/l/{rid}/not-me", {"secret": secret, **fields}).status == status
        assert told(cloud, rid) == []
    page = visitor.post(f"/l/{rid}/not-me", {"secret": secret, "sure": "true"})

    assert (page.status, "Thank you for telling us" in words(page)) == (200, True)
    assert told(cloud, rid) == ["link.disowned"]


def test_no_further_message_goes_out_and_repeats_change_nothing(cloud: Cloud) -> None:
    rid, secret = sent(cloud)
    disowned(cloud, rid, secret)
    disowned(cloud, rid, secret)
    cloud.outbox.clear()
    cloud.post("/_local/clock", {"advance_seconds": 3600})

    refused = cloud.request("POST", f"/links/{rid}/resend", "{}", MANAGER)

    assert refused.status == 400
    assert "not for them" in refused.text
    assert outbox(cloud) == []
    assert told(cloud, rid) == ["link.disowned"]
    assert Visitor(cloud).open(f"https://x/l/{rid}#{secret}").status == 303


def test_the_write_itself_refuses_a_message_of_a_disowned_link(cloud: Cloud) -> None:
    rid, secret = sent(cloud)
    deps = wiring.deps()
    read_before = deps.links.get(rid)
    assert read_before is not None
    disowned(cloud, rid, secret)
    cloud.post("/_local/clock", {"advance_seconds": 3600})

    with pytest.raises(NotChanged):
        send_again(read_before, FurtherMessage(channel=Channel.EMAIL), demo.DEMO, wiring.deps())


def test_the_write_itself_refuses_a_wrong_secret(cloud: Cloud) -> None:
    rid, _ = sent(cloud)
    deps = wiring.deps()

    for revoke in (False, True):
        with pytest.raises(NotChanged):
            deps.visits.disown(rid, secret_hash(rid, WRONG), deps.now(), revoke=revoke)
    assert told(cloud, rid) == []


def test_wrong_secrets_are_refused(cloud: Cloud) -> None:
    rid, _ = sent(cloud)

    for accept in (HTML, JSON):
        assert Visitor(cloud, accept).post(f"/l/{rid}/not-me", {"secret": WRONG, "sure": "true"}).status == 404
    assert told(cloud, rid) == []


@pytest.fixture
def revoking(cloud: Cloud) -> Iterator[Cloud]:
    tenants: Any = wiring.deps().tenants
    tenants.put_tenant(dataclasses.replace(demo.DEMO, disowned="revoke"))
    cloud.clock.advance(timedelta(minutes=2))
    yield cloud
    tenants.put_tenant(demo.DEMO)
    cloud.clock.advance(timedelta(minutes=2))


def test_a_tenant_may_have_it_revoked(revoking: Cloud) -> None:
    rid, secret = sent(revoking)

    disowned(revoking, rid, secret)

    assert told(revoking, rid) == ["link.disowned", "link.revoked"]
    assert "has withdrawn this link" in words(Visitor(revoking).open(f"https://x/l/{rid}#{secret}"))


def test_a_submission_is_never_undone(revoking: Cloud) -> None:
    url, visitor = process_link(revoking), Visitor(revoking, JSON)
    visitor.open(url)
    assert visitor.post(f"{visitor.thing}/submit", {"data": {"fullName": "Ana"}}).status == 201

    disowned(revoking, *parts(url))

    assert told(revoking, parts(url)[0]) == ["link.disowned"]


def test_a_page_tells_whose_link_it_is_and_nothing_about_it(cloud: Cloud) -> None:
    rid, _ = parts(process_link(cloud, {"metadata": {"name": "Ana Díaz"}}))
    before = cloud.table()

    page = Visitor(cloud).get(f"/l/{rid}/about")

    assert (page.status, cloud.table() == before) == (200, True)
    for known in ("Is this really from Example Bank?", f"https://{cloud.domain}/", "+44 20 7946 0000"):
        assert known in words(page)
    assert "Ana" not in page.text
    assert Visitor(cloud).get(f"/l/{WRONG}/about").status == 404
    assert Visitor(cloud, JSON).get(f"/l/{rid}/about").json() == {"from": "Example Bank", "host": cloud.domain}
