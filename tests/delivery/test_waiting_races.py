"""A document that comes while its message begins to wait is not missed. The real DynamoDB Local judges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.model.delivery_tasks import CheckDelivery
from linkgate.model.file import object_key
from linkgate.model.file_events import Arrival
from linkgate.model.link import Channel
from linkgate.usecases.delivery.delivery_work import perform
from linkgate.usecases.files.checking import take_event
from tests.delivery.test_races import at_once
from tests.delivery.test_waiting_documents import PLACE, offer, only_link, share
from tests.support.visitor import outbox
from tests.visits.test_documents import statement

if TYPE_CHECKING:
    from tests.support.cloud import Cloud


@pytest.mark.parametrize("number", range(6))
def test_of_a_message_and_its_document_one_finds_the_other(real_cloud: Cloud, number: int) -> None:
    offer("later")
    share(real_cloud)
    deps, rid = wiring.deps(), only_link(real_cloud).rid
    task = CheckDelivery(rid, Channel.EMAIL, 0, deps.now())

    def bring() -> None:
        file = statement()
        take_event(Arrival(object_key(PLACE, file.id), "v1"), deps)

    at_once(*((bring, lambda: perform(task, deps)) if number % 2 else (lambda: perform(task, deps), bring)))
    real_cloud.settle()

    assert len(outbox(real_cloud)) == 1
