"""Alarms watch existing metrics, notify somebody, and name a page that says what to do."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from linkgate.ports.measures import Metric
from local.template import parse_template

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
RESOURCES: dict[str, Any] = parse_template((ROOT / "template.yaml").read_text())["Resources"]
ALARMS = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::CloudWatch::Alarm"}

PAGES = ROOT / "docs/operations/alarms"
SECTIONS = ["What it means", "What customers notice", "First checks", "Fix", "Resolution"]

PUBLISHED: dict[tuple[str, str], list[set[str]]] = {
    # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
    ("AWS/Lambda", "Errors"): [{"FunctionName"}],
    ("AWS/Lambda", "Throttles"): [{"FunctionName"}],
    ("AWS/Lambda", "IteratorAge"): [{"FunctionName"}],
    ("AWS/Lambda", "Duration"): [{"FunctionName"}],
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
    ("AWS/ApiGateway", "5xx"): [{"ApiId"}],
    ("AWS/ApiGateway", "4xx"): [{"ApiId"}],
    ("AWS/ApiGateway", "Count"): [{"ApiId"}],
    ("AWS/ApiGateway", "Latency"): [{"ApiId"}],
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): [{"QueueName"}],
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"): [{"QueueName"}],
    # https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html
    ("AWS/SES", "Reputation.BounceRate"): [set()],
    ("AWS/SES", "Reputation.ComplaintRate"): [set()],
    # https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
    ("AWS/SNS", "SMSMonthToDateSpentUSD"): [set()],
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
    ("AWS/DynamoDB", "ReadThrottleEvents"): [{"TableName"}, {"TableName", "GlobalSecondaryIndexName"}],
    ("AWS/DynamoDB", "WriteThrottleEvents"): [{"TableName"}, {"TableName", "GlobalSecondaryIndexName"}],
    ("AWS/DynamoDB", "ConsumedReadCapacityUnits"): [{"TableName"}],
    ("AWS/DynamoDB", "ConsumedWriteCapacityUnits"): [{"TableName"}],
    # https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html
    ("AWS/Scheduler", "InvocationDroppedCount"): [{"ScheduleGroup"}],
    # https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
    ("AWS/States", "ExecutionsFailed"): [{"StateMachineArn"}],
    **{("Linkgate", metric.value): [{"service"}] for metric in Metric},
}
"""Sets of dimensions under which each metric is published."""

STACK = {"Ref": "AWS::StackName"}

Watched = tuple[str, str, dict[str, Any]]


def watched(alarm: dict[str, Any]) -> Iterator[Watched]:
    """Yield namespace, name and dimensions of each metric that an alarm watches."""
    for metric in [each["MetricStat"]["Metric"] for each in alarm.get("Metrics", []) if "MetricStat" in each] or [
        alarm
    ]:
        dimensions = {each["Name"]: each["Value"] for each in metric.get("Dimensions", [])}
        yield metric["Namespace"], metric["MetricName"], dimensions


def watching(namespace: str, name: str) -> list[dict[str, Any]]:
    """Return the dimensions under which alarms watch a metric."""
    return [
        dimensions
        for alarm in ALARMS.values()
        for space, metric, dimensions in watched(alarm)
        if (space, metric) == (namespace, name)
    ]


def of_type(kind: str) -> list[str]:
    return [name for name, each in RESOURCES.items() if each["Type"] == kind]


def of_sockets() -> list[str]:
    """Return the functions of the WebSocket API, which names them itself."""
    routes = RESOURCES["LiveApi"]["Properties"]["Routes"].values()
    return sorted({route["FunctionArn"]["Ref"].removesuffix(".Alias") for route in routes})


def page_of(alarm: dict[str, Any]) -> Path:
    found = re.search(r"See docs/operations/alarms/([a-z-]+)\.md$", alarm["AlarmDescription"])
    assert found, alarm["AlarmDescription"]
    return PAGES / f"{found[1]}.md"


@pytest.mark.parametrize("name", sorted(ALARMS))
def test_an_alarm_looks_at_something_that_is_published(name: str) -> None:
    for namespace, metric, dimensions in watched(ALARMS[name]):
        assert set(dimensions) in PUBLISHED[namespace, metric]
        if namespace == "Linkgate":
            assert dimensions == {"service": STACK}
        for value in dimensions.values():
            target = value.get("Ref") or value["Fn::GetAtt"][0] if isinstance(value, dict) else None
            assert target in {None, "AWS::StackName", *RESOURCES}


def test_metrics_of_ours_are_told_under_the_stacks_name() -> None:
    variables = parse_template((ROOT / "template.yaml").read_text())["Globals"]["Function"]["Environment"]["Variables"]

    assert variables["POWERTOOLS_SERVICE_NAME"] == STACK
    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == "Linkgate"


def test_every_metric_of_ours_is_told_by_somebody() -> None:
    told = "".join(path.read_text() for path in (ROOT / "layers/shared/linkgate/usecases").rglob("*.py"))

    assert [metric for metric in Metric if f"Metric.{metric.name}" not in told] == []


def test_every_group_of_schedules_has_one_for_what_was_dropped() -> None:
    groups = {each["ScheduleGroup"]["Ref"] for each in watching("AWS/Scheduler", "InvocationDroppedCount")}

    assert groups == set(of_type("AWS::Scheduler::ScheduleGroup"))


def test_every_function_has_an_alarm_for_its_errors() -> None:
    assert [each["FunctionName"]["Ref"] for each in watching("AWS/Lambda", "Errors")] == of_type(
        "AWS::Serverless::Function"
    )


def test_every_function_that_somebody_waits_for_has_one_for_throttling() -> None:
    called = [
        name
        for name in of_type("AWS::Serverless::Function")
        if any(event["Type"] == "HttpApi" for event in RESOURCES[name]["Properties"].get("Events", {}).values())
    ]
    called += of_sockets()

    assert [each["FunctionName"]["Ref"] for each in watching("AWS/Lambda", "Throttles")] == called
    most = max(len(list(watched(alarm))) for alarm in ALARMS.values())
    assert most <= 10  # the limit of one alarm


def test_every_reader_of_the_stream_has_one_for_its_delay() -> None:
    readers = [
        name
        for name in of_type("AWS::Serverless::Function")
        if any(event["Type"] == "DynamoDB" for event in RESOURCES[name]["Properties"].get("Events", {}).values())
    ]

    assert {each["FunctionName"]["Ref"] for each in watching("AWS/Lambda", "IteratorAge")} == set(readers)


def test_every_queue_has_one_for_its_age_or_for_what_was_given_up() -> None:
    dead = {each["QueueName"]["Fn::GetAtt"][0] for each in watching("AWS/SQS", "ApproximateNumberOfMessagesVisible")}
    aged = {each["QueueName"]["Fn::GetAtt"][0] for each in watching("AWS/SQS", "ApproximateAgeOfOldestMessage")}
    redriven = {
        RESOURCES[name]["Properties"]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        for name in of_type("AWS::SQS::Queue")
        if "RedrivePolicy" in RESOURCES[name]["Properties"]
    }

    assert redriven <= dead
    assert not dead & aged
    assert dead | aged == set(of_type("AWS::SQS::Queue"))


def test_throttling_of_the_table_is_seen_in_every_index() -> None:
    indexes = {each["IndexName"] for each in RESOURCES["Table"]["Properties"]["GlobalSecondaryIndexes"]}

    assert {each.get("GlobalSecondaryIndexName") for each in watching("AWS/DynamoDB", "WriteThrottleEvents")} == {
        None,
        *indexes,
    }


@pytest.mark.parametrize("name", sorted(ALARMS))
def test_an_alarm_is_heard_and_says_what_silence_means(name: str) -> None:
    alarm = ALARMS[name]
    heard = {"Fn::If": ["HasAlarmEmail", [{"Ref": "AlarmTopic"}], {"Ref": "AWS::NoValue"}]}

    assert (alarm["AlarmActions"], alarm["OKActions"]) == (heard, heard)
    # A rate that is published only sometimes keeps its state. A missing count of faults means no faults.
    slow = {"AWS/SES", "AWS/SNS"} & {namespace for namespace, _, _ in watched(alarm)}
    assert alarm["TreatMissingData"] == ("ignore" if slow else "notBreaching")


@pytest.mark.parametrize("name", sorted(ALARMS))
def test_an_alarm_has_a_page(name: str) -> None:
    page = page_of(ALARMS[name]).read_text()

    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == SECTIONS
    first_checks = page.partition("## First checks")[2].partition("\n## ")[0]
    assert "```sh" in first_checks
    named = re.findall(r"`([A-Za-z]+)`", page.partition("\n## ")[0])
    assert name in named or (name.endswith("Errors") and "<Function>Errors" in page)


def test_no_page_is_about_nothing() -> None:
    pages = {path for path in PAGES.glob("*.md") if path.stem != "README"}

    assert {page_of(alarm) for alarm in ALARMS.values()} == pages
    listed = re.findall(r"\]\(([a-z-]+\.md)\)", (PAGES / "README.md").read_text())
    assert sorted(listed) == sorted(path.name for path in pages)


def test_alarms_travel_encrypted_and_only_from_cloudwatch() -> None:
    """CloudWatch may not use `alias/aws/sns`, so such a topic would lose every alarm."""
    topic, key = RESOURCES["AlarmTopic"]["Properties"], RESOURCES["AlarmKey"]["Properties"]

    assert topic["KmsMasterKeyId"] == {"Ref": "AlarmKey"}
    services = [
        statement
        for document in (key["KeyPolicy"], RESOURCES["AlarmTopicPolicy"]["Properties"]["PolicyDocument"])
        for statement in document["Statement"]
        if "Service" in statement["Principal"]
    ]
    assert [each["Principal"]["Service"] for each in services] == ["cloudwatch.amazonaws.com"] * 2
    for each in services:
        assert each["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


def dashboard() -> dict[str, Any]:
    body = RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    for name in re.findall(r"\$\{([A-Za-z]+)[.}]", body):
        assert name in RESOURCES, name
    # In Sub, ${!x} stands for ${x}.
    shown: dict[str, Any] = json.loads(re.sub(r"\$\{(?!!)[^}]*\}", "x", body))
    return shown


def test_the_dashboard_shows_metrics_that_are_published() -> None:
    shown = set()
    for widget in dashboard()["widgets"]:
        for metric in widget["properties"].get("metrics", []):
            if isinstance(metric[0], dict):
                searched = re.search(
                    r'\{Linkgate,dialect,service\} MetricName="(\w+)" service="x"', metric[0]["expression"]
                )
                assert searched
                assert searched[1] in {each.value for each in Metric}
                continue
            if metric[0] == "...":
                continue
            namespace, name, *rest = [part for part in metric if isinstance(part, str)]
            assert set(rest[::2]) in PUBLISHED[namespace, name]
            shown.add(name)

    assert {"LinksCreated", "MessagesDelivered", "LinksOpened", "LinksSubmitted", "MessagesLost"} <= shown
    assert {"Latency", "IteratorAge", "ApproximateNumberOfMessagesVisible", "SMSMonthToDateSpentUSD"} <= shown


def test_the_dashboard_shows_the_errors_of_every_function_and_how_those_of_the_api_start() -> None:
    body = RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    functions = {name: RESOURCES[name]["Properties"] for name in of_type("AWS::Serverless::Function")}
    answering = [
        each
        for name, each in functions.items()
        if name in of_sockets() or any(e["Type"] == "HttpApi" for e in each.get("Events", {}).values())
    ]

    assert [name for name in functions if f'"AWS/Lambda", "Errors", "FunctionName", "${{{name}}}"' not in body] == []
    assert [
        log for log in (each["LoggingConfig"]["LogGroup"]["Ref"] for each in answering) if f"'${{{log}}}'" not in body
    ] == []


def test_the_operators_page_counts_the_alarms_and_what_they_watch() -> None:
    """The page calculates the cost of alarms from these two numbers."""
    metrics = sum(len(list(watched(alarm))) for alarm in ALARMS.values())

    assert f"| {len(ALARMS)} alarms that watch {metrics} metrics |" in (ROOT / "docs/operations/README.md").read_text()


def test_no_two_widgets_overlap() -> None:
    squares = [
        (x, y)
        for each in dashboard()["widgets"]
        for x in range(each["x"], each["x"] + each["width"])
        for y in range(each["y"], each["y"] + each["height"])
    ]

    assert len(squares) == len(set(squares))
    assert max(x for x, _ in squares) < 24


def test_every_metric_of_ours_is_explained() -> None:
    text = (ROOT / "docs/operations/README.md").read_text().partition("## What is measured")[2]

    assert set(re.findall(r"`([A-Z][A-Za-z]+)`\\?\*?", text)) >= {metric.value for metric in Metric}
