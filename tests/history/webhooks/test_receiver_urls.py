"""URLs that a webhook must not have, in every known spelling."""

from __future__ import annotations

import ipaddress
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkgate.model.receiver_urls import ForbiddenReceiverError, Receiver, is_public, receiver_of
from linkgate.sending.receiver_post import ReceiverPost, system_addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PUBLIC = "93.184.215.14"

FORBIDDEN_URLS = (
    # This machine and the metadata service, in plain spelling.
    "https://127.0.0.1/",
    "https://localhost/",
    "https://LOCALHOST:8443/",
    "https://localhost./",
    "https://hooks.localhost/",
    "https://localhost.localdomain/",
    "https://169.254.169.254/latest/meta-data/",
    "https://169.254.170.2/v2/credentials",
    "https://instance-data.ec2.internal/",
    "https://metadata.google.internal/",
    "https://[fd00:ec2::254]/",
    "https://[::1]/",
    "https://[::]/",
    "https://0.0.0.0/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    # One number, in every base.
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7F000001/",
    "https://017700000001/",
    "https://0b1111111/",
    "https://2852039166/",
    "https://0xA9FEA9FE/",
    "https://025177524776/",
    "https://4294967295/",
    "https://18446744071692811009/",
    # Parts in other bases, fewer parts, too many, too large.
    "https://0177.0.0.1/",
    "https://0x7f.0.0.1/",
    "https://0x7f.0x0.0x0.0x1/",
    "https://00000177.0.0.01/",
    "https://127.1/",
    "https://127.0.1/",
    "https://0/",
    "https://1.0x7f/",
    "https://169.254.43518/",
    "https://169.0xfea9fe/",
    "https://127.0.0.1./",
    "https://127.0.0.1.5/",
    "https://383.256.256.257/",
    "https://127.00.000.001/",
    # IPv6 that carries IPv4, zones, odd brackets.
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[0:0:0:0:0:ffff:a9fe:a9fe]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://[64:ff9b:1::a9fe:a9fe]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:a9fe:a9fe::1]/",
    "https://[fe80::5efe:127.0.0.1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fe80::1%eth0]/",
    "https://[::1/",
    "https://::1/",
    "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/",
    # Characters that turn into others, are invisible, or end a host early.
    "https://①②⑦.⓪.⓪.①/",
    "https://\uff11\uff12\uff17.\uff10.\uff10.\uff11/",
    "https://127。0。0。1/",
    "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "https://٣.example.com/",
    "https://loc\u00adalhost/",
    "https://hooks.example.com\u200b/",
    "https://hooks.exämple.com/",
    "https://\u212aiosk.example.com/",  # the Kelvin sign, whose lower case is k
    "https://hook\u017f.example.com/",  # the long s
    "https://%6c%6f%63%61%6c%68%6f%73%74/",
    "https://127%2e0%2e0%2e1/",
    "https://127.0.0.1%00.example.com/",
    "https://hooks.example.com\x00.internal/",
    "https://hooks.example.com\t/",
    "https://hooks.example.com\n/",
    "https://hooks.example.com\r\nHost: localhost/",
    " https://hooks.example.com/",
    "https://hooks.example.com /",
    "https://hooks.example.com/a b",
    # Credentials, and URLs that parsers read differently.
    "https://user:pass@hooks.example.com/",
    "https://hooks.example.com@127.0.0.1/",
    "https://127.0.0.1@hooks.example.com/",
    "https://hooks.example.com:443@127.0.0.1/",
    "https://hooks.example.com\\@127.0.0.1/",
    "https://127.0.0.1\\hooks.example.com/",
    "https://hooks.example.com#@127.0.0.1/",
    "https://hooks.example.com/#fragment",
    "https://127.0.0.1#.example.com/",
    "https:///127.0.0.1/",
    "https:127.0.0.1/",
    "https:\\\\127.0.0.1\\",
    "//127.0.0.1/",
    "https://",
    "https://?x",
    "https://.example.com/",
    "https://example..com/",
    "https://-a.example.com/",
    "https://hooks.example.com./",
    "https://hooks",
    "https://" + "a" * 64 + ".example.com/",
    "https://" + "a." * 127 + "example.com/",
    "https://hooks.example.com/" + "a" * 2000,
    # Ports and schemes.
    "https://hooks.example.com:22/",
    "https://hooks.example.com:25/",
    "https://hooks.example.com:80/",
    "https://hooks.example.com:0/",
    "https://hooks.example.com:65536/",
    "https://hooks.example.com:-1/",
    "https://hooks.example.com:/",
    "https://hooks.example.com:4٤3/",
    "http://hooks.example.com/",
    "http://127.0.0.1:8080/",
    "ftp://hooks.example.com/",
    "gopher://hooks.example.com/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:text/plain,x",
    "",
    # Names of private networks.
    "https://printer.local/",
    "https://vault.corp/",
    "https://nas.lan/",
    "https://router.home/",
    "https://box.home.arpa/",
    "https://db.internal/",
    "https://hidden.onion/",
    "https://hooks.test/",
    "https://1.0.0.127.in-addr.arpa/",
)

