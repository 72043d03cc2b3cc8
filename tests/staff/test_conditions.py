"""Each condition of a write about people, past the use cases, and the race for one way back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from linkgate import wiring
from linkgate.model.person import JournalEntry, Person, Session, SignIn, Staff
from linkgate.store.table import ConditionRefused
from linkgate.usecases.staff.journal import PAGE, read_journal
from local.demo import DEMO

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
TENANT, OTHER = "1" * 32, "2" * 32
ADA = Person("a" * 32, TENANT, "Ada", "ada@example.com", frozenset({"admin", "support"}), "subject", "operator", NOW)
EVE = replace(ADA, name="Eve", email="eve@example.com", roles=frozenset({"admin"}))
SESSION = Session("hash", ADA.id, TENANT, "demo", NOW, NOW, NOW, NOW)
PROVIDER = SignIn(
    "demo", TENANT, "Demo", "https://id.example", "client", "/secret", "https://a", "https://t", "https://k",
    groups={"staff": "support"},
)  # fmt: skip


@pytest.mark.usefixtures("cloud")
def test_a_person_is_read_as_written_and_known_once_in_each_tenant() -> None:
    people = wiring.deps().staff.people

    assert people.add(ADA)
    assert not people.add(replace(ADA, id="b" * 32))
    assert people.add(replace(ADA, tenant=OTHER))

    assert people.of_subject(TENANT, "subject") == ADA
    assert people.get(TENANT, "b" * 32) is None
    assert list(people.of(TENANT)) == [ADA]
    assert people.of_subject(TENANT, "another") is None


@pytest.mark.usefixtures("cloud")
def test_whose_access_was_ended_changes_no_more() -> None:
    people = wiring.deps().staff.people
    people.add(ADA)
    later = NOW + timedelta(minutes=1)

    assert people.end(ADA, NOW)
    assert not people.end(ADA, later)
    assert people.signed_in(EVE, later) is None
    assert not people.set_roles(ADA, frozenset({"agent"}))
    assert people.get(TENANT, ADA.id) == replace(ADA, ended_at=NOW)


@pytest.mark.usefixtures("cloud")
def test_nobody_becomes_a_person_by_a_change() -> None:
    people = wiring.deps().staff.people

    assert not people.end(ADA, NOW)
    assert people.signed_in(EVE, NOW) is None
    assert not people.set_roles(ADA, frozenset({"agent"}))
    assert list(people.of(TENANT)) == []


@pytest.mark.usefixtures("cloud")
def test_of_two_administrators_who_change_roles_the_second_one_is_refused() -> None:
    people = wiring.deps().staff.people
    people.add(ADA)

    assert people.set_roles(ADA, frozenset({"auditor"}))
    assert not people.set_roles(ADA, frozenset({"results"}))
    signed_in = people.signed_in(
        replace(ADA, name="Ada L.", email="new@example.com", roles=frozenset({"agent"}), verified=True), NOW
    )
    assert signed_in
    assert (signed_in.name, signed_in.roles, signed_in.seen_at) == ("Ada L.", frozenset({"agent"}), NOW)
    assert (signed_in.email, signed_in.verified) == ("new@example.com", True)


@pytest.mark.usefixtures("cloud")
def test_a_session_is_found_with_its_own_person_and_no_other() -> None:
    staff = wiring.deps().staff
    staff.people.add(ADA)
    staff.people.add(replace(ADA, id="b" * 32, subject="other"))
    staff.sessions.begin(SESSION)

    assert staff.sessions.find("hash", TENANT, ADA.id) == (SESSION, ADA)
    assert staff.sessions.find("hash", TENANT, "b" * 32) is None
    assert staff.sessions.find("hash", OTHER, ADA.id) is None
    assert staff.sessions.find("other", TENANT, ADA.id) is None
    with pytest.raises(ConditionRefused):
        staff.sessions.begin(SESSION)


@pytest.mark.usefixtures("cloud")
def test_a_session_that_has_ended_is_not_brought_back_by_its_use() -> None:
    staff = wiring.deps().staff
    staff.people.add(ADA)
    staff.sessions.begin(SESSION)
    later = NOW + timedelta(minutes=6)

    staff.sessions.seen(SESSION, later)
    assert staff.sessions.find("hash", TENANT, ADA.id) == (replace(SESSION, seen_at=later), ADA)
    staff.sessions.end("hash")
    staff.sessions.seen(SESSION, later)

    assert staff.sessions.find("hash", TENANT, ADA.id) is None


@pytest.mark.usefixtures("cloud")
def test_a_provider_never_takes_the_place_of_another() -> None:
    sign_ins = wiring.deps().staff.sign_ins

    assert sign_ins.add(PROVIDER)
    assert not sign_ins.add(replace(PROVIDER, issuer="https://evil.example"))

    assert list(sign_ins.all()) == [PROVIDER]
    sign_ins.remove("demo")
    assert sign_ins.get("demo") is None


@pytest.mark.usefixtures("cloud")
def test_the_journal_is_read_backwards_within_a_month_and_a_tenant() -> None:
    journal = wiring.deps().staff.journal
    acts = [
        JournalEntry(
            f"{n:022}", NOW + timedelta(minutes=n), "p", frozenset({"admin"}), "person_ended", {"person": "x"}, "s"
        )
        for n in range(3)
    ]
    for act in acts:
        journal.add(TENANT, act)
    journal.add(OTHER, acts[0])
    journal.add(TENANT, replace(acts[0], at=NOW - timedelta(days=40)))

    assert journal.of(TENANT, NOW + timedelta(hours=1), 2) == [acts[2], acts[1]]
    assert journal.of(TENANT, acts[1].at, 9) == [acts[0]]


@pytest.mark.usefixtures("cloud")
def test_the_pages_of_a_journal_show_each_entry_once_over_all_months() -> None:
    """Acts of one millisecond, at the end of a page and of a month, are the hard ones."""
    deps = wiring.deps()
    now = deps.now()
    reader = Staff(name="", tenant=DEMO, roles=frozenset(), scopes=frozenset(), language="en")
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    ages = [timedelta(days=399), timedelta(days=100), *[timedelta(days=90)] * (PAGE - 2), timedelta(), timedelta()]
    moments = [now - age for age in ages] + [month, month - timedelta(milliseconds=1)]
    for number, at in enumerate(moments):
        deps.staff.journal.add(DEMO.id, JournalEntry(f"{number:022}", at, f"{number}", frozenset({"admin"}), "find"))

    first = read_journal(reader, None, deps)
    second = read_journal(reader, first.older, deps)

    shown = [*first.entries, *second.entries]
    assert [entry.at for entry in shown] == sorted((entry.at for entry in shown), reverse=True)
    assert sorted(int(entry.person) for entry in shown) == list(range(len(moments)))
    assert second.older is None
    for strange in ("0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00"):
        read_journal(reader, datetime.fromisoformat(strange), deps)


@pytest.mark.usefixtures("real_cloud")
def test_of_twenty_who_come_back_the_same_way_one_gets_in() -> None:
    signings = wiring.deps().staff.signings
    for number in range(20):
        with ThreadPoolExecutor(20) as pool:
            spent = list(pool.map(lambda _, state=f"state {number}": signings.spend(state, NOW), range(20)))

        assert spent.count(True) == 1
