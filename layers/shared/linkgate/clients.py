"""Clients of AWS, each made on its first use, over one session.

The session is botocore's own: boto3's loads `s3transfer`, `multiprocessing` and a layer of resources that nothing here
uses (measured on a cold start, with the fixed user agent: 100 of 1308 M instructions).
"""

from __future__ import annotations

import threading
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.config import Config
    from botocore.loaders import Loader
    from botocore.session import Session
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_events import EventBridgeClient
    from types_boto3_scheduler import EventBridgeSchedulerClient
    from types_boto3_sesv2 import SESV2Client
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient
    from types_boto3_ssm import SSMClient


class Clients:
    """The services' clients; those that repeat nothing by themselves are configured where it is counted instead."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # a session is not safe to make clients with in two threads at once

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        from botocore.config import Config  # noqa: PLC0415 - see the module's docstring

        config = Config(
            # A call must fail well before the gateway gives up, and a repeat is safe: every write carries its claim.
            connect_timeout=1,
            read_timeout=2,
            retries={"mode": "standard", "total_max_attempts": 3},
            # Checked twice else: what is wrong DynamoDB refuses, too, and 10 % of a call's instructions are this.
            parameter_validation=False,
        )
        client: DynamoDBClient = self._client("dynamodb", config)
        return client

    @cached_property
    def sesv2(self) -> SESV2Client:
        from linkgate.sending.providers import client_config  # noqa: PLC0415

        client: SESV2Client = self._client("sesv2", client_config())
        return client

    @cached_property
    def sns(self) -> SNSClient:
        from linkgate.sending.providers import client_config  # noqa: PLC0415

        client: SNSClient = self._client("sns", client_config())
        return client

    @cached_property
    def sqs(self) -> SQSClient:
        from linkgate.background.calls import client_config  # noqa: PLC0415

        client: SQSClient = self._client("sqs", client_config())
        return client

    @cached_property
    def scheduler(self) -> EventBridgeSchedulerClient:
        from linkgate.background.calls import client_config  # noqa: PLC0415

        client: EventBridgeSchedulerClient = self._client("scheduler", client_config())
        return client

    @cached_property
    def events(self) -> EventBridgeClient:
        from linkgate.background.calls import client_config  # noqa: PLC0415

        client: EventBridgeClient = self._client("events", client_config())
        return client

    @cached_property
    def ssm(self) -> SSMClient:
        from linkgate.background.calls import client_config  # noqa: PLC0415

        client: SSMClient = self._client("ssm", client_config())
        return client

    @cached_property
    def _session(self) -> Session:
        from botocore.session import Session  # noqa: PLC0415

        session = Session()
        session.register_component("data_loader", _loader())
        return session

    def _client(self, service: str, config: Config) -> Any:  # noqa: ANN401 - each service's own type
        from botocore import __version__  # noqa: PLC0415
        from botocore.config import Config  # noqa: PLC0415

        # botocore makes its user agent anew twice a call, 19 % of a call's instructions; a given one it takes as it is.
        named = Config(user_agent=f"Botocore/{__version__} linkgate")
        with self._lock:
            session = self._session
            return session.create_client(service, config=config.merge(named), verify=_trust_store(session))


def _trust_store(session: Session) -> str | None:
    """The roots of AWS's own certificates, where endpoints have those and nobody named a file; None: the SDK's choice.

    Five certificates and not 126: 9 instead of 210 M instructions at the first connection.
    """
    region = session.get_config_variable("region")
    if session.get_config_variable("ca_bundle") or not region:
        return None
    if session.get_partition_for_region(region) not in {"aws", "aws-us-gov"}:
        return None
    return str(Path(__file__).with_name("amazon_roots.pem"))


@cache
def _loader() -> Loader:
    """Of service models, which it keeps; one folder to look into, where the SDK's own looks into two.

    In the layer the build has trimmed that folder (trim_botocore.py): 183 of 1209 M instructions of a cold start.
    """
    from botocore.loaders import Loader  # noqa: PLC0415

    return Loader([Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
