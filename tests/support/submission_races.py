"""Many submissions of what a review showed, while others write to the same form."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MANY = 12


def statuses_of(submit: Callable[[], int], write: Callable[[int], object], seed: int) -> list[int]:
    """Return the statuses of eight submissions at once, and of no write of the four beside them, in a random order."""

    def act(number: int) -> int:
        if number % 3:
            return submit()
        write(number)
        return 0

    order = list(range(MANY))
    random.Random(seed).shuffle(order)
    with ThreadPoolExecutor(MANY) as pool:
        return [status for status in pool.map(act, order) if status]
