"""Timeouts and retries of each kind of client."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from botocore.config import Config

TABLE_CONNECT_SECONDS, TABLE_READ_SECONDS = 1, 2
"""Timeouts of a call to the table, which must fail well before the gateway gives up."""
TABLE_ATTEMPTS = 3
"""Attempts at a call to the table. A retry is safe, because every write carries its claim."""

PROVIDER_CONNECT_SECONDS, PROVIDER_READ_SECONDS = 1, 5
_ADDRESSES_TRIED = 3
"""Number of addresses that a name may have. Each gets the whole connect timeout."""

PROVIDER_TIMEOUT = timedelta(seconds=PROVIDER_CONNECT_SECONDS * _ADDRESSES_TRIED + PROVIDER_READ_SECONDS)
"""Longest time that a call to a message provider can take."""


def table_config() -> Config:
    """Return the settings of DynamoDB's client."""
    from botocore.config import Config

    return Config(
        connect_timeout=TABLE_CONNECT_SECONDS,
        read_timeout=TABLE_READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": TABLE_ATTEMPTS},
        # DynamoDB rejects bad parameters itself, and checking them here is 10 % of a call's instructions.
        parameter_validation=False,
        account_id_endpoint_mode="disabled",  # the same endpoint as that of our own client
    )


def provider_config() -> Config:
    """Return the settings of clients that send messages: one attempt, with timeouts that fit a delivery's lease."""
    from botocore.config import Config

    return Config(
        connect_timeout=PROVIDER_CONNECT_SECONDS,
        read_timeout=PROVIDER_READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": 1},
    )


def files_config() -> Config:
    """Return the settings of the client of files, whose addresses are signed with the whole request."""
    from botocore.config import Config

    return Config(
        connect_timeout=1,
        read_timeout=10,
        retries={"mode": "standard", "total_max_attempts": 3},
        signature_version="s3v4",
    )


def background_config() -> Config:
    """Return the settings of other clients (queue, bus, scheduler, parameters): safe retries and short waits."""
    from botocore.config import Config

    return Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})
