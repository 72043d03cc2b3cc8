"""Clients of both providers without an account: stubs, and clients for moto and local servers."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.awsrequest import AWSResponse, HTTPHeaders

from linkgate.aws.client_settings import provider_config
from linkgate.ports.delivery import CodeMessage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from types_boto3_sesv2 import SESV2Client
    from types_boto3_sns import SNSClient

    from linkgate.ports.delivery import LinkMessage, Sender, SendOutcome

REGION = "eu-west-1"


def session() -> boto3.Session:
    return boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)


def ses_client(**options: Any) -> SESV2Client:
    return session().client("sesv2", **{"config": provider_config(), **options})


def sns_client(**options: Any) -> SNSClient:
    return session().client("sns", **{"config": provider_config(), **options})


@cache
def offline_ses() -> SESV2Client:
    """Return the shared client for tests that stub it. Making one takes longer than a test."""
    return ses_client()


@cache
def offline_sns() -> SNSClient:
    """Return the shared client of SNS, like `offline_ses`."""
    return sns_client()


@contextmanager
def recorded(client: SESV2Client | SNSClient) -> Iterator[list[dict[str, Any]]]:
    """Yield the parameters of each call. Calls are checked, not sent, and answered with a message id."""
    seen: list[dict[str, Any]] = []
    answered = (AWSResponse("", 200, HTTPHeaders(), None), {"MessageId": "m-1"})
    events = client.meta.events
    events.register("provide-client-params", lambda params, **_: seen.append(params), unique_id="seen")
    # The result of a handler of this event replaces the provider's answer, which the type stubs do not know.
    events.register("before-call", lambda **_: answered, unique_id="answered")  # type: ignore[arg-type]
    try:
        yield seen
    finally:
        events.unregister("provide-client-params", unique_id="seen")
        events.unregister("before-call", unique_id="answered")


def send(sender: Sender, message: LinkMessage | CodeMessage) -> SendOutcome:
    return sender.send_code(message) if isinstance(message, CodeMessage) else sender.send_link(message)
