"""`linkgate doctor`: whether everything that Linkgate needs of AWS is there, one line each."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import typer

from cli.failures import CommandError
from cli.printing import print_json, shown
from cli.target import Operator, on_table

INDEXES = ("by_message", "by_month", "by_recipient", "by_resource")


class State(StrEnum):
    """What a check found."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """One line of the answer; `advice` says what to do where it is not well."""

    about: str
    state: State
    text: str
    advice: str = ""


Check = Callable[[Operator], Iterator[Finding]]


@on_table()
def doctor(operator: Operator) -> None:
    """Check identity, table, e-mail, SMS, queues and alarms. Exit code 1 where something is wrong; changes nothing."""
    findings = [finding for check in CHECKS for finding in _asked(check, operator)]
    if operator.as_json:
        print_json([{"about": f.about, "state": f.state, "text": f.text, "advice": f.advice} for f in findings])
    else:
        width = max(len(finding.about) for finding in findings)
        for finding in findings:
            print(f"{finding.state:<8} {finding.about:<{width}}  {shown(finding.text)}")
            if finding.advice:
                print(f"{'':<8} {'':<{width}}  -> {finding.advice}")
    if any(finding.state is State.WRONG for finding in findings):
        raise typer.Exit(1)


def _asked(check: Check, operator: Operator) -> Iterator[Finding]:
    """A check's findings; what AWS does not answer is unknown, and no reason to stop."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - as `Operator.session`

    try:
        yield from check(operator)
    except ClientError as error:
        yield Finding(check.__name__, State.UNKNOWN, f"{error.operation_name}: {error.response['Error'].get('Code')}")
    except BotoCoreError as error:
        yield Finding(check.__name__, State.UNKNOWN, f"{type(error).__name__}: {error}")
    except CommandError as error:
        yield Finding(check.__name__, State.UNKNOWN, str(error).splitlines()[0])


def identity(operator: Operator) -> Iterator[Finding]:
    """Who is asking."""
    who = operator.client("sts").get_caller_identity()
    yield Finding("identity", State.OK, f"{who['Arn']} in account {who['Account']}")


def table(operator: Operator) -> Iterator[Finding]:
    """The table as the template makes it."""
    client, name = operator.client("dynamodb"), operator.table_named
    found = client.describe_table(TableName=name)["Table"]
    active = {
        index["IndexName"]
        for index in found.get("GlobalSecondaryIndexes", [])
        if index.get("IndexStatus", "ACTIVE") == "ACTIVE"
    }
    missing = sorted(set(INDEXES) - active)
    stream = found.get("StreamSpecification", {}).get("StreamViewType")
    yield _well("table", found["TableStatus"] == "ACTIVE", f"{name} is {found['TableStatus']}", "wait, or deploy again")
    yield _well("indexes", not missing, f"not there: {', '.join(missing)}" if missing else "all there", "deploy again")
    yield _well(
        "stream", stream == "NEW_AND_OLD_IMAGES", f"{stream or 'off'}", "deploy again: nothing is recorded or retried"
    )
    expiry = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    enabled = expiry["TimeToLiveStatus"] in {"ENABLED", "ENABLING"} and expiry.get("AttributeName") == "ttl"
    yield _well(
        "retention", enabled, f"expiry by ttl is {expiry['TimeToLiveStatus']}", "deploy again: nothing is tidied up"
    )
    backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    status = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    yield _well("backups", status == "ENABLED", f"point-in-time recovery is {status}", "deploy again", State.WARNING)


def tenants(operator: Operator) -> Iterator[Finding]:
    """Whether anybody can call."""
    known = list(operator.registry.tenants())
    yield _well("tenants", bool(known), f"{len(known)}", "linkgate tenant create --help", State.WARNING)
    now = operator.deps.now()
    for tenant in known:
        keys = [key for key in operator.registry.credentials(tenant.id) if not key.expires_at or key.expires_at > now]
        yield _well(
            f"keys of {tenant.name}", bool(keys), f"{len(keys)} valid", "linkgate key create --help", State.WARNING
        )


