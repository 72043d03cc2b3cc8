"""Meter of the handlers' calls to DynamoDB."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from botocore.handlers import BUILTIN_HANDLERS

if TYPE_CHECKING:
    from collections.abc import Iterator

READS = {"GetItem", "BatchGetItem", "Query"}


@dataclass
class Used:
    """Cost of a step."""

    calls: list[str] = field(default_factory=list)
    write_units: float = 0
    read_units: float = 0

    def __str__(self) -> str:
        return f"{', '.join(self.calls) or 'no request'}: {self.write_units:g} WRU, {self.read_units:g} RRU"


class Meter:
    """Adds up the consumed capacity that DynamoDB reports for each call while `step` runs."""

    def __init__(self) -> None:
        self._used: Used | None = None

    @contextmanager
    def step(self) -> Iterator[Used]:
        self._used = used = Used()
        try:
            yield used
        finally:
            self._used = None

    def ask(self, params: dict[str, Any], model: Any, **_: object) -> None:
        if "ReturnConsumedCapacity" in model.input_shape.members:
            params["ReturnConsumedCapacity"] = "TOTAL"

    def add(self, model: Any, parsed: dict[str, Any], **_: object) -> None:
        if self._used is None:
            return
        self._used.calls.append(model.name)
        consumed = parsed.get("ConsumedCapacity", [])
        units = sum(each["CapacityUnits"] for each in (consumed if isinstance(consumed, list) else [consumed]))
        if model.name in READS:
            self._used.read_units += units
        else:
            self._used.write_units += units


@pytest.fixture(scope="module")
def meter() -> Iterator[Meter]:
    """Yield the meter. Request it before the cloud, because it misses clients that were made earlier."""
    made = Meter()
    hooks: list[tuple[str, Any]] = [("provide-client-params.dynamodb", made.ask), ("after-call.dynamodb", made.add)]
    BUILTIN_HANDLERS.extend(hooks)
    yield made
    for hook in hooks:
        BUILTIN_HANDLERS.remove(hook)
