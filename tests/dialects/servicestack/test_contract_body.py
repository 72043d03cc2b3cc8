from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from linkgate.dialects.servicestack.contract import Contract, ListOf
from linkgate.dialects.servicestack.contract_body import read_batch, read_fields, write_body
from linkgate.dialects.servicestack.negotiation import Format
from linkgate.errors import BodyTooLarge, MalformedBody
from linkgate.wire.message import BODY_LIMIT
from tests.support.contract_values import values
from tests.support.customer_link_contract import REQUEST, SCALARS

if TYPE_CHECKING:
    from linkgate.dialects.servicestack.contract import Value

WRITTEN = [Format.JSON, Format.JSV, Format.XML, Format.CSV]
REQUESTS = {
    Format.JSON: '{"resourceType":"é","maxViews":5}',
    Format.JSV: "{ResourceType:é,MaxViews:5}",
    Format.XML: f"<{REQUEST.name}><ResourceType>é</ResourceType><MaxViews>5</MaxViews></{REQUEST.name}>",
    Format.CSV: "ResourceType,MaxViews\r\né,5\r\n",
    Format.FORM: "resourceType=%C3%A9&maxViews=5",
    Format.MULTIPART: '--b\r\nContent-Disposition: form-data; name="resourceType"\r\n\r\né\r\n'
    '--b\r\nContent-Disposition: form-data; name="maxViews"\r\n\r\n5\r\n--b--\r\n',
}


@pytest.mark.parametrize("body_format", Format)
def test_every_format_says_the_same(body_format: Format) -> None:
    body = REQUESTS[body_format].encode()

    expected = {"ResourceType": "é", "MaxViews": 5}
    assert read_fields(REQUEST, body_format, body, "multipart/form-data; boundary=b") == expected
    assert read_fields(REQUEST, body_format, b"") == {}


@pytest.mark.parametrize("body_format", WRITTEN)
def test_a_byte_order_mark_is_ignored(body_format: Format) -> None:
    body = b"\xef\xbb\xbf" + REQUESTS[body_format].encode()

    assert read_fields(REQUEST, body_format, body) == {"ResourceType": "é", "MaxViews": 5}


@pytest.mark.parametrize("body_format", Format)
def test_a_body_that_is_too_large_is_refused_before_it_is_read(body_format: Format) -> None:
    for reader in (read_fields, read_batch):
        with pytest.raises(BodyTooLarge):
            reader(REQUEST, body_format, b" " * (BODY_LIMIT + 1))


@pytest.mark.parametrize("body_format", Format)
def test_a_body_that_is_not_utf_8_is_refused(body_format: Format) -> None:
    body = REQUESTS[body_format].replace("%C3%A9", "é").encode("latin-1")

    with pytest.raises(MalformedBody):
        read_fields(REQUEST, body_format, body, "multipart/form-data; boundary=b")


@pytest.mark.parametrize("body_format", WRITTEN)
def test_every_batch_written_is_read_back_equal(body_format: Format) -> None:
    batch: list[Value] = [{"ResourceType": "a,b", "MaxViews": 5, "DeliverEmail": True}, {"RecipientPhone": '"x"'}]
    written = write_body(body_format, ListOf(REQUEST), batch).encode()

    assert read_batch(REQUEST, body_format, written) == batch


@pytest.mark.parametrize("body_format", [Format.FORM, Format.MULTIPART])
def test_a_form_is_neither_a_batch_nor_a_reply(body_format: Format) -> None:
    with pytest.raises(MalformedBody):
        read_batch(REQUEST, body_format, b"resourceType=x")
    with pytest.raises(TypeError):
        write_body(body_format, REQUEST, {})


@given(values(SCALARS))
def test_iso_dates_concern_json_alone(value: Value) -> None:
    kind: Contract = SCALARS

    assert read_fields(kind, Format.JSON, write_body(Format.JSON, kind, value, iso_dates=True).encode()) == value
    for other in (Format.JSV, Format.XML, Format.CSV):
        assert write_body(other, kind, value, iso_dates=True) == write_body(other, kind, value)
