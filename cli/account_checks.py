"""Checks of `linkgate doctor` on the AWS account: identity, e-mail and SMS."""

from collections.abc import Iterator, Mapping
from typing import Any

from cli.findings import Finding, State, well
from cli.target import Operator

_VERIFY = "verify the domain: aws sesv2 create-email-identity --email-identity {}"
_MAIL_FROM = "aws sesv2 put-email-identity-mail-from-attributes, and its MX and TXT records: see docs/deploy.md"


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
    for sender in sorted(senders(operator)):
        name, found = identity_of(client, sender)
        yield well(
            f"sender {sender}", found is not None, "not verified" if found is None else "verified", _VERIFY.format(name)
        )
        if found is not None:
            yield from _signed(name, found)


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


def senders(operator: Operator) -> set[str]:
    """Return every address that mail is sent from."""
    own = {tenant.mail_from for tenant in operator.registry.tenants() if tenant.mail_from}
    deployed: Mapping[str, Any] = operator.deployed_environment if operator.stack else {}
    return {*own, *({str(deployed["MAIL_FROM"])} if deployed.get("MAIL_FROM") else ())}


def identity_of(client: Any, sender: str) -> tuple[str, Mapping[str, Any] | None]:  # noqa: ANN401 - a client
    """Return the verified identity that covers a sender, the address itself or its domain, or the domain and None."""
    domain = sender.rpartition("@")[2]
    for name in (sender, domain):
        try:
            found: Mapping[str, Any] = client.get_email_identity(EmailIdentity=name)
        except client.exceptions.NotFoundException:
            continue
        if found["VerifiedForSendingStatus"]:
            return name, found
    return domain, None


def _signed(name: str, found: Mapping[str, Any]) -> Iterator[Finding]:
    """Check that mail programs can tell who sent a message: its signature, and the domain that takes its bounces."""
    about = f"DKIM of {name}"
    if "@" in name:
        text = "only the address is verified, so nothing is signed for its domain"
        yield Finding(about, State.WARNING, text, _VERIFY.format(name.rpartition("@")[2]))
        return
    dkim, bounces = found.get("DkimAttributes", {}), found.get("MailFromAttributes", {})
    signs = bool(dkim.get("SigningEnabled")) and dkim.get("Status") == "SUCCESS"
    records = ", ".join(
        f"{token}._domainkey.{name} CNAME {token}.dkim.amazonses.com" for token in dkim.get("Tokens", ())
    )
    text = "messages are signed" if signs else f"messages are not signed ({dkim.get('Status', 'unknown')})"
    yield well(about, signs, text, f"put into the DNS: {records or _VERIFY.format(name)}", State.WARNING)
    own, status = bounces.get("MailFromDomain"), bounces.get("MailFromDomainStatus")
    text = (
        f"{own} ({status})" if own else "none: bounces go to amazonses.com, which SPF and DMARC do not count as yours"
    )
    yield well(f"MAIL FROM of {name}", bool(own) and status == "SUCCESS", text, _MAIL_FROM, State.WARNING)
