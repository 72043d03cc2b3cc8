"""Requests to AWS for a call or two, for which botocore's client would add a quarter to a start."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from linkgate.aws.credentials import credentials_of
from linkgate.aws.endpoint import AMAZON_ROOTS, ROOTED, Endpoint, failures
from linkgate.aws.signature import Signer
from linkgate.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.aws.exchange import Answer

_SECONDS = 1, 2
_TOO_MANY, _ERROR = 429, 500


class SignedRequests:
    """Requests to one service, by the name that its signatures have."""

    def __init__(self, service: str, environ: Mapping[str, str]) -> None:
        self._service = service
        self._environ = environ
        self._endpoints: dict[str, Endpoint] = {}

    @property
    def region(self) -> str:
        return self._environ.get("AWS_DEFAULT_REGION") or self._environ.get("AWS_REGION", "")

    def send(self, method: str, url: str, data: bytes, kind: str) -> Answer:
        """Return the answer to a request with content of a kind. Raises Unavailable.

        A busy or broken service, and a kept connection that it had closed, get a second try.
        """
        parts = urlsplit(url)
        endpoint = self._endpoint(f"{parts.scheme}://{parts.netloc}")
        for last in (False, True):
            try:
                answer = endpoint.send(method, parts.path, {"content-type": kind}, data)
            except failures() as error:
                from botocore.exceptions import ReadTimeoutError

                if last or isinstance(error, ReadTimeoutError):  # after which the request may have arrived
                    raise Unavailable from error
            else:
                if last or (answer.status != _TOO_MANY and answer.status < _ERROR):
                    return answer
        raise Unavailable

    @cached_property
    def _credentials(self) -> Any:  # noqa: ANN401 - ours or botocore's
        return credentials_of(self._environ)

    def _endpoint(self, address: str) -> Endpoint:
        if address not in self._endpoints:
            signer = Signer(self._service, self.region)
            self._endpoints[address] = Endpoint(address, signer, self._credentials, _SECONDS, self._roots())
        return self._endpoints[address]

    def _roots(self) -> str:
        if ROOTED.fullmatch(self.region):
            return AMAZON_ROOTS
        from botocore.httpsession import where

        return str(where())
