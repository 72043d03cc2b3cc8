"""Calls to AWS that fail in one way: unavailable, to be repeated later by whoever asked."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from linkgate.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def unavailable_on_failure() -> Iterator[None]:
    """Any failure inside raises Unavailable."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise Unavailable from error
