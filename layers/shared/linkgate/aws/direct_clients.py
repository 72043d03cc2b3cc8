"""Clients of DynamoDB and SES v2 for functions that somebody waits for. They load botocore only to tell of a failure.

Its own clients were most of the time that a recipient waits. `aws/clients.py` decides where these are used. Tests
compare requests, replies and failures with botocore's, on the real DynamoDB Local and on servers that misbehave.
"""

from __future__ import annotations

import json
from base64 import b64encode
from functools import partial
from typing import TYPE_CHECKING, Any
from zlib import crc32

from linkgate.aws.client_settings import TABLE_ATTEMPTS
from linkgate.aws.endpoint import failures
from linkgate.aws.retries import Retries

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkgate.aws.endpoint import Endpoint
    from linkgate.aws.exchange import Answer

_ERROR = 300
_ENCODER = json.JSONEncoder(default=lambda value: b64encode(value).decode(), check_circular=False)


class DirectDynamoDb:
    """`DynamoDBClient`, with the same parameters, replies and errors: `get_item` is the operation GetItem.

    A binary value of a reply is base64 text, as DynamoDB's JSON has it.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._retries = Retries(TABLE_ATTEMPTS)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return partial(self._call, name.title().replace("_", ""))

    def _call(self, operation: str, **parameters: Any) -> Any:  # noqa: ANN401 - DynamoDB's own
        if operation == "TransactWriteItems":
            from uuid import uuid4

            parameters.setdefault("ClientRequestToken", str(uuid4()))  # marks a repeat as one
        attempt = cost = 1
        while True:
            try:
                reply = self._once(operation, parameters)
            except failures() as failure:
                cost = self._retries.wait(attempt, failure)
                attempt += 1
            else:
                self._retries.succeeded(cost)
                return reply

    def _once(self, operation: str, parameters: dict[str, Any]) -> Any:  # noqa: ANN401 - same
        kind = {"content-type": "application/x-amz-json-1.0", "x-amz-target": f"DynamoDB_20120810.{operation}"}
        answer = _granted(self._endpoint.send("POST", "/", kind, _ENCODER.encode(parameters).encode()), operation)
        checksum = answer.headers.get("x-amz-crc32")
        reply = _members(answer.content)
        if reply is None or (checksum is not None and checksum != str(crc32(answer.content))):
            from botocore.exceptions import HTTPClientError

            raise HTTPClientError(error="the answer was damaged on the way")
        return reply


class DirectSes:
    """`SESV2Client`, as far as senders use it. There is one attempt, so that no message is sent twice."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    def send_email(self, **request: Any) -> Any:  # noqa: ANN401 - SES's own
        """Return the reply. It is empty if it cannot be read, because the message was accepted all the same."""
        kind, body = {"content-type": "application/json"}, _ENCODER.encode(request).encode()
        answer = self._endpoint.send("POST", "/v2/email/outbound-emails", kind, body)
        return _members(_granted(answer, "SendEmail").content) or {}


def _granted(answer: Answer, operation: str) -> Answer:
    """Return the answer, or raise botocore's ClientError with the same reply if it is an error."""
    if answer.status < _ERROR:
        return answer
    from http.client import responses

    from botocore.exceptions import ClientError

    status, body = answer.status, _members(answer.content)
    if body is None:
        body = {"message": responses.get(status, "")}  # a gateway's page has no code but its status
    named = [answer.headers.get("x-amzn-errortype"), *(body.pop(name, None) for name in ("code", "Code", "__type"))]
    code = next(filter(None, named), status)
    message = body.pop("message", body.pop("Message", ""))
    error = {"Code": str(code).partition(":")[0].rpartition("#")[2], "Message": message}
    headers = {name.lower(): value for name, value in answer.headers.items()}
    reply: Any = {**body, "Error": error, "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": headers}}
    raise ClientError(reply, operation)


def _members(content: bytes) -> dict[str, Any] | None:
    """Return the members of a JSON object, or None for anything else."""
    try:
        found = json.loads(content)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
