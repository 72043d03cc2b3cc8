"""A POST to a stranger goes to the checked address and the intended name, and takes no longer than promised."""

from __future__ import annotations

import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate.sending import receiver_post
from linkgate.sending.receiver_post import ReceiverPost
from tests.support.certificates import Authority
from tests.support.webhook_receiver import Receiver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from linkgate.ports.history import Answer

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PUBLIC = "93.184.215.14"
HOST = "hooks.example.com"


class Internet:
    """Resolver and connections for tests. Every address leads to one port of this machine."""

    def __init__(self, port: int, *answers: Sequence[str]) -> None:
        self.port = port
        self.answers = list(answers)
        self.asked: list[str] = []
        self.connected: list[tuple[str, int]] = []

    def resolve(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def connect(self, address: tuple[str, int], seconds: float) -> socket.socket:
        self.connected.append(address)
        return socket.create_connection(("127.0.0.1", self.port), seconds)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.made(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def receiver(authority: Authority) -> Iterator[Receiver]:
    """Yield an encrypted receiver with a certificate for HOST."""
    made = Receiver(tls=authority.server(HOST))
    yield made
    made.close()


@pytest.fixture
def plain() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the time limit to one second."""
    monkeypatch.setattr(receiver_post, "TOTAL_SECONDS", 1.0)


def local(url: str) -> Answer:
    return ReceiverPost(loopback=True)(url, {}, b"{}", NOW)


def test_the_connection_goes_to_the_checked_address_and_the_certificate_is_the_names(
    receiver: Receiver, authority: Authority
) -> None:
    internet = Internet(receiver.port, [PUBLIC])
    post = ReceiverPost(resolve=internet.resolve, connect=internet.connect, roots=authority.roots)

    answer = post(f"https://{HOST}:8443/in?t=1", {"X-Custom": "yes"}, b'{"a": 1}', NOW)

    assert answer.delivered
    assert internet.asked == [HOST]
    assert internet.connected == [(PUBLIC, 8443)]
    (call,) = receiver.calls
    assert call.headers["host"] == f"{HOST}:8443"
    assert (call.path, call.body, call.headers["x-custom"]) == ("/in?t=1", b'{"a": 1}', "yes")


def test_a_certificate_for_another_name_is_refused(receiver: Receiver, authority: Authority) -> None:
    internet = Internet(receiver.port, [PUBLIC])
    post = ReceiverPost(resolve=internet.resolve, connect=internet.connect, roots=authority.roots)

    for other in ("other.example.com", "example.com", f"a.{HOST}"):
        assert post(f"https://{other}/", {}, b"{}", NOW).reason == "tls"
    assert receiver.calls == []


def test_a_certificate_that_nobody_vouches_for_is_refused(receiver: Receiver) -> None:
    internet = Internet(receiver.port, [PUBLIC])

    answer = ReceiverPost(resolve=internet.resolve, connect=internet.connect)(f"https://{HOST}/", {}, b"{}", NOW)

    assert answer.reason == "tls"
    assert receiver.calls == []


def test_a_name_that_is_bound_anew_between_check_and_connection_leads_nowhere_else(
    receiver: Receiver, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name resolves to a public address first, and then to this machine, so it must not be resolved again."""
    internet = Internet(receiver.port, [PUBLIC], ["127.0.0.1"])
    monkeypatch.setattr(socket, "getaddrinfo", _rebound(internet))
    seen: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], seconds: float) -> socket.socket:
        seen.append(address)
        return _numeric_connection(("127.0.0.1", receiver.port), seconds)

    post = ReceiverPost(connect=connect, roots=authority.roots)

    assert post(f"https://{HOST}/", {}, b"{}", NOW).delivered
    assert seen == [(PUBLIC, 443)]
    assert internet.asked == [HOST]
    # The next send resolves the name again, and gets the new address.
    assert post(f"https://{HOST}/", {}, b"{}", NOW).reason == "forbidden"
    assert seen == [(PUBLIC, 443)]


def test_a_name_that_was_public_when_it_was_registered_is_checked_again(receiver: Receiver) -> None:
    internet = Internet(receiver.port, [PUBLIC], ["169.254.169.254"])
    post = ReceiverPost(resolve=internet.resolve, connect=internet.connect)

    post.check(f"https://{HOST}/")

    assert post(f"https://{HOST}/", {}, b"{}", NOW).reason == "forbidden"
    assert internet.connected == []


