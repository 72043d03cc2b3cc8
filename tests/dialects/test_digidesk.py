"""DigiDesk: accepted spellings, faults, and both formats."""

import base64
import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from linkgate.dialects import digidesk
from linkgate.errors import InvalidRequest, Problem, Unauthorised
from linkgate.usecases.issuing.survey_links import InviteToSurvey
from tests.support.requests import caller, post

SAMPLE: dict[str, Any] = {
    "customer_contact": "john.smith@email.com",
    "campaign_name": "My Survey Campaign",
    "customer_name": "John Smith",
    "account_number": "ABC123",
    "agent_name": "A.N. Agent",
    "misc_data": {"Contact Reason": "Billing enquiry"},
}


def parse(**changes: object) -> InviteToSurvey:
    body = {name: value for name, value in {**SAMPLE, **changes}.items() if value is not ...}
    return digidesk.parse_survey_request(post(body), caller("digidesk"))


def faults(**changes: object) -> list[tuple[str, str]]:
    with pytest.raises(InvalidRequest) as refusal:
        parse(**changes)
    return [(problem.field, problem.code) for problem in refusal.value.problems]


def test_the_vendors_sample() -> None:
    command = parse()

    assert command.contact == "john.smith@email.com"
    assert command.campaign == "My Survey Campaign"
    assert command.misc_data == {"Contact Reason": "Billing enquiry"}
    assert command.custom == {}


@pytest.mark.parametrize(
    ("misc", "expected"),
    [
        ({"a": "1", "b": 2, "c": None}, {"a": "1", "b": "2", "c": ""}),
        (["a: 1", "b:2:3", "plain"], {"a": "1", "b": "2:3", "misc 3": "plain"}),
        ([{"a": "1"}, {"b": True}], {"a": "1", "b": "true"}),
        (["a: 1", "a: 2", {"a": "3"}], {"a": "1", "a (2)": "2", "a (3)": "3"}),
        ({}, {}),
        ([], {}),
        (None, {}),
        ({"k" * 250: "v" * 250}, {"k" * 250: "v" * 250}),
    ],
)
def test_misc_data_in_every_spelling(misc: object, expected: object) -> None:
    assert parse(misc_data=misc).misc_data == expected


@pytest.mark.parametrize(
    ("misc", "code"),
    [
        ({str(number): "x" for number in range(11)}, "too_many"),
        (["x"] * 11, "too_many"),
        ({"k": "v" * 251}, "too_long"),
        ({"k" * 251: "v"}, "too_long"),
        ([{"a": 1, "b": 2}], "format"),
        ([["a", "b"]], "format"),
        ({"a": {}}, "format"),
        ("text", "type"),
        (5, "type"),
    ],
)
def test_misc_data_that_is_none(misc: object, code: str) -> None:
    assert faults(misc_data=misc) == [("misc_data", code)]


def test_every_fault_at_once() -> None:
    assert faults(customer_contact=..., campaign_name=" ", customer_name="x" * 251, agent_name=5, format="yaml") == [
        ("customer_contact", "required"),
        ("campaign_name", "required"),
        ("customer_name", "too_long"),
        ("agent_name", "type"),
        ("format", "format"),
    ]


def test_further_fields_are_kept() -> None:
    assert parse(shop="Leeds", visits=3, tags=["a"]).custom == {"shop": "Leeds", "visits": 3, "tags": ["a"]}


def test_further_fields_have_limits() -> None:
    assert faults(shop="x" * 251) == [("shop", "too_long")]
    assert faults(**{f"field{number}": 1 for number in range(21)}) == [("custom fields", "too_many")]


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("Basic " + base64.b64encode(b"user:pass:word").decode(), "user:pass:word"),
        ("basic " + base64.b64encode("üser:pässword".encode()).decode(), "üser:pässword"),
        ("Basic !!!", None),
        ("Basic " + base64.b64encode(b"nocolon").decode(), None),
        ("Basic " + base64.b64encode(b"\xff:\xfe").decode(), None),
        ("Bearer abc", None),
        ("", None),
        (None, None),
    ],
)
def test_basic_credentials(header: str | None, key: str | None) -> None:
    headers = {} if header is None else {"authorization": header}

    assert digidesk.credentials(post(SAMPLE, headers=headers)).key == key


@pytest.mark.parametrize(
    ("body", "query", "accept", "form"),
    [
        ({"format": "xml"}, {}, "application/json", "xml"),
        ({"format": "XML"}, {}, "", "xml"),
        ({"format": "json"}, {"format": "xml"}, "application/xml", "json"),
        ({}, {"format": "xml"}, "application/json", "xml"),
        ({}, {}, "application/xml", "xml"),
        ({}, {}, "text/xml;q=0.9, application/json", "xml"),
        ({}, {}, "application/json, application/xml", "json"),
        ({}, {}, "*/*", "json"),
        ({}, {}, "", "json"),
        (b"not json", {"format": "xml"}, "", "xml"),
        (b"not json", {}, "", "json"),
    ],
)
def test_the_reply_format(body: object, query: dict[str, str], accept: str, form: str) -> None:
    reply = digidesk.render_error(Unauthorised(), post(body, headers={"accept": accept}, **query))

    assert reply.headers["content-type"] == f"application/{form}; charset=utf-8"
    assert reply.headers["www-authenticate"] == 'Basic realm="DigiDesk"'


def test_an_error_in_xml_carries_any_text() -> None:
    error = InvalidRequest([Problem.of("<&\x00\ud800>", "required"), Problem.of("contact", "phone")])

    reply = digidesk.render_error(error, post({"format": "xml"}))

    root = ET.fromstring(reply.body)  # noqa: S314 - our own reply
    assert [item.text for item in root.iterfind("message/item")] == [
        "<&> is required.",
        "customer_contact must be a valid phone number.",
    ]
    assert [item.text for item in root.iterfind("messages/item")] == [
        item.text for item in root.iterfind("message/item")
    ]
    assert root.findtext("status") == "error"
    assert root.findtext("data") == ""


def test_an_error_in_json() -> None:
    reply = digidesk.render_error(InvalidRequest([Problem.of("campaign", "unknown")]), post(SAMPLE))

    assert reply.status == 400
    assert json.loads(reply.body) == {
        "status": "error",
        "data": None,
        "message": ["campaign_name is unknown."],
        "messages": ["campaign_name is unknown."],
    }
