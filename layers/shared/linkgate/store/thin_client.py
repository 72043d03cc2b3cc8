"""DynamoDB through botocore's signer, credentials, HTTP session, retry rules and errors, without its client.

Loading and asking the client is most of what a recipient waits for: this takes a cold open from 930 to 700 M
instructions and a warm one from 5.1 to 3.0 M. `clients.py` says where it is used. A test compares it with the client
on the real DynamoDB Local.
"""

from __future__ import annotations

import json
import socket
import time
from http.client import responses
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Protocol
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.awsrequest import AWSResponse

CONNECT_TIMEOUT, READ_TIMEOUT = 1, 2
"""Seconds. A call must fail well before the gateway gives up."""
ATTEMPTS = 3
"""A repeat is safe: every write carries its claim."""

_RETRYABLE = SimpleNamespace(name="ReplicatedWriteConflictException", metadata={"retryable": {"throttling": False}})
_OPERATION = SimpleNamespace(name="", error_shapes=[_RETRYABLE], service_model=SimpleNamespace(service_name="dynamodb"))
"""What botocore's retry rules ask an operation's model: of DynamoDB's modelled errors one says that it is retryable."""
_OK, _ERROR = 200, 300


def user_agent() -> str:
    """A fixed one: botocore makes its own anew twice a call, 19 % of a call's instructions."""
    from botocore import __version__  # noqa: PLC0415 - every import of botocore waits for the first call

    return f"Botocore/{__version__} linkgate"


class Signing(Protocol):
    """What botocore's credentials offer to whoever signs a request now."""

    def get_frozen_credentials(self) -> Any:  # noqa: ANN401 - key, secret and token of one moment
        """Refreshed where they are about to expire."""


class ThinClient:
    """What `table.Table` uses of `DynamoDBClient`: the same parameters, replies (but `ResponseMetadata`) and errors."""

    def __init__(self, url: str, region: str, credentials: Signing, trust_store: str) -> None:
        from botocore.httpsession import URLLib3Session  # noqa: PLC0415

        self._url = url.rstrip("/") + "/"
        self._region = region
        self._credentials = credentials
        self._agent = user_agent()
        # Without TCP_NODELAY, which botocore's client sets, too, a request's head and body wait for each other: 40 ms.
        options = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
        session: Any = URLLib3Session  # its types know less than it does
        self._session = session(trust_store, timeout=(CONNECT_TIMEOUT, READ_TIMEOUT), socket_options=options)
        self._retries: tuple[Any, Any] | None = None
        """What decides whether an attempt is repeated, and what counts how often that may be."""

    def batch_get_item(self, **parameters: Any) -> Any:  # noqa: ANN401 - DynamoDB's own, as below
        return self._call("BatchGetItem", parameters)

    def delete_item(self, **parameters: Any) -> Any:  # noqa: ANN401
        return self._call("DeleteItem", parameters)

    def get_item(self, **parameters: Any) -> Any:  # noqa: ANN401
        return self._call("GetItem", parameters)

    def put_item(self, **parameters: Any) -> Any:  # noqa: ANN401
        return self._call("PutItem", parameters)

    def query(self, **parameters: Any) -> Any:  # noqa: ANN401
        return self._call("Query", parameters)

    def transact_write_items(self, **parameters: Any) -> Any:  # noqa: ANN401
        from uuid import uuid4  # noqa: PLC0415 - few calls need it

        parameters.setdefault("ClientRequestToken", str(uuid4()))  # so that a repeat is known as one
        return self._call("TransactWriteItems", parameters)

    def update_item(self, **parameters: Any) -> Any:  # noqa: ANN401
        return self._call("UpdateItem", parameters)

    def _call(self, operation: str, parameters: Mapping[str, Any]) -> Any:  # noqa: ANN401
        from botocore import exceptions  # noqa: PLC0415

        body = json.dumps(parameters).encode()
        context: dict[str, Any] = {}
        attempts = 1
        while True:
            try:
                response = self._send(operation, body)
            except (exceptions.ConnectionError, exceptions.HTTPClientError) as failure:
                delay = self._delay(attempts, context, failure=failure)
                if delay is None:
                    raise
            else:
                if response.status_code == _OK and _intact(response):
                    break
                delay = self._delay(attempts, context, response)
                if delay is None:
                    break
            time.sleep(delay)
            attempts += 1
        if self._retries:
            self._retries[1].release_retry_quota(context, response)
        if response.status_code >= _ERROR:
            raise exceptions.ClientError(_reply(response), operation)
        return _reply(response)

    def _send(self, operation: str, body: bytes) -> AWSResponse:
        from botocore.auth import SigV4Auth  # noqa: PLC0415
        from botocore.awsrequest import AWSRequest  # noqa: PLC0415

        headers = {
            "Content-Type": "application/x-amz-json-1.0",
            "User-Agent": self._agent,
            "X-Amz-Target": f"DynamoDB_20120810.{operation}",
        }
        request = AWSRequest("POST", self._url, headers, body)
        SigV4Auth(self._credentials.get_frozen_credentials(), "dynamodb", self._region).add_auth(request)
        response: AWSResponse = self._session.send(request.prepare())
        return response

    def _delay(
        self, attempts: int, context: dict[str, Any], response: AWSResponse | None = None, failure: object = None
    ) -> float | None:
        """Seconds until the next attempt; None: no more."""
        self._retries = self._retries or _standard_retries()
        delay: float | None = self._retries[0].needs_retry(
            response=None if response is None else (response, _reply(response)),
            operation=_OPERATION,
            attempts=attempts,
            caught_exception=failure,
            request_dict={"context": context},
        )
        return delay


def _standard_retries() -> tuple[Any, Any]:
    """What a client in standard mode decides with; loaded on the first failure."""
    from botocore.retries import standard  # noqa: PLC0415
    from botocore.retries.quota import RetryQuota  # noqa: PLC0415

    adapter = standard.RetryEventAdapter()
    throttling = standard.ThrottlingErrorDetector(adapter)
    quota: Any = standard.RetryQuotaChecker(RetryQuota(), throttling)
    policy = standard.RetryPolicy(
        standard.StandardRetryConditions(ATTEMPTS),
        standard.ExponentialBackoff(service_name="dynamodb", throttling_detector=throttling),
    )
    return standard.RetryHandler(policy, adapter, quota, "dynamodb"), quota


def _intact(response: AWSResponse) -> bool:
    checksum = response.headers.get("x-amz-crc32")
    return checksum is None or crc32(response.content) == int(checksum)


def _reply(response: AWSResponse) -> Any:  # noqa: ANN401 - DynamoDB's own
    """As the client gives it: an error's code and message under `Error`, beside what else it says."""
    status, content = response.status_code, response.content
    try:
        body: dict[str, Any] = json.loads(content)
    except ValueError:
        body = {"message": responses.get(status, "")}  # a gateway's own page, or what was broken on the way
    if status < _ERROR:
        return body
    code = body.pop("__type", str(status)).partition(":")[0].rpartition("#")[2]
    message = body.pop("message", body.pop("Message", ""))
    return {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}, **body}
