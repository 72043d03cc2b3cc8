"""Addresses in the only form to which messages are sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkgate.model.addresses import normal_email, normal_phone


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("+584141315854", "US", "+584141315854"),
        ("+5804145554433", "US", "+584145554433"),
        ("07700 900123", "GB", "+447700900123"),
        ("(07700) 900-123", "GB", "+447700900123"),
        ("+44 7700 900123", "US", "+447700900123"),
        ("+44 (0)7700 900123", "US", "+447700900123"),
        ("\u202a+44 7700 900123\u202c", "US", "+447700900123"),
        ("\ufeff+44\u200b7700\u2060900123\u200e", "US", "+447700900123"),
        ("07700\u2011900\u2013123", "GB", "+447700900123"),
        ("07700\u2212900\u2043123", "GB", "+447700900123"),
        ("07700\uff0d900\u2015123", "GB", "+447700900123"),
        ("\u00a007700\u202f900\u2009123\u3000", "GB", "+447700900123"),
        ("+52 1 55 1234 5678", "US", "+525512345678"),
        ("+5215512345678", "MX", "+525512345678"),
        ("044 55 1234 5678", "MX", "+525512345678"),
        ("045 55 1234 5678", "MX", "+525512345678"),
        ("01 55 1234 5678", "MX", "+525512345678"),
        ("1 55 1234 5678", "MX", "+525512345678"),
        ("+52 55 1234 5678", "US", "+525512345678"),
        ("+54 9 11 2345 6789", "US", "+5491123456789"),
        ("+39 06 12345678", "US", "+390612345678"),
        ("+7 700 123-45-67", "US", "+77001234567"),
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
        "253000",
        "7700 90",
        "+44253000",
        "+1 253 0000",
        "112",
        "+52 2 55 1234 5678",
        "+4915123456789012",
        "+800 1234 5678",
        "+808 1234 5678",
        "+979 123 456 789",
        "\u202a\u202c",
    ],
)
def test_what_cannot_be_a_phone_number(text: str) -> None:
    assert normal_phone(text, "GB") is None


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("john.smith@email.com", "john.smith@email.com"),
        ("John.Smith@EMAIL.com", "John.Smith@email.com"),
        ("\u202ajohn@example.com\u202c", "john@example.com"),
        ("\ufeff \u200bjohn@example.com\u00a0\u2069", "john@example.com"),
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
        "jo\u200bhn@example.com",
        "\u202a",
        "a@\ud800.com",
        "\ud800@example.com",
    ],
)
def test_what_cannot_be_an_email_address(text: str) -> None:
    assert normal_email(text) is None


@given(st.text(max_size=40) | st.from_regex(r"\+?[0-9 ().\u2010-\u2015\u200b\u202a-]{4,24}", fullmatch=True))
def test_any_text_is_a_number_that_can_get_an_sms_or_none(text: str) -> None:
    number = normal_phone(text, "GB")

    assert number is None or (number.startswith("+") and 8 <= len(number) <= 16 and number[1:].isdecimal())
