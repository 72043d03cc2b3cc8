"""`linkgate retention` finds and deletes overdue links."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from local.demo import DEMO, MANAGE_KEY, OTHER
from tests.cli.conftest import Shell
from tests.management.conftest import Manager

if TYPE_CHECKING:
    from tests.support.cloud import Cloud


@pytest.fixture
def old_link(cloud: Cloud) -> str:
    """A link of the first demo tenant whose retention ended long ago."""
    today = wiring.deps()
    wiring.use(replace(today, now=lambda: today.now() - timedelta(days=60)))
    rid = Manager(cloud, MANAGE_KEY).share()
    wiring.use(today)
    return rid


def test_what_is_overdue_is_counted_and_deleted(cloud: Cloud, old_link: str) -> None:
    shell = Shell(cloud)

    counted = {row["tenant"]: (row["overdue"], row["deleted"]) for row in shell.json("retention", "--dry-run")}
    deleted = {row["tenant"]: (row["overdue"], row["deleted"]) for row in shell.json("retention")}
    again = {row["tenant"]: (row["overdue"], row["deleted"]) for row in shell.json("retention")}

    assert counted == {DEMO.id: (1, 0), OTHER.id: (0, 0)}
    assert deleted == {DEMO.id: (1, 1), OTHER.id: (0, 0)}
    assert again == {DEMO.id: (0, 0), OTHER.id: (0, 0)}
    assert old_link not in {item["pk"] for item in cloud.table()}


def test_another_tenants_links_are_left(cloud: Cloud, old_link: str) -> None:
    said = Shell(cloud).run("retention", "--tenant", OTHER.name)

    assert OTHER.id in said
    assert DEMO.id not in said
    assert old_link in {item["pk"] for item in cloud.table()}
