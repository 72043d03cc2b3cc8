"""Rules of visits, codes, hosts and handovers, each with the state at which it begins to hold."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate.errors import (
    CodeRefused,
    CodesUsedUp,
    LinkError,
    LinkExhausted,
    LinkExpired,
    LinkLocked,
    LinkRevoked,
    NotFound,
    Throttled,
    VisitEnded,
)
from linkgate.model.challenge import Challenge, CodePolicy
from linkgate.model.link import Channel, Recipient
from linkgate.model.policy import (
    CHALLENGES_KEPT,
    CODE_LIFE,
    CODE_TRIES,
    CODES_PER_HOUR,
    CODES_PER_LINK,
    LINK_TRIES,
    UNASKED_PER_HOUR,
    UNASKED_PER_LINK,
    VISITS_KEPT,
)
from linkgate.model.receipt import Receipt
from linkgate.model.tenant import ResourceType
from linkgate.ports.links import NotChanged
from linkgate.ports.visits import CodeProof, CodeStart, SecretProof
from linkgate.tokens import bind_hash, keyed_code, visit_hash
from linkgate.usecases.visits.codes import CodeAsked, CodeOffered, CodeRequest, ask_code, check_code, send_code_again
from linkgate.usecases.visits.handover import own_page
from linkgate.usecases.visits.hosts import opens_at
from linkgate.usecases.visits.renewal import wait_for_code
from linkgate.usecases.visits.viewing import View
from linkgate.usecases.visits.visit import Visit, begin_visit, valid_visit, visited
from tests.support.fakes.links import NOW, RID, link
from tests.support.fakes.parts import ACME, Links, RefusedVisits, Tenants, only

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps

SECRET, OTHER_RID = "B" * 21 + "A", "C" * 21 + "A"
HASH, OTHER_HASH = "5" * 64, "6" * 64
HOST, PORTAL = "links.example.com", "https://links.example.com"
PROOF = SecretProof(HASH, (PORTAL,))
MS = timedelta(milliseconds=1)
FULL = {str(number): NOW + timedelta(minutes=9 - number) for number in range(VISITS_KEPT)}
OLDEST = str(VISITS_KEPT - 1)
CODED = {"code": CodePolicy(channel=Channel.EMAIL, digits=6)}
SENT = {"submitted_at": NOW - MS, "receipt": Receipt(access="link")}


# Visits


@pytest.mark.parametrize(
    ("end", "grace", "valid"),
    [
        (NOW + MS, timedelta(), True),
        (NOW, timedelta(), False),
        (NOW - timedelta(hours=1), timedelta(hours=1) + MS, True),
        (NOW - timedelta(hours=1), timedelta(hours=1), False),
    ],
)
def test_a_visit_lasts_to_its_end_and_a_grace(*, end: datetime, grace: timedelta, valid: bool) -> None:
    there = link(visits={visit_hash(RID, SECRET): end})

    assert valid_visit(there, Visit(RID, SECRET), NOW, grace) is valid


def test_a_visit_is_of_one_link_and_one_browser() -> None:
    there = link(visits={visit_hash(RID, SECRET): NOW + MS, visit_hash(OTHER_RID, SECRET): NOW + MS})

    assert valid_visit(there, Visit(RID, SECRET), NOW)
    assert not valid_visit(there, Visit(OTHER_RID, SECRET), NOW)
    assert not valid_visit(there, Visit(RID, OTHER_RID), NOW)
    assert not valid_visit(there, None, NOW)


@pytest.mark.parametrize(
    ("changes", "told"), [({"revoked_at": NOW}, LinkRevoked), ({"visits": {}}, VisitEnded), ({"expires_at": NOW}, None)]
)
def test_a_visit_ends_with_a_revocation(changes: dict[str, Any], told: type[LinkError] | None) -> None:
    there = link(**{"visits": {visit_hash(RID, SECRET): NOW + MS}, **changes})
    deps = only(links=Links(there))

    if told is None:
        assert visited(Visit(RID, SECRET), deps) is there
    else:
        with pytest.raises(told):
            visited(Visit(RID, SECRET), deps)


def begun(stored: Link | None, proof: SecretProof | CodeProof = PROOF) -> list[str | None]:
    """Return the visits that each attempt to begin one would replace, where none succeeds."""
    visits = RefusedVisits(stored, stored)
    with pytest.raises(NotChanged):
        begin_visit(RID, proof, only(visits=visits))
    return visits.forgotten


@pytest.mark.parametrize(
    ("changes", "proof"),
    [
        ({}, PROOF),
        (CODED, CodeProof("b", "t")),
        ({"portal": "https://elsewhere.example"}, CodeProof("b", "t")),
        ({**SENT}, PROOF),
    ],
)
def test_the_oldest_visit_gives_way_to_whoever_may_open(
    changes: dict[str, Any], proof: SecretProof | CodeProof
) -> None:
    assert begun(link(**{"visits": FULL, "secrets": {HASH: "api"}, **changes}), proof) == [None, OLDEST]


@pytest.mark.parametrize(
    "changes",
    [
        {"visits": dict(list(FULL.items())[1:])},
        {"secrets": {OTHER_HASH: "api"}},
        CODED,
        {"portal": "https://elsewhere.example"},
        {"revoked_at": NOW},
        {"expires_at": NOW},
        {"views": 100},
        {**SENT, "receipt": Receipt(access=None)},
    ],
)
def test_no_visit_gives_way_to_anybody_else(changes: dict[str, Any]) -> None:
    assert begun(link(**{"visits": FULL, "secrets": {HASH: "api"}, **changes})) == [None]


def test_no_visit_gives_way_at_a_link_that_is_gone() -> None:
    assert begun(None) == [None]


# Hosts


@pytest.mark.parametrize(
    ("portal", "own", "stack", "opens"),
    [
        (PORTAL, None, None, True),
        (f"http://{HOST}", None, None, True),
        (f"https://{HOST}/sub", None, None, True),
        ("https://old.example", PORTAL, None, True),
        ("https://old.example", None, PORTAL, True),
        ("https://old.example", "https://LINKS.example.com", None, True),
        ("https://old.example", "https://new.example", PORTAL, False),
        ("https://old.example", None, None, False),
        (f"https://{HOST}.evil.example", None, None, False),
        (f"https://not-{HOST}", None, None, False),
    ],
)
def test_a_link_opens_at_its_host_and_its_tenants(
    *, portal: str, own: str | None, stack: str | None, opens: bool
) -> None:
    deps = only(tenants=Tenants(dataclasses.replace(ACME, portal=own)), portal=stack)

    assert opens_at(HOST, link(portal=portal), deps) is opens


def test_a_link_of_no_tenant_opens_at_its_own_host_only() -> None:
    assert opens_at(HOST, link(portal=PORTAL), only(tenants=Tenants(None)))
    assert not opens_at("", link(portal=PORTAL), only(tenants=Tenants(None), portal=""))


# Handover


@pytest.mark.parametrize(
    ("url", "reference", "page"),
    [
        ("https://www.example.com/d/{uid}?x={uid}", "a/b?c#d é", 2 * "a%2Fb%3Fc%23d%20%C3%A9"),
        ("https://www.example.com/d/{uid}", None, ""),
        ("https://www.example.com/d", "a", None),
    ],
)
def test_a_reference_cannot_change_where_a_page_leads(url: str, reference: str | None, page: str | None) -> None:
    view = View(link(reference=reference), ACME, ResourceType("r", "R", url=url), {}, {})
    expected = "https://www.example.com/d" if page is None else f"https://www.example.com/d/{page[: len(page) // 2]}"

    assert (own_page(view) or "").partition("?")[0] == expected


@pytest.mark.parametrize(
    "url", [None, "", "http://www.example.com/", "https:///x", "https://user@www.example.com/", "ftp://a/", "/x"]
)
def test_nobody_is_led_to_what_is_no_page_of_the_web(url: str | None) -> None:
    assert own_page(View(link(), ACME, ResourceType("r", "R", url=url), {}, {})) is None
    assert own_page(View(link(), ACME, None, {}, {})) is None


# Codes

ADA, NOBODY = link().recipient, Recipient(name="Ada")
BIND, BROWSER = SECRET, bind_hash(RID, SECRET)


def challenge(**changes: Any) -> Challenge:
    fields: dict[str, Any] = {
        "codes": frozenset({"k"}),
        "tries": {},
        "begun_at": NOW - timedelta(minutes=1),
        "expires_at": NOW + MS,
        "next_at": NOW,
        "sent": 1,
        "claim": "c",
        "sent_via": "api",
    }
    return Challenge(**{**fields, **changes})


def coded(of: dict[str, Any] | None = None, **changes: Any) -> Link:
    fields = {"secrets": {HASH: "api"}, "challenges": {BROWSER: challenge(**(of or {}))}, "recipient": NOBODY}
    return link(**{**fields, **CODED, **changes})


class Codes:
    """`ports.visits.CodeStore` that knows how a link stands, and refuses to begin any code."""

    def __init__(self, stored: Link | None, *, refuses: bool = False) -> None:
        self._stored, self._refuses = stored, refuses
        self.spent: list[tuple[str, str, str]] = []
        self.locked: list[tuple[str, datetime]] = []
        self.starts: list[CodeStart] = []

    def spend_try(self, rid: str, browser: str, code: str, _claim: str, _now: datetime) -> Link:
        self.spent.append((rid, browser, code))
        if self._refuses or self._stored is None:
            raise NotChanged(self._stored)
        return self._stored

    def lock(self, rid: str, now: datetime) -> None:
        self.locked.append((rid, now))

    def begin(self, _rid: str, _browser: str, start: CodeStart) -> Link:
        self.starts.append(start)
        raise NotChanged(self._stored)


def checked(codes: Codes, code: str = "123456", host: str = HOST, **parts: Any) -> LinkError:
    with pytest.raises(LinkError) as refused:
        check_code(RID, BIND, code, host, only(codes=codes, tenants=Tenants(None), **parts))
    return refused.value


def test_a_wrong_code_costs_a_try_and_tells_how_many_are_left() -> None:
    codes = Codes(coded({"tries": {"a": False, "b": False}}, code_tries=LINK_TRIES - 1))

    refused = checked(codes)

    assert isinstance(refused, CodeRefused)
    assert refused.attempts_left == CODE_TRIES - 2
    assert codes.spent == [(RID, BROWSER, keyed_code(BIND, RID, "123456"))]
    assert codes.locked == []


@pytest.mark.parametrize(("of", "refuses"), [({"expires_at": NOW}, False), ({}, True)])
def test_no_try_is_left_where_none_was_spent_or_the_code_ended(*, of: dict[str, Any], refuses: bool) -> None:
    refused = checked(Codes(coded(of), refuses=refuses))

    assert isinstance(refused, CodeRefused)
    assert refused.attempts_left == 0


@pytest.mark.parametrize("text", ["", "12345x", "\uff11\uff12\uff13\uff14\uff15\uff16", "12 456", "-12345", "12345²"])
def test_what_is_no_code_costs_no_try(text: str) -> None:
    there = coded({"tries": {"a": False}})
    codes = Codes(there)

    refused = checked(codes, text, links=Links(there))

    assert isinstance(refused, CodeRefused)
    assert refused.attempts_left == CODE_TRIES - 1
    assert codes.spent == []


def test_the_last_try_of_a_link_locks_it() -> None:
    codes = Codes(coded({"tries": {"a": False}}, code_tries=LINK_TRIES))

    assert isinstance(checked(codes), LinkLocked)
    assert codes.locked == [(RID, NOW)]


@pytest.mark.parametrize(
    ("stored", "host"), [(None, HOST), (coded(challenges={}), HOST), (coded(), "links.elsewhere.example")]
)
def test_a_code_is_of_one_browser_at_one_host(stored: Link | None, host: str) -> None:
    refused = checked(Codes(stored), host=host)

    assert isinstance(refused, NotFound)
    assert refused.what == "link"


def test_a_right_code_counts_until_it_ends() -> None:
    right = {"tries": {"a": False, "b": True}}
    visits = RefusedVisits(coded(right))

    assert isinstance(checked(Codes(coded(right)), visits=visits), Throttled)
    assert visits.proofs == [CodeProof(BROWSER, "b")]
    assert isinstance(checked(Codes(coded({**right, "expires_at": NOW}))), CodeRefused)


def test_a_right_code_does_not_open_what_ended_meanwhile() -> None:
    right = {"tries": {"b": True}}

    refused = checked(Codes(coded(right)), visits=RefusedVisits(coded(right, revoked_at=NOW)))

    assert isinstance(refused, LinkRevoked)
    assert isinstance(checked(Codes(coded(right, revoked_at=NOW))), LinkRevoked)
    assert isinstance(checked(Codes(coded(right, expires_at=NOW))), LinkExpired)


def not_sent(stored: Link | None, *, hash_: str | None = HASH, by_person: bool = False) -> object:
    """Return what whoever asks for a code gets if the link has changed to `stored` meanwhile."""
    request = CodeRequest(bind=BIND, secret_hash=hash_, by_person=by_person)
    deps = only(codes=Codes(stored), tenants=Tenants())
    try:
        return ask_code(coded(challenges={}, recipient=ADA), request, deps)
    except LinkError as error:
        return error


MANY = tuple(NOW - timedelta(minutes=number) for number in range(20))


@pytest.mark.parametrize(
    ("stored", "hash_", "told"),
    [
        (None, HASH, NotFound),
        (link(secrets={HASH: "api"}), HASH, NotFound),
        (coded(secrets={OTHER_HASH: "api"}), HASH, NotFound),
        (coded(challenges={}), None, NotFound),
        (coded(revoked_at=NOW), HASH, LinkRevoked),
        (coded(), HASH, Throttled),
        (coded(), None, Throttled),
        (coded(codes_sent=MANY[:CODES_PER_LINK]), HASH, LinkExhausted),
        (coded(codes_sent=MANY[: CODES_PER_LINK - 1]), HASH, CodesUsedUp),
        (coded(codes_sent=MANY[:CODES_PER_HOUR]), HASH, CodesUsedUp),
        (coded(codes_sent=MANY[: CODES_PER_HOUR - 1]), HASH, Throttled),
        (coded(codes_from=NOW + MS), HASH, CodesUsedUp),
        (coded(codes_from=NOW), HASH, Throttled),
        (coded(codes_unasked=MANY[:UNASKED_PER_HOUR]), HASH, CodeOffered),
        (coded(codes_unasked=MANY[: UNASKED_PER_HOUR - 1]), HASH, Throttled),
        (coded(codes_unasked=UNASKED_PER_LINK * (NOW - timedelta(hours=1),)), HASH, CodeOffered),
        (coded(codes_unasked=(UNASKED_PER_LINK - 1) * (NOW - timedelta(hours=1),)), HASH, Throttled),
        (coded({"next_at": NOW + MS}), HASH, CodeAsked),
    ],
)
def test_whoever_gets_no_code_learns_why(stored: Link | None, hash_: str | None, told: type[object]) -> None:
    found = not_sent(stored, hash_=hash_)

    assert type(found) is told
    if isinstance(found, NotFound):
        assert found.what == "link"
    if type(found) is Throttled:
        assert found.retry_after == 1


@pytest.mark.parametrize(
    ("asked", "tenants", "what"),
    [
        (link(), Tenants(), "code"),
        (coded(challenges={}, recipient=ADA), Tenants(None), "link"),
        (coded(challenges={}), Tenants(), "link"),
    ],
)
def test_nobody_gets_a_code_where_none_is_asked_for_or_none_can_go(asked: Link, tenants: Tenants, what: str) -> None:
    with pytest.raises(NotFound) as refused:
        ask_code(asked, CodeRequest(bind=BIND, secret_hash=HASH), only(tenants=tenants))

    assert refused.value.what == what


def test_a_person_is_not_asked_to_say_that_they_are_one_again() -> None:
    assert type(not_sent(coded(codes_unasked=MANY[:9]), by_person=True)) is Throttled


def test_a_new_address_waits_and_is_no_reason_for_another_link() -> None:
    found = not_sent(coded(codes_from=NOW + timedelta(minutes=2), recipient=ADA))

    assert isinstance(found, CodesUsedUp)
    assert (found.retry_after, found.renewable, found.new_address) == (120, False, True)


@pytest.mark.parametrize(
    ("sent", "wait"),
    [
        (MANY[:5], CODE_LIFE),
        ((NOW - CODE_LIFE, *MANY[1:5]), timedelta()),
        ((NOW - CODE_LIFE + MS, *MANY[1:5]), MS),
        ((*MANY[:4], NOW - timedelta(hours=1)), timedelta()),
        ((*MANY[:4], NOW - timedelta(hours=1) + MS), MS),
    ],
)
def test_a_code_is_sent_once_the_hours_codes_or_the_last_one_ended(sent: tuple[datetime, ...], wait: timedelta) -> None:
    assert wait_for_code(coded(codes_sent=sent), NOW) == wait
    assert wait_for_code(coded(codes_sent=sent, codes_from=NOW), NOW) == wait
    assert wait_for_code(coded(codes_sent=sent, codes_from=NOW + 2 * CODE_LIFE), NOW) == 2 * CODE_LIFE


@pytest.mark.parametrize(
    ("there", "by_person", "forgotten"),
    [
        ({}, True, None),
        ({str(n): challenge(expires_at=NOW + MS) for n in range(CHALLENGES_KEPT)}, True, None),
        (
            {str(n): challenge(expires_at=NOW, begun_at=NOW - n * MS) for n in range(CHALLENGES_KEPT)},
            False,
            str(CHALLENGES_KEPT - 1),
        ),
        ({str(n): challenge(expires_at=NOW) for n in range(CHALLENGES_KEPT - 1)}, False, None),
    ],
)
def test_only_a_code_that_ended_gives_its_place_away(
    *,
    there: dict[str, Challenge],
    by_person: bool,
    forgotten: str | None,
) -> None:
    codes = Codes(None)

    with pytest.raises(NotFound):
        ask_code(
            coded(challenges=there, expires_at=NOW + timedelta(minutes=3), recipient=ADA),
            CodeRequest(bind=BIND, secret_hash=HASH, by_person=by_person),
            only(codes=codes, tenants=Tenants()),
        )

    (start,) = codes.starts
    assert (start.forget, start.unasked, start.earlier, start.secret_hash) == (forgotten, not by_person, None, HASH)
    assert (start.challenge.sent, start.challenge.sent_via) == (1, "api")
    assert start.challenge.next_at == NOW + timedelta(seconds=30)
    assert start.challenge.expires_at == NOW + timedelta(minutes=3)


@pytest.mark.parametrize(("sent", "pause"), [(1, 60), (2, 120), (3, 240)])
def test_the_pause_between_codes_of_a_browser_doubles(sent: int, pause: int) -> None:
    codes = Codes(None)
    there = coded({"sent": sent, "sent_via": "email:1"}, recipient=ADA)

    with pytest.raises(NotFound):
        send_code_again(RID, BIND, only(codes=codes, tenants=Tenants(), links=Links(there)), by_person=False)

    (start,) = codes.starts
    assert (start.challenge.sent, start.challenge.sent_via) == (sent + 1, "email:1")
    assert start.challenge.next_at == NOW + timedelta(seconds=pause)
    assert start.challenge.expires_at == NOW + CODE_LIFE
    assert start.earlier == there.challenges[BROWSER]


def test_no_code_is_sent_again_during_its_pause() -> None:
    deps: Deps = only(links=Links(coded({"next_at": NOW + timedelta(seconds=9)})), tenants=Tenants())

    with pytest.raises(Throttled) as refused:
        send_code_again(RID, BIND, deps, by_person=True)

    assert refused.value.retry_after == 9


@pytest.mark.parametrize(("changes", "told"), [({"revoked_at": NOW}, LinkRevoked), ({"expires_at": NOW}, LinkExpired)])
def test_no_code_is_sent_again_for_what_ended(changes: dict[str, Any], told: type[LinkError]) -> None:
    deps: Deps = only(links=Links(coded(**changes)), tenants=Tenants(None))

    with pytest.raises(told):
        send_code_again(RID, BIND, deps, by_person=True)
