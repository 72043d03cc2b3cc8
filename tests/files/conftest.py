"""One cloud per module, and files that belong to made-up places."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate.aws.clients import Clients
from linkgate.model.file import File, Place
from linkgate.model.file_kinds import FileKind
from linkgate.store.table import Table
from linkgate.tokens import token
from tests.support.cloud import DOMAIN, TEMPLATE, Cloud

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with Cloud(TEMPLATE, domain=DOMAIN, portal_url="") as started:
        yield started


@pytest.fixture
def table(cloud: Cloud) -> Table:
    clients = Clients()
    return Table(cloud.environment()["TABLE_NAME"], lambda: clients.dynamodb)


@pytest.fixture
def place() -> Place:
    name = token(os.urandom(16))
    return Place(name, f"l/{name}/", most=20, room=100_000_000)


def a_file(**different: Any) -> File:  # noqa: ANN401 - values of its fields
    """Return an awaited PDF, kept for a month."""
    made = File(
        id=token(os.urandom(16)),
        tenant="demo",
        name="invoice.pdf",
        kind=FileKind.PDF,
        size=1000,
        sha256="ab" * 32,
        salt=b"0123456789abcdef",
        added_at=NOW,
        ttl=NOW + timedelta(days=30),
    )
    return replace(made, **different)
