"""Messages about a document wait until it is there, and go out once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.model.delivery_rules import NO_DOCUMENT
from linkgate.model.delivery_tasks import CheckDelivery
from linkgate.model.file import FileState, object_key
from linkgate.model.file_events import Arrival
from linkgate.model.link import Channel, DeliveryState
from linkgate.model.tenant import Contact, ResourceType
from linkgate.ports.files import Outcome, Waiting, place_of_resource
from linkgate.store.tenants import DynamoTenants
from linkgate.usecases.delivery.delivery_work import perform
from linkgate.usecases.files.checking import take_event
from linkgate.usecases.history.timeline import timeline_of
from local import demo
from tests.files.test_arrival import PDF, put, reserved
from tests.management.conftest import Manager
from tests.support.vendor_calls import CUSTOMER_LINK
from tests.support.visitor import outbox
from tests.visits.test_documents import statement

if TYPE_CHECKING:
    from linkgate.model.link import Delivery, Link
    from linkgate.model.tenant import Documents
    from tests.support.cloud import Cloud

UID = CUSTOMER_LINK.body["resourceUid"]
PLACE = place_of_resource(demo.DEMO.id, "Statement", UID)


def offer(documents: Documents) -> None:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_definition(
        demo.DEMO.id, ResourceType("Statement", "Statement", "standard", documents=documents, titles={"es": "Extracto"})
    )


def share(cloud: Cloud, status: int = 200, **different: object) -> Any:
    body = {**CUSTOMER_LINK.body, "resourceType": "Statement", "deliverSms": False, **different}
    response = CUSTOMER_LINK.make(cloud, body)
    assert response.status == status, response.body
    return response.json()


def only_link(cloud: Cloud) -> Link:
    (item,) = (item for item in cloud.table() if item["sk"] == "link")
    link = wiring.deps().links.get(item["pk"])
    assert link
    return link


def email(cloud: Cloud) -> Delivery:
    return only_link(cloud).deliveries[Channel.EMAIL]


def test_a_message_waits_for_the_document_and_promises_it(cloud: Cloud) -> None:
    offer("later")

    made = share(cloud)
    cloud.settle()

    assert made["deliveryErrors"] == ["email: waits for the document"]
    assert outbox(cloud) == []
    waiting = email(cloud)
    assert (waiting.state, waiting.reason, waiting.attempt) == (DeliveryState.DELAYED, NO_DOCUMENT, 0)
    assert waiting.due == only_link(cloud).expires_at - timedelta(minutes=5)

    put(cloud, PLACE, reserved(PLACE, PDF), PDF)

    (message,) = outbox(cloud)
    assert "View" in message["text"]
    assert email(cloud).state is DeliveryState.SENT
    put(cloud, PLACE, reserved(PLACE, PDF), PDF)
    assert len(outbox(cloud)) == 1
    kinds = [entry.fact.kind for entry in timeline_of(only_link(cloud), wiring.deps())]
    assert [kind for kind in kinds if kind != "link.created"] == ["link.delayed", "link.sent"]


def test_with_a_document_nothing_waits(cloud: Cloud) -> None:
    offer("later")
    statement()

    assert share(cloud)["deliveryErrors"] == []

    assert len(outbox(cloud)) == 1


@pytest.mark.parametrize("state", [None, FileState.AWAITED, FileState.RECEIVED, FileState.INFECTED, FileState.FAILED])
def test_a_required_document_is_there_before_the_link(cloud: Cloud, state: FileState | None) -> None:
    offer("required")
    if state is not None:
        statement(state=state) if state is not FileState.RECEIVED else received()

    refused = share(cloud, 400)

    (error,) = refused["responseStatus"]["errors"]
    assert (error["errorCode"], error["fieldName"]) == ("Predicate", "ResourceUid")
    statement()
    assert share(cloud)["deliveryErrors"] == []


def received() -> None:
    file = statement(state=FileState.AWAITED)
    wiring.deps().files.store.claim(PLACE.partition, file.id, "v1")


def test_a_link_that_nobody_could_read_ends_unsent(cloud: Cloud) -> None:
    offer("later")
    share(cloud)
    cloud.settle()

    cloud.clock.advance(only_link(cloud).expires_at - cloud.clock.now())
    cloud.settle()

    assert (email(cloud).state, email(cloud).reason) == (DeliveryState.FAILED, "expired")
    put(cloud, PLACE, reserved(PLACE, PDF), PDF)
    assert outbox(cloud) == []


def test_an_extended_link_goes_on_waiting(cloud: Cloud) -> None:
    offer("later")
    share(cloud)
    cloud.settle()
    link = only_link(cloud)
    due = email(cloud).due
    assert due
    Manager(cloud).post(f"/links/{link.rid}/extend", {"hours": 24 * 7})
    cloud.clock.advance(due - cloud.clock.now() + timedelta(minutes=1))
    cloud.settle()
    assert email(cloud).state is DeliveryState.DELAYED

    put(cloud, PLACE, reserved(PLACE, PDF), PDF)

    assert len(outbox(cloud)) == 1


def test_a_document_that_comes_while_the_link_is_made_is_noticed(cloud: Cloud) -> None:
    """Whoever brings the document may look for waiting messages before the worker says that one waits."""
    offer("later")
    share(cloud)
    file = reserved(PLACE, PDF)
    deps = wiring.deps()
    deps.files.store.claim(PLACE.partition, file.id, "v1")
    deps.files.store.settle(PLACE.partition, file.id, "v1", Outcome(FileState.CLEAN))

    cloud.settle()

    assert len(outbox(cloud)) == 1


def test_a_repeated_task_sends_nothing_more(cloud: Cloud) -> None:
    offer("later")
    share(cloud)
    cloud.settle()
    task = CheckDelivery(only_link(cloud).rid, Channel.EMAIL, 0, cloud.clock.now())
    for _ in range(3):
        perform(task, wiring.deps())
    assert wiring.deps().files.waiting.of(PLACE.partition) == [Waiting(task.rid, Channel.EMAIL, 0)]
    assert outbox(cloud) == []

    put(cloud, PLACE, reserved(PLACE, PDF), PDF)
    for _ in range(3):
        perform(task, wiring.deps())

    assert len(outbox(cloud)) == 1
    assert wiring.deps().files.waiting.of(PLACE.partition) == []


def test_an_event_that_is_repeated_tells_again(cloud: Cloud) -> None:
    """The call that settled the file may have died before it told anybody."""
    offer("later")
    share(cloud)
    cloud.settle()
    file = statement()

    take_event(Arrival(object_key(PLACE, file.id), "v1"), wiring.deps())
    cloud.settle()

    assert len(outbox(cloud)) == 1


def test_messages_and_pages_have_the_title_in_the_readers_language(cloud: Cloud) -> None:
    offer("none")
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_contact(demo.DEMO.id, Contact(9, "Ana Díaz", email="ana@example.com", locale="es-MX"))
    share(cloud, recipientContactId=9, recipientEmail=None)

    (message,) = outbox(cloud)
    assert "Extracto" in message["text"] + message["subject"], message
