"""An office with agents and calling customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.desk import Office

if TYPE_CHECKING:
    from tests.support.cloud import Cloud


@pytest.fixture
def office(cloud: Cloud) -> Office:
    return Office(cloud)


@pytest.fixture
def real_office(real_cloud: Cloud) -> Office:
    """Return an office over the real DynamoDB Local, to judge races."""
    return Office(real_cloud)
