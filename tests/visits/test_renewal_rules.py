"""Rules of replacing a link for its holder: when, by whose secret, how often, and what the new link takes over."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from linkgate.errors import (
    LinkError,
    LinkExhausted,
    LinkExpired,
    LinkRevoked,
    LinkStillOpens,
    LinkSubmitted,
    NotFound,
    Throttled,
    Unavailable,
)
from linkgate.model.challenge import CodePolicy
from linkgate.model.link import Channel, Delivery, DeliveryState
from linkgate.model.policy import (
    CODE_LIFE,
    CODES_PER_FAMILY,
    CODES_PER_HOUR,
    CODES_PER_LINK,
    LINK_TRIES,
    RENEWALS,
    SUBMIT_GRACE,
)
from linkgate.model.receipt import Receipt
from linkgate.ports.links import TRIES_AGAINST_VISITORS, NotChanged
from linkgate.tokens import secret_hash, visit_hash
from linkgate.usecases.visits.renewal import Renewed, closed_for_holder, closed_to_codes, may_renew, renew_link
from linkgate.usecases.visits.visit import Visit
from tests.support.fakes.links import NOW, RID, link
from tests.support.fakes.parts import Guesses, Links, Tenants, only

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps

SECRET, NEW, NEWER = "B" * 21 + "A", "N" * 21 + "A", "M" * 21 + "A"
HASH = secret_hash(RID, SECRET)
MS = timedelta(milliseconds=1)
EXPIRED = {"expires_at": NOW}
CODED = {"code": CodePolicy(channel=Channel.EMAIL, digits=6)}
SENT = {"submitted_at": NOW - MS}
READABLE = {**SENT, "receipt": Receipt(access="code")}
JUST_NOW = (NOW,) * CODES_PER_LINK


class Suppressions:
    """`ports.delivery.SuppressionStore` that knows why some addresses get nothing."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        self._reasons = reasons

    def among(self, _tenant: str, addresses: Collection[str], *, surveys: bool) -> Mapping[str, str]:
        assert not surveys
        return {address: why for address, why in self._reasons.items() if address in addresses}


class Numbering(Tenants):
    """The only tenant, without contacts."""

    def next_number(self, tenant: str) -> int:
        raise AssertionError(tenant)


class Writes:
    """Writes of a renewal in their order. The link is always refused, because it stands so by then."""

    def __init__(self, *stored: Link | None) -> None:
        self._stored = iter(stored)
        self.kept: list[tuple[str, datetime]] = []
        self.renewed: list[tuple[Link, str, Link, datetime]] = []

    def keep(self, place: str, until: datetime, *, shorten: bool) -> None:
        assert not shorten
        self.kept.append((place, until))

    def renew(self, old: Link, hash_: str, new: Link, now: datetime) -> None:
        assert len(self.kept) == len(self.renewed) + 1  # no file may end before the new link
        self.renewed.append((old, hash_, new, now))
        raise NotChanged(next(self._stored))


def stored(**changes: Any) -> Link:
    return link(**{"secrets": {HASH: "email:1"}, **changes})


def deps_of(
    *links: Link, writes: Writes | None = None, tenants: Tenants | None = None, barred: Mapping[str, str] | None = None
) -> Deps:
    return only(
        links=Links(*links),
        tenants=tenants or Numbering(),
        suppressions=Suppressions(barred or {}),
        guesses=Guesses(),
        measure=lambda _: None,
        visits=writes,
        files=SimpleNamespace(store=writes),
    )


@pytest.mark.parametrize(
    ("changes", "may"),
    [
        ({}, True),
        (SENT, False),
        ({"role": "agent"}, False),
        ({"renewals": RENEWALS - 1}, True),
        ({"renewals": RENEWALS}, False),
        ({"tier": "restricted"}, False),
        ({"code_tries": LINK_TRIES - 1}, True),
        ({"code_tries": LINK_TRIES}, False),
        ({"codes_before": CODES_PER_FAMILY - 1}, True),
        ({"codes_before": CODES_PER_FAMILY}, False),
        ({"codes_before": CODES_PER_FAMILY - 1, "codes_sent": (NOW,)}, False),
    ],
)
def test_a_link_is_replaced_as_often_as_policy_lets_its_holder(changes: dict[str, Any], *, may: bool) -> None:
    assert may_renew(stored(**changes), deps_of()) is may


