"""Key of the stack from which webhooks' secrets are derived, stored as an encrypted parameter of Amazon SSM."""

from __future__ import annotations

import base64
import binascii
from contextlib import suppress
from typing import TYPE_CHECKING

from linkgate.aws.calls import unavailable_on_failure
from linkgate.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from types_boto3_ssm import SSMClient

KEY_BYTES = 32
DESCRIPTION = "Linkgate derives the secrets of webhooks from this key"


class SsmWebhookKey:
    """The key, read on first use and kept. It never changes, because every secret would change with it."""

    def __init__(self, name: str, client: Callable[[], SSMClient]) -> None:
        self._name = name
        self._client = client
        self._key: bytes | None = None

    def __call__(self) -> bytes:
        """Return the key of 256 bits. Raises Unavailable, even if there is no key."""
        if self._key is None:
            with unavailable_on_failure():
                found = self._client().get_parameter(Name=self._name, WithDecryption=True)["Parameter"]
            self._key = key_of(found["Value"])
        return self._key

    def make(self, key: bytes) -> None:
        """Store a key if there is none. One that is there stays, also if another call stores it now.

        Raises Unavailable.
        """
        client = self._client()
        with unavailable_on_failure():
            try:
                client.get_parameter(Name=self._name)
            except client.exceptions.ParameterNotFound:
                with suppress(client.exceptions.ParameterAlreadyExists):
                    client.put_parameter(
                        Name=self._name,
                        Description=DESCRIPTION,
                        Type="SecureString",
                        Value=key_text(key),
                        Overwrite=False,
                    )


def key_of(text: str) -> bytes:
    """Decode a key from the parameter. Raises Unavailable for any other text, which must not be used to sign."""
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Unavailable from None
    if len(key) != KEY_BYTES:
        raise Unavailable
    return key


def key_text(key: bytes) -> str:
    """Return a key as the parameter stores it."""
    return base64.b64encode(key).decode()
