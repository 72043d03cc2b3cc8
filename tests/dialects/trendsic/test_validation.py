"""Faults have the form of FluentValidation. All are reported at once, and of the input, only numbers are quoted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.trendsic_calls import API, JSON, OWN, UID, call, post

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

ZERO = "0" * 32


def faults(cloud: Cloud, body: str, target: str = OWN) -> list[dict[str, Any]]:
    reply = post(cloud, body, target)
    assert reply.status == 400
    status = reply.json()["responseStatus"]
    errors: list[dict[str, Any]] = status["errors"]
    if errors[0]["errorCode"] != "SerializationException":
        assert (status["errorCode"], status["message"]) == (errors[0]["errorCode"], errors[0]["message"])
    return errors


@pytest.mark.parametrize(
    ("members", "field", "code", "message"),
    [
        ('"resourceType":null', "ResourceType", "NotEmpty", "'Resource Type' must not be empty."),
        ('"resourceType":" "', "ResourceType", "NotEmpty", "'Resource Type' must not be empty."),
        ('"resourceType":"Nothing"', "ResourceType", "Predicate", "'Resource Type' is unknown."),
        (f'"resourceUid":"{ZERO}"', "ResourceUid", "NotEmpty", "'Resource Uid' must not be empty."),
        ('"resourceUid":""', "ResourceUid", "NotEmpty", "'Resource Uid' must not be empty."),
        ('"recipientContactId":99', "RecipientContactId", "Predicate", "'Recipient Contact Id' is unknown."),
        ('"recipientEmail":"@"', "RecipientEmail", "Email", "'Recipient Email' is not a valid email address."),
        (
            '"recipientPhone":"x"',
            "RecipientPhone",
            "RegularExpression",
            "'Recipient Phone' is not in the correct format.",
        ),
        (
            '"expiresInHours":0',
            "ExpiresInHours",
            "InclusiveBetween",
            "'Expires In Hours' must be between 1 and 2160. You entered 0.",
        ),
        (
            '"maxViews":1001',
            "MaxViews",
            "InclusiveBetween",
            "'Max Views' must be between 1 and 1000. You entered 1001.",
        ),
    ],
)
def test_a_fault(shared_cloud: Cloud, members: str, field: str, code: str, message: str) -> None:
    [error] = faults(shared_cloud, f"{JSON[:-1]},{members}}}")

    assert (error["errorCode"], error["fieldName"], error["message"]) == (code, field, message)
    assert error["meta"]["PropertyName"] in message


def test_a_range_says_its_ends(shared_cloud: Cloud) -> None:
    [error] = faults(shared_cloud, f'{JSON[:-1]},"maxViews":-1}}')

    assert error["meta"] == {
        "From": "1",
        "To": "1000",
        "Value": "-1",
        "PropertyValue": "-1",
        "PropertyName": "Max Views",
    }


def test_a_length_says_its_limit(shared_cloud: Cloud) -> None:
    [error] = faults(shared_cloud, JSON.replace("Invoice", "x" * 251))

    assert error["errorCode"] == "MaximumLength"
    assert error["message"] == (
        "The length of 'Resource Type' must be 250 characters or fewer. You entered 251 characters."
    )
    assert error["meta"] == {
        "MinLength": "0",
        "MaxLength": "250",
        "TotalLength": "251",
        "PropertyName": "Resource Type",
    }


def test_the_longest_text_there_may_be_is_no_fault_of_ours(shared_cloud: Cloud) -> None:
    [error] = faults(shared_cloud, JSON.replace("Invoice", "\U0001f4a5" * 250))

    assert error["errorCode"] == "Predicate"


def test_every_fault_is_told_at_once_in_the_order_of_the_members(shared_cloud: Cloud) -> None:
    body = (
        '{"maxViews":0,"expiresInHours":2161,"recipientPhone":"x","recipientEmail":"x","recipientContactId":99,'
        f'"resourceUid":"{ZERO}","resourceType":"Invoice"}}'
    )
    fields = [
        "ResourceUid",
        "RecipientContactId",
        "RecipientEmail",
        "RecipientPhone",
        "ExpiresInHours",
        "MaxViews",
    ]

    assert [error["fieldName"] for error in faults(shared_cloud, body)] == fields


def test_values_of_another_type_are_told_before_any_rule(shared_cloud: Cloud) -> None:
    body = '{"resourceUid":"x","deliverEmail":"maybe","maxViews":"5.5","recipientPhone":[1],"resourceType":{"a":1}}'

    errors = faults(shared_cloud, body)

    assert {error["errorCode"] for error in errors} == {"SerializationException"}
    assert [error["message"] for error in errors] == [
        "'x' is an Invalid value for 'resourceUid'",
        "'maybe' is an Invalid value for 'deliverEmail'",
        "'5.5' is an Invalid value for 'maxViews'",
        "'[...]' is an Invalid value for 'recipientPhone'",
        "'{...}' is an Invalid value for 'resourceType'",
    ]


def test_no_more_of_a_refused_value_is_quoted_than_helps(shared_cloud: Cloud) -> None:
    [error] = faults(shared_cloud, f'{JSON[:-1]},"maxViews":"{"9" * 5000}"}}')

    assert len(error["message"]) < 200


def test_addresses_are_not_quoted_back(shared_cloud: Cloud) -> None:
    body = f'{{"resourceType":"Invoice","resourceUid":"{UID}","recipientEmail":"jane@","recipientPhone":"12"}}'

    text = post(shared_cloud, body).body.decode()

    assert "jane@" not in text
    assert '"12"' not in text


def test_nobody_to_give_the_link_to(shared_cloud: Cloud) -> None:
    for contact in ("null", "0"):
        body = f'{{"resourceType":"Invoice","resourceUid":"{UID}","recipientContactId":{contact}}}'
        [error] = faults(shared_cloud, body)

        assert (error["errorCode"], error["fieldName"]) == ("NotEmpty", "RecipientContactId")
        assert error["message"].startswith("A recipient is required")


@pytest.mark.parametrize(
    ("target", "body", "message"),
    [
        (OWN, "{", "Could not deserialize the request: the body is not JSON (line 1, column 2)"),
        (OWN, "[]", "Could not deserialize the request: not a JSON object"),
        (f"{API}[]", "{}", "Could not deserialize the request: the body is not a JSON array"),
        (f"{API}[]", "", "Could not deserialize the request: the body is not JSON (line 1, column 1)"),
    ],
)
def test_an_unreadable_body(shared_cloud: Cloud, target: str, body: str, message: str) -> None:
    reply = post(shared_cloud, body, target)

    assert reply.status == 400
    assert reply.json()["responseStatus"] == {
        "errorCode": "SerializationException",
        "message": message,
        "errors": [],
    }


def test_an_empty_body_is_a_request_without_members(shared_cloud: Cloud) -> None:
    assert len(faults(shared_cloud, "")) == 3
    assert len(call(shared_cloud, f"POST {OWN}", b"", None).json()["responseStatus"]["errors"]) == 3


@pytest.mark.parametrize(
    ("uid", "code"), [("x", "SerializationException"), (ZERO, "NotEmpty"), (UID.upper(), None), (f"{{{UID}}}", None)]
)
def test_the_uid_of_a_list(shared_cloud: Cloud, uid: str, code: str | None) -> None:
    if uid.startswith("{"):
        uid = "%7B01234567-89ab-cdef-0123-456789abcdef%7D"
    reply = call(shared_cloud, f"GET {OWN}/resource/Invoice/{uid}")

    assert reply.status == (400 if code else 200)
    if code:
        [error] = reply.json()["responseStatus"]["errors"]
        assert (error["errorCode"], error["fieldName"]) == (code, "ResourceUid")
