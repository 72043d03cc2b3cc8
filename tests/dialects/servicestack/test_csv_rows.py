from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkgate.dialects.servicestack import csv_rows
from linkgate.dialects.servicestack.contract import Contract, Guid, ListOf, Scalar, Unparseable
from linkgate.errors import MalformedBody
from tests.support.contract_values import TEXTS, values
from tests.support.customer_link_contract import REQUEST, RESPONSE, SCALARS

if TYPE_CHECKING:
    from linkgate.dialects.servicestack.contract import Value

UID = Guid("0123456789abcdef0123456789abcdef")
HEADER = (
    "ResourceType,ResourceUid,RecipientContactId,RecipientEmail,RecipientPhone,DeliverEmail,DeliverSms,"
    "ExpiresInHours,MaxViews\r\n"
)


def test_complex_cells_hold_jsv() -> None:
    reply: Value = {
        "Link": {"RecipientDisplayName": 'Jane "J" Doe', "Status": "Active"},
        "PortalUrl": "https://portal.example/l/abc?x=1&y=2",
        "DeliveryErrors": ['sms: no consent, "none"'],
    }

    assert csv_rows.write(RESPONSE, reply) == (
        "ResponseStatus,Link,PortalUrl,DeliveryErrors\r\n"
        ',"{RecipientDisplayName:""Jane """"J"""" Doe"",Status:Active}",https://portal.example/l/abc?x=1&y=2,'
        '"[""sms: no consent, """"none""""""]"\r\n'
    )


def test_an_error_fills_the_first_cell_alone() -> None:
    written = csv_rows.write(RESPONSE, {"ResponseStatus": {"ErrorCode": "NotEmpty"}})

    assert written == "ResponseStatus,Link,PortalUrl,DeliveryErrors\r\n{ErrorCode:NotEmpty},,,\r\n".replace(
        "{ErrorCode:NotEmpty}", '"{ErrorCode:NotEmpty}"'
    )


def test_scalars_are_written_as_in_jsv_but_texts_as_they_are() -> None:
    value: Value = {"Text": "a:b", "Flag": True, "Count": 5, "Uid": UID}

    assert csv_rows.write(SCALARS, value) == f"Text,Flag,Count,Uid,At\r\na:b,True,5,{UID},\r\n"


def test_a_batch_has_one_header() -> None:
    assert (
        csv_rows.write(ListOf(SCALARS), [{"Count": 1}, {"Count": 2}]) == "Text,Flag,Count,Uid,At\r\n,,1,,\r\n,,2,,\r\n"
    )


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (SCALARS, {"Lost": 1}),
        (SCALARS, []),
        (ListOf(SCALARS), {}),
        (ListOf(SCALARS), [1]),
        (ListOf(Scalar.STRING), ["a"]),
    ],
)
def test_a_value_of_another_type_is_never_written(kind: Contract | ListOf, value: Value) -> None:
    with pytest.raises(TypeError):
        csv_rows.write(kind, value)


def test_a_net_clients_request_is_read() -> None:
    row = 'Invoice,0123456789abcdef0123456789abcdef,,jane@example.com,"a,b",True,False,72,5\r\n'

    assert csv_rows.read(REQUEST, HEADER + row) == {
        "ResourceType": "Invoice",
        "ResourceUid": UID,
        "RecipientEmail": "jane@example.com",
        "RecipientPhone": "a,b",
        "DeliverEmail": True,
        "DeliverSms": False,
        "ExpiresInHours": 72,
        "MaxViews": 5,
    }


def test_headers_are_read_in_any_order_and_letter_case() -> None:
    assert csv_rows.read(REQUEST, 'maxviews,Unknown, RESOURCETYPE\n5,x,"say ""hi"",\nthere"\n') == {
        "MaxViews": 5,
        "ResourceType": 'say "hi",\nthere',
    }
    assert csv_rows.read(REQUEST, "\r\n") == {}


def test_what_cannot_be_read_does_not_vanish() -> None:
    assert csv_rows.read(REQUEST, "maxViews\nfive\n") == {"MaxViews": Unparseable("maxViews", "five")}


def test_a_batch_has_a_row_for_each_object() -> None:
    assert csv_rows.read_batch(REQUEST, "MaxViews\n1\n\n2\n") == [{"MaxViews": 1}, {"MaxViews": 2}]
    assert csv_rows.read_batch(REQUEST, "MaxViews\n") == []


@pytest.mark.parametrize(
    "text",
    ["MaxViews\n", "MaxViews\n1\n2\n", "MaxViews\n1,2\n", "A,MaxViews\n1\n", 'A\n"x', 'A\n"x"y', "A\n" + "x" * 200_000],
    ids=lambda text: str(text)[:20],
)
def test_what_is_no_header_with_one_row_is_refused(text: str) -> None:
    with pytest.raises(MalformedBody):
        csv_rows.read(REQUEST, text)


def test_an_empty_batch_is_refused() -> None:
    with pytest.raises(MalformedBody):
        csv_rows.read_batch(REQUEST, "")


@pytest.mark.parametrize("kind", [REQUEST, SCALARS], ids=lambda kind: str(kind.name))
def test_every_value_written_is_read_back_equal(kind: Contract) -> None:
    """All values survive except empty texts, because an empty cell is null."""

    @given(values(kind, TEXTS.filter(bool)))
    def check(value: Value) -> None:
        assert csv_rows.read(kind, csv_rows.write(kind, value)) == value

    check()


@given(st.text(st.sampled_from('",\r\n ax')) | st.text())
def test_no_text_raises_anything_but_malformed_body(text: str) -> None:
    with suppress(MalformedBody):
        csv_rows.read(REQUEST, text)
