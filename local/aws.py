"""AWS for one process: moto answers every SDK call. Calls to DynamoDB can go to another endpoint instead.

Nothing leaves the machine: the environment gets dummy credentials, and a call that nothing here answers is an error.
Calls to moto are made one at a time, because moto is not atomic under threads. A hook at botocore's `before-send`
passes calls to moto, injects faults, and records messages and events.
"""

from __future__ import annotations

import functools
import io
import json
import os
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import botocore.auth
import botocore.signers
import moto.sqs.models
from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ReadTimeoutError
from botocore.handlers import BUILTIN_HANDLERS
from botocore.httpsession import URLLib3Session
from moto.core.base_backend import BackendDict
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse
from moto.s3.models import s3_backends

from local import outbox as wire
from local.dynamodb_moto import Transactions
from local.executions import Executions
from local.faults import Fault, Service, access_denied, error_reply
from local.intrinsics import ACCOUNT, REGION
from local.object_store import ObjectStore, target_of
from local.own_clients import OwnClients, clients_for_moto
from local.quick_dynamodb import answer_quickly, is_quick
from local.quick_moto import quick_moto
from local.scanner import Scanner
from local.signatures import Key
from local.unread import queue_is_empty, stream_length, stream_records

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest
    from moto.core.common_types import TYPE_RESPONSE

    from local.clock import Clock
    from local.faults import Faults
    from local.judge import Judge
    from local.outbox import Outbox
    from local.s3_errors import Answer

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "linkgatelocal",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    # Otherwise the SDK puts the account into the host name of streams, which moto does not recognise.
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
}

FAULTY = {
    "sesv2": Service.SES,
    "ses": Service.SES,
    "sns": Service.SNS,
    "dynamodb": Service.DYNAMODB,
    "s3": Service.S3,
}
AWS_DOMAINS = ("amazonaws.com", "amazonaws.com.cn", "api.aws", "on.aws")


class RealEndpointError(Exception):
    """A call would have gone to something other than moto or the given endpoint."""


