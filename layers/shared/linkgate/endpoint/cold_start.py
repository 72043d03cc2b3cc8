"""Start of an execution environment: its first call, and its restoration from a snapshot.

A snapshot (SnapStart) is taken after the handler is imported. Nothing has been built by then: no client, connection,
reserved number or secret. Only Python's random numbers, which jitter uses, would be the same in all copies.
"""

from __future__ import annotations

import gc
import random
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

try:
    from snapshot_restore_py import register_after_restore  # type: ignore[import-not-found]  # in Lambda's runtime only
except ImportError:
    pass
else:
    register_after_restore(random.seed)

_first = True
_AS_USUAL = nullcontext()


def uncollected_at_first() -> AbstractContextManager[None]:
    """Turn off garbage collection during the first call, which loads the SDK and creates a client but no garbage.

    The objects it creates stay for good and are never examined again. This saves a cold start 3 % of its instructions.
    """
    return _uncollected() if _first else _AS_USUAL


@contextmanager
def _uncollected() -> Iterator[None]:
    global _first  # noqa: PLW0603 - a fact of the process
    _first = False
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
