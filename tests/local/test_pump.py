"""Streams, queues, schedules, rules and reports reach functions between requests, by the runner's clock."""

from __future__ import annotations

import base64
import gzip
import json
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from local.outbox import Message
from local.provider_reports import email_report, sms_report
from tests.support.sample_stack import Sample, running, write_sample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SYSTEM = """
Things:
  Type: AWS::DynamoDB::Table
  Properties:
    TableName: things
    BillingMode: PAY_PER_REQUEST
    AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
    KeySchema: [{AttributeName: pk, KeyType: HASH}]
    StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}
Work:
  Type: AWS::SQS::Queue
  Properties:
    VisibilityTimeout: 90
    RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 2}
Dead:
  Type: AWS::SQS::Queue
Relay:
  Type: AWS::Serverless::Function
  Properties:
    CodeUri: $CODE/relay/
    Environment: {Variables: {QUEUE_URL: !Ref Work}}
    Events:
      Stream:
        Type: DynamoDB
        Properties:
          Stream: !GetAtt Things.StreamArn
          StartingPosition: LATEST
          BatchSize: 10
          MaximumRetryAttempts: 2
          DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt Dead.Arn}}
          FunctionResponseTypes: [ReportBatchItemFailures]
          FilterCriteria: {Filters: [{Pattern: '{"eventName": ["INSERT"]}'}]}
Worker:
  Type: AWS::Serverless::Function
  Properties:
    CodeUri: $CODE/worker/
    Events:
      Queue:
        Type: SQS
        Properties: {Queue: !GetAtt Work.Arn, BatchSize: 5, FunctionResponseTypes: [ReportBatchItemFailures]}
Reports:
  Type: AWS::Serverless::Function
  Properties:
    CodeUri: $CODE/reports/
    DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Dead.Arn}
    Events:
      Rule:
        Type: EventBridgeRule
        Properties: {Pattern: {source: [aws.ses], detail: {eventType: [Bounce, Complaint]}}}
LogsMayCall:
  Type: AWS::Lambda::Permission
  Properties: {Action: lambda:InvokeFunction, FunctionName: !Ref Reports, Principal: !Sub "logs.${AWS::URLSuffix}"}
Nightly:
  Type: AWS::Serverless::Function
  Properties:
    CodeUri: $CODE/nightly/
    Events:
      Hourly: {Type: Schedule, Properties: {Schedule: rate(1 hour)}}
      Daily: {Type: ScheduleV2, Properties: {ScheduleExpression: cron(30 3 * * ? *), Input: '{"job": "report"}'}}
"""

RECORDS = """
    seen = []
    fail = []

    def handler(event, context):
        seen.append(event)
        if fail and fail.pop():
            raise RuntimeError("asked to fail")
"""

RELAY = """
    seen = []
    fail = set()

    def handler(event, context):
        seen.append([record["dynamodb"]["Keys"]["pk"]["S"] for record in event["Records"]])
        failed = [r["dynamodb"]["SequenceNumber"] for r in event["Records"] if r["dynamodb"]["Keys"]["pk"]["S"] in fail]
        return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}
"""

WORKER = """
    seen = []
    fail = set()

    def handler(event, context):
        seen.append([record["body"] for record in event["Records"]])
        failed = [record["messageId"] for record in event["Records"] if record["body"] in fail]
        return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}
"""


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    handlers = {"relay": RELAY, "worker": WORKER, "reports": RECORDS, "nightly": RECORDS}
    with running(write_sample(tmp_path, SYSTEM, handlers)) as started:
        yield started


def fail_next(sample: Sample, function: str, value: object) -> None:
    module: Any = sys.modules[sample.template.functions[function].module]
    (module.fail.add if isinstance(module.fail, set) else module.fail.append)(value)


def recover(sample: Sample, function: str) -> None:
    module: Any = sys.modules[sample.template.functions[function].module]
    module.fail.clear()


def write(*names: str) -> None:
    for name in names:
        boto3.client("dynamodb").put_item(TableName="things", Item={"pk": {"S": name}})


def queue(name: str) -> str:
    return f"https://sqs.us-east-1.amazonaws.com/123456789012/linkgate-local-{name}"


def dead_letters() -> list[str]:
    sqs = boto3.client("sqs")
    found = sqs.receive_message(QueueUrl=queue("Dead"), MaxNumberOfMessages=10).get("Messages", [])
    return [message["Body"] for message in found]


def test_nothing_due_is_nothing_handled(sample: Sample) -> None:
    assert sample.pump.settle() == 0


def test_the_stream_reaches_its_function_in_order(sample: Sample) -> None:
    write("a", "b", "a", "c")
    sample.pump.settle()

    assert sample.seen("Relay") == [["a", "b", "c"]], "the filter lets inserts through and no changes"
    assert sample.pump.settle() == 0