def test_a_link_is_not_replaced_where_nothing_can_be_sent() -> None:
    assert not may_renew(stored(), deps_of(barred={"ada@example.com": "complaint"}))
    assert not may_renew(stored(), deps_of(tenants=Tenants(None)))


@pytest.mark.parametrize(
    ("changes", "told", "renewable", "to_codes"),
    [
        ({}, None, None, None),
        (EXPIRED, LinkExpired, True, LinkExpired),
        ({"views": 100}, LinkExhausted, True, LinkExhausted),
        ({**EXPIRED, "renewals": RENEWALS}, LinkExpired, False, LinkExpired),
        ({"revoked_at": NOW}, LinkRevoked, False, LinkRevoked),
        (SENT, LinkSubmitted, False, LinkSubmitted),
        (READABLE, LinkSubmitted, False, None),
    ],
)
def test_the_holder_learns_why_a_link_does_not_open(
    changes: dict[str, Any], told: type[LinkError] | None, to_codes: type[LinkError] | None, *, renewable: bool | None
) -> None:
    there, deps = stored(**changes), deps_of()

    closed, for_codes = closed_for_holder(there, deps), closed_to_codes(there, deps)

    assert (type(closed) if closed else None, closed and closed.renewable) == (told, renewable)
    assert (type(for_codes) if for_codes else None) is to_codes
    if isinstance(closed, LinkSubmitted):
        assert closed.receipt is ("receipt" in changes)


def refusal(deps: Deps, secret: str = SECRET, visit: Visit | None = None) -> LinkError:
    with pytest.raises(LinkError) as refused:
        renew_link(RID, secret, deps, visit, source="192.0.2.1")
    return refused.value


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, LinkStillOpens),
        ({"revoked_at": NOW}, LinkRevoked),
        ({**EXPIRED, "renewals": RENEWALS}, LinkExpired),
        ({"revoked_at": NOW, "renewed_as": NEW}, LinkRevoked),
        ({"renewed_as": NEW}, NotFound),
        ({**CODED, "codes_sent": (NOW - timedelta(hours=2),) * (CODES_PER_LINK - 1)}, LinkStillOpens),
        ({**CODED, "codes_sent": (NOW - CODE_LIFE,) * CODES_PER_HOUR}, LinkStillOpens),
    ],
)
def test_a_link_that_needs_no_other_or_gets_none_is_not_replaced(changes: dict[str, Any], told: type[object]) -> None:
    refused = refusal(deps_of(stored(**changes)))

    assert type(refused) is told
    assert not getattr(refused, "renewable", False)
    assert getattr(refused, "what", "link") == "link"


def test_a_link_gets_no_other_where_its_address_is_barred() -> None:
    refused = refusal(deps_of(stored(**EXPIRED), barred={"ada@example.com": "hard_bounce"}))

    assert isinstance(refused, LinkExpired)
    assert not refused.renewable


@pytest.mark.parametrize("there", [[], [stored(**EXPIRED, secrets={"5" * 64: "api"})]])
def test_a_wrong_secret_is_counted_and_then_refused(there: list[Link]) -> None:
    deps = deps_of(*there)
    guesses: Any = deps.guesses

    assert isinstance(refusal(deps), NotFound)
    assert guesses.counted == ["192.0.2.1"]
    guesses.refusing = Throttled(9)
    assert isinstance(refusal(deps), Throttled)
    assert guesses.counted == ["192.0.2.1"]


def test_a_right_secret_is_never_refused_because_of_its_neighbours() -> None:
    deps = deps_of(stored())
    guesses: Any = deps.guesses
    guesses.refusing = Throttled(9)

    assert isinstance(refusal(deps), LinkStillOpens)


ENDED = {
    "visits": {visit_hash(RID, SECRET): NOW - SUBMIT_GRACE + MS},
    "visit_ways": {visit_hash(RID, SECRET): "email:1"},
}


def test_a_visit_stands_for_the_secret_that_began_it() -> None:
    writes = Writes(None)
    there = stored(**EXPIRED, **ENDED, secrets={"5" * 64: "api", HASH: "email:1"})

    assert isinstance(refusal(deps_of(there, writes=writes), "", Visit(RID, SECRET)), NotFound)
    assert writes.renewed[0][1] == HASH