FORBIDDEN_ADDRESSES = (
    *("0.0.0.0", "0.1.2.3", "10.255.255.255", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.255.255.255"),  # noqa: S104 - refused
    *("169.254.0.1", "169.254.169.254", "169.254.170.23", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.170"),
    *("192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1"),
    *("224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::2", "::127.0.0.1", "::7f00:1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
    *("::ffff:169.254.169.254", "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe"),
    *("64:ff9b::10.0.0.1", "64:ff9b:1::10.0.0.1", "64:ff9b:1::8.8.8.8", "64:ff9b:1:a9fe:a9:fe00::"),
    *("100::1", "100:0:0:1::1", "2001::1", "2001:0:a9fe:a9fe:0:0:0:1", "2001:0:5ef5:79fb:0:0:f5ff:fffe"),
    *("2001:2::1", "2001:10::1", "2001:20::1", "2001:1ff::1", "2001:db8::1", "3fff::1", "3fff:fff::1"),
    *("2002:7f00:1::", "2002:a9fe:a9fe::", "2002:0808:0808::1", "2620:4f:8000::1"),
    *("fc00::1", "fd00:ec2::254", "fdff::1", "fe80::1", "fe80::5efe:127.0.0.1", "febf::1", "fec0::1"),
    *("2606:2800::5efe:127.0.0.1", "2606:2800::200:5efe:10.0.0.1", "2606:2800::5efe:169.254.169.254"),
    *("ff02::1", "ff0e::1", "5f00::1", "4000::1", "fe80::1%eth0", "::1%lo", "nonsense", ""),
)

PUBLIC_ADDRESSES = (
    *("1.1.1.1", "8.8.8.8", PUBLIC, "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1"),
    *("198.17.0.1", "198.20.0.1", "223.255.255.255", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "2a00:1450:4001::64"),
    *("::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2606:2800::5efe:8.8.8.8", "2001:200::1"),
)


def as_the_system_would(host: str, port: int) -> Sequence[str]:
    """Resolve literal addresses like the system, including octal ones. Every name is public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return [PUBLIC]
    return [str(address[0]) for *_, address in found]


def answering(addresses: list[str]) -> Callable[[str, int], Sequence[str]]:
    return lambda _host, _port: addresses


def no_connection(_address: tuple[str, int], _seconds: float) -> socket.socket:
    raise AssertionError("a connection was tried")


def test_the_forbidden_spellings_are_many_and_all_different() -> None:
    assert len(set(FORBIDDEN_URLS)) == len(FORBIDDEN_URLS) >= 100
    assert len(set(FORBIDDEN_ADDRESSES)) == len(FORBIDDEN_ADDRESSES) >= 60


@pytest.mark.parametrize("url", FORBIDDEN_URLS)
def test_a_forbidden_spelling_is_refused_when_it_is_registered_and_when_it_is_sent_to(url: str) -> None:
    post = ReceiverPost(resolve=as_the_system_would, connect=no_connection)

    with pytest.raises(ForbiddenReceiverError) as refusal:
        post.check(url)
    assert post(url, {}, b"{}", NOW).reason == "forbidden"
    assert "pass" not in str(refusal.value).replace("password", "")


@pytest.mark.parametrize("address", FORBIDDEN_ADDRESSES)
def test_a_name_that_leads_to_a_forbidden_address_is_refused(address: str) -> None:
    for addresses in ([address], [PUBLIC, address], [address, PUBLIC]):
        post = ReceiverPost(resolve=answering(addresses), connect=no_connection)

        with pytest.raises(ForbiddenReceiverError):
            post.check("https://hooks.example.com/")
        assert post("https://hooks.example.com/", {}, b"{}", NOW).reason == "forbidden"


@pytest.mark.parametrize("address", PUBLIC_ADDRESSES)
def test_what_is_public_is_not_refused(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses())
def test_nothing_is_public_that_python_knows_not_to_be(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if isinstance(address, ipaddress.IPv6Address) and (address.ipv4_mapped or str(address).startswith("64:ff9b::")):
        return
    if is_public(str(address)):
        assert address.is_global
        assert not address.is_multicast


@pytest.mark.parametrize(
    ("url", "receiver", "authority"),
    [
        ("https://hooks.example.com", Receiver("hooks.example.com", 443, "/", encrypted=True), "hooks.example.com"),
        (
            "HTTPS://Hooks.Example.COM:8443/a/b?c=d&e=%20",
            Receiver("hooks.example.com", 8443, "/a/b?c=d&e=%20", encrypted=True),
            "hooks.example.com:8443",
        ),
        ("https://xn--nxasmq6b.com?q", Receiver("xn--nxasmq6b.com", 443, "/?q", encrypted=True), "xn--nxasmq6b.com"),
        ("https://a.co/@me:x", Receiver("a.co", 443, "/@me:x", encrypted=True), "a.co"),
    ],
)
def test_an_ordinary_url_is_taken_apart(url: str, receiver: Receiver, authority: str) -> None:
    assert receiver_of(url) == receiver
    assert receiver.authority == authority


def test_this_machine_is_a_receiver_for_the_local_runner_only() -> None:
    for url in (
        "http://127.0.0.1:9000/hook",
        "http://localhost:9000/",
        "http://[::1]:9000/",
        "https://localhost:9000/",
    ):
        assert receiver_of(url, loopback=True).target
        with pytest.raises(ForbiddenReceiverError):
            receiver_of(url)
    for url in ("http://hooks.example.com/", "http://10.0.0.1/", "http://127.0.0.2/", "https://127.1/"):
        with pytest.raises(ForbiddenReceiverError):
            receiver_of(url, loopback=True)
    elsewhere = ReceiverPost(loopback=True, resolve=lambda *_: ["10.0.0.1"], connect=no_connection)
    assert elsewhere("http://localhost:9000/", {}, b"", NOW).reason == "forbidden"
    assert ReceiverPost(loopback=True).check("http://127.0.0.1:9000/") is None  # type: ignore[func-returns-value]


def test_the_systems_resolver_gives_plain_addresses() -> None:
    assert set(system_addresses("127.0.0.1", 443)) == {"127.0.0.1"}
    assert set(system_addresses("::1", 443)) == {"::1"}
