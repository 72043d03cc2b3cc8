"""A form that a customer and an adviser fill in together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.vendor_calls import GENERATE
from tests.support.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.cloud import Cloud


@pytest.fixture
def together(cloud: Cloud) -> Callable[[], tuple[Visitor, Visitor]]:
    """Return a function that makes such a form, and returns the customer and the adviser, who have opened it."""

    def make() -> tuple[Visitor, Visitor]:
        body = {**GENERATE.body, "coBrowsingRoles": ["adviser"], "serializedModel": {}}
        made = GENERATE.make(cloud, body).json()
        customer, adviser = Visitor(cloud), Visitor(cloud)
        customer.see(made["link"])
        adviser.see(made["coBrowsing"]["adviser"])
        return customer, adviser

    return make
