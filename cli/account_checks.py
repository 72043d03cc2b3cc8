"""Checks of `linkgate doctor` on the AWS account: identity, e-mail and SMS."""

from collections.abc import Iterator, Mapping
from typing import Any

from cli.findings import Finding, State, well
from cli.target import Operator


def identity(operator: Operator) -> Iterator[Finding]:
    """Report the AWS identity in use."""
    who = operator.client("sts").get_caller_identity()
    yield Finding("identity", State.OK, f"{who['Arn']} in account {who['Account']}")


def email(operator: Operator) -> Iterator[Finding]:
    """Check that SES sends to everybody, and from the senders in use."""
    client = operator.client("sesv2")
    account = client.get_account()
    yield well(
        "e-mail",
        account["SendingEnabled"],
        "sending is on" if account["SendingEnabled"] else "sending is paused",
        "see the reputation page of the SES console",
    )
    production = account["ProductionAccessEnabled"]
    advice = "only verified addresses get mail; request production access in the SES console"
    yield well(
        "e-mail sandbox", production, "not in the sandbox" if production else "in the sandbox", advice, State.WARNING
    )
    for sender in sorted(_senders(operator)):
        verified = _verified(client, sender)
        yield well(
            f"sender {sender}", verified, "verified" if verified else "not verified", "verify it, or its domain, in SES"
        )


def sms(operator: Operator) -> Iterator[Finding]:
    """Check that SNS sends SMS to everybody, and report its monthly budget."""
    client = operator.client("sns")
    sandbox = client.get_sms_sandbox_account_status()["IsInSandbox"]
    advice = "only verified numbers get SMS; leave the sandbox in the SNS console"
    yield well("SMS sandbox", not sandbox, "in the sandbox" if sandbox else "not in the sandbox", advice, State.WARNING)
    attributes = client.get_sms_attributes()["attributes"]
    limit = attributes.get("MonthlySpendLimit")
    advice = "raise MonthlySpendLimit: see docs/operations/alarms/sms-spend.md"
    yield well("SMS budget", limit not in {None, "1"}, f"{limit or '1'} USD a month", advice, State.WARNING)


def _senders(operator: Operator) -> set[str]:
    own = {tenant.mail_from for tenant in operator.registry.tenants() if tenant.mail_from}
    deployed: Mapping[str, Any] = operator.deployed_environment if operator.stack else {}
    return {*own, *({str(deployed["MAIL_FROM"])} if deployed.get("MAIL_FROM") else ())}


def _verified(client: Any, sender: str) -> bool:  # noqa: ANN401 - a client
    """Tell whether the address itself or its domain is verified."""
    for identity_name in (sender, sender.rpartition("@")[2]):
        try:
            if client.get_email_identity(EmailIdentity=identity_name)["VerifiedForSendingStatus"]:
                return True
        except client.exceptions.NotFoundException:
            continue
    return False
