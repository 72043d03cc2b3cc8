"""A name that is too long for a key names nothing. Judged by DynamoDB Local, because moto takes keys of any length."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.model.tenant import Campaign, ResourceType
from linkgate.ports.management import LinkList
from linkgate.usecases.management.link_lists import BEGINNING, each_link
from local.demo import DEMO
from tests.support.vendor_calls import CUSTOMER_LINK

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

LONG = ["x" * 1025, "x" * 5000, "é" * 513, "\ud800" * 400]


def test_nothing_has_a_name_that_is_too_long(real_cloud: Cloud) -> None:
    deps = wiring.deps()
    for name in LONG:
        assert deps.tenants.definition(ResourceType, DEMO.id, name) is None
        assert deps.tenants.versions(Campaign, DEMO.id, name) == []
        assert deps.staff.people.get(DEMO.id, name) is None
        assert deps.staff.sign_ins.get(name) is None
        surveys = LinkList(lists=DEMO.id, since=BEGINNING, until=deps.now(), campaign=name)
        assert list(each_link(surveys, deps)) == []

        refused = CUSTOMER_LINK.make(real_cloud, {**CUSTOMER_LINK.body, "resourceType": name})
        assert refused.status == 400, refused.text


@pytest.mark.usefixtures("real_cloud")
def test_a_name_of_the_greatest_length_may_be_asked_for() -> None:
    assert wiring.deps().tenants.definition(Campaign, DEMO.id, "x" * 1015) is None
