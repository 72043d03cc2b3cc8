"""The doctor says whether mail programs can tell who sent a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.account_checks import email
from cli.findings import Finding, State
from tests.cli.test_doctor import Account, account

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["account"]


class OneSender:
    """A registry whose only tenant sends from its own address."""

    def __init__(self, address: str) -> None:
        self.mail_from = address

    def tenants(self) -> list[OneSender]:
        return [self]


SENDER = "links@example.com"


def said_about(account: Callable[..., Account], *identities: dict[str, Any] | None) -> dict[str, Finding]:
    """Return the doctor's findings about a sender. `identities` are SES's answers about the address and its domain."""
    desk = account(stack=None)
    desk.__dict__["registry"] = OneSender(SENDER)
    desk.answers("sesv2", "get_account", {"ProductionAccessEnabled": True, "SendingEnabled": True})
    for name, answer in zip((SENDER, SENDER.partition("@")[2]), identities, strict=False):
        if answer is None:
            desk.fails("sesv2", "get_email_identity", "NotFoundException")
        else:
            desk.answers("sesv2", "get_email_identity", answer, EmailIdentity=name)
    found = {finding.about: finding for finding in email(desk)}
    desk.done()
    return found


TOKENS = ["a1", "b2", "c3"]


def domain(dkim: str = "SUCCESS", *, bounces: bool = True) -> dict[str, Any]:
    return {
        "VerifiedForSendingStatus": True,
        "DkimAttributes": {"SigningEnabled": True, "Status": dkim, "Tokens": TOKENS},
        "MailFromAttributes": {
            "MailFromDomain": "bounce.example.com" if bounces else "",
            "MailFromDomainStatus": "SUCCESS" if bounces else "FAILED",
            "BehaviorOnMxFailure": "USE_DEFAULT_VALUE",
        },
    }


def test_a_domain_that_signs_and_takes_its_bounces_is_well(account: Callable[..., Account]) -> None:
    found = said_about(account, None, domain())

    assert {finding.state for finding in found.values()} == {State.OK}
    assert {"sender links@example.com", "DKIM of example.com", "MAIL FROM of example.com"} <= set(found)


def test_what_is_not_signed_names_the_records_to_paste(account: Callable[..., Account]) -> None:
    found = said_about(account, None, domain("PENDING", bounces=False))

    dkim = found["DKIM of example.com"]
    assert (dkim.state, dkim.text) == (State.WARNING, "messages are not signed (PENDING)")
    for token in TOKENS:
        assert f"{token}._domainkey.example.com CNAME {token}.dkim.amazonses.com" in dkim.advice
    assert found["MAIL FROM of example.com"].state is State.WARNING
    assert "amazonses.com" in found["MAIL FROM of example.com"].text


def test_an_address_alone_is_not_enough(account: Callable[..., Account]) -> None:
    found = said_about(account, {"VerifiedForSendingStatus": True})

    assert found["sender links@example.com"].state is State.OK
    assert found["DKIM of links@example.com"].state is State.WARNING
    assert "--email-identity example.com" in found["DKIM of links@example.com"].advice


def test_a_sender_that_nobody_verified_is_wrong(account: Callable[..., Account]) -> None:
    found = said_about(account, None, None)

    assert found["sender links@example.com"].state is State.WRONG
    assert "DKIM of example.com" not in found
