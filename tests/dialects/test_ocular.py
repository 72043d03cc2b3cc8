"""Ocular: accepted spellings, faults by field, its own status codes."""

import json
from typing import Any

import pytest

from linkgate.dialects import ocular
from linkgate.errors import InvalidRequest, Unauthorised
from linkgate.usecases.issuing.session_links import StartSession
from tests.support.requests import caller, post

CODE = "a7d3a90f-6050-476f-8814-6779f54b3caa"
SAMPLE: dict[str, Any] = {
    "name": "Abraham",
    "email": "abraham@ocularsolution.com",
    "cellphone": "+584141315854",
    "categoryCode": CODE,
    "ticket": {"title": "Promoción del día del padre", "description": "20% de descuento en todos los productos"},
}
AJAX = {"x-requested-with": "XMLHttpRequest"}


def parse(body: object, headers: dict[str, str] | None = None) -> StartSession:
    return ocular.parse_session(post(body, headers=AJAX if headers is None else headers), caller("ocular"))


def detail(body: object, headers: dict[str, str] | None = None) -> dict[str, list[str]]:
    with pytest.raises(InvalidRequest) as refusal:
        parse(body, headers)
    reply = ocular.render_error(refusal.value, post(body))
    assert reply.status == 400
    envelope = json.loads(reply.body)
    assert (envelope["statusCode"], envelope["message"]) == (2, "Campos no cumplen")
    found: dict[str, list[str]] = envelope["detail"]
    return found


@pytest.mark.parametrize("body", [SAMPLE, {"params": SAMPLE}], ids=["bare", "wrapped"])
def test_the_vendors_sample(body: object) -> None:
    command = parse(body)

    assert (command.name, command.email, command.cellphone) == ("Abraham", SAMPLE["email"], SAMPLE["cellphone"])
    assert (command.category, command.user) == (CODE, None)
    assert command.tickets == (SAMPLE["ticket"],)


def test_a_description_is_longer_than_a_name() -> None:
    ticket = {"title": "x", "description": "y" * 2000}

    assert parse({**SAMPLE, "ticket": ticket}).tickets == (ticket,)
    assert detail({**SAMPLE, "ticket": {**ticket, "description": "y" * 2001}}) == {
        "ticket.description": ["SessionLinkControllerValidator: ticket.description must be at most 2000 characters."]
    }


def test_several_tickets() -> None:
    assert parse({**SAMPLE, "ticket": [SAMPLE["ticket"]] * 2}).tickets == (SAMPLE["ticket"],) * 2


def test_optional_parameters_may_be_empty() -> None:
    command = parse({**SAMPLE, "email": "", "userCode": "", "ticket": None})

    assert (command.email, command.user, command.tickets) == (None, None, ())


def test_the_vendors_two_failures() -> None:
    without_phone = {name: value for name, value in SAMPLE.items() if name != "cellphone"}
    without_title = {**SAMPLE, "ticket": {"description": "x"}}

    assert detail(without_phone) == {"cellphone": ["SessionLinkControllerValidator: cellphone is required."]}
    assert detail(without_title) == {"ticket.title": ["SessionLinkControllerValidator: ticket.title is required."]}


def test_every_fault_at_once() -> None:
    body = {"name": "", "cellphone": 5, "categoryCode": CODE, "userCode": CODE, "ticket": [{"title": "x" * 251}]}

    assert list(detail(body, {})) == [
        "X-Requested-With",
        "userCode",
        "name",
        "cellphone",
        "ticket.0.title",
        "ticket.0.description",
    ]


@pytest.mark.parametrize("value", [None, "", "fetch"])
def test_the_ajax_header_is_wanted(value: str | None) -> None:
    assert list(detail(SAMPLE, {} if value is None else {"x-requested-with": value})) == ["X-Requested-With"]


@pytest.mark.parametrize("ticket", ["text", 5, True, [5], [[]]])
def test_a_ticket_that_is_none(ticket: object) -> None:
    assert all(field.startswith("ticket") for field in detail({**SAMPLE, "ticket": ticket}))


@pytest.mark.parametrize(
    ("header", "key"),
    [("123456789", "123456789"), ("Bearer 123456789", "123456789"), ("bearer  123456789 ", "123456789"), ("", None)],
)
def test_the_key_is_bare(header: str, key: str | None) -> None:
    assert ocular.credentials(post(SAMPLE, headers={"authorization": header})).key == key


def test_no_key_is_the_vendors_third_failure() -> None:
    reply = ocular.render_error(Unauthorised(), post(SAMPLE))

    assert reply.status == 401
    assert json.loads(reply.body) == {"statusCode": 9, "message": "No Authorization token"}
