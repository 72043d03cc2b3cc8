"""Shared cloud of a module's tests, which only create links and never count them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.cloud import DOMAIN, TEMPLATE, Cloud

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def shared_cloud() -> Iterator[Cloud]:
    with Cloud(TEMPLATE, domain=DOMAIN, portal_url="") as started:
        yield started
