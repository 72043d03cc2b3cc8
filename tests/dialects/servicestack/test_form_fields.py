from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkgate.dialects.servicestack import form_fields
from linkgate.dialects.servicestack.contract import Fields, Guid, Unparseable
from linkgate.dialects.servicestack.scalars import ZERO_GUID
from linkgate.errors import MalformedBody
from tests.support.customer_link_contract import REQUEST

UID = Guid("0123456789abcdef0123456789abcdef")
BOUNDARY = "----formdata-undici-012345"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ("resourceType=Invoice&MAXVIEWS=5", {"ResourceType": "Invoice", "MaxViews": 5}),
        ("resourceUid=%7B01234567-89ab-cdef-0123-456789abcdef%7D", {"ResourceUid": UID}),
        ("resourceType=%22a%2Cb%22+%C3%A9", {"ResourceType": '"a,b" é'}),
        ("maxViews=&resourceType=", {}),
        ("format=xml&apikey=k&unknown", {}),
        ("deliverEmail=true,false&deliverSms=on", {"DeliverEmail": True, "DeliverSms": True}),
        ("deliverEmail=false&DeliverEmail=true", {"DeliverEmail": False}),
        ("recipientPhone=a&recipientPhone=b", {"RecipientPhone": "a,b"}),
        ("maxViews=abc", {"MaxViews": Unparseable("maxViews", "abc")}),
        ("maxViews=1&MaxViews=2", {"MaxViews": Unparseable("MaxViews", "1,2")}),
        ("resourceUid=x", {"ResourceUid": Unparseable("resourceUid", "x")}),
        ("", {}),
        ("&&&=", {}),
    ],
)
def test_a_form_is_read(form: str, fields: Fields) -> None:
    assert form_fields.read_form(REQUEST, form) == fields


@pytest.mark.parametrize("form", ["resourceType=%ff", "&".join(["a=b"] * (form_fields.FIELD_LIMIT + 1))])
def test_a_form_that_is_not_utf_8_or_too_long_is_refused(form: str) -> None:
    with pytest.raises(MalformedBody):
        form_fields.read_form(REQUEST, form)


def test_a_query_is_read_from_its_pairs() -> None:
    query = {"maxViews": "9", "resourcetype": "Q", "format": "json"}

    assert form_fields.read_pairs(REQUEST, query.items()) == {"MaxViews": 9, "ResourceType": "Q"}


def test_on_predefined_routes_the_query_fills_what_the_body_left_at_its_default() -> None:
    body: Fields = {
        "MaxViews": 0,
        "DeliverEmail": False,
        "DeliverSms": False,
        "ResourceUid": ZERO_GUID,
        "RecipientPhone": "",
    }
    query: Fields = {
        "MaxViews": 9,
        "DeliverEmail": True,
        "ResourceUid": UID,
        "RecipientPhone": "p",
        "ResourceType": "Q",
    }

    assert form_fields.filled_from_query(body, query) == {
        "MaxViews": 0,
        "DeliverEmail": True,
        "DeliverSms": False,
        "ResourceUid": UID,
        "RecipientPhone": "",
        "ResourceType": "Q",
    }


def multipart(*parts: str, end: str = "--\r\n") -> bytes:
    return "".join(f"--{BOUNDARY}\r\n{part}\r\n" for part in parts).encode() + f"--{BOUNDARY}{end}".encode()


def text_part(name: str, value: str) -> str:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'


def test_text_parts_of_a_multipart_form_are_read_and_files_skipped() -> None:
    upload = 'Content-Disposition: form-data; name="maxViews"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n7'
    typed = "content-type: text/plain; charset=utf-8\r\ncontent-disposition: form-data; name=deliverEmail\r\n\r\ntrue"
    body = multipart(text_part("resourceType", "Inv\r\n--é"), text_part("MAXVIEWS", "5"), upload, typed)

    expected = {"ResourceType": "Inv\r\n--é", "MaxViews": 5, "DeliverEmail": True}
    assert form_fields.read_multipart(REQUEST, body, CONTENT_TYPE) == expected
    assert form_fields.read_multipart(REQUEST, b"preamble\r\n" + body + b"epilogue", CONTENT_TYPE) == expected
    quoted = f'Multipart/Form-Data; charset=utf-8; BOUNDARY="{BOUNDARY}"'
    assert form_fields.read_multipart(REQUEST, body, quoted) == expected


def test_a_multipart_form_without_parts_has_no_fields() -> None:
    assert form_fields.read_multipart(REQUEST, multipart(), CONTENT_TYPE) == {}


def test_the_number_of_parts_is_limited() -> None:
    most = [text_part("resourceType", "x")] * form_fields.FIELD_LIMIT

    assert form_fields.read_multipart(REQUEST, multipart(*most), CONTENT_TYPE) == {
        "ResourceType": ",".join(["x"] * len(most))
    }
    with pytest.raises(MalformedBody):
        form_fields.read_multipart(REQUEST, multipart(*most, most[0]), CONTENT_TYPE)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (multipart(text_part("a", "b")), "multipart/form-data"),
        (multipart(text_part("a", "b")), "multipart/form-data; boundary="),
        (multipart(text_part("a", "b")), "multipart/form-data; boundary=other"),
        (b"x", CONTENT_TYPE),
        (multipart(text_part("a", "b"), end=""), CONTENT_TYPE),
        (multipart("Content-Disposition: form-data\r\n\r\nx"), CONTENT_TYPE),
        (multipart("no headers at all"), CONTENT_TYPE),
        (multipart("\r\nno headers"), CONTENT_TYPE),
        (multipart(f"X-Long: {'x' * 5000}\r\n{text_part('a', 'b')}"), CONTENT_TYPE),
        (multipart(text_part("a", "b")).replace(b"\r\nContent", b"trailing\r\nContent"), CONTENT_TYPE),
        (multipart(text_part("a", "b")).replace(b"b\r\n", b"\xff\r\n"), CONTENT_TYPE),
    ],
)
def test_a_broken_multipart_form_is_refused(body: bytes, content_type: str) -> None:
    with pytest.raises(MalformedBody):
        form_fields.read_multipart(REQUEST, body, content_type)


LINES = st.text(st.sampled_from("\r\n-:;=\"'*% aB\xe9")) | st.text()


@given(LINES, LINES, LINES)
def test_no_multipart_form_raises_anything_but_malformed_body(head: str, value: str, parameters: str) -> None:
    body = multipart(f"Content-Disposition: form-data; {head}\r\n\r\n{value}", f"{value}\r\n\r\n{head}")
    for content_type in (CONTENT_TYPE, f"multipart/form-data; {parameters}", f"{CONTENT_TYPE}; {parameters}"):
        with suppress(MalformedBody):
            form_fields.read_multipart(REQUEST, body, content_type)


@given(st.text(st.sampled_from("&=%+;20aé\x00")) | st.text())
def test_no_form_raises_anything_but_malformed_body(form: str) -> None:
    with suppress(MalformedBody):
        form_fields.read_form(REQUEST, form)
