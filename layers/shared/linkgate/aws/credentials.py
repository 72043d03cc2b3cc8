"""Credentials of a function: from its environment, or from the address that a function restored from a snapshot has."""

from __future__ import annotations

import json
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from linkgate.aws.signature import Keys

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_ADDRESS, _TOKEN = "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN"
_THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})
_ATTEMPTS = 3
_EARLY, _AGAIN = 15 * 60, 60
"""Seconds before their end at which credentials are renewed, and between two attempts while they are still good."""


def credentials_in(environ: Mapping[str, str]) -> Keys | ContainerCredentials | None:
    """Find credentials in botocore's order, or return None for those that only its session understands."""
    secret = environ.get("AWS_SECRET_ACCESS_KEY")
    if environ.get("AWS_ACCESS_KEY_ID") and secret and "AWS_CREDENTIAL_EXPIRATION" not in environ:
        return Keys(environ["AWS_ACCESS_KEY_ID"], secret, environ.get("AWS_SESSION_TOKEN") or None)
    address = urlsplit(environ.get(_ADDRESS, ""))
    if address.scheme == "http" and address.hostname in _THIS_MACHINE and _TOKEN in environ:
        return ContainerCredentials(environ)
    return None


def credentials_of(environ: Mapping[str, str]) -> Any:  # noqa: ANN401 - ours, or botocore's
    """Find credentials in the environment or else, for a person's own machine, where botocore's session looks."""
    found = credentials_in(environ)
    if found is None:
        from botocore.session import Session

        return Session().get_credentials()
    return found


class ContainerCredentials:
    """Credentials that Lambda tells a restored function. Their address and its token are read anew each time."""

    def __init__(self, environ: Mapping[str, str], now: Callable[[], float] = time.time) -> None:
        self._environ = environ
        self._now = now
        self._keys = Keys("", "", None)
        self._renewed_from = self._good_until = 0.0

    def get_frozen_credentials(self) -> Keys:
        """Return the keys of now. Raises botocore's CredentialRetrievalError if the last ones have expired."""
        now, attempt = self._now(), 1
        if now < self._renewed_from:
            return self._keys
        from http.client import HTTPException

        while now >= self._renewed_from:
            try:
                self._keys, self._good_until = self._asked()
                self._renewed_from = max(self._good_until - _EARLY, now + _AGAIN)
            except (OSError, HTTPException, KeyError, TypeError, ValueError):
                if now < self._good_until:
                    self._renewed_from = min(self._good_until, now + _AGAIN)
                elif attempt == _ATTEMPTS:
                    from botocore.exceptions import CredentialRetrievalError

                    # An answer may hold a secret, so nothing of it is told.
                    raise CredentialRetrievalError(provider="container-role", error_msg="no credentials") from None
                else:
                    time.sleep(attempt / 2)
                    attempt += 1
        return self._keys

    def _asked(self) -> tuple[Keys, float]:
        """Return keys and the time at which they expire."""
        from http.client import HTTPConnection

        address = urlsplit(self._environ[_ADDRESS])
        connection = HTTPConnection(address.netloc, timeout=2)
        try:
            target = address._replace(scheme="", netloc="").geturl() or "/"
            connection.request("GET", target, headers={"authorization": self._environ[_TOKEN]})
            found = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        keys = Keys(found["AccessKeyId"], found["SecretAccessKey"], found["Token"])
        return keys, datetime.fromisoformat(found["Expiration"]).timestamp()
