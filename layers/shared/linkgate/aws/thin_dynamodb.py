"""DynamoDB client built from botocore's signer, credentials, HTTP session, retry rules and errors.

Loading and calling botocore's own client is most of the time that a recipient waits. This one takes a cold open from
930 to 700 M instructions and a warm open from 5.1 to 3.0 M. `aws/clients.py` decides where it is used. A test compares
it with botocore's client on the real DynamoDB Local.
"""

from __future__ import annotations

import json
import re
import socket
import time
from base64 import b64encode
from http.client import responses
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from zlib import crc32

from linkgate.aws.client_settings import TABLE_ATTEMPTS, TABLE_CONNECT_SECONDS, TABLE_READ_SECONDS
from linkgate.aws.lean_botocore import AMAZON_ROOTS, user_agent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.awsrequest import AWSResponse
    from botocore.credentials import Credentials

ROOTED = re.compile(r"(us|eu|ap|sa|ca|me|af|il|mx|us-gov)-\w+-\d+")
"""Regions of the partitions aws and aws-us-gov. Their endpoints are below amazonaws.com and have Amazon's own roots."""
_UNUSUAL = frozenset(
    {
        "AWS_CA_BUNDLE",
        "AWS_CONFIG_FILE",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "AWS_PROFILE",
        "AWS_SHARED_CREDENTIALS_FILE",
        "AWS_USE_DUALSTACK_ENDPOINT",
        "AWS_USE_FIPS_ENDPOINT",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "HTTPS_PROXY",
        "HTTP_PROXY",
        "REQUESTS_CA_BUNDLE",
    }
)
"""Variables that only botocore's session understands."""

_RETRYABLE = SimpleNamespace(name="ReplicatedWriteConflictException", metadata={"retryable": {"throttling": False}})
_OPERATION = SimpleNamespace(name="", error_shapes=[_RETRYABLE], service_model=SimpleNamespace(service_name="dynamodb"))
"""Operation model for botocore's retry rules. Only one of DynamoDB's modelled errors is marked as retryable."""
_OK, _ERROR = 200, 300


class Signing(Protocol):
    """Botocore's credentials, as needed to sign a request."""

    def get_frozen_credentials(self) -> Any:  # noqa: ANN401 - key, secret and token of one moment
        """Return the credentials, refreshed if they are about to expire."""


def thin_client(environ: Mapping[str, str]) -> ThinClient | None:
    """Build the client for a function on Lambda, or return None if the environment needs botocore's session."""
    region = environ.get("AWS_DEFAULT_REGION", "")
    if "AWS_LAMBDA_FUNCTION_NAME" not in environ or not ROOTED.fullmatch(region):
        return None
    if any(name.upper() in _UNUSUAL for name in environ):
        return None
    credentials = credentials_in(environ)
    if credentials is None:
        return None
    named = environ.get("AWS_ENDPOINT_URL_DYNAMODB") or environ.get("AWS_ENDPOINT_URL")
    return ThinClient(named or f"https://dynamodb.{region}.amazonaws.com", region, credentials, AMAZON_ROOTS)


def credentials_in(environ: Mapping[str, str]) -> Credentials | Keys | None:
    """Find credentials in botocore's order: environment, then container (SnapStart), which renews them in time."""
    if environ.get("AWS_ACCESS_KEY_ID") and "AWS_CREDENTIAL_EXPIRATION" not in environ:
        return Keys(
            environ["AWS_ACCESS_KEY_ID"], environ["AWS_SECRET_ACCESS_KEY"], environ.get("AWS_SESSION_TOKEN") or None
        )
    from botocore.credentials import ContainerProvider, EnvProvider

    found: Credentials | None = EnvProvider(environ).load() or ContainerProvider(environ).load()
    return found


