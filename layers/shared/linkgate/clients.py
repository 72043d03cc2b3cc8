"""Clients of AWS, each made on its first use, over one session.

The session is botocore's own: boto3's loads `s3transfer`, `multiprocessing` and a layer of resources that nothing here
uses (measured on a cold start, with the fixed user agent: 100 of 1308 M instructions).
"""

from __future__ import annotations

import re
import threading
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.config import Config
    from botocore.credentials import Credentials
    from botocore.loaders import Loader
    from botocore.session import Session
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_events import EventBridgeClient
    from types_boto3_scheduler import EventBridgeSchedulerClient
    from types_boto3_sesv2 import SESV2Client
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient
    from types_boto3_ssm import SSMClient

    from linkgate.store.thin_client import ThinClient

_ROOTS = str(Path(__file__).with_name("amazon_roots.pem"))
_ROOTED = re.compile(r"(us|eu|ap|sa|ca|me|af|il|mx|us-gov)-\w+-\d+")
"""Regions of the partitions aws and aws-us-gov, whose endpoints are below amazonaws.com and have Amazon's own roots."""
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
"""Variables whose meaning is left to botocore's session."""

_ATTRIBUTES = ("AttributeMap", "AttributeValue", "ExpressionAttributeValueMap", "Key", "PutItemInputAttributeMap")
"""Shapes of DynamoDB's model that hold nothing but attribute values."""


class Clients:
    """The services' clients; those that repeat nothing by themselves are configured where it is counted instead.

    `thin` is the environment where DynamoDB shall be called without botocore's client, if that environment allows it.
    """

    def __init__(self, thin: Mapping[str, str] | None = None) -> None:
        self._thin = thin
        self._lock = threading.RLock()  # a session is not safe to make clients with in two threads at once

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        thin: Any = None if self._thin is None else thin_client(self._thin)
        return thin or self._full_dynamodb

    @cached_property
    def _full_dynamodb(self) -> DynamoDBClient:
        from botocore.config import Config

        from linkgate.store.thin_client import ATTEMPTS, CONNECT_TIMEOUT, READ_TIMEOUT

        config = Config(
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            # Checked twice else: what is wrong DynamoDB refuses, too, and 10 % of a call's instructions are this.
            parameter_validation=False,
        )
        client: DynamoDBClient = self._client("dynamodb", config)
        _unburden(client)
        return client

    @cached_property
    def sesv2(self) -> SESV2Client:
        from linkgate.sending.providers import client_config

        client: SESV2Client = self._client("sesv2", client_config())
        return client

    @cached_property
    def sns(self) -> SNSClient:
        from linkgate.sending.providers import client_config

        client: SNSClient = self._client("sns", client_config())
        return client

    @cached_property
    def sqs(self) -> SQSClient:
        from linkgate.background.calls import client_config

        client: SQSClient = self._client("sqs", client_config())
        return client

    @cached_property
    def scheduler(self) -> EventBridgeSchedulerClient:
        from linkgate.background.calls import client_config

        client: EventBridgeSchedulerClient = self._client("scheduler", client_config())
        return client

    @cached_property
    def events(self) -> EventBridgeClient:
        from linkgate.background.calls import client_config

        client: EventBridgeClient = self._client("events", client_config())
        return client

    @cached_property
    def ssm(self) -> SSMClient:
        from linkgate.background.calls import client_config

        client: SSMClient = self._client("ssm", client_config())
        return client

    @cached_property
    def _session(self) -> Session:
        from botocore.session import Session

        session = Session()
        session.register_component("data_loader", _kept_loader())
        return session

    def _client(self, service: str, config: Config) -> Any:  # noqa: ANN401 - each service's own type
        from botocore.config import Config

        from linkgate.store.thin_client import user_agent

        named = Config(user_agent=user_agent())
        with self._lock:
            session = self._session
            return session.create_client(service, config=config.merge(named), verify=_trust_store(session))


