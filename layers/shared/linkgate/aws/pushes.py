"""Messages to connected browsers by API Gateway's PostToConnection."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from linkgate.aws.signed_requests import SignedRequests
from linkgate.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

_GONE = 410
_LAST = 299


class GatewayPushes:
    """`ports.live.Pushes`. `endpoint` is the stage's address, such as `https://<api>.execute-api.<region>.../live`."""

    def __init__(self, endpoint: str, environ: Mapping[str, str]) -> None:
        self._endpoint = endpoint.rstrip("/")
        self._requests = SignedRequests("execute-api", environ)

    def push(self, connection: str, data: bytes) -> bool:
        status = self._call("POST", connection, data)
        if status == _GONE:
            return False
        if status > _LAST:
            raise Unavailable
        return True

    def close(self, connection: str) -> None:
        status = self._call("DELETE", connection, b"")
        if status > _LAST and status != _GONE:
            raise Unavailable

    def _call(self, method: str, connection: str, data: bytes) -> int:
        url = f"{self._endpoint}/@connections/{quote(connection, safe='')}"
        return int(self._requests.send(method, url, data, "application/octet-stream").status)
