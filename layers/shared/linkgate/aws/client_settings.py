"""Timeouts and retries of each kind of client."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from botocore.config import Config

TABLE_CONNECT_SECONDS, TABLE_READ_SECONDS = 1, 2
"""A call to the table must fail well before the gateway gives up."""
TABLE_ATTEMPTS = 3
"""A repeat is safe: every write carries its claim."""

_PROVIDER_CONNECT_SECONDS = 1
_PROVIDER_READ_SECONDS = 5
_ADDRESSES_TRIED = 3
"""A name has several addresses, and each has the connect timeout to itself."""

PROVIDER_TIMEOUT = timedelta(seconds=_PROVIDER_CONNECT_SECONDS * _ADDRESSES_TRIED + _PROVIDER_READ_SECONDS)
"""The longest a call to a message provider can take."""


def table_config() -> Config:
    """Settings of DynamoDB's client."""
    from botocore.config import Config

    return Config(
        connect_timeout=TABLE_CONNECT_SECONDS,
        read_timeout=TABLE_READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": TABLE_ATTEMPTS},
        # DynamoDB rejects bad parameters itself, and checking them here is 10 % of a call's instructions.
        parameter_validation=False,
    )


def provider_config() -> Config:
    """Settings of the clients that send messages: a single attempt, and timeouts that fit into a delivery's lease."""
    from botocore.config import Config

    return Config(
        connect_timeout=_PROVIDER_CONNECT_SECONDS,
        read_timeout=_PROVIDER_READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": 1},
    )


def background_config() -> Config:
    """Settings of the clients of the queue, the bus, the scheduler and parameters: repeats are safe, waits short."""
    from botocore.config import Config

    return Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})