def _unburden(client: DynamoDBClient) -> None:
    """Take off each request what DynamoDB needs not, and name its host once: 218 of a put's 3201 k instructions."""
    from urllib.parse import urlsplit

    from botocore.handlers import add_recursion_detection_header, add_retry_headers

    events = client.meta.events
    # How often the SDK has tried, and the trace: for AWS's statistics. The trace is for functions that call functions.
    events.unregister("request-created", add_retry_headers)
    events.unregister("before-call", add_recursion_detection_header)
    # Writes the user agent again, for what it has learnt of the call; ours is fixed.
    events.unregister("request-created.dynamodb", client._user_agent_creator.rebuild_and_replace_user_agent_handler)  # type: ignore[attr-defined]  # noqa: SLF001 - no other way to name it
    # The signer works the host out of the URL, twice, for a request that does not say it.
    host = urlsplit(client.meta.endpoint_url).netloc
    events.register("before-call.dynamodb", lambda params, **_: params["headers"].update(Host=host))


def _trust_store(session: Session) -> str | None:
    """The roots of AWS's own certificates, where endpoints have those and nobody named a file; None: the SDK's choice.

    Five certificates and not 126: 9 instead of 210 M instructions at the first connection.
    """
    region = session.get_config_variable("region")
    if session.get_config_variable("ca_bundle") or not region:
        return None
    if session.get_partition_for_region(region) not in {"aws", "aws-us-gov"}:
        return None
    return _ROOTS


def thin_client(environ: Mapping[str, str]) -> ThinClient | None:
    """DynamoDB for a function on Lambda; None where the environment holds what only botocore's session understands."""
    region = environ.get("AWS_DEFAULT_REGION", "")
    if "AWS_LAMBDA_FUNCTION_NAME" not in environ or not _ROOTED.fullmatch(region):
        return None
    if any(name.upper() in _UNUSUAL for name in environ):
        return None
    credentials = _credentials(environ)
    if credentials is None:
        return None
    from linkgate.store.thin_client import ThinClient

    named = environ.get("AWS_ENDPOINT_URL_DYNAMODB") or environ.get("AWS_ENDPOINT_URL")
    return ThinClient(named or f"https://dynamodb.{region}.amazonaws.com", region, credentials, _ROOTS)


def _credentials(environ: Mapping[str, str]) -> Credentials | Keys | None:
    """In botocore's order: from the environment, or (SnapStart) from the container, which has new ones in time."""
    if environ.get("AWS_ACCESS_KEY_ID") and "AWS_CREDENTIAL_EXPIRATION" not in environ:
        return Keys(
            environ["AWS_ACCESS_KEY_ID"], environ["AWS_SECRET_ACCESS_KEY"], environ.get("AWS_SESSION_TOKEN") or None
        )
    from botocore.credentials import ContainerProvider, EnvProvider

    found: Credentials | None = EnvProvider(environ).load() or ContainerProvider(environ).load()
    return found


class Keys(NamedTuple):
    """Credentials that never change, as a function's environment has them; botocore's own add 42 M to a cold start."""

    access_key: str
    secret_key: str
    token: str | None

    def get_frozen_credentials(self) -> Keys:
        """As botocore's credentials have it."""
        return self


@cache
def _kept_loader() -> Loader:
    return data_loader()


def data_loader() -> Loader:
    """Of service models, which it keeps; one folder to look into, where the SDK's own looks into two.

    In the layer the build has trimmed that folder (trim_botocore.py): 183 of 1209 M instructions of a cold start.
    """
    from botocore.exceptions import UnknownServiceError
    from botocore.loaders import Loader

    class LeanLoader(Loader):
        """Two changes to what is known of DynamoDB; both are about work that each call would do anew."""

        def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:  # noqa: ANN401
            # Without rules for its endpoint, which is the same for every call: 5 % of it.
            if (service_name, type_name) == ("dynamodb", "endpoint-rule-set-1"):
                raise UnknownServiceError(service_name=service_name, known_service_names="those with rules")
            model = super().load_service_model(service_name, type_name, api_version)
            if (service_name, type_name) == ("dynamodb", "service-2"):
                # A document is handed on as it is; else each value's shape is looked up, which for a link's item is
                # 9 % of its put. So binary values are written and read as base64 (store/attribute_values.py).
                document = {"type": "structure", "members": {}, "document": True}
                return {**model, "shapes": model["shapes"] | dict.fromkeys(_ATTRIBUTES, document)}
            return model

    return LeanLoader([Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
