"""A contact's old address gets nothing more, because it may be somebody else's now."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from linkgate.model.link import Channel, DeliveryState
from local import demo
from tests.support.delivery_rig import (
    Recipient,
    Rig,
    contact,
    deps,
    fail,
    link,
    messages,
    put_contact,
    report,
    shared_with_contact,
    until_quiet,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

EMAIL, SMS = Channel.EMAIL, Channel.SMS


@pytest.fixture
def wants_sms_instead() -> Iterator[None]:
    tenants: Any = deps().tenants
    tenants.put_tenant(dataclasses.replace(demo.DEMO, sms_fallback=True))
    yield
    tenants.put_tenant(demo.DEMO)


def test_a_further_try_does_not_go_to_the_old_address(rig: Rig, recipient: Recipient) -> None:
    fail(rig.cloud, "ses", "throttle")
    rid = shared_with_contact(rig.cloud, recipient)
    assert link(rig.cloud, rid).deliveries[EMAIL].state is DeliveryState.DELAYED

    put_contact(contact(recipient, email="new@example.com"))
    until_quiet(rig.cloud, rid)

    delivery = link(rig.cloud, rid).deliveries[EMAIL]
    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, "address_changed")
    assert messages(rig.cloud, rid, EMAIL) == []


@pytest.mark.usefixtures("wants_sms_instead")
@pytest.mark.parametrize(("phone", "sent"), [(None, 0), ("kept", 1)])
def test_an_sms_in_place_of_an_email_does_not_go_to_the_old_number(
    rig: Rig, recipient: Recipient, phone: str | None, sent: int
) -> None:
    rid = shared_with_contact(rig.cloud, recipient)
    put_contact(contact(recipient, phone=recipient.phone if phone else None))

    report(rig.cloud, messages(rig.cloud, rid, EMAIL)[0], "bounce")
    until_quiet(rig.cloud, rid)

    assert len(messages(rig.cloud, rid, SMS)) == sent