def test_the_systems_own_connection_resolves_nothing(plain: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    real = socket.getaddrinfo

    def listen(host: Any, *arguments: Any, **named: Any) -> Any:
        asked.append(host)
        return real(host, *arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", listen)
    assert local(f"http://localhost:{plain.port}/").delivered
    # We resolve the name once, and then use only literal addresses.
    assert asked[0] == "localhost"
    assert set(asked[1:]) <= {"127.0.0.1", "::1"}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_no_success(plain: Receiver, status: int) -> None:
    other = Receiver()
    plain.status, plain.headers = status, {"Location": other.url}

    answer = local(plain.url)
    other.close()

    assert (answer.status, answer.delivered) == (status, False)
    assert len(plain.calls) == 1
    assert other.calls == []


@pytest.mark.parametrize(
    ("status", "delivered", "gone"),
    [(200, True, False), (202, True, False), (299, True, False), (410, False, True)]
    + [(status, False, False) for status in (300, 304, 400, 401, 404, 429, 500, 503)],
)
def test_only_2xx_is_a_success(plain: Receiver, status: int, delivered: bool, gone: bool) -> None:  # noqa: FBT001
    plain.status = status
    answer = local(plain.url)

    assert (answer.delivered, answer.gone) == (delivered, gone)


def test_nothing_is_taken_from_the_environment(plain: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = Receiver()
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")

    assert local(plain.url).delivered
    proxy.close()
    assert proxy.calls == []
    assert "authorization" not in plain.calls[0].headers


def test_of_a_long_answer_only_the_beginning_is_read(plain: Receiver) -> None:
    sent = []

    def flood(connection: Any) -> None:
        connection.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            for _ in range(2000):
                connection.wfile.write(b"x" * 65536)
                sent.append(65536)
        except OSError:
            return

    plain.before_answer = flood

    assert len(local(plain.url).body) == receiver_post.ANSWER_BYTES
    assert sum(sent) < 100_000_000


def trickle(what: bytes) -> Callable[[Any], None]:
    def drip(connection: Any) -> None:
        for byte in what * 40:
            connection.wfile.write(bytes([byte]))
            connection.wfile.flush()
            time.sleep(0.1)

    return drip


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    "begins", [b"", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"]
)
def test_a_receiver_that_answers_by_drops_is_cut_off(plain: Receiver, begins: bytes) -> None:
    def answer(connection: Any) -> None:
        connection.wfile.write(begins)
        trickle(b"xxxxxxxxxx")(connection)

    plain.before_answer = answer
    began = time.monotonic()

    came = local(plain.url)

    assert time.monotonic() - began < 5
    assert came.reason in {"timeout", None}
    assert not came.delivered or len(came.body) < 20


@pytest.mark.usefixtures("hurried")
def test_a_receiver_that_never_greets_is_cut_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        for url in (f"https://localhost:{port}/", f"http://127.0.0.1:{port}/"):
            began = time.monotonic()
            assert local(url).reason == "timeout"
            assert time.monotonic() - began < 5


@pytest.mark.usefixtures("hurried")
def test_a_greeting_by_drops_is_cut_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            accepted, _ = server.accept()
            with accepted:
                for byte in b"\x16\x03\x03\x40\x00" + b"\x02" * 300:
                    try:
                        accepted.send(bytes([byte]))
                    except OSError:
                        return
                    time.sleep(0.1)

        threading.Thread(target=greet, daemon=True).start()
        began = time.monotonic()

        assert local(f"https://127.0.0.1:{server.getsockname()[1]}/").reason in {"timeout", "tls"}
        assert time.monotonic() - began < 5


def test_nobody_there_and_nonsense_are_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    assert local(f"http://127.0.0.1:{port}/").reason == "unreachable"
    unresolved = ReceiverPost(resolve=_unknown)

    assert unresolved(f"https://{HOST}/", {}, b"{}", NOW).reason == "unresolved"
    assert ReceiverPost(resolve=lambda *_: [])(f"https://{HOST}/", {}, b"{}", NOW).reason == "unresolved"


def test_what_is_no_http_is_an_answer(plain: Receiver) -> None:
    plain.before_answer = lambda connection: connection.wfile.write(b"SSH-2.0-OpenSSH_9\r\n\r\n")

    assert local(plain.url).reason == "protocol"


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("Sun, 22 Nov 2026 12:30:00 GMT", timedelta(minutes=30)),
        ("Sun, 22 Nov 2026 11:30:00 GMT", timedelta()),
        ("soon", None),
        ("-5", None),
        ("٣", None),
        ("9" * 400, timedelta(seconds=999_999_999)),
    ],
)
def test_a_receiver_may_ask_for_patience(plain: Receiver, text: str, wait: timedelta | None) -> None:
    plain.status, plain.headers = 503, {"Retry-After": text.encode().decode("latin-1")}

    assert local(plain.url).retry_after == wait


def _unknown(_host: str, _port: int) -> Sequence[str]:
    raise socket.gaierror(socket.EAI_NONAME, "unknown")


def _rebound(internet: Internet) -> Any:
    def getaddrinfo(host: str, port: int, **_: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in internet.resolve(host, port)]

    return getaddrinfo


def _numeric_connection(address: tuple[str, int], seconds: float) -> socket.socket:
    made = socket.socket()
    made.settimeout(seconds)
    made.connect(address)
    return made
