"""Rules of opening a link that only show while others write to it, or where nothing is asked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate.errors import LinkError, LinkRevoked, NotFound, Throttled, VisitEnded
from linkgate.model.challenge import CodePolicy
from linkgate.model.link import Channel
from linkgate.model.policy import VISITS_KEPT
from linkgate.model.receipt import Receipt
from linkgate.ports.visits import SecretProof
from linkgate.tokens import secret_hash, visit_hash
from linkgate.usecases.visits.codes import check_code, send_code_again
from linkgate.usecases.visits.opening import OpenLink, landing, open_link, open_receipt
from linkgate.usecases.visits.renewal import renew_link
from linkgate.usecases.visits.visit import Visit, visited
from tests.support.fakes.links import NOW, RID, link
from tests.support.fakes.parts import Guesses, Links, RefusedVisits, Tenants, only

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps

SECRET = "B" * 21 + "A"
HASH = secret_hash(RID, SECRET)
HOST = "links.example.com"
OLD_PORTAL = "https://links.old.example"
ODD = ("", "x", RID[:-1], RID + "A", RID[:-1] + "B", "tenant#7", RID[:-1] + "\n")
FULL = {str(number): NOW + timedelta(minutes=number) for number in range(1, VISITS_KEPT + 1)}


def asked(rid: str = RID, secret: str = SECRET, host: str = HOST, **more: Any) -> OpenLink:
    return OpenLink(rid=rid, secret=secret, host=host, **more)


def stored(**changes: Any) -> Link:
    return link(**{"secrets": {HASH: "email:1"}, **changes})


def refusal(act: Callable[[Deps], object], deps: Deps) -> LinkError:
    with pytest.raises(LinkError) as refused:
        act(deps)
    return refused.value


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    "act",
    [
        lambda odd, deps: landing(odd, None, None, deps),
        lambda odd, deps: open_link(asked(rid=odd), deps),
        lambda odd, deps: open_link(asked(secret=odd), deps),
        lambda odd, deps: open_receipt(asked(rid=odd), deps),
        lambda odd, deps: open_receipt(asked(secret=odd), deps),
        lambda odd, deps: renew_link(odd, SECRET, only(guesses=Guesses(), measure=lambda _: None, now=deps.now)),
        lambda odd, deps: renew_link(RID, odd, deps),
        lambda odd, deps: send_code_again(odd, SECRET, deps, by_person=True),
        lambda odd, deps: send_code_again(RID, odd, deps, by_person=True),
        lambda odd, deps: check_code(odd, SECRET, "123456", HOST, deps),
        lambda odd, deps: check_code(RID, odd, "123456", HOST, deps),
    ],
)
def test_for_what_is_no_token_nothing_is_read(act: Callable[[str, Deps], object], odd: str) -> None:
    refused = refusal(lambda deps: act(odd, deps), only())

    assert isinstance(refused, NotFound)
    assert refused.what == "link"


@pytest.mark.parametrize("odd", ODD)
def test_a_cookie_of_no_link_is_no_visit(odd: str) -> None:
    assert isinstance(refusal(lambda deps: visited(Visit(odd, SECRET), deps), only()), VisitEnded)


def test_a_link_that_others_fill_with_visits_opens_a_moment_later() -> None:
    visits = RefusedVisits(stored(visits=FULL), stored(visits=FULL))

    refused = refusal(lambda deps: open_link(asked(), deps), only(guesses=Guesses(), visits=visits))

    assert isinstance(refused, Throttled)
    assert refused.retry_after == 1
    assert visits.proofs == 2 * [SecretProof(HASH, (f"https://{HOST}", f"http://{HOST}"))]
    assert visits.forgotten == [None, "1"]


@pytest.mark.parametrize("later", [stored(portal=OLD_PORTAL, revoked_at=NOW), None])
def test_a_link_of_a_former_portal_is_judged_as_it_stands_by_then(later: Link | None) -> None:
    visits = RefusedVisits(stored(portal=OLD_PORTAL), later)

    refused = refusal(lambda deps: open_link(asked(), deps), only(guesses=Guesses(), visits=visits, tenants=Tenants()))

    assert isinstance(refused, LinkRevoked if later else Throttled)
    assert visits.proofs[1] == SecretProof(HASH, (OLD_PORTAL,))


@pytest.mark.parametrize(
    "changes",
    [
        {"secrets": {}},
        {"secrets": {secret_hash(RID, "C" * 21 + "A"): "email:1"}},
        {"portal": OLD_PORTAL},
    ],
)
@pytest.mark.parametrize("open_it", [open_link, open_receipt])
def test_a_wrong_secret_or_host_counts_as_a_guess(open_it: Callable[..., object], changes: dict[str, Any]) -> None:
    there = stored(**changes)
    guesses, measured = Guesses(), list[object]()
    elsewhere = Tenants(None) if "portal" in changes else Tenants()
    deps = only(
        guesses=guesses,
        visits=RefusedVisits(there),
        links=Links(there),
        tenants=elsewhere,
        measure=measured.append,
    )

    refused = refusal(lambda deps: open_it(asked(source="192.0.2.1"), deps), deps)

    assert isinstance(refused, NotFound)
    assert refused.what == "link"
    assert guesses.counted == ["192.0.2.1"]
    assert len(measured) == 1


def test_a_source_of_many_wrong_secrets_costs_no_write() -> None:
    deps = only(guesses=Guesses(refusing=Throttled(9)), links=Links(stored(secrets={})))

    assert isinstance(refusal(lambda deps: open_link(asked(), deps), deps), Throttled)
    assert isinstance(refusal(lambda deps: open_receipt(asked(), deps), deps), Throttled)
    assert isinstance(
        refusal(lambda deps: open_link(asked(), deps), only(guesses=deps.guesses, links=Links())), Throttled
    )


def test_a_right_secret_opens_even_from_a_source_of_many_wrong_ones() -> None:
    ended = stored(revoked_at=NOW)
    deps = only(guesses=Guesses(refusing=Throttled(9)), links=Links(ended), visits=RefusedVisits(ended))

    assert isinstance(refusal(lambda deps: open_link(asked(), deps), deps), LinkRevoked)
    assert isinstance(refusal(lambda deps: open_receipt(asked(), deps), deps), LinkRevoked)


def test_a_link_whose_tenant_is_gone_has_no_landing_page() -> None:
    deps = only(links=Links(stored()), tenants=Tenants(None))

    assert isinstance(refusal(lambda deps: landing(RID, None, None, deps), deps), NotFound)


READABLE = {
    "submitted_at": NOW - timedelta(hours=1),
    "submission": "s",
    "receipt": Receipt(access="link"),
}


def test_what_was_sent_is_read_a_moment_later_if_others_fill_it_with_visits() -> None:
    sent = stored(**READABLE, visits=FULL)
    visits = RefusedVisits(sent, sent, None, None)

    refused = refusal(
        lambda deps: open_receipt(asked(), deps), only(guesses=Guesses(), visits=visits, links=Links(sent))
    )

    assert isinstance(refused, Throttled)
    assert refused.retry_after == 1


def test_what_was_sent_is_judged_as_it_stands_by_then() -> None:
    sent = stored(**READABLE)
    visits = RefusedVisits(stored(**READABLE, revoked_at=NOW))

    refused = refusal(
        lambda deps: open_receipt(asked(), deps), only(guesses=Guesses(), visits=visits, links=Links(sent))
    )

    assert isinstance(refused, LinkRevoked)


@pytest.mark.parametrize(
    "changes",
    [
        {"visits": {visit_hash(RID, SECRET): NOW}},
        {"visits": {visit_hash(RID, SECRET): NOW + timedelta(minutes=1)}, "revoked_at": NOW},
        {"visits": {"another browser's": NOW + timedelta(minutes=1)}},
    ],
)
def test_a_browser_returns_only_to_its_own_visit_while_it_lasts(changes: dict[str, Any]) -> None:
    there = stored(**changes)
    visits = RefusedVisits(stored(revoked_at=NOW))
    deps = only(guesses=Guesses(), visits=visits, links=Links(there), tenants=Tenants())

    refused = refusal(lambda deps: open_link(asked(visit=Visit(RID, SECRET)), deps), deps)

    assert isinstance(refused, LinkRevoked)
    assert len(visits.proofs) == 1


def test_a_link_that_asks_for_a_code_is_not_opened_by_its_secret_at_a_former_portal() -> None:
    coded = stored(portal=OLD_PORTAL, code=CodePolicy(channel=Channel.EMAIL, digits=6), revoked_at=NOW)
    visits = RefusedVisits(coded)

    refused = refusal(lambda deps: open_link(asked(), deps), only(guesses=Guesses(), visits=visits, tenants=Tenants()))

    assert isinstance(refused, LinkRevoked)
    assert len(visits.proofs) == 1
