"""EasySend: accepted spellings, faults, credentials."""

import json
from typing import Any

import pytest

from linkgate.dialects import easysend
from linkgate.errors import InvalidRequest, MalformedBody, NotFound
from linkgate.usecases.issuing.process_links import RequestProcess
from tests.support.requests import caller, post

SAMPLE: dict[str, Any] = {
    "apiVersion": "1",
    "apiKey": "11111111-2222-3333-4444-123456789000",
    "customerId": "customer-name",
    "processId": "xxxxxxLChXYEBVg4",
    "source": "API",
    "serializedModel": {"metadata": {}},
    "coBrowsingRoles": ["role1", "role2"],
}


def parse(**changes: object) -> RequestProcess:
    body = {name: value for name, value in {**SAMPLE, **changes}.items() if value is not ...}
    return easysend.parse_generate(post(body), caller("easysend"))


def faults(**changes: object) -> list[tuple[str, str]]:
    with pytest.raises(InvalidRequest) as refusal:
        parse(**changes)
    return [(problem.field, problem.code) for problem in refusal.value.problems]


def test_the_vendors_sample() -> None:
    command = parse()

    assert command.process_id == "xxxxxxLChXYEBVg4"
    assert command.model == {"metadata": {}}
    assert command.roles == ("role1", "role2")
    assert command.source == "API"
    assert not command.notify


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (["role1", "role2"], ("role1", "role2")),
        ("role1", ("role1",)),
        ("role1,role2", ("role1", "role2")),
        (" role1 , role2 ", ("role1", "role2")),
        ('["role1", "role2"]', ("role1", "role2")),
        (["role1", "role1"], ("role1",)),
        ([], ()),
        ("", ()),
        ("[]", ()),
        (None, ()),
        (..., ()),
        (["r" * 64], ("r" * 64,)),
        ([str(number) for number in range(10)], tuple(str(number) for number in range(10))),
    ],
)
def test_co_browsing_roles_in_every_spelling(roles: object, expected: tuple[str, ...]) -> None:
    assert parse(coBrowsingRoles=roles).roles == expected


@pytest.mark.parametrize(
    "roles",
    [["r" * 65], [" "], [str(number) for number in range(11)], [1], {"role1": 1}, 5, "[", '["a", 1]', "[[]]", True],
)
def test_co_browsing_roles_that_are_none(roles: object) -> None:
    assert [field for field, _ in faults(coBrowsingRoles=roles)] == ["coBrowsingRoles"]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}),
        ('{"a": 1}', {"a": 1}),
        ("", {}),
        (None, {}),
        (..., {}),
    ],
)
def test_the_model_in_every_spelling(model: object, expected: object) -> None:
    assert parse(serializedModel=model).model == expected


@pytest.mark.parametrize("model", ["[]", "x", "{", 5, [], True, "[" * 100])
def test_a_model_that_is_none(model: object) -> None:
    assert [field for field, _ in faults(serializedModel=model)] == ["serializedModel"]


@pytest.mark.parametrize("version", ["1", 1, " 1 "])
def test_the_version_as_string_or_number(version: object) -> None:
    assert parse(apiVersion=version).process_id == SAMPLE["processId"]


@pytest.mark.parametrize("version", ["2", 2, True, 1.5, [], "one"])
def test_another_version(version: object) -> None:
    assert faults(apiVersion=version) == [("apiVersion", "format")]


def test_every_fault_at_once() -> None:
    assert faults(apiVersion=..., processId="", source="x" * 251, serializedModel=5, coBrowsingRoles=[""]) == [
        ("apiVersion", "required"),
        ("processId", "required"),
        ("source", "too_long"),
        ("serializedModel", "type"),
        ("coBrowsingRoles", "format"),
    ]


def test_without_a_source_the_agent_group_stands_in() -> None:
    assert parse(source=...).source == "desk"


def test_an_idempotency_key_must_be_printable() -> None:
    request = post(SAMPLE, headers={"idempotency-key": "tab\there"})

    with pytest.raises(InvalidRequest):
        easysend.parse_generate(request, caller("easysend"))


def test_credentials_of_the_sample() -> None:
    credentials = easysend.credentials(post(SAMPLE))

    assert credentials.key == SAMPLE["apiKey"]
    assert credentials.customer_names == ("customer-name",)
    assert SAMPLE["apiKey"] not in repr(credentials)


@pytest.mark.parametrize(
    ("body_name", "headers", "query"),
    [
        (..., {"customer-id": "customer-name"}, {}),
        (..., {}, {"Customer-id": "customer-name"}),
        (..., {}, {"CUSTOMER-ID": "customer-name"}),
        ("customer-name", {"customer-id": "customer-name"}, {"customer-id": "customer-name"}),
    ],
)
def test_the_customer_may_be_named_elsewhere(body_name: object, headers: dict[str, str], query: dict[str, str]) -> None:
    body = {**SAMPLE, "customerId": body_name}
    if body_name is ...:
        del body["customerId"]

    assert set(easysend.credentials(post(body, headers=headers, **query)).customer_names or ()) == {"customer-name"}


@pytest.mark.parametrize("other", ["somebody-else", 5, "", ["customer-name"]])
def test_names_that_disagree_are_no_credentials(other: object) -> None:
    request = post({**SAMPLE, "customerId": other}, headers={"customer-id": "customer-name"})

    assert easysend.credentials(request).customer_names == ()


@pytest.mark.parametrize("key", [None, 5, [], {}, True])
def test_a_key_that_is_no_text_is_none(key: object) -> None:
    assert easysend.credentials(post({**SAMPLE, "apiKey": key})).key is None


def test_an_unreadable_body_says_why() -> None:
    reply = easysend.render_error(MalformedBody("the body is not UTF-8"), post(b""))

    assert reply.status == 400
    assert json.loads(reply.body) == {
        "error": {
            "code": "malformed_body",
            "message": "The body cannot be read: the body is not UTF-8.",
            "fields": [],
        }
    }


def test_an_unknown_process_is_named() -> None:
    reply = easysend.render_error(NotFound("process"), post(b""))

    assert reply.status == 404
    assert "processId" in json.loads(reply.body)["error"]["message"]
