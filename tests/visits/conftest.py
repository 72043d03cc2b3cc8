"""One cloud per module. Starting one takes longer than most tests, and every test makes its own links."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.cloud import DOMAIN, TEMPLATE, Cloud

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def shared_cloud() -> Iterator[Cloud]:
    """Yield the cloud. Its clock only moves forward, so a test must not depend on the time of day."""
    with Cloud(TEMPLATE, domain=DOMAIN, portal_url="") as started:
        yield started


@pytest.fixture
def cloud(shared_cloud: Cloud) -> Cloud:
    shared_cloud.outbox.clear()
    return shared_cloud
