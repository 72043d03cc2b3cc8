"""DynamoDB stream as the event source of a function."""

from __future__ import annotations

import base64
import json
import sys
import time
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from local.event_filters import wanted
from local.functions import FunctionFailed
from local.intrinsics import queue_url
from local.resources import queue_name

if TYPE_CHECKING:
    from local.aws import LocalAws
    from local.clock import Clock
    from local.functions import Functions
    from local.template import Trigger

ITERATOR_LIFE = 300.0
"""Seconds for which an idle iterator is reused. DynamoDB expires iterators after 15 minutes."""

MOST_RETRIES = 10
"""Retries if the trigger sets no limit. AWS retries until the record expires; here, a person is waiting."""


class StreamSource:
    """Reads new records in order. A failed batch blocks the rest until it succeeds or is given up."""

    def __init__(self, trigger: Trigger, functions: Functions, aws: LocalAws, clock: Clock) -> None:
        self._trigger = trigger
        self._functions = functions
        self._clock = clock
        self._sqs = aws.client("sqs") if "DestinationConfig" in trigger.properties else None
        self._aws = aws
        self._table = str(trigger.properties["Stream"]).split("/")[1]
        self._position = aws.stream_length(self._table)
        """Number of records of moto's stream that have been read. It is None if the stream is read by calls."""
        self._iterators: dict[str, tuple[str | None, float]] = {}
        if self._position is None:
            self._iterators = {shard: self._iterator(shard, "LATEST") for shard in self._open_shards()}
        self._blocked: list[dict[str, Any]] = []
        self._failures = 0
        self._not_before = clock.now()

    @cached_property
    def _streams(self) -> Any:  # noqa: ANN401 - DynamoDB Streams' client
        return self._aws.client("dynamodbstreams")

    @cached_property
    def _arn(self) -> str:
        described = self._aws.client("dynamodb").describe_table(TableName=self._table)
        return str(described["Table"]["LatestStreamArn"])

    def pump(self) -> int:
        """Process one batch and return its number of records."""
        if self._clock.now() < self._not_before:
            return 0
        read = self._blocked or self._read()
        records = [record for record in read if wanted(self._trigger, record)]
        if not records:
            self._blocked = []
            return len(read)
        first_failed = self._first_failed(records)
        if first_failed is None:
            self._blocked, self._failures = [], 0
            return len(records)
        return self._hold(records, first_failed)

    def _hold(self, records: list[dict[str, Any]], first_failed: int) -> int:
        """Keep the batch from the first failed record on for a retry, or give it up."""
        self._blocked = records[first_failed:]
        self._failures = 1 if first_failed else self._failures + 1
        limit = int(self._trigger.properties.get("MaximumRetryAttempts", MOST_RETRIES))
        if self._failures > (limit if limit >= 0 else MOST_RETRIES):
            self._give_up()
        else:
            self._not_before = self._clock.now() + timedelta(seconds=2 ** min(self._failures, 6))
        return len(records)

    def _give_up(self) -> None:
        destination = (self._trigger.properties.get("DestinationConfig") or {}).get("OnFailure", {}).get("Destination")
        numbers = [record["dynamodb"]["SequenceNumber"] for record in self._blocked]
        info = {
            "requestContext": {"condition": "RetryAttemptsExhausted", "approximateInvokeCount": self._failures},
            "DDBStreamBatchInfo": {
                "startSequenceNumber": numbers[0],
                "endSequenceNumber": numbers[-1],
                "batchSize": len(numbers),
                "streamArn": self._arn,
            },
        }
        if destination and self._sqs:
            self._sqs.send_message(QueueUrl=queue_url(queue_name(destination)), MessageBody=json.dumps(info))
        else:
            print(f"{self._trigger.function}: gave up {len(numbers)} stream records", file=sys.stderr)
        self._blocked, self._failures = [], 0

    def _first_failed(self, records: list[dict[str, Any]]) -> int | None:
        try:
            result = self._functions.invoke(self._trigger.function, {"Records": records})
        except FunctionFailed:
            return 0
        if "ReportBatchItemFailures" not in self._trigger.properties.get("FunctionResponseTypes", ()):
            return None
        failed = {failure["itemIdentifier"] for failure in (result or {}).get("batchItemFailures", ())}
        return next((i for i, r in enumerate(records) if r["dynamodb"]["SequenceNumber"] in failed), None)

    def _read(self) -> list[dict[str, Any]]:
        size = int(self._trigger.properties.get("BatchSize", 100))
        if self._position is None:
            self._look_for_shards()
            read = self._call(size)
        else:
            read = self._aws.stream_records(self._table, self._position, size)
            self._position += len(read)
        return [_plain({**record, "eventSourceARN": self._arn}) for record in read]

    def _look_for_shards(self) -> None:
        """Read shards that appear later from the beginning."""
        for shard in self._open_shards():
            if shard not in self._iterators:
                self._iterators[shard] = self._iterator(shard, "TRIM_HORIZON")

    def _call(self, size: int) -> list[dict[str, Any]]:
        for shard, (iterator, taken) in self._iterators.items():
            if iterator is None:
                continue
            reply = self._streams.get_records(ShardIterator=iterator, Limit=size)
            following = reply.get("NextShardIterator")
            if reply["Records"] or following is None or time.monotonic() - taken > ITERATOR_LIFE:
                self._iterators[shard] = (following, time.monotonic())
            if reply["Records"]:
                records: list[dict[str, Any]] = reply["Records"]
                return records
        return []

    def _open_shards(self) -> list[str]:
        description = self._streams.describe_stream(StreamArn=self._arn)["StreamDescription"]
        return [shard["ShardId"] for shard in description["Shards"]]

    def _iterator(self, shard: str, kind: str) -> tuple[str | None, float]:
        """Return an iterator and the time at which it was taken, on the monotonic clock."""
        reply = self._streams.get_shard_iterator(StreamArn=self._arn, ShardId=shard, ShardIteratorType=kind)
        return reply.get("ShardIterator"), time.monotonic()


def _plain(value: Any) -> Any:  # noqa: ANN401 - any part of a record
    """Convert a record to the form that Lambda gets: bytes in base64, times in seconds."""
    match value:
        case dict():
            return {key: _plain(entry) for key, entry in value.items()}
        case list():
            return [_plain(entry) for entry in value]
        case bytes():
            return base64.b64encode(value).decode()
        case datetime():
            return value.timestamp()
        case _:
            return value