def credentials_of(environ: Mapping[str, str]) -> Any:  # noqa: ANN401 - botocore's credentials, or `Keys`
    """Find credentials in the environment or else, for a person's own machine, where botocore's session looks."""
    found = credentials_in(environ)
    if found is None:
        from botocore.session import Session

        found = Session().get_credentials()
    return found


class Keys(NamedTuple):
    """Fixed credentials from a function's environment. Botocore's class adds 42 M instructions to a cold start."""

    access_key: str
    secret_key: str
    token: str | None

    def get_frozen_credentials(self) -> Keys:
        """Return the credentials themselves, which are fixed already."""
        return self


class ThinClient:
    """The part of `DynamoDBClient` that `table.Table` uses, with the same parameters, replies and errors.

    Replies have no `ResponseMetadata`, and their binary values are base64 text, as DynamoDB sends them.
    """

    def __init__(self, url: str, region: str, credentials: Signing, trust_store: str) -> None:
        from botocore.httpsession import URLLib3Session

        self._url = url.rstrip("/") + "/"
        self._region = region
        self._credentials = credentials
        self._agent = user_agent()
        # Without TCP_NODELAY, a request's head and body wait 40 ms for each other. Botocore's client sets it, too.
        options = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
        session: Any = URLLib3Session  # its type stubs are incomplete
        self._session = session(
            trust_store, timeout=(TABLE_CONNECT_SECONDS, TABLE_READ_SECONDS), socket_options=options
        )
        self._retries: tuple[Any, Any] | None = None
        """Handler that decides whether an attempt is repeated, and counter of the repeats left."""

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
        from uuid import uuid4

        parameters.setdefault("ClientRequestToken", str(uuid4()))  # marks a repeat as one
        return self._call("TransactWriteItems", parameters)

    def update_item(self, **parameters: Any) -> Any:  # noqa: ANN401
        return self._call("UpdateItem", parameters)

    def _call(self, operation: str, parameters: Mapping[str, Any]) -> Any:  # noqa: ANN401
        from botocore import exceptions

        body = json.dumps(parameters, default=_binary_text).encode()
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
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest

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
        """Return the seconds until the next attempt, or None for no more attempts."""
        self._retries = self._retries or _standard_retries()
        delay: float | None = self._retries[0].needs_retry(
            response=None if response is None else (response, _reply(response)),
            operation=_OPERATION,
            attempts=attempts,
            caught_exception=failure,
            request_dict={"context": context},
        )
        return delay


def _binary_text(value: bytes) -> str:
    """Write a binary value as DynamoDB's JSON has it."""
    return b64encode(value).decode()


def _standard_retries() -> tuple[Any, Any]:
    """Build the retry handler and quota of a client in standard mode. Loaded on the first failure."""
    from botocore.retries import standard
    from botocore.retries.quota import RetryQuota

    adapter = standard.RetryEventAdapter()
    throttling = standard.ThrottlingErrorDetector(adapter)
    quota: Any = standard.RetryQuotaChecker(RetryQuota(), throttling)
    policy = standard.RetryPolicy(
        standard.StandardRetryConditions(TABLE_ATTEMPTS),
        standard.ExponentialBackoff(service_name="dynamodb", throttling_detector=throttling),
    )
    return standard.RetryHandler(policy, adapter, quota, "dynamodb"), quota


def _intact(response: AWSResponse) -> bool:
    checksum = response.headers.get("x-amz-crc32")
    return checksum is None or crc32(response.content) == int(checksum)


def _reply(response: AWSResponse) -> Any:  # noqa: ANN401 - DynamoDB's own
    """Build the reply that botocore's client returns. An error has its code and message under `Error`."""
    status, content = response.status_code, response.content
    try:
        body: dict[str, Any] = json.loads(content)
    except ValueError:
        body = {"message": responses.get(status, "")}  # a gateway's own page, or a damaged body
    if status < _ERROR:
        return body
    code = body.pop("__type", str(status)).partition(":")[0].rpartition("#")[2]
    message = body.pop("message", body.pop("Message", ""))
    return {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}, **body}
