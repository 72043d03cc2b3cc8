"""Calls to AWS whose failures all become Unavailable, so that the caller can repeat them later."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from linkgate.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def unavailable_on_failure() -> Iterator[None]:
    """Turn any AWS failure inside the block into Unavailable."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise Unavailable from error