@pytest.mark.parametrize(
    "changes",
    [
        {"visits": {visit_hash(RID, SECRET): NOW - SUBMIT_GRACE}},
        {"visits": {}},
        {"visit_ways": {}},
        {"secrets": {HASH: "sms:1"}},
    ],
)
def test_a_visit_that_ended_or_whose_secret_did_replaces_nothing(changes: dict[str, Any]) -> None:
    there = stored(**{**EXPIRED, **ENDED, **changes})

    refused = refusal(deps_of(there), "", Visit(RID, SECRET))

    assert isinstance(refused, NotFound)
    assert refused.what == "link"


@pytest.mark.parametrize(
    "changes",
    [
        EXPIRED,
        {"views": 100},
        {**CODED, "codes_sent": (NOW - timedelta(hours=2),) * CODES_PER_LINK},
        {**CODED, "codes_sent": (NOW,) * CODES_PER_HOUR},
        {**CODED, "codes_from": NOW + MS},
    ],
)
def test_a_new_link_counts_on_and_begins_anew(changes: dict[str, Any]) -> None:
    old = stored(**{"renewals": 2, "codes_before": 1, "code_tries": 7, "roles": {"agent": NEWER}, **changes})
    writes = Writes(None)

    refusal(deps_of(old, writes=writes))

    ((before, hash_, new, now),) = writes.renewed
    assert (before, hash_, now) == (old, HASH, NOW)
    assert (new.master_rid, new.roles, new.renewals, new.code_tries) == (RID, {}, 3, 7)
    assert new.codes_before == 1 + len(old.codes_sent)
    assert new.codes_sent == ()
    assert (new.visits, new.views, new.created_at) == ({}, 0, NOW)
    assert new.expires_at == NOW + (old.expires_at - old.created_at)
    assert HASH not in new.secrets
    assert len(new.secrets) == len(new.deliveries) == 1
    assert writes.kept == [(RID, new.ttl)]


@pytest.mark.parametrize("by_then", [None, stored(**EXPIRED, secrets={})])
def test_a_secret_that_ended_meanwhile_replaces_nothing(by_then: Link | None) -> None:
    refused = refusal(deps_of(stored(**EXPIRED), writes=Writes(by_then)))

    assert isinstance(refused, NotFound)
    assert refused.what == "link"


def test_a_link_that_changes_all_the_time_is_replaced_a_moment_later() -> None:
    writes = Writes(*[stored(**EXPIRED)] * 99)

    refused = refusal(deps_of(stored(**EXPIRED), writes=writes))

    assert isinstance(refused, Unavailable)
    assert refused.retry_after == 1
    assert len(writes.renewed) == TRIES_AGAINST_VISITORS


def test_a_link_is_judged_as_it_stands_by_then() -> None:
    assert isinstance(refusal(deps_of(stored(**EXPIRED), writes=Writes(stored(revoked_at=NOW)))), LinkRevoked)


SMS = Delivery(Channel.SMS, DeliveryState.SENT, 1)


def test_a_repeat_tells_of_the_link_that_was_sent() -> None:
    newer = link(rid=NEWER, deliveries={Channel.SMS: SMS})
    deps = deps_of(stored(**EXPIRED, renewed_as=NEW), link(rid=NEW, renewed_as=NEWER), newer)

    assert renew_link(RID, SECRET, deps) == Renewed(newer, Channel.SMS, "")
    mailed = deps_of(stored(**EXPIRED, renewed_as=NEW), link(rid=NEW))
    assert renew_link(RID, SECRET, mailed) == Renewed(link(rid=NEW), Channel.EMAIL, "ada@example.com")


@pytest.mark.parametrize(
    "changes", [{"expires_at": NOW}, {"revoked_at": NOW}, {"revoked_at": NOW, "renewed_as": NEWER}]
)
def test_only_the_holder_of_the_newest_link_has_it_replaced(changes: dict[str, Any]) -> None:
    deps = deps_of(stored(**EXPIRED, renewed_as=NEW), link(rid=NEW, **changes), link(rid=NEWER))

    refused = refusal(deps)

    assert isinstance(refused, LinkExpired if "expires_at" in changes else LinkRevoked)
    assert not refused.renewable
