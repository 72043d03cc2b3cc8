"""One cloud per module, and a made-up place for files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from linkgate.model.file import Place
from linkgate.tokens import token
from tests.support.cloud import DOMAIN, TEMPLATE, Cloud, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linkgate.store.table import Table


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with Cloud(TEMPLATE, domain=DOMAIN, portal_url="") as started:
        yield started


@pytest.fixture
def table(cloud: Cloud) -> Table:
    return table_of(cloud)


@pytest.fixture
def place() -> Place:
    name = token(os.urandom(16))
    return Place(name, f"l/{name}/", most=20, room=100_000_000)
