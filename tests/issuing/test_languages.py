"""The language of a definition overrides that of its tenant."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.model.tenant import Campaign, Category, Process
from linkgate.store.tenants import DynamoTenants
from local import demo
from tests.support.vendor_calls import CALLS

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

DEFINED: dict[str, type[Process | Campaign | Category]] = {"send": Process, "survey": Campaign, "session": Category}


@pytest.mark.parametrize("name", DEFINED)
@pytest.mark.parametrize(("locale", "language"), [("es-MX", "es-MX"), (None, "en")])
def test_a_link_speaks_its_definitions_language(cloud: Cloud, name: str, locale: str | None, language: str) -> None:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    for definition in demo.DEFINITIONS:
        if isinstance(definition, DEFINED[name]):
            tenants.put_definition(demo.DEMO.id, replace(definition, locale=locale))

    CALLS[name].make(cloud)

    assert [
        item["recipient"].get("locale") or item["recipient"]["usual"]
        for item in cloud.table()
        if item["sk"] == "link" and not item.get("role")
    ] == [language]