def test_a_failing_record_blocks_the_stream_until_it_is_given_up(sample: Sample) -> None:
    fail_next(sample, "Relay", "b")
    write("a", "b", "c")
    sample.pump.settle()
    assert sample.seen("Relay") == [["a", "b", "c"]]

    for _ in range(3):
        sample.clock.advance(timedelta(minutes=5))
        sample.pump.settle()

    assert sample.seen("Relay") == [["a", "b", "c"], ["b", "c"], ["b", "c"]]
    [info] = [json.loads(body) for body in dead_letters()]
    assert info["DDBStreamBatchInfo"]["batchSize"] == 2


def test_a_failing_record_is_repeated_until_it_succeeds(sample: Sample) -> None:
    fail_next(sample, "Relay", "b")
    write("a", "b")
    sample.pump.settle()
    recover(sample, "Relay")
    write("c")
    sample.clock.advance(timedelta(minutes=5))
    sample.pump.settle()

    assert sample.seen("Relay") == [["a", "b"], ["b"], ["c"]]


def test_a_delayed_message_waits_for_the_runners_clock(sample: Sample) -> None:
    sqs = boto3.client("sqs")
    sqs.send_message(QueueUrl=queue("Work"), MessageBody="later", DelaySeconds=900)
    sqs.send_message(QueueUrl=queue("Work"), MessageBody="now")
    sample.pump.settle()
    assert sample.seen("Worker") == [["now"]]

    sample.clock.advance(timedelta(minutes=14))
    sample.pump.settle()
    assert sample.seen("Worker") == [["now"]]
    sample.clock.advance(timedelta(minutes=2))
    sample.pump.settle()
    assert sample.seen("Worker") == [["now"], ["later"]]


def test_only_the_failed_message_comes_back_and_ends_in_the_dead_letter_queue(sample: Sample) -> None:
    sqs = boto3.client("sqs")
    fail_next(sample, "Worker", "bad")
    for body in ("good", "bad"):
        sqs.send_message(QueueUrl=queue("Work"), MessageBody=body)
    sample.pump.settle()
    assert [sorted(batch) for batch in sample.seen("Worker")] == [["bad", "good"]]

    for _ in range(3):
        sample.clock.advance(timedelta(seconds=91))
        sample.pump.settle()

    assert [sorted(batch) for batch in sample.seen("Worker")] == [["bad", "good"], ["bad"]]
    assert dead_letters() == ["bad"]


def test_schedules_of_the_template_fire_when_the_clock_gets_there(sample: Sample) -> None:
    sample.clock.advance(timedelta(minutes=61))
    sample.pump.settle()
    hourly = [event for event in sample.seen("Nightly") if event.get("source") == "aws.events"]
    assert len(hourly) == 1

    sample.clock.advance(timedelta(days=1))
    sample.pump.settle()
    assert {"job": "report"} in sample.seen("Nightly")


def test_a_schedule_made_by_a_function_fires_once_and_disappears(sample: Sample) -> None:
    scheduler = boto3.client("scheduler")
    at = (sample.clock.now() + timedelta(days=3)).strftime("at(%Y-%m-%dT%H:%M:%S)")
    for name, target, text in (
        ("remind", "arn:aws:lambda:us-east-1:123456789012:function:Nightly", '{"remind": 1}'),
        ("enqueue", "arn:aws:sqs:us-east-1:123456789012:linkgate-local-Work", "from a schedule"),
    ):
        scheduler.create_schedule(
            Name=name,
            ScheduleExpression=at,
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": target, "RoleArn": "arn:aws:iam::123456789012:role/r", "Input": text},
            ActionAfterCompletion="DELETE",
        )
    sample.pump.settle()
    assert {"remind": 1} not in sample.seen("Nightly")

    sample.clock.advance(timedelta(days=3, seconds=2))
    sample.pump.settle()
    sample.pump.settle()
    assert sample.seen("Nightly").count({"remind": 1}) == 1
    assert sample.seen("Worker") == [["from a schedule"]]
    assert scheduler.list_schedules()["Schedules"] == []


def message(channel: str) -> Message:
    return Message(
        "id-1", channel, "ada@example.com", "s", "t", None, "2026-11-21T12:00:00.000Z", "r" * 22, {"rid": "r" * 22}
    )