class LocalAws:
    """Stand-in for AWS. From `start` to `stop`, it answers every boto3 session created in this process."""

    def __init__(
        self,
        clock: Clock,
        faults: Faults,
        outbox: Outbox,
        dynamodb_endpoint: str | None = None,
        access_key: str | None = None,
    ) -> None:
        """Set the URL of another DynamoDB, if any. Raises RealEndpointError if it belongs to AWS."""
        if dynamodb_endpoint is not None:
            host = urlsplit(dynamodb_endpoint).hostname
            if not host or any(host == domain or host.endswith(f".{domain}") for domain in AWS_DOMAINS):
                raise RealEndpointError(f"{dynamodb_endpoint} is not a local DynamoDB")
        self._clock = clock
        self._faults = faults
        self._outbox = outbox
        self._endpoint = dynamodb_endpoint
        self._access_key = access_key or ENVIRONMENT["AWS_ACCESS_KEY_ID"]
        self.objects = ObjectStore(self._ask_moto_alone, clock)
        self.scanner = Scanner(self.objects, clock, faults)
        self.executions = Executions(clock)
        self._published: list[dict[str, Any]] = []
        self.schedules_made = False
        """True once EventBridge Scheduler has been called."""
        self._lock = threading.Lock()
        self.judge: Judge | None = None
        """Judge of handlers' calls. Without one, they may do everything."""
        self._own = OwnClients()
        self._moto = BotocoreStubber()
        self._transactions = Transactions()
        self._hook: tuple[str, Any] = ("before-send", self._call)
        # A tenth of the time of a call is its signature, which moto does not look at.
        self._hooks = [self._hook] if dynamodb_endpoint else [self._hook, ("choose-signer", _unsigned)]
        self._running = False
        self._undo = ExitStack()

    def environment(self) -> dict[str, str]:
        """Return the environment variables that the SDK needs."""
        variables = {**ENVIRONMENT, "AWS_ACCESS_KEY_ID": self._access_key}
        if self._endpoint is None:
            return variables
        return {
            **variables,
            "AWS_ENDPOINT_URL_DYNAMODB": self._endpoint,
            "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": self._endpoint,
        }

    def key(self) -> Key:
        """Return the key with which handlers sign."""
        variables = self.environment()
        return Key(variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"], REGION)

    def start(self) -> None:
        """Replace the process's AWS environment, reset moto, and intercept every call from now on."""
        undo = self._undo
        undo.callback(_replace_aws_environment, {n: value for n, value in os.environ.items() if n.startswith("AWS_")})
        _replace_aws_environment(self.environment())
        undo.callback(setattr, boto3, "client", boto3.client)
        boto3.client = _one_at_a_time(boto3.client)
        undo.callback(setattr, boto3, "DEFAULT_SESSION", None)
        boto3.DEFAULT_SESSION = None
        BackendDict.reset()
        s3_backends.bucket_accounts.clear()  # which moto keeps, and then looks for ever for a bucket that is gone
        # moto's queues measure delays and visibility by these two functions. They must follow the runner's clock.
        queues: Any = moto.sqs.models
        queues.unix_time = self._clock.timestamp
        queues.unix_time_millis = lambda: self._clock.timestamp() * 1000
        # Addresses and forms must be signed at the time by which the buckets judge them.
        signers: list[Any] = [botocore.auth, botocore.signers]
        for each in signers:
            undo.callback(setattr, each, "get_current_datetime", each.get_current_datetime)
            each.get_current_datetime = lambda: self._clock.now().replace(tzinfo=None)
        undo.enter_context(quick_moto())
        if self._endpoint is None:
            self._own = clients_for_moto()
        self._own.answered_by(self._answer)
        for hook in self._hooks:
            BUILTIN_HANDLERS.append(hook)
            undo.callback(BUILTIN_HANDLERS.remove, hook)
        self._running = True

    def stop(self) -> None:
        """Stop intercepting new sessions. Clients that already exist get RealEndpointError."""
        self._running = False
        self._undo.close()

    def client(self, service: Any) -> Any:  # noqa: ANN401 - as boto3.client, whose type is one overload per service
        """Return a client for the runner's own use. Its calls meet no faults and are not recorded."""
        return self._own.client(service, without=self._hook)

    def events(self) -> list[dict[str, Any]]:
        """Return the events published to the event bus, newest first."""
        with self._lock:
            return self._published[::-1]

    def take_events(self, start: int) -> list[dict[str, Any]]:
        """Return the events published after the first `start` ones, oldest first."""
        with self._lock:
            return self._published[start:]

    def queue_is_empty(self, name: str) -> bool:
        """Tell whether a queue holds no message at all. The answer takes no call."""
        with self._lock:
            return queue_is_empty(name)

    def stream_length(self, table: str) -> int | None:
        """Return the number of records in a table's stream, or None if only a call can tell."""
        with self._lock:
            return stream_length(table) if self._endpoint is None else None

    def stream_records(self, table: str, start: int, most: int) -> list[dict[str, Any]]:
        """Return records of a stream whose length is known, from number `start` on, without a call."""
        with self._lock:
            return stream_records(table, start, most)

    def serve(self, request: AWSPreparedRequest, service: str, operation: str) -> AWSResponse:
        """Answer a call that came over HTTP. Its messages and events are recorded like those of handlers."""
        response = self._answer(request, service, operation)
        if response is None:
            request.url = f"{self._endpoint}/"
            response = URLLib3Session().send(request)
        self._observe(request, service, operation, response)
        return response

    def _call(self, request: AWSPreparedRequest, event_name: str, **_: object) -> AWSResponse | None:
        service, operation = event_name.split(".")[1:]
        copied: Any = request.headers.get("x-amz-copy-source", "")
        source = copied.decode() if isinstance(copied, bytes) else copied
        if self.judge and self.judge.refused(service, operation, request.url, _body_of(request), source):
            return _response(request, *access_denied(service))
        faulty = FAULTY.get(service)
        fault = self._faults.take(faulty) if faulty else None
        if faulty and fault is not None and fault is not Fault.TIMEOUT_AFTER:
            return _response(request, *error_reply(faulty, fault))
        response = self._answer(request, service, operation)
        if response is not None:
            self._observe(request, service, operation, response)
        if fault is Fault.TIMEOUT_AFTER:
            if response is None:
                URLLib3Session().send(request)
            raise ReadTimeoutError(endpoint_url=request.url)
        return response

    def _answer(self, request: AWSPreparedRequest, service: str, operation: str) -> AWSResponse | None:
        """Return moto's answer, or None to let the request through to the given DynamoDB."""
        if not self._running:
            raise RealEndpointError(f"{service} {operation}: the local cloud of this client has stopped")
        if service == "s3":
            return _response(request, *self._ask_bucket(request, operation))
        if service == "sfn":
            return _response(request, *self.executions.answer(operation, json.loads(_body_of(request))))
        if self._endpoint is not None and service in {"dynamodb", "dynamodb-streams"}:
            return None
        with self._lock:
            reply = self._ask_dynamodb(request, operation) if service == "dynamodb" else self._ask_moto(request)
        return _response(request, *reply)

    def _ask_dynamodb(self, request: AWSPreparedRequest, operation: str) -> TYPE_RESPONSE:
        raw = _body_of(request)

        def ask() -> TYPE_RESPONSE:
            return answer_quickly(operation, raw) if is_quick(operation, request.url) else self._ask_moto(request)

        if operation != "TransactWriteItems":
            return ask()
        return self._transactions.write(json.loads(raw), self._clock.timestamp(), ask)

    def _ask_bucket(self, request: AWSPreparedRequest, operation: str) -> Answer:
        headers = {name: value for name, value in request.headers.items() if name.lower() != "host"}
        return self.objects.answer(operation, request.method, target_of(request.url), headers, _body_of(request))

    def _ask_moto_alone(self, request: AWSPreparedRequest) -> TYPE_RESPONSE:
        with self._lock:
            return self._ask_moto(request)

    def _ask_moto(self, request: AWSPreparedRequest) -> TYPE_RESPONSE:
        reply = self._moto.process_request(request)
        if reply is None:
            raise RealEndpointError(f"a call to {urlsplit(request.url).hostname} would leave this machine")
        return reply

    def _observe(self, request: AWSPreparedRequest, service: str, operation: str, response: AWSResponse) -> None:
        if response.status_code != 200:  # noqa: PLR2004 - success
            return
        now, body = self._clock.now(), _body_of(request)
        match service, operation:
            case "sesv2", "SendEmail":
                self._outbox.add(wire.email_of(body, response.content, now))
            case "sns", "Publish":
                message = wire.sms_of(body, response.content, now)
                if message is not None:
                    self._outbox.add(message)
            case "scheduler", _:
                self.schedules_made = True
            case (("eventbridge" | "cloudwatch-events"), "PutEvents"):
                events = wire.events_of(body, response.content, now, ACCOUNT, REGION)
                with self._lock:
                    self._published.extend(events)


def _unsigned(signing_name: str, **_: object) -> object:
    """Leave out the signature, except from addresses of files, which are nothing without it."""
    return None if signing_name == "s3" else UNSIGNED


def _one_at_a_time(make: Any) -> Any:  # noqa: ANN401 - boto3.client, whose type is one overload per service
    """Make `make` thread-safe. Lambda makes one call at a time in a process, but this runner makes several."""
    lock = threading.Lock()

    @functools.wraps(make)
    def make_locked(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - ditto
        with lock:
            return make(*arguments, **options)

    return make_locked


def _body_of(request: AWSPreparedRequest) -> bytes:
    body = request.body
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, io.IOBase):
        stream, body = body, body.read()
        stream.seek(0)
    if body is None or isinstance(body, bytes | bytearray):
        return bytes(body or b"")
    raise TypeError(f"a call with a body of type {type(body).__name__}")


def _response(request: AWSPreparedRequest, status: int, headers: dict[str, str], body: str | bytes) -> AWSResponse:
    message = HTTPHeaders()
    for name, value in headers.items():
        message[name] = value
    return AWSResponse(request.url, status, message, MockRawResponse(body))


def _replace_aws_environment(variables: dict[str, str]) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(variables)
