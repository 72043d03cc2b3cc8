"""The doctor in an account with made-up answers. Answers and requests are checked against the services' models."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber

from cli.doctor import _asked
from cli.failures import CommandError
from cli.findings import Finding, State
from cli.sms_reports import sms_reports, switch_on_sms_reports
from cli.stack_checks import queues, readers
from cli.target import Operator
from cli.watch_checks import alarms

if TYPE_CHECKING:
    from collections.abc import Callable

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/sms"
GONE = f"arn:aws:iam::{ACCOUNT}:role/gone"
FUNCTION = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:bank-feedback"
SERVED = f"{FUNCTION}:live"
STREAM = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/bank-Table/stream/2026-11-22T00:00:00.000"
GROUP = f"sns/eu-west-1/{ACCOUNT}/DirectPublishToPhoneNumber"
UUID = "14e0db71-1111-2222-3333-444455556666"
TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:bank-alarms"


@dataclass(frozen=True)
class Account(Operator):
    """An operator whose clients expect the calls of a test, in order for each service, and answer them."""

    clients: dict[str, Any] = field(default_factory=dict)
    stubs: dict[str, Stubber] = field(default_factory=dict)

    def client(self, service: Any) -> Any:
        if service not in self.clients:
            self.clients[service] = boto3.client(
                service, region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x"
            )
            self.stubs[service] = Stubber(self.clients[service])
            self.stubs[service].activate()
        return self.clients[service]

    def answers(self, service: str, call: str, answer: dict[str, Any], **asked: object) -> None:
        self.client(service)
        self.stubs[service].add_response(call, answer, asked)

    def fails(self, service: str, call: str, code: str) -> None:
        self.client(service)
        self.stubs[service].add_client_error(call, code)

    def done(self) -> None:
        for stub in self.stubs.values():
            stub.assert_no_pending_responses()


@pytest.fixture
def account() -> Callable[..., Account]:
    def make(**options: Any) -> Account:
        given = {"stack": "bank", "table_name": "bank-Table", "endpoint_url": None, "as_json": False, "dry_run": False}
        return Account(**{**given, **options})

    return make


def stack(account: Account, **resources: tuple[str, str]) -> None:
    """Resources that CloudFormation lists: type and physical id by logical id."""
    account.answers(
        "cloudformation",
        "list_stack_resources",
        {
            "StackResourceSummaries": [
                {
                    "LogicalResourceId": name,
                    "PhysicalResourceId": physical,
                    "ResourceType": kind,
                    "LastUpdatedTimestamp": "2026-11-22T00:00:00Z",
                    "ResourceStatus": "CREATE_COMPLETE",
                }
                for name, (kind, physical) in resources.items()
            ]
        },
        StackName="bank",
    )


def facts(findings: list[Finding]) -> list[tuple[str, State, str]]:
    return [(each.about, each.state, each.text) for each in findings]


def alarm(name: str, state: str = "OK", actions: tuple[str, ...] = (TOPIC,)) -> dict[str, Any]:
    return {
        "AlarmName": name,
        "StateValue": state,
        "ActionsEnabled": True,
        "AlarmActions": list(actions),
        "AlarmDescription": "Too old. See docs/operations/alarms/oldest-unsent.md",
    }


def watching(account: Account, *found: dict[str, Any]) -> None:
    kind = "AWS::CloudWatch::Alarm"
    stack(account, OldestUnsent=(kind, "bank-OldestUnsent-1"), SmsBudget=(kind, "bank-SmsBudget-1"))
    asked = {"AlarmNamePrefix": "bank-", "AlarmTypes": ["MetricAlarm"]}
    account.answers("cloudwatch", "describe_alarms", {"MetricAlarms": list(found)}, **asked)


def subscribed(account: Account, arn: str) -> None:
    found = {"Subscriptions": [{"SubscriptionArn": arn, "Protocol": "email"}]}
    account.answers("sns", "list_subscriptions_by_topic", found, TopicArn=TOPIC)


def test_alarms_that_watch_are_quiet_and_heard(account: Callable[..., Account]) -> None:
    bank = account()
    # Another stack's name may begin with this one's.
    watching(bank, alarm("bank-OldestUnsent-1"), alarm("bank-SmsBudget-1"), alarm("bank-two-OldestUnsent-1", "ALARM"))
    subscribed(bank, f"{TOPIC}:1")

    assert facts(list(alarms(bank))) == [
        ("alarms", State.OK, "2 in place"),
        ("firing", State.OK, "none"),
        ("topic bank-alarms", State.OK, "1 of 1 subscriptions confirmed"),
    ]
    bank.done()


def test_an_alarm_that_rings_names_its_page(account: Callable[..., Account]) -> None:
    bank = account()
    watching(bank, alarm("bank-OldestUnsent-1", "ALARM"), alarm("bank-SmsBudget-1"))
    subscribed(bank, f"{TOPIC}:1")

    found = {each.about: each for each in alarms(bank)}

    assert found["bank-OldestUnsent-1"].state is State.WRONG
    assert found["bank-OldestUnsent-1"].advice == "docs/operations/alarms/oldest-unsent.md"


def test_alarms_that_are_gone_or_tell_nobody_are_named(account: Callable[..., Account]) -> None:
    bank = account()
    watching(bank, alarm("bank-OldestUnsent-1", actions=()))

    found = {each.about: each for each in alarms(bank)}

    assert (found["alarms"].state, found["alarms"].text) == (State.WARNING, "1 were deleted: bank-SmsBudget-1")
    assert found["alarm actions"].text == "1 of 1 alarms notify nobody"


def test_a_subscription_that_nobody_confirmed_is_no_ear(account: Callable[..., Account]) -> None:
    bank = account()
    watching(bank, alarm("bank-OldestUnsent-1"), alarm("bank-SmsBudget-1"))
    subscribed(bank, "PendingConfirmation")

    found = {each.about: each for each in alarms(bank)}

    assert found["topic bank-alarms"].state is State.WARNING


def test_what_was_given_up_is_wrong_and_names_its_page(account: Callable[..., Account]) -> None:
    bank = account()
    names = {"bank-DeliveryDeadLetters-1": "2", "bank-DeliveryQueue-1": "3", "bank-FeedbackDeadLetters-1": "0"}
    urls = {f"https://sqs/{ACCOUNT}/{name}": depth for name, depth in names.items()}
    stack(bank, **{f"Queue{number}": ("AWS::SQS::Queue", url) for number, url in enumerate(urls)})
    for url, depth in urls.items():
        attributes = {"Attributes": {"ApproximateNumberOfMessages": depth}}
        bank.answers(
            "sqs", "get_queue_attributes", attributes, QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
        )

    found = list(queues(bank))

    assert facts(found) == [
        ("bank-DeliveryDeadLetters-1", State.WRONG, "2 given up"),
        ("bank-DeliveryQueue-1", State.OK, "3 waiting"),
        ("bank-FeedbackDeadLetters-1", State.OK, "0 given up"),
    ]
    assert found[0].advice == "docs/operations/alarms/delivery-dead-letters.md"


def test_queues_of_other_stacks_are_not_looked_at(account: Callable[..., Account]) -> None:
    with pytest.raises(CommandError, match="--stack"):
        list(queues(account(stack=None)))


def test_a_reader_that_is_switched_off_or_gone_is_wrong(account: Callable[..., Account]) -> None:
    bank = account()
    kind = "AWS::Lambda::Function"
    stack(bank, LinkEventsFunction=(kind, "bank-events"), StreamRelayFunction=(kind, "bank-relay"))
    bank.answers("dynamodb", "describe_table", {"Table": {"LatestStreamArn": STREAM}}, TableName="bank-Table")
    arn = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function"
    mappings = [
        {"FunctionArn": f"{arn}:bank-events:live", "State": "Disabled", "UUID": UUID},
        {"FunctionArn": f"{arn}:bank-relay-of-another:live", "State": "Enabled", "UUID": UUID},
    ]
    for _ in range(2):
        bank.answers("lambda", "list_event_source_mappings", {"EventSourceMappings": mappings}, EventSourceArn=STREAM)

    first, second = readers(bank)

    assert (first.about, first.state, first.text) == ("reader LinkEventsFunction", State.WRONG, "Disabled")
    assert first.advice == f"aws lambda update-event-source-mapping --uuid {UUID} --enabled"
    assert (second.about, second.state, second.text) == ("reader StreamRelayFunction", State.WRONG, "missing")
    bank.done()


def reporting(
    account: Account, attributes: dict[str, str], groups: dict[str, int | None], *, subscribed: bool = False
) -> None:
    """Return an account with these SNS settings, and these log groups with their retention in days."""
    outputs = [{"OutputKey": "SmsReportRole", "OutputValue": ROLE}, {"OutputKey": "TableName", "OutputValue": "t"}]
    described: dict[str, Any] = {
        "StackName": "bank",
        "CreationTime": "2026-11-22T00:00:00Z",
        "StackStatus": "CREATE_COMPLETE",
        "Outputs": outputs,
        "Parameters": [{"ParameterKey": "LogRetentionDays", "ParameterValue": "14"}],
    }
    account.answers("sns", "get_sms_attributes", {"attributes": attributes})
    role = attributes.get("DeliveryStatusIAMRole")
    if role:
        _looked_up(account, role)
    if role in {None, GONE}:
        account.answers("cloudformation", "describe_stacks", {"Stacks": [described]}, StackName="bank")
    account.answers(
        "sts", "get_caller_identity", {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/x", "UserId": "x"}
    )
    detail = {
        "LogicalResourceId": "DeliveryFeedbackFunction",
        "PhysicalResourceId": "bank-feedback",
        "ResourceType": "AWS::Lambda::Function",
        "LastUpdatedTimestamp": "2026-11-22T00:00:00Z",
        "ResourceStatus": "CREATE_COMPLETE",
    }
    account.answers(
        "cloudformation",
        "describe_stack_resource",
        {"StackResourceDetail": detail},
        StackName="bank",
        LogicalResourceId="DeliveryFeedbackFunction",
    )
    account.answers("lambda", "get_function_configuration", {"FunctionArn": FUNCTION}, FunctionName="bank-feedback")
    if role not in {None, GONE}:
        account.answers("cloudformation", "describe_stacks", {"Stacks": [described]}, StackName="bank")
    _log_groups(account, groups, subscribed=subscribed)


def _log_groups(account: Account, groups: dict[str, int | None], *, subscribed: bool) -> None:
    for group in (GROUP, f"{GROUP}/Failure"):
        found = [
            {"logGroupName": name, **({"retentionInDays": days} if days else {})}
            for name, days in groups.items()
            if name.startswith(group)
        ]
        account.answers("logs", "describe_log_groups", {"logGroups": found}, logGroupNamePrefix=group)
        _acts(account, group, groups)
        if group in groups:
            filters = [{"filterName": "bank", "destinationArn": SERVED}] if subscribed else []
            answer = {"subscriptionFilters": filters}
            account.answers("logs", "describe_subscription_filters", answer, logGroupName=group)
        else:
            account.fails("logs", "describe_subscription_filters", "ResourceNotFoundException")
        if not account.dry_run and not subscribed:
            account.answers(
                "logs",
                "put_subscription_filter",
                {},
                logGroupName=group,
                filterName="bank",
                filterPattern="",
                destinationArn=SERVED,
            )


def _looked_up(account: Account, role: str) -> None:
    if role == GONE:
        account.fails("iam", "get_role", "NoSuchEntity")
        return
    name = role.rpartition("/")[2]
    found = {"Path": "/", "RoleName": name, "RoleId": "A" * 16, "Arn": role, "CreateDate": "2026-11-22T00:00:00Z"}
    account.answers("iam", "get_role", {"Role": found}, RoleName=name)


def _acts(account: Account, group: str, groups: dict[str, int | None]) -> None:
    if account.dry_run:
        return
    if group not in groups:
        account.answers("logs", "create_log_group", {}, logGroupName=group)
    if not groups.get(group):
        account.answers("logs", "put_retention_policy", {}, logGroupName=group, retentionInDays=14)


ON = {"DeliveryStatusIAMRole": ROLE, "DeliveryStatusSuccessSamplingRate": "100"}
KEPT: dict[str, int | None] = {GROUP: 14, f"{GROUP}/Failure": 14}


def test_reports_that_are_on_and_read_are_well(account: Callable[..., Account]) -> None:
    bank = account(dry_run=True)
    reporting(bank, ON, KEPT, subscribed=True)

    assert facts(list(sms_reports(bank))) == [("SMS reports", State.OK, "logged, and read by the stack")]
    bank.done()


def test_what_is_missing_is_named_with_its_command(account: Callable[..., Account]) -> None:
    bank = account(dry_run=True)
    reporting(bank, {}, {GROUP: None})

    found = list(sms_reports(bank))

    assert [each.text for each in found] == [
        "SNS does not log the delivery status of every SMS",
        f"{GROUP} has no retention period",
        f"the stack does not read {GROUP}",
        f"{GROUP}/Failure does not exist",
        f"{GROUP}/Failure has no retention period",
        f"the stack does not read {GROUP}/Failure",
    ]
    assert {each.state for each in found} == {State.WARNING}
    assert found[0].advice.endswith(
        f"aws sns set-sms-attributes --attributes DeliveryStatusIAMRole={ROLE},DeliveryStatusSuccessSamplingRate=100"
    )
    assert found[2].advice.endswith(f"--filter-name bank --filter-pattern '' --destination-arn {SERVED}")


def test_fixing_does_all_that_is_missing(account: Callable[..., Account]) -> None:
    bank = account()
    reporting(bank, {"DeliveryStatusIAMRole": f"arn:aws:iam::{ACCOUNT}:role/another-stacks"}, {})
    # Setting its own role would end the reports of the other stack.
    bank.answers("sns", "set_sms_attributes", {}, attributes={"DeliveryStatusSuccessSamplingRate": "100"})

    found = list(switch_on_sms_reports(bank))

    assert {each.state for each in found} == {State.CHANGED}
    assert len(found) == 7
    bank.done()


def test_a_role_that_went_with_its_stack_is_replaced(account: Callable[..., Account]) -> None:
    bank = account()
    reporting(bank, {**ON, "DeliveryStatusIAMRole": GONE}, KEPT, subscribed=True)
    bank.answers("sns", "set_sms_attributes", {}, attributes={"DeliveryStatusIAMRole": ROLE})

    (finding,) = switch_on_sms_reports(bank)

    assert finding.state is State.CHANGED
    bank.done()


def test_a_dry_run_only_says_what_it_would_run(account: Callable[..., Account]) -> None:
    bank = account(dry_run=True)
    reporting(bank, {}, {})

    found = list(switch_on_sms_reports(bank))

    assert all(each.text.startswith("would run: aws ") for each in found)
    bank.done()


def test_a_template_without_the_role_is_said(account: Callable[..., Account]) -> None:
    bank = account()
    bank.answers("sns", "get_sms_attributes", {"attributes": {}})
    old = {"StackName": "bank", "CreationTime": "2026-11-22T00:00:00Z", "StackStatus": "CREATE_COMPLETE"}
    bank.answers("cloudformation", "describe_stacks", {"Stacks": [old]}, StackName="bank")

    (finding,) = _asked(sms_reports, bank)

    assert (finding.about, finding.state) == ("sms reports", State.UNKNOWN)
    assert "deploy the latest template" in finding.text
