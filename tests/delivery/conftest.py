"""One cloud for all tests of a module, each with recipients of its own; its clock only moves forward."""

from __future__ import annotations

import itertools
import types
from typing import TYPE_CHECKING

import pytest

from tests.cloud import DOMAIN, Cloud
from tests.delivery.fault_injection import Injector
from tests.delivery.links import Recipient, Rig, template_of

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
    injector = Injector()
    template = template_of(tmp_path_factory.mktemp("cloud"), *FUNCTIONS)
    with (
        pytest.MonkeyPatch.context() as patch,
        injector.installed(),
        Cloud(template, domain=DOMAIN, portal_url="") as cloud,
    ):
        # The SDK would sleep between its own attempts.
        patch.setattr("botocore.endpoint.time", types.SimpleNamespace(sleep=lambda _seconds: None))
        for service in ("dynamodb", "dynamodbstreams", "scheduler", "sqs"):
            injector.spare(cloud.aws.client(service))
        yield Rig(cloud, injector)


@pytest.fixture
def recipient() -> Recipient:
    """Somebody nobody else's test writes to."""
    return Recipient(next(_numbers))
