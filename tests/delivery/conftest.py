"""One cloud for all tests of a module, each with its own recipients. Its clock only moves forward."""

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
    """Yield a cloud without functions that are not part of delivery."""
    with started(tmp_path_factory.mktemp("cloud"), *FUNCTIONS) as rig:
        yield rig


@pytest.fixture
def recipient() -> Recipient:
    """Return a recipient to whom no other test writes."""
    return Recipient(next(_numbers))
