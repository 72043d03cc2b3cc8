"""Choice between our own clients of DynamoDB and SES and botocore's, by the environment of a function."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linkgate.aws.client_settings import (
    PROVIDER_CONNECT_SECONDS,
    PROVIDER_READ_SECONDS,
    TABLE_CONNECT_SECONDS,
    TABLE_READ_SECONDS,
)
from linkgate.aws.credentials import credentials_in
from linkgate.aws.direct_clients import DirectDynamoDb, DirectSes
from linkgate.aws.endpoint import ROOTED, Endpoint
from linkgate.aws.signature import Signer

if TYPE_CHECKING:
    from collections.abc import Mapping

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


class DirectClients(NamedTuple):
    """Both clients, with the same credentials."""

    dynamodb: DirectDynamoDb
    sesv2: DirectSes


def direct_clients(environ: Mapping[str, str]) -> DirectClients | None:
    """Build the clients for a function on Lambda, or return None if the environment needs botocore's session.

    Outside Lambda there is always botocore, so that whatever replaces AWS by botocore's hooks, such as moto, works.
    """
    region = environ.get("AWS_DEFAULT_REGION", "")
    if "AWS_LAMBDA_FUNCTION_NAME" not in environ or not ROOTED.fullmatch(region):
        return None
    if any(name.upper() in _UNUSUAL for name in environ):
        return None
    credentials = credentials_in(environ)
    if credentials is None:
        return None
    named = environ.get("AWS_ENDPOINT_URL")
    table = environ.get("AWS_ENDPOINT_URL_DYNAMODB") or named or f"https://dynamodb.{region}.amazonaws.com"
    sending = environ.get("AWS_ENDPOINT_URL_SESV2") or named or f"https://email.{region}.amazonaws.com"
    table_seconds = TABLE_CONNECT_SECONDS, TABLE_READ_SECONDS
    sending_seconds = PROVIDER_CONNECT_SECONDS, PROVIDER_READ_SECONDS
    return DirectClients(
        DirectDynamoDb(Endpoint(table, Signer("dynamodb", region), credentials, table_seconds)),
        DirectSes(Endpoint(sending, Signer("ses", region), credentials, sending_seconds)),
    )
