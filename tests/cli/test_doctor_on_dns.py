"""The doctor looks SPF and DMARC up, and never tells what it could not see."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset
import pytest

from cli.dns_checks import Unanswered, dmarc, sender_records, spf, texts_by
from cli.findings import State
from cli.target import Operator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

POLICY = "v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com"
SPF = "v=spf1 include:amazonses.com ~all"


class Zone:
    """Name server on this machine. A name that it does not know does not exist."""

    def __init__(self, records: Mapping[str, Sequence[str]]) -> None:
        self._records = records
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            wire, client = self._socket.recvfrom(4096)
            if wire == b"end":
                return
            asked = dns.message.from_wire(wire)
            name = asked.question[0].name
            texts = self._records.get(name.to_text(omit_final_dot=True))
            answer = dns.message.make_response(asked)
            if texts is None:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            elif texts == ["broken"]:
                answer.set_rcode(dns.rcode.SERVFAIL)
            elif texts:
                quoted = [f'"{text[:200]}" "{text[200:]}"' if len(text) > 200 else f'"{text}"' for text in texts]
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *quoted))
            self._socket.sendto(answer.to_wire(), client)

    def resolver(self) -> dns.resolver.Resolver:
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = ["127.0.0.1"]
        resolver.port = self._socket.getsockname()[1]
        resolver.lifetime = 2.0
        return resolver

    def stop(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as poke:
            poke.sendto(b"end", self._socket.getsockname())
        self._thread.join()
        self._socket.close()


@pytest.fixture
def zone(request: pytest.FixtureRequest) -> Iterator[Zone]:
    started = Zone(request.param)
    yield started
    started.stop()


RECORDS = {
    "_dmarc.example.com": ["unrelated", POLICY],
    "mail.example.com": ["v=spf1 -all"],
    "bounce.example.com": [SPF, "v=spf2 else"],
    "twice.example.com": [SPF, "v=spf1 -all"],
    "_dmarc.long.example": [f"v=DMARC1; p=none; rua=mailto:{'d' * 220}@example.com"],
    "_dmarc.two.example": [POLICY, "v=DMARC1; p=none"],
    "empty.example": [],
    "_dmarc.broken.example": ["broken"],
}


@pytest.mark.parametrize("zone", [RECORDS], indirect=True)
def test_what_the_dns_says_is_judged(zone: Zone) -> None:
    texts = texts_by(zone.resolver())

    found = [dmarc(name, texts) for name in ("example.com", "links.mail.example.com", "two.example", "none.example")]
    assert [each.state for each in found] == [State.OK, State.OK, State.WARNING, State.WARNING]
    assert found[1].text == f"_dmarc.example.com: {POLICY}"  # stated by the nearest name above
    assert '_dmarc.none.example TXT "v=DMARC1;' in found[3].advice
    assert "d" * 220 in dmarc("long.example", texts).text

    found = [spf(name, texts) for name in ("bounce.example.com", "mail.example.com", "twice.example.com", "x.example")]
    assert [each.state for each in found] == [State.OK, State.WARNING, State.WARNING, State.WARNING]
    assert found[3].text == "no policy"
    assert spf("empty.example", texts).text == "no policy"


@pytest.mark.parametrize("zone", [RECORDS], indirect=True)
def test_what_was_not_answered_is_not_judged(zone: Zone) -> None:
    unanswered = dmarc("broken.example", texts_by(zone.resolver()))

    assert (unanswered.state, unanswered.text) == (State.UNKNOWN, "not looked up")
    assert "dig +short TXT _dmarc.broken.example" in unanswered.advice
    with pytest.raises(Unanswered):
        texts_by(None)("example.com")
    assert spf("example.com", texts_by(None)).state is State.UNKNOWN


def test_a_linkgate_on_this_machine_asks_nothing() -> None:
    here = Operator(None, "table", "http://127.0.0.1:9", as_json=False, dry_run=False)

    assert list(sender_records(here)) == []