def test_a_bounce_reaches_the_function_whose_rule_asks_for_it(sample: Sample) -> None:
    assert sample.pump.publish(email_report(message("email"), "delivery", sample.clock.now())) == []
    assert sample.pump.publish(email_report(message("email"), "bounce", sample.clock.now())) == ["Reports"]
    sample.pump.settle()

    [event] = sample.seen("Reports")
    assert (event["source"], event["detail-type"]) == ("aws.ses", "Email Bounced")
    assert event["detail"]["mail"]["messageId"] == "id-1"
    assert event["detail"]["mail"]["tags"] == {"rid": ["r" * 22]}
    assert event["detail"]["bounce"]["bouncedRecipients"][0]["emailAddress"] == "ada@example.com"


def test_the_fate_of_a_text_reaches_the_function_that_logs_may_call(sample: Sample) -> None:
    assert sample.pump.deliver_logs(sms_report(message("sms"), "bounce", sample.clock.now())) == ["Reports"]
    sample.pump.settle()

    [event] = sample.seen("Reports")
    data = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
    assert data["logGroup"].endswith("DirectPublishToPhoneNumber/Failure")
    entry = json.loads(data["logEvents"][0]["message"])
    assert (entry["status"], entry["notification"]["messageId"]) == ("FAILURE", "id-1")


def test_events_that_functions_publish_reach_rules(sample: Sample) -> None:
    detail = json.dumps({"eventType": "Complaint"})
    boto3.client("events").put_events(Entries=[{"Source": "aws.ses", "DetailType": "x", "Detail": detail}])
    sample.pump.settle()

    assert [event["detail"] for event in sample.seen("Reports")] == [{"eventType": "Complaint"}]


def test_a_failed_report_is_repeated_twice_and_then_a_dead_letter(
    sample: Sample, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(3):
        fail_next(sample, "Reports", "once")
    sample.pump.publish(email_report(message("email"), "bounce", sample.clock.now()))
    for _ in range(4):
        sample.pump.settle()
        sample.clock.advance(timedelta(minutes=3))

    assert len(sample.seen("Reports")) == 3
    assert [json.loads(body)["source"] for body in dead_letters()] == ["aws.ses"]
    assert capsys.readouterr().err.count("RuntimeError: asked to fail") == 3


def test_the_background_does_it_without_being_asked(sample: Sample) -> None:
    sample.pump.start()
    write("a")
    sample.pump.wake()
    deadline = time.monotonic() + 60
    while not sample.seen("Relay") and time.monotonic() < deadline:
        time.sleep(0.01)
    sample.pump.stop()

    assert sample.seen("Relay") == [["a"]]


def test_a_function_that_feeds_itself_for_ever_is_reported(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    from local import pump

    monkeypatch.setattr(pump, "MOST_ROUNDS", 3)
    sqs = boto3.client("sqs")
    for body in range(40):
        sqs.send_message(QueueUrl=queue("Work"), MessageBody=str(body))
    with pytest.raises(RuntimeError, match="still not quiet"):
        sample.pump.settle()


NOON = datetime(2026, 11, 21, 12, 0, 30, tzinfo=UTC)  # a Saturday


@pytest.mark.parametrize(
    ("expression", "timezone", "expected"),
    [
        ("rate(5 minutes)", "UTC", datetime(2026, 11, 21, 12, 5, 30, tzinfo=UTC)),
        ("rate(1 day)", "UTC", datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)),
        ("at(2026-11-21T13:00:00)", "UTC", datetime(2026, 11, 21, 13, tzinfo=UTC)),
        ("at(2026-11-21T13:30:00)", "Europe/Madrid", datetime(2026, 11, 21, 12, 30, tzinfo=UTC)),
        ("at(2026-11-21T12:00:00)", "UTC", None),
        ("cron(0 12 * * ? *)", "UTC", datetime(2026, 11, 22, 12, tzinfo=UTC)),
        ("cron(0/15 * * * ? *)", "UTC", datetime(2026, 11, 21, 12, 15, tzinfo=UTC)),
        ("cron(0 8 ? * MON-FRI *)", "UTC", datetime(2026, 11, 23, 8, tzinfo=UTC)),
        ("cron(0 0 1 1 ? *)", "America/New_York", datetime(2027, 1, 1, 5, tzinfo=UTC)),
        ("cron(0 0 1 1 ? 2025)", "UTC", None),
    ],
)
def test_when_a_schedule_is_next_due(expression: str, timezone: str, expected: datetime | None) -> None:
    from local.schedule_times import next_time

    assert next_time(expression, NOON, timezone) == expected


@pytest.mark.parametrize("expression", ["cron(0 8 L * ? *)", "cron(0 8 * *)", "rate(1 fortnight)", ""])
def test_a_schedule_that_is_not_understood_is_refused(expression: str) -> None:
    from local.intrinsics import TemplateError
    from local.schedule_times import next_time

    with pytest.raises(TemplateError):
        next_time(expression, NOON)
