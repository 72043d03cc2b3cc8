"""Checks of `linkgate doctor` on the alarms: they exist, none is firing, and somebody is notified."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cli.findings import Finding, State, well
from cli.stack_checks import stack_members
from cli.target import Operator

_PAGE = re.compile(r"docs/operations/alarms/[a-z-]+\.md")


def alarms(operator: Operator) -> Iterator[Finding]:
    """Check all alarms that CloudFormation created for the stack."""
    wanted = {
        each["PhysicalResourceId"]
        for each in stack_members(operator)
        if each["ResourceType"] == "AWS::CloudWatch::Alarm" and "PhysicalResourceId" in each
    }
    paginator = operator.client("cloudwatch").get_paginator("describe_alarms")
    pages = paginator.paginate(AlarmNamePrefix=f"{operator.stack}-", AlarmTypes=["MetricAlarm"])
    found = [alarm for page in pages for alarm in page["MetricAlarms"] if alarm["AlarmName"] in wanted]
    missing = sorted(wanted - {alarm["AlarmName"] for alarm in found})
    text = f"{len(missing)} were deleted: {', '.join(missing)}" if missing else f"{len(found)} in place"
    yield well("alarms", bool(wanted) and not missing, text, "deploy again", State.WARNING)
    ringing = [alarm for alarm in found if alarm["StateValue"] == "ALARM"]
    for alarm in ringing:
        page = _PAGE.search(alarm.get("AlarmDescription", ""))
        yield Finding(alarm["AlarmName"], State.WRONG, "firing", page[0] if page else "see the CloudWatch console")
    if found and not ringing:
        yield Finding("firing", State.OK, "none")
    yield from _heard(found, operator)


def _heard(found: Sequence[Mapping[str, Any]], operator: Operator) -> Iterator[Finding]:
    mute = [alarm["AlarmName"] for alarm in found if not (alarm["ActionsEnabled"] and alarm["AlarmActions"])]
    if mute:
        text = f"{len(mute)} of {len(found)} alarms notify nobody"
        yield Finding("alarm actions", State.WARNING, text, "deploy with AlarmEmail=you@example.com")
    topics = sorted({action for alarm in found for action in alarm["AlarmActions"] if ":sns:" in action})
    for topic in topics:
        subscriptions = operator.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        confirmed = [each for each in subscriptions if each["SubscriptionArn"].startswith("arn:")]
        text = f"{len(confirmed)} of {len(subscriptions)} subscriptions confirmed"
        advice = "open the confirmation that Amazon SNS sent by e-mail, or subscribe again"
        yield well(f"topic {topic.rpartition(':')[2]}", bool(confirmed), text, advice, State.WARNING)
