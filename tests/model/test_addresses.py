"""Addresses in the only form to which messages are sent."""

import pytest

from linkgate.model.addresses import normal_email, normal_phone


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("+584141315854", "US", "+584141315854"),
        ("+5804145554433", "US", "+584145554433"),
        ("07700 900123", "GB", "+447700900123"),
        ("(07700) 900-123", "GB", "+447700900123"),
        ("+44 7700 900123", "US", "+447700900123"),
    ],
)
def test_a_phone_number_in_e164(text: str, region: str, number: str) -> None:
    assert normal_phone(text, region) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123",
        "call me",
        "+44",
        "1-800-FLOWERS",
        "+1 650 253 0000 ext. 12",
        "+441632960961\n",
        "٠٧٧٠٠٩٠٠١٢٣",
        "+" * 20,
        "9" * 40,
    ],
)
def test_what_cannot_be_a_phone_number(text: str) -> None:
    assert normal_phone(text, "GB") is None


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("john.smith@email.com", "john.smith@email.com"),
        ("John.Smith@EMAIL.com", "John.Smith@email.com"),
        ("a@bücher.example.com", "a@xn--bcher-kva.example.com"),
    ],
)
def test_an_email_address_keeps_its_local_part(text: str, address: str) -> None:
    assert normal_email(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "john",
        "@example.com",
        "a@b",
        "a@example.com,b@example.com",
        "a@example.com\nBcc: b@example.com",
        "Name <a@example.com>",
        "jösé@example.com",
        "a@" + "x" * 300 + ".com",
        "a@example..com",
        "a b@example.com",
    ],
)
def test_what_cannot_be_an_email_address(text: str) -> None:
    assert normal_email(text) is None
