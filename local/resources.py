"""Creation of the template's tables, queues and other resources, and of verified senders."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

from local.intrinsics import queue_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from local.template import Template


class Clients(Protocol):
    """Source of clients: `LocalAws`, or another stand-in for AWS."""

    def client(self, service: Any) -> Any:  # noqa: ANN401 - as boto3.client, whose type is one overload per service
        ...


TABLE_PROPERTIES = (
    "TableName",
    "BillingMode",
    "KeySchema",
    "AttributeDefinitions",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
    "ProvisionedThroughput",
)


def make_resources(template: Template, aws: Clients) -> None:
    """Create the template's resources. A table that already exists in the given DynamoDB is used as it is."""
    for table in template.tables:
        _make_table(aws.client("dynamodb"), table)
    if template.queues:
        sqs = aws.client("sqs")
        # moto requires a dead-letter queue to exist before another queue names it.
        for queue in sorted(template.queues, key=lambda queue: "RedrivePolicy" in queue):
            made = sqs.create_queue(QueueName=queue["QueueName"], Attributes=_queue_attributes(queue))
            if made["QueueUrl"] != queue_url(queue["QueueName"]):
                raise RuntimeError(
                    f"the queue {queue['QueueName']} has a different URL from the one that functions use"
                )
    if template.schedule_groups:
        scheduler = aws.client("scheduler")
        for name in template.schedule_groups:
            scheduler.create_schedule_group(Name=name)
    if template.buses:
        events = aws.client("events")
        for name in template.buses:
            events.create_event_bus(Name=name)


def verify_senders(addresses: Iterable[str], aws: Clients) -> None:
    """Let SES send from these addresses."""
    ses = aws.client("sesv2")
    for address in sorted(set(addresses)):
        ses.create_email_identity(EmailIdentity=address)


def _make_table(dynamodb: Any, properties: Mapping[str, Any]) -> None:  # noqa: ANN401 - a client, typed by its calls
    name = properties["TableName"]
    with suppress(dynamodb.exceptions.ResourceNotFoundException):
        dynamodb.describe_table(TableName=name)
        return
    arguments = {key: properties[key] for key in TABLE_PROPERTIES if key in properties}
    stream = properties.get("StreamSpecification")
    if stream:
        arguments["StreamSpecification"] = {"StreamEnabled": True, **stream}
    dynamodb.create_table(**arguments)
    dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
    if "TimeToLiveSpecification" in properties:
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=properties["TimeToLiveSpecification"])


def _queue_attributes(queue: Mapping[str, Any]) -> dict[Any, str]:
    names = {
        "DelaySeconds",
        "FifoQueue",
        "MaximumMessageSize",
        "MessageRetentionPeriod",
        "ReceiveMessageWaitTimeSeconds",
        "VisibilityTimeout",
    }
    attributes = {key: str(value).lower() for key, value in queue.items() if key in names}
    if "RedrivePolicy" in queue:
        attributes["RedrivePolicy"] = json.dumps(queue["RedrivePolicy"])
    return attributes


def queue_name(arn_or_url: str) -> str:
    """Return the queue's name, taken from its ARN or URL."""
    return arn_or_url.replace("/", ":").rpartition(":")[2]
