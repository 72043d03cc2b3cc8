"""The direct client of SES sends what botocore's sends, reads what it reads, and never sends a message twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from linkgate.aws.clients import Clients
from linkgate.aws.direct import direct_clients
from linkgate.model.link import DeliveryState
from linkgate.ports.delivery import SendOutcome
from linkgate.sending.providers import EmailSender
from tests.sending.test_outcomes import SES_ROWS
from tests.support.lambda_environment import LAMBDA
from tests.support.sample_messages import MAIL_FROM, link_message
from tests.support.scripted_server import Script, breaks_off, hangs_up, resets, says, serving

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.server import BaseHTTPRequestHandler

SENT = says(200, {"MessageId": "m-1"})


def direct(url: str) -> Any:
    made = direct_clients({**LAMBDA, "AWS_ENDPOINT_URL": url})
    assert made
    return made.sesv2


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], tuple[Any, Any]]:
    """Make our client and botocore's for the same address."""

    def make(url: str) -> tuple[Any, Any]:
        for name, value in {**LAMBDA, "AWS_ENDPOINT_URL": url}.items():
            monkeypatch.setenv(name, value)
        return direct(url), Clients().sesv2

    return make


def sent(client: Any) -> SendOutcome:
    return EmailSender(lambda: client, MAIL_FROM, "set").send_link(link_message())


def test_requests_are_botocores(clients: Callable[[str], tuple[Any, Any]]) -> None:
    script = Script()
    script.answers = [SENT]
    with serving(script) as url:
        outcomes = [sent(client) for client in clients(url)]

    assert outcomes == [SendOutcome(DeliveryState.SENT, "m-1")] * 2
    (*place, headers, body), (*their_place, their_headers, their_body) = script.asked
    assert (place, body) == (their_place, their_body)
    same = ("host", "content-type", "content-length", "x-amz-security-token", "accept-encoding")
    assert {name: headers.get(name) for name in same} == {name: their_headers.get(name) for name in same}
    listed = [each["authorization"].partition("Signature=")[0] for each in (headers, their_headers)]
    assert listed[0] == listed[1]


@pytest.mark.parametrize(("code", "status", "state", "reason"), SES_ROWS)
def test_each_refusal_has_its_outcome_wherever_its_code_is(
    code: str, status: int, state: DeliveryState, reason: str, clients: Callable[[str], tuple[Any, Any]]
) -> None:
    script = Script()
    script.answers = [
        says(status, {"message": "no"}, x_amzn_errortype=f"{code}:http://internal.amazon.com/x/"),
        says(status, {"message": "no", "__type": f"com.amazonaws#{code}"}),
        says(status, {"message": "no", "code": code}),
        says(status, {"message": "no", "Code": code, "__type": "Other"}),
    ]
    with serving(script) as url:
        for client in clients(url):
            script.asked.clear()
            assert [sent(client) for _ in script.answers] == [SendOutcome(state, reason=reason)] * 4


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        (hangs_up, DeliveryState.UNKNOWN, "no_answer"),
        (resets, DeliveryState.UNKNOWN, "no_answer"),
        (breaks_off, DeliveryState.UNKNOWN, "no_answer"),
        (says(200, raw=b"<html>Welcome</html>"), DeliveryState.UNKNOWN, "no_answer"),
        (says(200, []), DeliveryState.UNKNOWN, "no_answer"),
        (says(502, raw=b"<html>Bad Gateway</html>"), DeliveryState.DELAYED, "provider_error"),
        (says(503, raw=b" "), DeliveryState.DELAYED, "provider_error"),
        (says(429, {}), DeliveryState.DELAYED, "throttled"),
    ],
)
def test_a_message_is_sent_once_whatever_becomes_of_it(
    answer: Callable[[BaseHTTPRequestHandler], None], state: DeliveryState, reason: str
) -> None:
    script = Script()
    script.answers = [SENT, answer, SENT]
    with serving(script) as url:
        client = direct(url)
        assert sent(client) == SendOutcome(DeliveryState.SENT, "m-1")
        assert sent(client) == SendOutcome(state, reason=reason)
        assert len(script.asked) == 2, "over a kept connection, too"
        assert sent(client) == SendOutcome(DeliveryState.SENT, "m-1")


def test_no_provider_is_a_delay() -> None:
    with serving(Script()) as url:
        pass

    assert sent(direct(url)) == SendOutcome(DeliveryState.DELAYED, reason="unreachable")
