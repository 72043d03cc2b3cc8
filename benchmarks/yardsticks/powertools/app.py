"""NV: creates the same link with every utility of Powertools that its documentation shows for such a Lambda."""

import hashlib
import os
import secrets
import time
import uuid

import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.serialization.pydantic import PydanticSerializer
from aws_lambda_powertools.utilities.parameters import SSMProvider
from aws_lambda_powertools.utilities.parser import BaseModel
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field

logger = Logger()
metrics = Metrics()
tracer = Tracer()
app = APIGatewayHttpResolver(enable_validation=True)
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
ses = boto3.client("sesv2")
sns = boto3.client("sns")
parameters = SSMProvider()
persistence = DynamoDBPersistenceLayer(table_name="idempotency")
config = IdempotencyConfig(event_key_jmespath="resourceUid", use_local_cache=False)


class CustomerLink(BaseModel):
    resourceType: str = Field(max_length=100)
    resourceUid: uuid.UUID
    recipientEmail: str = Field(pattern=r"^[^@ ]+@[^@ ]+$")
    deliverEmail: bool = False
    deliverSms: bool = False
    expiresInHours: int = Field(ge=1, le=2160)
    maxViews: int = Field(ge=1, le=1000)


class Created(BaseModel):
    portalUrl: str


@idempotent_function(
    data_keyword_argument="link",
    persistence_store=persistence,
    config=config,
    output_serializer=PydanticSerializer(Created),
)
def mint(link: CustomerLink) -> Created:
    rid, secret = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
    now = int(time.time())
    table.put_item(
        Item={
            "pk": rid,
            "sk": "link",
            "secret": hashlib.sha256(secret.encode()).hexdigest(),
            "recipient": link.recipientEmail,
            "resource": str(link.resourceUid),
            "created_at": now,
            "expires_at": now + 3600 * link.expiresInHours,
            "max_views": link.maxViews,
            "views": 0,
        },
        ConditionExpression="attribute_not_exists(pk)",
    )
    return Created(portalUrl=f"https://links.example.com/l/{rid}#{secret}")


@app.post("/v1/customerlink")
@tracer.capture_method
def create(link: CustomerLink) -> Created:
    metrics.add_metric(name="LinksCreated", unit=MetricUnit.Count, value=1)
    logger.info("creating", extra={"resource_type": link.resourceType})
    return mint(link=link)


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP)
@tracer.capture_lambda_handler
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict, context: LambdaContext) -> dict:
    return app.resolve(event, context)
