"""Check that a webhook's URL leads to the public internet, however its host is spelled.

A URL has one meaning here, because the module that checks it also takes it apart for the connection. Its host is a
name of plain letters; it has no literal address and no credentials. Every send checks again what the name resolves to.
"""

from __future__ import annotations

import ipaddress
import re

from linkgate.lazy_dataclass import dataclass

LONGEST = 2000

_URL = re.compile(r"(https?)://([^/?#]*)((?:[/?][A-Za-z0-9\-._~:/?@!$&'()*+,;=%]*)?)", re.ASCII | re.IGNORECASE)
_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::([0-9]{1,5}))?", re.ASCII | re.IGNORECASE)
_NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
"""Two labels or more. The last one begins with a letter, as in no spelling of an IPv4 address (not even 0x7f)."""

_LONGEST_NAME = 253
_LEAST_PORT, _GREATEST_PORT = 1024, 65535
_HTTPS_PORT, _HTTP_PORT = 443, 80

_INSIDE = (
    *("localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan"),
    *("home.arpa", "in-addr.arpa", "ip6.arpa", "onion", "invalid", "test", "example"),
)
"""Names that belong to nobody on the internet (RFC 6761, 6762, 8375, 9476 and common use)."""

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})

# All special-purpose addresses in IANA's registries, even reachable ones: no receiver has such an address.
_NOT_PUBLIC_V4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    )
)
_UNICAST_V6 = ipaddress.IPv6Network("2000::/3")
_NOT_PUBLIC_V6 = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # IETF protocols: Teredo, benchmarking, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: leads to the IPv4 address inside; no longer in use (RFC 7526)
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})
"""Third 32 bits of an IPv6 address that carries an IPv4 address in its last 32 bits (RFC 5214)."""


class ForbiddenReceiverError(Exception):
    """A webhook must not lead there. The message says why and does not repeat the URL."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Parts of a URL. `host` is in lower case, without the brackets of a literal one; `target` is path and query."""

    host: str
    port: int
    target: str
    encrypted: bool

    @property
    def authority(self) -> str:
        """Value of the Host header."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == (_HTTPS_PORT if self.encrypted else _HTTP_PORT) else f"{name}:{self.port}"


def receiver_of(url: str, *, loopback: bool = False) -> Receiver:
    """Take a URL apart. Raises ForbiddenReceiverError if a webhook must not have it.

    `loopback` also allows this machine, even without encryption. It is for the local runner only.
    """
    found = _URL.fullmatch(url) if len(url) <= LONGEST else None
    if found is None:
        raise ForbiddenReceiverError(
            "must be an https URL of plain ASCII characters, without a fragment, at most 2000 characters long"
        )
    authority = _AUTHORITY.fullmatch(found[2])
    if authority is None:
        raise ForbiddenReceiverError("must name a host and perhaps a port, and no user or password")
    encrypted, host = found[1].lower() == "https", authority[1].lower()
    port = int(authority[2] or (_HTTPS_PORT if encrypted else _HTTP_PORT))
    target = found[3] if found[3].startswith("/") else "/" + found[3]
    if loopback and host in _LOOPBACK_NAMES and 0 < port <= _GREATEST_PORT:
        return Receiver(host.strip("[]"), port, target, encrypted)
    if not encrypted:
        raise ForbiddenReceiverError("must begin with https://")
    if not _NAME.fullmatch(host) or len(host) > _LONGEST_NAME:
        raise ForbiddenReceiverError("must name its host as a domain name, not by an address")
    if any(host == name or host.endswith(f".{name}") for name in _INSIDE):
        raise ForbiddenReceiverError("must not lead to a name that has no place on the internet")
    if port != _HTTPS_PORT and not _LEAST_PORT <= port <= _GREATEST_PORT:
        raise ForbiddenReceiverError("must use port 443, or one from 1024 on")
    return Receiver(host, port, target, encrypted)


def check_address(receiver: Receiver, address: str, *, loopback: bool = False) -> None:
    """Raise ForbiddenReceiverError unless the receiver may have this address, spelled as a resolver returns it."""
    if loopback and receiver.host in {name.strip("[]") for name in _LOOPBACK_NAMES}:
        if not ipaddress.ip_address(address).is_loopback:
            raise ForbiddenReceiverError("must not lead anywhere but to this machine")
    elif not is_public(address):
        raise ForbiddenReceiverError("must not lead to an address that is not public")


def is_public(address: str) -> bool:
    """Return whether an address, and any IPv4 address inside it, belongs to the public internet."""
    if "%" in address:
        return False
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return _is_public_v4(found)
    carried = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    if found.ipv4_mapped is not None or found in _NAT64:
        return _is_public_v4(carried)
    if found not in _UNICAST_V6 or any(found in network for network in _NOT_PUBLIC_V6):
        return False
    return (int(found) >> 32) & 0xFFFFFFFF not in _ISATAP or _is_public_v4(carried)


def _is_public_v4(address: ipaddress.IPv4Address) -> bool:
    return not any(address in network for network in _NOT_PUBLIC_V4)
