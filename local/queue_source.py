"""SQS queue as the event source of a function."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.event_filters import wanted
from local.functions import FunctionFailed
from local.intrinsics import REGION, queue_url
from local.resources import queue_name

if TYPE_CHECKING:
    from local.aws import LocalAws
    from local.functions import Functions
    from local.template import Trigger

LARGEST_BATCH = 10


class QueueSource:
    """Passes visible messages to a function in batches. Failed messages reappear after the queue's timeout."""

    def __init__(self, trigger: Trigger, functions: Functions, aws: LocalAws) -> None:
        self._trigger = trigger
        self._functions = functions
        self._aws = aws
        self._sqs = aws.client("sqs")
        self._arn = trigger.properties["Queue"]
        self._name = queue_name(self._arn)
        self._url = queue_url(self._name)

    def pump(self) -> int:
        """Process one batch and return its number of messages."""
        if self._aws.queue_is_empty(self._name):
            return 0
        size = min(LARGEST_BATCH, int(self._trigger.properties.get("BatchSize", LARGEST_BATCH)))
        received = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=size,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages: list[dict[str, Any]] = [dict(message) for message in received.get("Messages", ())]
        records = [
            record for message in messages if wanted(self._trigger, _filterable(record := self._record(message)))
        ]
        failed = self._failed(records) if records else set()
        for message in messages:
            if message["MessageId"] not in failed:
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return len(messages)

    def _failed(self, records: list[dict[str, Any]]) -> set[str]:
        try:
            result = self._functions.invoke(self._trigger.function, {"Records": records})
        except FunctionFailed:
            return {record["messageId"] for record in records}
        if "ReportBatchItemFailures" not in self._trigger.properties.get("FunctionResponseTypes", ()):
            return set()
        return {failure["itemIdentifier"] for failure in (result or {}).get("batchItemFailures", ())}

    def _record(self, message: dict[str, Any]) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": {
                name: {"stringValue": value.get("StringValue"), "dataType": value["DataType"]}
                for name, value in message.get("MessageAttributes", {}).items()
            },
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._arn,
            "awsRegion": REGION,
        }


def _filterable(record: dict[str, Any]) -> dict[str, Any]:
    """Return the record as filters see it: a JSON body is parsed."""
    try:
        return {**record, "body": json.loads(record["body"])}
    except ValueError:
        return record
