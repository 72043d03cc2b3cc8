"""Copies of moto's state, because hundreds of tests start with the same tables and tenants."""

from __future__ import annotations

import copyreg
import pickle
import threading
from typing import TYPE_CHECKING, Any

from moto.core.base_backend import BackendDict
from moto.dynamodb.models.dynamo_type import LimitedSizeDict
from moto.s3.models import s3_backends

if TYPE_CHECKING:
    from moto.core.base_backend import BaseBackend


def _attributes(values: dict[str, Any]) -> LimitedSizeDict:
    """Make an item's attributes again without measuring them at each."""
    made = LimitedSizeDict()
    dict.update(made, values)
    return made


# A lock in moto's queues cannot be copied, so the copy of a queue gets its own lock.
copyreg.pickle(threading.Condition, lambda _: (threading.Condition, ()))
copyreg.pickle(LimitedSizeDict, lambda values: (_attributes, (dict(values),)))


class MotoState:
    """Copy of the state of all services. It shares nothing with the original.

    It is a pickle, from which a copy is made three times as fast as from a copy.
    """

    def __init__(self) -> None:
        in_use: list[BackendDict[Any]] = BackendDict._instances  # type: ignore[misc]  # noqa: SLF001 - named nowhere else
        held = [
            (service, account, region, state)
            for service in in_use
            for account, region, state in service.iter_backends()
        ]
        self._places = [(service, account, region) for service, account, region, _ in held]
        self._states = pickle.dumps([state for *_, state in held], pickle.HIGHEST_PROTOCOL)

    def restore(self) -> None:
        """Put the copy into an empty moto."""
        s3_backends.bucket_accounts.clear()  # of buckets that were made since; moto would look for them for ever
        states: list[BaseBackend] = pickle.loads(self._states)  # noqa: S301 - of our own
        for (service, account, region), state in zip(self._places, states, strict=True):
            service[account][region] = state
