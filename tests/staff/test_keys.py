"""An administrator makes, replaces and ends the keys of callers, and sees when each was last used."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.errors import Unavailable
from linkgate.store.key_uses import KEPT, DynamoKeyUses
from linkgate.tokens import credential_hash
from local.demo import DEMO, OTHER
from local.demo import MANAGE_KEY as KEY
from tests.management.conftest import Manager
from tests.support.cloud import table_of
from tests.support.staff_browser import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date, datetime

    from linkgate.model.tenant import Credential
    from linkgate.store.tenants import DynamoTenants
    from tests.support.cloud import Cloud
    from tests.support.staff_browser import StaffBrowser

    SignIn = Callable[[str], StaffBrowser]

PATH = "/console/setup/keys"


@pytest.fixture
def two_people() -> Iterator[None]:
    tenants: DynamoTenants = wiring.deps().tenants  # type: ignore[assignment] # it has the writes of operators, too
    before = tenants.tenant(DEMO.id)
    assert before
    tenants.put_tenant(replace(before, four_eyes=frozenset({"keys"})))
    yield
    tenants.put_tenant(before)


def key_in(page: str) -> str:
    found = re.findall(r"<code>(lg_[A-Za-z0-9_-]{43})</code>", page)
    assert found, words(page)
    return str(found[0])


def known(key: str, dialect: str = "manage") -> Credential:
    hash_ = credential_hash(dialect, key)
    (found,) = [each for each in wiring.deps().staff.keys.of(DEMO.id) if each.hash == hash_]
    return found


def make(ada: StaffBrowser, **fields: str) -> str:
    form = {"name": "CRM", "dialect": "manage", "scope.links:read": "on", "days": "", **fields}
    return key_in(ada.post(PATH, form).text)


def test_a_key_works_once_it_is_made_and_is_shown_once(ada: StaffBrowser, site: Cloud) -> None:
    key = make(ada)

    assert Manager(site, key).get("/links")["links"] is not None
    listed = ada.get(PATH).text
    assert "CRM" in words(listed)
    assert key not in listed
    assert key not in ada.get(f"{PATH}/{known(key).id}").text
    assert not [item for item in site.table() if key in str(item)]
    assert "made a key" in words(ada.get("/console/journal").text)


def test_the_day_of_its_last_use_is_shown(ada: StaffBrowser, site: Cloud) -> None:
    key = make(ada, name="Billing")
    assert re.search(r"Billing .*?not known", words(ada.get(PATH).text))

    Manager(site, key).get("/links")

    assert re.search(rf"Billing .*?{site.clock.now():%Y-%m-%d}", words(ada.get(PATH).text))


def test_the_one_before_goes_on_for_a_day(ada: StaffBrowser, site: Cloud) -> None:
    old = make(ada, name="Old")
    path = f"{PATH}/{known(old).id}"

    page = ada.post(f"{path}/rotate")

    fresh = known(key_in(page.text))
    assert (fresh.name, fresh.scopes) == ("Old", frozenset({"links:read"}))
    end = known(old).expires_at
    assert end
    assert end - site.clock.now() > timedelta(hours=23)
    assert known(old).replaced_by == fresh.id
    again = ada.post(f"{path}/rotate")
    assert (again.status, "replaced or ended in the meantime" in words(again.text)) == (422, True)


def test_a_key_that_was_ended_is_refused(ada: StaffBrowser, site: Cloud) -> None:
    key = make(ada, name="Leaked")

    said = ada.post(f"{PATH}/{known(key).id}/end")
    site.clock.advance(timedelta(seconds=61))

    assert "The key has ended." in words(said.text)
    Manager(site, key).get("/links", 401)
    assert "ended a key" in words(ada.get("/console/journal").text)
    assert "Replace this key" not in words(ada.get(f"{PATH}/{known(key).id}").text)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": ""}, "Give it a name."),
        ({"name": "x" * 61}, "That name is too long."),
        ({"dialect": "nonsense"}, "Choose an API"),
        ({"scope.all": "on"}, "only rights that there are"),
        ({"dialect": "digidesk"}, "Callers of DigiDesk have a user name"),
        ({"dialect": "digidesk", "user": "a:b"}, "Callers of DigiDesk have a user name"),
        ({"user": "somebody"}, "Only DigiDesk has user names"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_made(form: dict[str, str], said: str, ada: StaffBrowser) -> None:
    before = len(wiring.deps().staff.keys.of(DEMO.id))

    page = ada.post(PATH, {"name": "CRM", "dialect": "manage", **form})

    assert (page.status, said in words(page.text)) == (422, True), words(page.text)
    assert len(wiring.deps().staff.keys.of(DEMO.id)) == before


def test_a_key_of_digidesk_has_its_user_name(ada: StaffBrowser) -> None:
    key = make(ada, dialect="digidesk", user="agent", days="30", **{"scope.links:read": "on"})

    found = known(f"agent:{key}", "digidesk")
    assert found.expires_at
    rotated = key_in(ada.post(f"{PATH}/{found.id}/rotate", {"user": "agent"}).text)
    assert known(f"agent:{rotated}", "digidesk").expires_at == found.expires_at


def test_it_must_be_proved_again_who_it_is(ada: StaffBrowser, site: Cloud) -> None:
    site.clock.advance(timedelta(minutes=16))
    before = len(wiring.deps().staff.keys.of(DEMO.id))

    ada.post(PATH, {"name": "CRM", "dialect": "manage"})

    assert len(wiring.deps().staff.keys.of(DEMO.id)) == before


@pytest.mark.usefixtures("two_people")
def test_where_the_tenant_asks_for_it_a_second_person_approves_a_key_and_it_is_good_once(
    ada: StaffBrowser, signed_in: SignIn
) -> None:
    before = len(wiring.deps().staff.keys.of(DEMO.id))
    said = ada.post(PATH, {"name": "Approved", "dialect": "manage", "scope.links:read": "on", "test": "on"})
    assert "A second person must approve the new key." in words(said.text)
    assert len(wiring.deps().staff.keys.of(DEMO.id)) == before
    bea = signed_in("Bea Admin")
    (id_,) = re.findall(r"/console/proposals/([^/\"]+)/approve", bea.get("/console/proposals").text)
    take = f"{PATH}/approved/{id_}"
    assert ada.post(take).status == 404
    assert ada.post(f"/console/proposals/{id_}/approve").status == 403

    bea.post(f"/console/proposals/{id_}/approve")
    assert bea.post(take).status == 404
    assert "was approved" in words(ada.get(PATH).text)
    made = known(key_in(ada.post(take).text))

    assert (made.name, made.scopes, made.test) == ("Approved", frozenset({"links:read"}), True)
    assert ada.post(take).status == 404
    assert len(wiring.deps().staff.keys.of(DEMO.id)) == before + 1
    # A key is ended by one person alone, because that may be urgent.
    assert "The key has ended." in words(ada.post(f"{PATH}/{made.id}/end").text)


def test_nobody_alone_makes_a_key_that_reads_what_customers_sent_in(ada: StaffBrowser, signed_in: SignIn) -> None:
    """No administrator may read it here, and a key of their own would let them."""
    assert signed_in("Bea Admin").get(PATH).status == 200
    form = {"name": "Reader", "dialect": "manage"}
    asked = "A second person must approve the new key."

    for scope in ("results:read", "files:read"):
        assert asked in words(ada.post(PATH, {**form, f"scope.{scope}": "on"}).text), scope
    (reader,) = [each for each in wiring.deps().staff.keys.of(DEMO.id) if each.hash == credential_hash("manage", KEY)]
    assert asked in words(ada.post(f"{PATH}/{reader.id}/rotate").text)
    assert key_in(ada.post(PATH, {**form, "scope.results:read": "on", "test": "on"}).text)
    assert key_in(ada.post(PATH, {**form, "scope.links:write": "on"}).text)


def test_another_tenants_key_is_not_found(ada: StaffBrowser) -> None:
    theirs = wiring.deps().staff.keys.of(OTHER.id)[0]

    assert ada.get(f"{PATH}/{theirs.id}").status == 404
    for act in ("end", "rotate"):
        assert ada.post(f"{PATH}/{theirs.id}/{act}").status == 404, act
    assert wiring.deps().staff.keys.get(OTHER.id, theirs.id) == theirs


class Down:
    """`ports.tenants.KeyUses` of a table that cannot be reached."""

    def note(self, credential: str, now: datetime) -> None:
        assert credential
        assert now.tzinfo
        raise Unavailable

    def last(self, credentials: Iterable[str]) -> Mapping[str, date]:
        assert credentials
        raise Unavailable


def test_a_use_is_noted_once_a_day_and_process(site: Cloud) -> None:
    uses, now = wiring.deps().key_uses, site.clock.now()
    later = now + timedelta(days=1)
    for at in (now, now, later):
        uses.note("k" * 32, at)

    assert uses.last(["k" * 32, "other"]) == {"k" * 32: later.date()}
    days = [item["sk"] for item in site.table() if item["pk"] == f"used#{'k' * 32}"]
    assert days == [now.date().isoformat(), later.date().isoformat()]


def test_a_use_that_another_process_noted_stays_as_it_is(site: Cloud) -> None:
    table, now = table_of(site), site.clock.now()
    DynamoKeyUses(table).note("o" * 32, now)
    DynamoKeyUses(table).note("o" * 32, now + timedelta(seconds=5))

    (item,) = [item for item in site.table() if item["pk"] == f"used#{'o' * 32}"]
    assert item["ttl"] == int((now + KEPT).timestamp())


def test_a_call_is_answered_whether_its_key_can_be_noted_or_not(site: Cloud) -> None:
    before = wiring.deps()
    wiring.use(replace(before, key_uses=Down()))
    try:
        Manager(site).get("/links")
    finally:
        wiring.use(before)
