"""Choice of a sample that is the same for the same seed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

_T = TypeVar("_T")


def sample(values: Sequence[_T], size: int, seed: str) -> list[_T]:
    """Return as many values, in their order. Without a size, return all."""
    if not size or size >= len(values):
        return list(values)
    chosen = set(random.Random(seed).sample(range(len(values)), size))
    return [value for number, value in enumerate(values) if number in chosen]
