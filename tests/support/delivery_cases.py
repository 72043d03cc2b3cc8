"""Cloud with some functions, whose calls can be made to fail."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.support.cloud import DOMAIN, Cloud
from tests.support.delivery_rig import Rig, template_of
from tests.support.fault_injection import Injector

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def started(folder: Path, *functions: str) -> Iterator[Rig]:
    """Start a cloud with only these functions, by logical id."""
    injector = Injector()
    with (
        injector.installed(),
        Cloud(template_of(folder, *functions), domain=DOMAIN, portal_url="") as cloud,
    ):
        for service in ("dynamodb", "dynamodbstreams", "scheduler", "sqs"):
            injector.spare(cloud.aws.client(service))
        yield Rig(cloud, injector)
