"""One cloud for all tests of a module, each with recipients of its own; its clock only moves forward."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from tests.support.delivery_cases import started
from tests.support.delivery_rig import Recipient, Rig

if TYPE_CHECKING:
    from collections.abc import Iterator

FUNCTIONS = (
    "EasysendGenerateLinkFunction",
    "EasysendSendLinkFunction",
    "EasysendCancelRequestFunction",
    "TrendsicCustomerLinkFunction",
    "DigideskSurveyRequestFunction",
    "RecipientFunction",
    "StreamRelayFunction",
    "DeliveryWorkerFunction",
    "DeliveryFeedbackFunction",
)
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """Without functions that have no part in deliveries."""
    with started(tmp_path_factory.mktemp("cloud"), *FUNCTIONS) as rig:
        yield rig


@pytest.fixture
def recipient() -> Recipient:
    """Somebody nobody else's test writes to."""
    return Recipient(next(_numbers))
