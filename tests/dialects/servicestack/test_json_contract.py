from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from linkgate.dialects.servicestack import json_contract
from linkgate.dialects.servicestack.contract import Fields, Guid, ListOf, Scalar, StringMap, Type, Unparseable
from linkgate.errors import MalformedBody
from tests.support.contract_values import values
from tests.support.customer_link_contract import CUSTOMER_LINK, EVERYTHING, EXTENDED, REQUEST, RESPONSE, SCALARS

if TYPE_CHECKING:
    from linkgate.dialects.servicestack.contract import Value

UID = Guid("0123456789abcdef0123456789abcdef")
MOMENT = datetime(2025, 1, 2, 3, 4, 5, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        (
            SCALARS,
            {"Uid": UID, "Flag": True, "Text": "x", "Count": 0, "At": None},
            '{"text":"x","flag":true,"count":0,"uid":"0123456789abcdef0123456789abcdef"}',
        ),
        (Scalar.DATETIME, MOMENT, r'"\/Date(1735787045123)\/"'),
        (Scalar.STRING, '"\\\b\f\n\r\t\x01\x7f/<é\u2028', '"\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u007f/<é\u2028"'),
        (ListOf(Scalar.STRING), ["a", None], '["a",null]'),
        (ListOf(Scalar.STRING), [], "[]"),
        (StringMap(), {"PropertyName": "Resource Type", "none": None}, '{"PropertyName":"Resource Type"}'),
        (CUSTOMER_LINK, {"CustomerLinkUID": UID}, '{"customerLinkUID":"0123456789abcdef0123456789abcdef"}'),
        (EXTENDED, {"CustomerLinkId": 7, "Status": "Active"}, '{"status":"Active","customerLinkId":7}'),
        (ListOf(SCALARS), [{"Count": 1}, {}], '[{"count":1},{}]'),
        (RESPONSE, {"DeliveryErrors": [], "Link": {}}, '{"link":{},"deliveryErrors":[]}'),
    ],
)
def test_json_is_written_as_the_clients_read_it(kind: Type, value: Value, written: str) -> None:
    assert json_contract.write(kind, value) == written


def test_dates_can_be_iso_8601_with_six_digits() -> None:
    assert json_contract.write(Scalar.DATETIME, MOMENT, iso_dates=True) == '"2025-01-02T03:04:05.123456Z"'
    midnight = datetime(2025, 1, 2, tzinfo=UTC)
    assert json_contract.write(Scalar.DATETIME, midnight, iso_dates=True) == '"2025-01-02T00:00:00.000000Z"'


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (
            '{"resourceType":"x","RESOURCEUID":"01234567-89AB-cdef-0123-456789abcdef"}',
            {"ResourceType": "x", "ResourceUid": UID},
        ),
        ('{"resourceType":5,"recipientPhone":true}', {"ResourceType": "5", "RecipientPhone": "true"}),
        ('{"resourceType":1.5,"recipientPhone":""}', {"ResourceType": "1.5", "RecipientPhone": ""}),
        ('{"deliverEmail":"True","deliverSms":1}', {"DeliverEmail": True, "DeliverSms": True}),
        ('{"deliverEmail":"on","deliverSms":0}', {"DeliverEmail": True, "DeliverSms": False}),
        ('{"maxViews":"5","expiresInHours":5.0}', {"MaxViews": 5, "ExpiresInHours": 5}),
        ('{"maxViews":null,"resourceUid":"","resource_type":"x"}', {}),
        ('{"maxViews":"","expiresInHours":" ","deliverEmail":"\\t"}', {}),
        ('\ufeff {"maxViews":5}\n', {"MaxViews": 5}),
        ('{"maxViews":5,"MaxViews":6}', {"MaxViews": 6}),
    ],
)
def test_scalars_are_taken_from_any_json_type_that_says_them(text: str, fields: Fields) -> None:
    assert json_contract.read(REQUEST, text.encode()) == fields


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ('"abc"', "abc"),
        ("5.5", "5.5"),
        ("1e300", str(10**300)),
        ("99999999999", "99999999999"),
        ("true", "true"),
        ("[5]", "[...]"),
        ('{"a":5}', "{...}"),
    ],
)
def test_a_limit_that_cannot_be_read_does_not_vanish(sent: str, text: str) -> None:
    fields = json_contract.read(REQUEST, f'{{"maxViews":{sent}}}'.encode())

    unread = fields["MaxViews"]
    assert isinstance(unread, Unparseable)
    assert unread.sent_name == "maxViews"
    assert unread.sent_text == text or sent == "1e300"


@pytest.mark.parametrize("sent", ["[]", '{"a":1}'])
def test_objects_and_arrays_are_no_text(sent: str) -> None:
    fields = json_contract.read(REQUEST, f'{{"resourceType":{sent}}}'.encode())

    assert isinstance(fields["ResourceType"], Unparseable)


@pytest.mark.parametrize("text", ["", "[]", "null", '"x"', "5", '{"resourceType":"x"', "{,}", '{"a":NaN}', "{a:1}"])
def test_what_is_no_json_object_is_refused(text: str) -> None:
    with pytest.raises(MalformedBody):
        json_contract.read(REQUEST, text.encode())


def test_a_batch_is_an_array_of_objects() -> None:
    assert json_contract.read_batch(REQUEST, b'[{"maxViews":1},{}]') == [{"MaxViews": 1}, {}]
    for broken in (b"{}", b"[1]", b"[null]", b"[{}"):
        with pytest.raises(MalformedBody):
            json_contract.read_batch(REQUEST, broken)


@given(values(REQUEST))
def test_every_request_written_is_read_back_equal(value: Value) -> None:
    assert json_contract.read(REQUEST, json_contract.write(REQUEST, value).encode()) == value


@given(values(EVERYTHING))
def test_whatever_is_written_is_json(value: Value) -> None:
    json.loads(json_contract.write(EVERYTHING, value))
