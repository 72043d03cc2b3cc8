"""Sending of test links: each message is composed as it would be sent, and no provider is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linkgate.model.simulation import Outcome, outcome_for
from linkgate.sending import outcomes

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from linkgate.ports.delivery import AddressNotice, CodeMessage, LinkMessage, ReceiptMessage, Sender, SendOutcome


class Simulated:
    """`ports.delivery.Sender` of test links around one whose client is `NoProvider`.

    What becomes of a message follows from its address (`model.simulation`).
    """

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    @property
    def timeout(self) -> timedelta:
        return self._sender.timeout

    def send_link(self, message: LinkMessage) -> SendOutcome:
        if message.attempt == 1 and outcome_for(message.to) is Outcome.SLOW:
            return outcomes.delayed(outcomes.PROVIDER_ERROR)
        return self._sender.send_link(message)

    def send_code(self, message: CodeMessage) -> SendOutcome:
        return self._sender.send_code(message)

    def send_notice(self, message: AddressNotice) -> SendOutcome:
        return self._sender.send_notice(message)

    def send_receipt(self, message: ReceiptMessage) -> SendOutcome:
        return self._sender.send_receipt(message)


class NoProvider:
    """Client in place of those of SES and SNS. It takes every message, and sends none."""

    def __init__(self, token: Callable[[], str]) -> None:
        """`token` makes the ids of messages."""
        self._token = token

    def send_email(self, **_request: Any) -> dict[str, str]:  # noqa: ANN401 - as SES has it
        return {"MessageId": self._token()}

    def publish(self, **_request: Any) -> dict[str, str]:  # noqa: ANN401 - as SNS has it
        return {"MessageId": self._token()}
