"""AWS clients over one session, each made on its first use.

The session is botocore's own. That of boto3 loads `s3transfer`, `multiprocessing` and a layer of resources that nothing
here uses (measured on a cold start, with the fixed user agent: 100 of 1308 M instructions).
"""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any

from linkgate.aws.client_settings import background_config, files_config, provider_config, table_config
from linkgate.aws.lean_botocore import kept_loader, trust_store, user_agent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.config import Config
    from botocore.session import Session
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_events import EventBridgeClient
    from types_boto3_kms import KMSClient
    from types_boto3_s3 import S3Client
    from types_boto3_scheduler import EventBridgeSchedulerClient
    from types_boto3_sesv2 import SESV2Client
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient
    from types_boto3_ssm import SSMClient
    from types_boto3_stepfunctions import SFNClient

    from linkgate.aws.direct import DirectClients


class Clients:
    """One client per service.

    `direct` is the process's environment if DynamoDB and SES are to be called without botocore's clients. The
    environment may still demand botocore's.
    """

    def __init__(self, direct: Mapping[str, str] | None = None) -> None:
        self._environ = direct
        self._lock = threading.RLock()  # a session cannot safely make clients in two threads at once

    @cached_property
    def _direct(self) -> DirectClients | None:
        if self._environ is None:
            return None
        from linkgate.aws.direct import direct_clients

        return direct_clients(self._environ)

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        made: Any = self._direct.dynamodb if self._direct else self._client("dynamodb", table_config())
        client: DynamoDBClient = made
        return client

    @cached_property
    def sesv2(self) -> SESV2Client:
        made: Any = self._direct.sesv2 if self._direct else self._client("sesv2", provider_config())
        client: SESV2Client = made
        return client

    @cached_property
    def sns(self) -> SNSClient:
        client: SNSClient = self._client("sns", provider_config())
        return client

    @cached_property
    def sqs(self) -> SQSClient:
        client: SQSClient = self._client("sqs", background_config())
        return client

    @cached_property
    def scheduler(self) -> EventBridgeSchedulerClient:
        client: EventBridgeSchedulerClient = self._client("scheduler", background_config())
        return client

    @cached_property
    def events(self) -> EventBridgeClient:
        client: EventBridgeClient = self._client("events", background_config())
        return client

    @cached_property
    def kms(self) -> KMSClient:
        client: KMSClient = self._client("kms", background_config())
        return client

    @cached_property
    def ssm(self) -> SSMClient:
        client: SSMClient = self._client("ssm", background_config())
        return client

    @cached_property
    def s3(self) -> S3Client:
        client: S3Client = self._client("s3", files_config())
        return client

    @cached_property
    def stepfunctions(self) -> SFNClient:
        client: SFNClient = self._client("stepfunctions", background_config())
        return client

    @cached_property
    def _session(self) -> Session:
        import logging

        from botocore.session import Session

        # With logs in JSON, Lambda lets every library log at INFO, and botocore tells where credentials come from.
        logging.getLogger("botocore").setLevel(logging.WARNING)
        session = Session()
        session.register_component("data_loader", kept_loader())
        return session

    def _client(self, service: str, config: Config) -> Any:  # noqa: ANN401 - each service's own type
        from botocore.config import Config

        named = Config(user_agent=user_agent())
        with self._lock:
            session = self._session
            return session.create_client(service, config=config.merge(named), verify=trust_store(session))