def email(operator: Operator) -> Iterator[Finding]:
    """Whether SES sends, to everybody, from the senders that are in use."""
    client = operator.client("sesv2")
    account = client.get_account()
    yield _well(
        "e-mail",
        account["SendingEnabled"],
        "sending is on" if account["SendingEnabled"] else "sending is paused",
        "see the SES console: reputation",
    )
    production = account["ProductionAccessEnabled"]
    advice = "in the sandbox only verified addresses get mail; ask for production access in the SES console"
    yield _well("e-mail sandbox", production, "out of it" if production else "in it", advice, State.WARNING)
    for sender in sorted(_senders(operator)):
        verified = _verified(client, sender)
        yield _well(
            f"sender {sender}", verified, "verified" if verified else "not verified", "verify it, or its domain, in SES"
        )


def sms(operator: Operator) -> Iterator[Finding]:
    """Whether SNS sends SMS, to everybody, and for how much money."""
    client = operator.client("sns")
    sandbox = client.get_sms_sandbox_account_status()["IsInSandbox"]
    advice = "only verified numbers get SMS; leave the sandbox in the SNS console"
    yield _well("SMS sandbox", not sandbox, "in it" if sandbox else "out of it", advice, State.WARNING)
    attributes = client.get_sms_attributes()["attributes"]
    limit = attributes.get("MonthlySpendLimit")
    yield _well(
        "SMS budget", limit not in {None, "1"}, f"{limit or '1'} USD a month", "raise MonthlySpendLimit", State.WARNING
    )
    reports = "DeliveryStatusIAMRole" in attributes
    yield _well(
        "SMS reports", reports, "on" if reports else "off", "docs/delivery.md says how to switch them on", State.WARNING
    )


def queues(operator: Operator) -> Iterator[Finding]:
    """Whether anything was given up."""
    client = operator.client("sqs")
    for url in client.list_queues(QueueNamePrefix=operator.stack or "").get("QueueUrls", []):
        name = url.rpartition("/")[2]
        attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])[
            "Attributes"
        ]
        waiting = int(attributes["ApproximateNumberOfMessages"])
        if "DeadLetters" in name:
            yield _well(name, waiting == 0, f"{waiting} given up", "docs/delivery.md")
        else:
            yield Finding(name, State.OK, f"{waiting} waiting")


def alarms(operator: Operator) -> Iterator[Finding]:
    """Which alarms ring."""
    pages = (
        operator.client("cloudwatch")
        .get_paginator("describe_alarms")
        .paginate(AlarmNamePrefix=operator.stack or "linkgate")
    )
    found = [alarm for page in pages for alarm in page["MetricAlarms"]]
    ringing = [alarm["AlarmName"] for alarm in found if alarm["StateValue"] == "ALARM"]
    text = f"ringing: {', '.join(ringing)}" if ringing else f"none of {len(found)} rings"
    yield _well("alarms", not ringing, text, "each names its metric; see the CloudWatch console")


CHECKS: tuple[Check, ...] = (identity, table, tenants, email, sms, queues, alarms)


def _well(about: str, is_well: bool, text: str, advice: str, otherwise: State = State.WRONG) -> Finding:  # noqa: FBT001 - what was found
    return Finding(about, State.OK if is_well else otherwise, text, "" if is_well else advice)


def _senders(operator: Operator) -> set[str]:
    own = {tenant.mail_from for tenant in operator.registry.tenants() if tenant.mail_from}
    deployed: Mapping[str, Any] = operator.deployed_environment if operator.stack else {}
    return {*own, *({str(deployed["MAIL_FROM"])} if deployed.get("MAIL_FROM") else ())}


def _verified(client: Any, sender: str) -> bool:  # noqa: ANN401 - a client
    """The address itself, or its domain."""
    for identity_name in (sender, sender.rpartition("@")[2]):
        try:
            if client.get_email_identity(EmailIdentity=identity_name)["VerifiedForSendingStatus"]:
                return True
        except client.exceptions.NotFoundException:
            continue
    return False
