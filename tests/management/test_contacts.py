"""Contacts are stored, shown and deleted, and a person is erased from all links."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from linkgate.usecases.history.data_addresses import MOST, addresses_in
from local.demo import PROCESS
from tests.management.conftest import UID

if TYPE_CHECKING:
    from tests.management.conftest import Manager

ANA = {"name": "Ana García", "email": "ana@example.com", "phone": "07700 900010", "smsConsent": True}


def test_a_contact_is_kept_as_links_will_use_it(manager: Manager) -> None:
    kept = manager.put("/contacts/7", ANA)

    assert kept == manager.get("/contacts/7")
    assert kept["phone"] == "+447700900010"
    rid = manager.share(contactId=7)
    assert manager.get(f"/links/{rid}")["recipient"]["name"] == "Ana García"


def test_a_second_put_leaves_nothing_of_the_first(manager: Manager) -> None:
    manager.put("/contacts/7", {**ANA, "accountNumber": "A-1"})

    assert manager.put("/contacts/7", {"name": "Ana"}) == {
        "id": 7,
        "name": "Ana",
        "contactType": "Customer",
        "email": None,
        "phone": None,
        "smsConsent": False,
        "locale": None,
        "timeZone": None,
        "accountNumber": None,
    }


def test_a_deleted_contact_is_gone(manager: Manager) -> None:
    manager.put("/contacts/7", ANA)

    assert manager.raw("DELETE", "/contacts/7").status == 204
    assert manager.raw("DELETE", "/contacts/7").status == 204
    assert manager.get("/contacts/7", 404)["detail"] == "There is no such contact."


def test_contacts_are_the_tenants_own(manager: Manager, other: Manager) -> None:
    manager.put("/contacts/7", ANA)

    other.get("/contacts/7", 404)
    assert other.raw("DELETE", "/contacts/7").status == 204
    assert manager.get("/contacts/7")["name"] == "Ana García"


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({}, "name"),
        ({"name": " "}, "name"),
        ({"name": "A", "email": "nobody"}, "email"),
        ({"name": "A", "phone": "12"}, "phone"),
        ({"name": "A", "smsConsent": "yes"}, "smsConsent"),
        ({"name": "x" * 251}, "name"),
        ({"name": 7}, "name"),
        ({"name": "A", "timeZone": "Madrid"}, "timeZone"),
        ({"name": "A", "timeZone": "../../etc/passwd"}, "timeZone"),
        ({"name": "A", "timeZone": 1}, "timeZone"),
    ],
)
def test_an_unusable_contact_is_told(manager: Manager, content: object, field: str) -> None:
    problem = manager.put("/contacts/7", content, 400)

    assert [fault["field"] for fault in problem["fields"]] == [field]


@pytest.mark.parametrize("number", ["0", "-1", "2147483648", "seven", "1.0"])
def test_what_is_no_contacts_number_is_not_found(manager: Manager, number: str) -> None:
    assert manager.raw("PUT", f"/contacts/{number}", json.dumps(ANA)).status == 404


def test_an_erased_person_is_nowhere_but_in_facts_without_a_name(manager: Manager) -> None:
    manager.put("/contacts/7", {**ANA, "accountNumber": "CANARY-ACCOUNT"})
    submitted = manager.request_form("ana@example.com", fullName="CANARY-FORM")
    manager.submit(submitted["link"], {"fullName": "CANARY-SUBMISSION"})
    shared = manager.share(contactId=7, channels=["email", "sms"])
    survey = manager.ask("Ana@example.com", customerName="CANARY-SURVEY", miscData={"note": "CANARY-MISC"})["rid"]
    manager.cloud.settle()

    receipt = manager.post("/recipients/erase", {"recipient": "ANA@example.com"})
    manager.cloud.settle()

    assert receipt == {"links": 3, "bodies": 3, "contacts": 1, "more": False, "files": 1, "resources": []}  # the PDF
    left = json.dumps([item for item in manager.cloud.table() if not item["pk"].startswith("tenant")])
    for trace in ("ana@", "Ana@", "Garc", "7700900010", "CANARY"):
        assert trace not in left
    assert "CANARY" not in json.dumps(manager.cloud.table())
    statuses = {rid: manager.get(f"/links/{rid}")["status"] for rid in (submitted["rid"], shared, survey)}
    assert statuses == {submitted["rid"]: "Submitted", shared: "Revoked", survey: "Revoked"}
    manager.get(f"/links/{submitted['rid']}/submission", 404)
    assert manager.get("/links?recipient=ana@example.com")["links"] == []
    assert manager.get("/links?recipient=%2B447700900010")["links"] == []


def test_erasing_by_phone_finds_links_that_went_by_e_mail_too(manager: Manager) -> None:
    manager.put("/contacts/7", ANA)
    rid = manager.share(contactId=7)
    manager.cloud.settle()

    receipt = manager.post("/recipients/erase", {"recipient": "+447700900010"})

    assert (receipt["links"], receipt["contacts"]) == (1, 1)
    assert manager.get(f"/links/{rid}")["recipient"] == {
        "name": None,
        "email": None,
        "phone": None,
        "contactId": None,
        "locale": "en",
    }


@pytest.mark.parametrize(
    ("model", "person"),
    [
        ({"spouse": {"email": "Eva@Example.com"}}, "eva@example.com"),
        ({"others": [{"name": "CANARY"}, {"contact": "eva@example.com"}]}, "eva@example.com"),
        ({"spouse": {"mobilePhone": "07700 900077"}}, "+447700900077"),
        ({"spouse": "+447700900077"}, "07700 900077"),
        ({"telephone": 7700900077}, "+447700900077"),
    ],
)
def test_a_person_who_only_stands_in_the_data_can_be_erased(
    manager: Manager, model: dict[str, object], person: str
) -> None:
    made = manager.request_form(model=model)
    manager.cloud.settle()

    receipt = manager.post("/recipients/erase", {"recipient": person})
    manager.cloud.settle()

    assert (receipt["links"], receipt["bodies"]) == (1, 1)
    assert manager.get(f"/links/{made['rid']}")["status"] == "Revoked"
    assert not [item for item in manager.cloud.table() if item["sk"].startswith(("body#", "listed#"))]


def test_a_person_who_only_stands_in_the_answers_can_be_erased(manager: Manager) -> None:
    made = manager.request_form()
    visitor = manager.open(made["link"])
    manager.cloud.post("/v/submit", {"data": {"fullName": "eva@example.com"}}, visitor)
    manager.cloud.settle()

    manager.post("/recipients/erase", {"recipient": "eva@example.com"})

    manager.get(f"/links/{made['rid']}/submission", 404)


def test_account_numbers_are_no_phone_numbers() -> None:
    data = {"account": "0770090077", "iban": "DE02120300000000202051", "note": "a@b and more", "n": 447700900077}

    assert addresses_in(data, "GB") == []


def test_an_endless_list_of_addresses_costs_a_few_entries() -> None:
    assert len(addresses_in({"all": [f"a{number}@example.com" for number in range(1000)]}, "GB")) == MOST


def test_co_browsing_roles_are_erased_with_their_link(manager: Manager) -> None:
    easysend = {
        "apiVersion": 1,
        "apiKey": "11111111-2222-3333-4444-123456789000",
        "customerId": "customer-name",
        "processId": PROCESS,
        "serializedModel": {"metadata": {"email": "ana@example.com", "name": "CANARY-NAME"}},
        "coBrowsingRoles": ["agent"],
    }
    manager.cloud.post("/player/api/generate-link", easysend)

    assert manager.post("/recipients/erase", {"recipient": "ana@example.com"})["links"] == 2
    assert "CANARY" not in json.dumps(manager.cloud.table())


@pytest.mark.parametrize("error", ["timeout_after", "throttle"])
@pytest.mark.parametrize("times", range(1, 9))
def test_a_create_that_failed_leaves_no_words_that_erasing_cannot_find(
    manager: Manager, error: str, times: int
) -> None:
    manager.request_form()  # the definitions are read, so the next call of the table is a write
    entry = {"kind": "process", "process": PROCESS, "data": {"metadata": {"email": "ana@example.com"}}}
    manager.cloud.post("/_local/faults", {"service": "dynamodb", "error": error, "times": times})

    manager.post("/links/batch", {"links": [entry]})
    manager.cloud.post("/_local/faults", {"service": "dynamodb", "error": error, "times": 0})
    manager.cloud.settle()
    manager.post("/recipients/erase", {"recipient": "ana@example.com"})

    bodies = [item["pk"] for item in manager.cloud.table() if item["sk"].startswith("body#")]
    linked = [item["pk"] for item in manager.cloud.table() if item["sk"] == "link" and item.get("body")]
    assert sorted(bodies) == sorted(linked)


def test_a_create_repeated_after_erasing_brings_no_words_back(manager: Manager) -> None:
    entry = {"kind": "process", "process": PROCESS, "data": {"metadata": {"email": "ana@example.com"}}}
    made = manager.post("/links/batch", {"links": [entry]}, Idempotency_Key="once")
    manager.post("/recipients/erase", {"recipient": "ana@example.com"})
    before = len(manager.cloud.table())

    assert manager.post("/links/batch", {"links": [entry]}, Idempotency_Key="once") == made
    assert len(manager.cloud.table()) == before


def test_erasing_again_finds_nothing(manager: Manager) -> None:
    manager.share()
    manager.post("/recipients/erase", {"recipient": "ada@example.com"})

    again = manager.post("/recipients/erase", {"recipient": "ada@example.com"})

    assert again == {"links": 0, "bodies": 0, "contacts": 0, "more": False, "files": 0, "resources": []}


def test_others_are_left_alone(manager: Manager, other: Manager) -> None:
    mine, theirs = (
        manager.share(contactId=2),
        other.make({"kind": "resource", "resourceType": "Invoice", "resourceUid": UID, "email": "ada@example.com"})[0][
            "rid"
        ],
    )

    manager.post("/recipients/erase", {"recipient": "ada@example.com"})

    assert manager.get(f"/links/{mine}")["status"] == "Active"
    assert other.get(f"/links/{theirs}")["recipient"]["email"] == "ada@example.com"


@pytest.mark.parametrize("content", [{}, {"recipient": ""}, {"recipient": "nobody"}, {"recipient": 7}])
def test_whom_to_erase_must_be_said(manager: Manager, content: object) -> None:
    assert manager.post("/recipients/erase", content, 400)["fields"][0]["field"] == "recipient"
