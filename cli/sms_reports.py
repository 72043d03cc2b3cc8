"""Delivery reports for SMS: settings of the account and of SNS's log groups, which no template can make.

SNS logs the delivery status of each SMS to two log groups with fixed names. The stack's feedback function subscribes to
both.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from cli.failures import CommandError
from cli.findings import Finding, State
from cli.target import SERVING, Operator

ABOUT = "SMS reports"
ROLE_SETTING = "DeliveryStatusIAMRole"


@dataclass(frozen=True)
class _Step:
    """A missing setting: in words, as an AWS CLI command, and as a call."""

    missing: str
    command: str
    act: Callable[[], object]


def sms_reports(operator: Operator) -> Iterator[Finding]:
    """Check that the reports are logged and reach the stack."""
    steps = list(_missing(operator))
    for step in steps:
        yield Finding(ABOUT, State.WARNING, step.missing, f"linkgate doctor --fix, or: {step.command}")
    if not steps:
        yield Finding(ABOUT, State.OK, "logged, and read by the stack")


def switch_on_sms_reports(operator: Operator) -> Iterator[Finding]:
    """Make the missing settings; with --dry-run, only print them."""
    for step in _missing(operator):
        if not operator.dry_run:
            step.act()
        yield Finding(ABOUT, State.CHANGED, f"{'would run' if operator.dry_run else 'done'}: {step.command}")


def _missing(operator: Operator) -> Iterator[_Step]:
    yield from _settings(operator)
    who = operator.client("sts").get_caller_identity()
    logs = operator.client("logs")
    function = _function_arn(operator)
    base = f"sns/{logs.meta.region_name}/{who['Account']}/DirectPublishToPhoneNumber"
    for group in (base, f"{base}/Failure"):
        yield from _log_group(logs, group, _retention_days(operator))
        yield from _subscription(logs, group, function, operator.stack or "")


def _settings(operator: Operator) -> Iterator[_Step]:
    sns = operator.client("sns")
    known = sns.get_sms_attributes()["attributes"]
    missing = {}
    # The account has a single setting, so the role of another stack is fine while it exists.
    if not _exists(known.get(ROLE_SETTING, ""), operator):
        missing[ROLE_SETTING] = _role(operator)
    if known.get("DeliveryStatusSuccessSamplingRate") != "100":
        missing["DeliveryStatusSuccessSamplingRate"] = "100"
    if missing:
        pairs = ",".join(f"{name}={value}" for name, value in missing.items())
        yield _Step(
            "SNS does not log the delivery status of every SMS",
            f"aws sns set-sms-attributes --attributes {pairs}",
            lambda: sns.set_sms_attributes(attributes=missing),
        )


def _log_group(logs: Any, group: str, days: int) -> Iterator[_Step]:  # noqa: ANN401 - a client
    found = [
        each
        for each in logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
        if each["logGroupName"] == group
    ]
    if not found:
        command = f"aws logs create-log-group --log-group-name {group}"
        yield _Step(f"{group} does not exist", command, lambda: logs.create_log_group(logGroupName=group))
    if not found or "retentionInDays" not in found[0]:
        # Its lines contain phone numbers.
        yield _Step(
            f"{group} has no retention period",
            f"aws logs put-retention-policy --log-group-name {group} --retention-in-days {days}",
            lambda: logs.put_retention_policy(logGroupName=group, retentionInDays=days),
        )


def _subscription(logs: Any, group: str, function: str, name: str) -> Iterator[_Step]:  # noqa: ANN401 - a client
    try:
        filters = logs.describe_subscription_filters(logGroupName=group)["subscriptionFilters"]
    except logs.exceptions.ResourceNotFoundException:
        filters = []
    if any(each["destinationArn"] == function for each in filters):
        return
    yield _Step(
        f"the stack does not read {group}",
        f"aws logs put-subscription-filter --log-group-name {group} --filter-name {name} --filter-pattern ''"
        f" --destination-arn {function}",
        lambda: logs.put_subscription_filter(
            logGroupName=group, filterName=name, filterPattern="", destinationArn=function
        ),
    )


def _exists(role: str, operator: Operator) -> bool:
    """Tell whether there is a role with this ARN. The role of a deleted stack stays in the setting."""
    if not role:
        return False
    iam = operator.client("iam")
    try:
        iam.get_role(RoleName=role.rpartition("/")[2])
    except iam.exceptions.NoSuchEntityException:
        return False
    return True


def _role(operator: Operator) -> str:
    role = operator.outputs.get("SmsReportRole")
    if role is None:
        raise CommandError("The stack has no role for SMS reports: deploy the latest template.")
    return role


def _function_arn(operator: Operator) -> str:
    found = operator.client("cloudformation").describe_stack_resource(
        StackName=operator.stack, LogicalResourceId="DeliveryFeedbackFunction"
    )
    name = found["StackResourceDetail"]["PhysicalResourceId"]
    function = operator.client("lambda").get_function_configuration(FunctionName=name)
    return f"{function['FunctionArn']}:{SERVING}"


def _retention_days(operator: Operator) -> int:
    return int(operator.parameters.get("LogRetentionDays", 30))
