"""Every answer of the two providers, and every way in which a call can end without one."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from botocore import exceptions
from botocore.config import Config
from botocore.stub import Stubber

from linkgate.aws.client_settings import provider_config
from linkgate.model.link import DeliveryState
from linkgate.ports.delivery import SendOutcome
from linkgate.sending import outcomes
from linkgate.sending.providers import EmailSender, SmsSender
from tests.support.provider_clients import offline_ses, offline_sns, send, ses_client, sns_client
from tests.support.sample_messages import MAIL_FROM, PHONE, link_message, sms_message

if TYPE_CHECKING:
    from collections.abc import Iterator


SES_ROWS = [
    ("MessageRejected", 400, DeliveryState.REFUSED, "rejected"),
    ("BadRequestException", 400, DeliveryState.REFUSED, "invalid_request"),
    ("MailFromDomainNotVerifiedException", 400, DeliveryState.REFUSED, "sender_unverified"),
    ("SendingPausedException", 400, DeliveryState.REFUSED, "sending_paused"),
    ("AccountSuspendedException", 400, DeliveryState.REFUSED, "account_suspended"),
    ("TooManyRequestsException", 429, DeliveryState.DELAYED, "throttled"),
    ("LimitExceededException", 400, DeliveryState.DELAYED, "throttled"),
    ("ThrottlingException", 400, DeliveryState.DELAYED, "throttled"),
    ("NotFoundException", 404, DeliveryState.DELAYED, "misconfigured"),
    ("AccessDeniedException", 403, DeliveryState.DELAYED, "misconfigured"),
    ("UnrecognizedClientException", 403, DeliveryState.DELAYED, "misconfigured"),
    ("ExpiredTokenException", 403, DeliveryState.DELAYED, "misconfigured"),
    ("InternalFailure", 500, DeliveryState.DELAYED, "provider_error"),
    ("ServiceUnavailable", 503, DeliveryState.DELAYED, "provider_error"),
    ("SomethingNew", 429, DeliveryState.DELAYED, "throttled"),
    ("SomethingNew", 400, DeliveryState.DELAYED, "provider_error"),
]

SNS_ROWS = [
    ("InvalidParameter", 400, DeliveryState.REFUSED, "invalid_request"),
    ("ParameterValueInvalid", 400, DeliveryState.REFUSED, "invalid_request"),
    ("InvalidParameterValue", 400, DeliveryState.REFUSED, "invalid_request"),
    ("ValidationException", 400, DeliveryState.REFUSED, "invalid_request"),
    ("OptedOut", 400, DeliveryState.REFUSED, "opted_out"),
    ("Throttling", 400, DeliveryState.DELAYED, "throttled"),
    ("ThrottledException", 429, DeliveryState.DELAYED, "throttled"),
    ("Throttled", 429, DeliveryState.DELAYED, "throttled"),
    ("AuthorizationError", 403, DeliveryState.DELAYED, "misconfigured"),
    ("InvalidSecurity", 403, DeliveryState.DELAYED, "misconfigured"),
    ("InvalidClientTokenId", 403, DeliveryState.DELAYED, "misconfigured"),
    ("SignatureDoesNotMatch", 403, DeliveryState.DELAYED, "misconfigured"),
    ("ExpiredToken", 403, DeliveryState.DELAYED, "misconfigured"),
    ("AccessDenied", 403, DeliveryState.DELAYED, "misconfigured"),
    ("NotFound", 404, DeliveryState.DELAYED, "misconfigured"),
    ("InternalError", 500, DeliveryState.DELAYED, "provider_error"),
]


@pytest.mark.parametrize(("code", "status", "state", "reason"), SES_ROWS)
def test_each_answer_of_ses_has_an_outcome(code: str, status: int, state: DeliveryState, reason: str) -> None:
    with Stubber(offline_ses()) as stub:
        stub.add_client_error("send_email", code, "maria@customer.example is bad", http_status_code=status)
        outcome = EmailSender(offline_ses, MAIL_FROM).send_link(link_message())

    assert outcome == SendOutcome(state, reason=reason)


@pytest.mark.parametrize(("code", "status", "state", "reason"), SNS_ROWS)
def test_each_answer_of_sns_has_an_outcome(code: str, status: int, state: DeliveryState, reason: str) -> None:
    with Stubber(offline_sns()) as stub:
        stub.add_client_error("publish", code, f"{PHONE} is bad", http_status_code=status)
        outcome = SmsSender(offline_sns).send_link(sms_message())

    assert outcome == SendOutcome(state, reason=reason)


def test_the_tables_have_a_case_for_every_code() -> None:
    known = {**outcomes.REFUSALS, **outcomes.DELAYS}

    assert set(known) <= {row[0] for row in (*SES_ROWS, *SNS_ROWS)}


@pytest.mark.parametrize(
    ("fault", "state", "reason"),
    [
        (exceptions.EndpointConnectionError(endpoint_url="x"), DeliveryState.DELAYED, "unreachable"),
        (exceptions.ConnectTimeoutError(endpoint_url="x"), DeliveryState.DELAYED, "unreachable"),
        (exceptions.ProxyConnectionError(proxy_url="x"), DeliveryState.DELAYED, "unreachable"),
        (exceptions.ReadTimeoutError(endpoint_url="x"), DeliveryState.UNKNOWN, "no_answer"),
        (exceptions.ConnectionClosedError(endpoint_url="x"), DeliveryState.UNKNOWN, "no_answer"),
        (exceptions.SSLError(endpoint_url="x", error=OSError()), DeliveryState.UNKNOWN, "no_answer"),
        (exceptions.HTTPClientError(error=OSError()), DeliveryState.UNKNOWN, "no_answer"),
        (exceptions.IncompleteReadError(actual_bytes=1, expected_bytes=2), DeliveryState.UNKNOWN, "no_answer"),
    ],
)
def test_a_call_without_an_answer_may_have_been_taken_only_once_connected(
    fault: Exception, state: DeliveryState, reason: str
) -> None:
    calls = []

    def fail(**_: object) -> None:
        calls.append(1)
        raise fault

    for sender, message, events in (
        (EmailSender(offline_ses, MAIL_FROM), link_message(), offline_ses().meta.events),
        (SmsSender(offline_sns), sms_message(), offline_sns().meta.events),
    ):
        events.register("before-send", fail)
        outcome = send(sender, message)
        events.unregister("before-send", fail)
        assert outcome == SendOutcome(state, reason=reason)
    assert len(calls) == 2


XML_ERROR = b"<ErrorResponse><Error><Code>InternalError</Code></Error></ErrorResponse>"


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        ("hang", DeliveryState.UNKNOWN, "no_answer"),
        ("close", DeliveryState.UNKNOWN, "no_answer"),
        ("reset", DeliveryState.UNKNOWN, "no_answer"),
        ("cut", DeliveryState.UNKNOWN, "no_answer"),
        ("garbage", DeliveryState.UNKNOWN, "no_answer"),
        ("503", DeliveryState.DELAYED, "provider_error"),
        ("429", DeliveryState.DELAYED, "throttled"),
    ],
)
def test_a_network_that_fails_after_the_request_gets_no_second_request(
    answer: str, state: DeliveryState, reason: str
) -> None:
    quick = provider_config().merge(Config(read_timeout=0.3 if answer == "hang" else 10))
    with faulty_server(answer) as (url, sms_requests):
        sms = SmsSender(lambda: sns_client(endpoint_url=url, config=quick)).send_link(sms_message())
    with faulty_server(answer) as (url, mail_requests):
        email = EmailSender(lambda: ses_client(endpoint_url=url, config=quick), MAIL_FROM).send_link(link_message())

    assert sms == email == SendOutcome(state, reason=reason)
    assert (len(sms_requests), len(mail_requests)) == (1, 1)


def test_a_closed_port_is_a_delay() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"

    outcome = EmailSender(lambda: ses_client(endpoint_url=url), MAIL_FROM).send_link(link_message())

    assert outcome == SendOutcome(DeliveryState.DELAYED, reason="unreachable")


@contextmanager
def faulty_server(answer: str) -> Iterator[tuple[str, list[bytes]]]:
    """Server on loopback that reads each request completely, records it, and ends it as `answer` says."""
    requests: list[bytes] = []
    done = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection:
            requests.append(_read_request(connection))
            if answer == "hang":
                done.wait(5)
            elif answer == "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            elif answer == "cut":
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")
            elif answer == "garbage":
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<<{{")
            elif answer != "close":
                body = b"{}" if b"SendEmail" in requests[-1] or b"outbound" in requests[-1] else XML_ERROR
                head = f"HTTP/1.1 {answer} Fault\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
                connection.sendall(head.encode() + body)

    def accept(server: socket.socket) -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            serve(connection)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=accept, args=(server,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}", requests
        finally:
            done.set()
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def _read_request(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(re.search(rb"content-length: (\d+)", head, re.IGNORECASE)[1])  # type: ignore[index]
    while len(body) < length:
        body += _more(connection)
    return head + body


def _more(connection: socket.socket) -> bytes:
    """Read on. Raises EOFError at the end, where a loop would go on for ever."""
    received = connection.recv(65536)
    if not received:
        raise EOFError
    return received
