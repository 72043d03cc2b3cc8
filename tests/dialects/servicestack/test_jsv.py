from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkgate.dialects.servicestack import jsv
from linkgate.dialects.servicestack.contract import Contract, Fields, Guid, ListOf, Scalar, StringMap, Type, Unparseable
from linkgate.dialects.servicestack.scalars import ZERO_GUID
from linkgate.errors import MalformedBody
from tests.support.contract_values import values
from tests.support.customer_link_contract import CHILD, EVERYTHING, REPLY, REQUEST, RESPONSE, SCALARS
from tests.support.pretty_jsv import PRETTY_REQUEST, PRETTY_RESPONSE

if TYPE_CHECKING:
    from linkgate.dialects.servicestack.contract import Bound, Value

UID = Guid("0123456789abcdef0123456789abcdef")
TWO_TEXTS = Contract("TwoTexts", {"A": Scalar.STRING, "B": Scalar.STRING})
NESTED = Contract("Nested", {"Child": CHILD, "Items": ListOf(CHILD), "After": Scalar.STRING})


def read_as(kind: Type, text: str) -> Bound:
    return jsv.bind(kind, "sent", jsv.parse(text))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", "plain"),
        ("a,b", '"a,b"'),
        ("a:b", '"a:b"'),
        ('a"b', '"a""b"'),
        ('"quoted"', '"""quoted"""'),
        ("{x}", '"{x}"'),
        ("[x]", '"[x]"'),
        ("a}b", '"a}b"'),
        ("a]b", '"a]b"'),
        ("a\nb", '"a\nb"'),
        ("a\r\nb", '"a\r\nb"'),
        ("a\tb", "a\tb"),
        (" lead", " lead"),
        ("trail ", "trail "),
        ("  ", "  "),
        ("", '""'),
        ("a'b", "a'b"),
        ("a\\b", "a\\b"),
        ("#%&+", "#%&+"),
        ("é中😀", "é中😀"),
        ("http://x.y/z?q=1&r=2", '"http://x.y/z?q=1&r=2"'),
        ("true", "true"),
        ("null", "null"),
        ("123", "123"),
    ],
)
def test_a_text_is_quoted_only_where_it_must_be(text: str, written: str) -> None:
    assert jsv.write(TWO_TEXTS, {"A": text, "B": "z"}) == f"{{A:{written},B:z}}"


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        (TWO_TEXTS, {"A": None, "B": "z"}, "{B:z}"),
        (TWO_TEXTS, {}, "{}"),
        (ListOf(Scalar.STRING), ["a", "b,c", "", 'd"e', None, "f g"], '[a,"b,c","","d""e",,f g]'),
        (StringMap(), {"k": "v", "k:1": "v,1", "": "empty", "n": None, "e": ""}, '{k:v,"k:1":"v,1","":empty,e:""}'),
        (NESTED, {"Child": {"A": "a,b", "B": 'q"q'}, "After": "x"}, '{Child:{A:"a,b",B:"q""q"},After:x}'),
        (NESTED, {"Child": {}, "After": "x"}, "{Child:{},After:x}"),
        (NESTED, {"Items": [{"A": "1"}, {"A": "2,3", "B": "x"}]}, '{Items:[{A:1},{A:"2,3",B:x}]}'),
        (Scalar.STRING, "https://url.com", '"https://url.com"'),
        (
            SCALARS,
            {"Flag": False, "Count": 0, "Uid": ZERO_GUID},
            "{Flag:False,Count:0,Uid:00000000000000000000000000000000}",
        ),
        (ListOf(TWO_TEXTS), [{"A": "1"}, {"B": "2"}], "[{A:1},{B:2}]"),
    ],
)
def test_objects_lists_and_maps(kind: Type, value: Value, written: str) -> None:
    assert jsv.write(kind, value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (datetime(2025, 1, 2, tzinfo=UTC), "2025-01-02"),
        (datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC), "2025-01-02T03:04:05Z"),
        (datetime(2025, 1, 2, 3, 4, 5, 120000, tzinfo=UTC), "2025-01-02T03:04:05.12Z"),
        (datetime(2025, 1, 2, 3, 4, 5, 123456, tzinfo=UTC), "2025-01-02T03:04:05.123456Z"),
        (datetime(2025, 1, 2, 3, 4, 5, 1, tzinfo=UTC), "2025-01-02T03:04:05.000001Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01"),
        (datetime(2025, 1, 2, 3, 0, tzinfo=timezone(timedelta(hours=3))), "2025-01-02"),
    ],
)
def test_dates_have_their_shortest_form(value: datetime, written: str) -> None:
    assert jsv.write(Scalar.DATETIME, value) == written


def test_the_documented_response_is_written_as_on_the_real_server() -> None:
    assert jsv.write(RESPONSE, REPLY) == (
        '{Link:{RecipientDisplayName:"Jane ""J"" Doe",Status:Active,CustomerLinkId:7,'
        "CustomerLinkUID:0123456789abcdef0123456789abcdef,ResourceType:Invoice,"
        "ResourceUid:0123456789abcdef0123456789abcdef,RequireOtp:True,DeliveryChannels:Email,"
        "RecipientEmail:jane@example.com,SmsConsentSnapshot:False,CreatedAtUtc:2025-01-02T03:04:05.123456Z,"
        "ExpiresAtUtc:2025-01-05T03:04:05.123456Z,MaxViews:5,ViewCount:0,"
        'TenantId:11111111111111111111111111111111},PortalUrl:"https://portal.example/l/abc?x=1&y=2",'
        'DeliveryErrors:["sms: no consent, ""none"""]}'
    )


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Scalar.INT, True),
        (Scalar.GUID, str(UID)),
        (Scalar.STRING, 5),
        (ListOf(Scalar.STRING), "abc"),
        (TWO_TEXTS, {"C": "lost"}),
    ],
)
def test_a_value_of_another_type_is_never_written(kind: Type, value: Value) -> None:
    with pytest.raises(TypeError):
        jsv.write(kind, value)


def test_a_date_without_a_zone_is_never_written() -> None:
    with pytest.raises(ValueError, match="zone"):
        jsv.write(Scalar.DATETIME, datetime(2025, 1, 2))  # noqa: DTZ001 - this is the case to test


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("{ResourceType:}", {}),
        ('{ResourceType:""}', {"ResourceType": ""}),
        ("{ResourceType:null}", {"ResourceType": "null"}),
        ('{ResourceType:a""b}', {"ResourceType": 'a""b'}),
        ('{ResourceType:"a""b"}', {"ResourceType": 'a"b'}),
        ("{ResourceType:a:b:c}", {"ResourceType": "a:b:c"}),
        ('{ResourceType:a"b,RecipientPhone:https://x/y}', {"ResourceType": 'a"b', "RecipientPhone": "https://x/y"}),
        ("{ResourceType:a[b,RecipientPhone:p}", {"ResourceType": "a[b", "RecipientPhone": "p"}),
        ("{ResourceType:[a,b],RecipientPhone:p}", {"ResourceType": "[a,b]", "RecipientPhone": "p"}),
        ("{ResourceType:{a:b,c:{d:e}}}", {"ResourceType": "{a:b,c:{d:e}}"}),
        ("{Unknown:{x:[1,2,{y:z}]},RecipientPhone:p}", {"RecipientPhone": "p"}),
        ('{Unknown:{x:"}"},RecipientPhone:p}', {"RecipientPhone": "p"}),
        ("{ResourceType:x,ResourceType:y}", {"ResourceType": "y"}),
        ("{ResourceType:x,resourcetype:}", {}),
        ("{resourcetype:x, MAXVIEWS :5}", {"ResourceType": "x", "MaxViews": 5}),
        ('{"ResourceType":"x","MaxViews":5}', {"ResourceType": "x", "MaxViews": 5}),
        ('{ "ResourceType": "x", "MaxViews": 5 }', {"ResourceType": "x", "MaxViews": 5}),
        ("{Unknown: {a:b},RecipientPhone:p}", {"RecipientPhone": "p"}),
        ("{ResourceType: [a],RecipientPhone:p}", {"ResourceType": "[a]", "RecipientPhone": "p"}),
        ("{ResourceType: x }", {"ResourceType": " x "}),
        ("{ }", {}),
        ("", {}),
        (" \r\n", {}),
        ("\ufeff{ResourceType:x}\n", {"ResourceType": "x"}),
        ("{ResourceUid:{01234567-89ab-cdef-0123-456789ABCDEF}}", {"ResourceUid": UID}),
        ("{ResourceUid: (01234567-89ab-cdef-0123-456789abcdef) }", {"ResourceUid": UID}),
        ('{ResourceUid:""}', {}),
        ("{DeliverEmail:on,DeliverSms:1}", {"DeliverEmail": True, "DeliverSms": True}),
        ("{DeliverEmail: True,DeliverSms:f }", {"DeliverEmail": True, "DeliverSms": False}),
        ('{MaxViews:"5",ExpiresInHours:007}', {"MaxViews": 5, "ExpiresInHours": 7}),
        ("{MaxViews:-2147483648,ExpiresInHours:0}", {"MaxViews": -(2**31), "ExpiresInHours": 0}),
    ],
)
def test_an_object_is_read(text: str, fields: Fields) -> None:
    assert jsv.read(REQUEST, text) == fields


@pytest.mark.parametrize(
    "text", ["abc", "5.0", "99999999999", "2147483648", "null", '""', "+5", "1e3", "0x10", "\u0665", "5_0"]
)
def test_a_limit_that_cannot_be_read_does_not_vanish(text: str) -> None:
    fields = jsv.read(REQUEST, f"{{maxViews:{text},RecipientPhone:p}}")

    assert fields == {"MaxViews": Unparseable("maxViews", text.strip('"')), "RecipientPhone": "p"}


@pytest.mark.parametrize("text", ["off", "yes", "2", "null", "truee"])
def test_a_flag_that_cannot_be_read_does_not_vanish(text: str) -> None:
    assert read_as(Scalar.BOOL, text) == Unparseable("sent", text)


@pytest.mark.parametrize(
    "text", ["x", "0123", "0123456789abcdef0123456789abcdeg", "{" + UID + "}", "(01234567-89ab-cdef-0123-456789abcdef}"]
)
def test_a_guid_that_cannot_be_read_does_not_vanish(text: str) -> None:
    assert read_as(Scalar.GUID, text) == Unparseable("sent", text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2025-01-02", datetime(2025, 1, 2, tzinfo=UTC)),
        ("20250102", datetime(2025, 1, 2, tzinfo=UTC)),
        ("2025-01-02 03:04:05", datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2025-01-02T03:04:05", datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2025-01-02T03:04:05.1Z", datetime(2025, 1, 2, 3, 4, 5, 100000, tzinfo=UTC)),
        ("2025-01-02T03:04:05.1234567Z", datetime(2025, 1, 2, 3, 4, 5, 123456, tzinfo=UTC)),
        ("2025-01-02T03:04:05.0060000+01:30", datetime(2025, 1, 2, 1, 34, 5, 6000, tzinfo=UTC)),
        ("/Date(1735787045123)/", datetime(2025, 1, 2, 3, 4, 5, 123000, tzinfo=UTC)),
        ("/Date(-62135596800000-0000)/", datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_dates_are_read_in_every_documented_form(text: str, value: datetime) -> None:
    assert read_as(Scalar.DATETIME, f'"{text}"') == value


@pytest.mark.parametrize(
    "text",
    ["1735787045", "2025-13-01", "2025-01-02T25:00:00Z", "0001-01-01T00:00:00+14:00", "/Date(999999999999999)/", "now"],
)
def test_a_date_that_cannot_be_read_does_not_vanish(text: str) -> None:
    assert read_as(Scalar.DATETIME, f'"{text}"') == Unparseable("sent", text)


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("[]", []),
        ("[a,,b]", ["a", None, "b"]),
        ("[a,b,]", ["a", "b", None]),
        ('["",b]', ["", "b"]),
        ("[ a, b ]", [" a", " b "]),
        ("[null,b]", ["null", "b"]),
        ("[ ]", [" "]),
        ("[\n\t]", []),
        ("[\n\ta,\n\tb\n]", ["a", "b"]),
        ('["]","["]', ["]", "["]),
        ("[[a,b],{c:d}]", ["[a,b]", "{c:d}"]),
        ("a,b", ["a", "b"]),
        ("a", ["a"]),
    ],
)
def test_a_list_is_read(text: str, items: list[str | None]) -> None:
    assert read_as(ListOf(Scalar.STRING), text) == items


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{a:{x:1},b:[1,2]}", {"a": "{x:1}", "b": "[1,2]"}),
        ("{ a :b}", {" a ": "b"}),
        ('{"a:b":c,"d""e":f}', {"a:b": "c", 'd"e': "f"}),
        ('{a:,b:""}', {"a": None, "b": ""}),
        ("{}", {}),
    ],
)
def test_a_map_is_read(text: str, expected: Bound) -> None:
    assert read_as(StringMap(), text) == expected


def test_a_pasted_pretty_sample_is_read_as_it_looks() -> None:
    fields = jsv.read(REQUEST, PRETTY_REQUEST)

    assert fields == {
        "ResourceType": "Invoice",
        "ResourceUid": UID,
        "RecipientContactId": 1,
        "RecipientEmail": "jane@example.com",
        "RecipientPhone": "+1 555, ext 2",
        "DeliverEmail": True,
        "DeliverSms": False,
        "ExpiresInHours": 72,
        "MaxViews": 5,
    }
    for changed in (PRETTY_REQUEST.replace("\t", ""), PRETTY_REQUEST.replace("\n", "\r\n"), "\n" + PRETTY_REQUEST):
        assert jsv.read(REQUEST, changed) == fields


def test_a_pasted_pretty_sample_with_nested_objects_is_read_as_it_looks() -> None:
    assert jsv.read(RESPONSE, PRETTY_RESPONSE) == {
        "ResponseStatus": {"ErrorCode": "String", "Errors": [{"FieldName": "String", "Meta": {"String": "String"}}]},
        "Link": {
            "CustomerLinkId": 0,
            "CustomerLinkUID": ZERO_GUID,
            "CreatedAtUtc": datetime(1, 1, 1, tzinfo=UTC),
        },
        "PortalUrl": "String",
        "DeliveryErrors": ["String"],
    }


def test_a_batch_is_read_compact_pretty_and_mixed() -> None:
    expected = [{"ResourceType": "x"}, {"MaxViews": 5}]

    assert jsv.read_batch(REQUEST, "[{ResourceType:x},{MaxViews:5}]") == expected
    assert jsv.read_batch(REQUEST, "[\n\t{\n\t\tResourceType: x\n\t},\n\t{\n\t\tMaxViews: 5\n\t}\n]") == expected
    assert jsv.read_batch(REQUEST, "[{\n\tResourceType: x\n},{MaxViews:5}]") == expected
    assert jsv.read_batch(REQUEST, "[]") == []


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "[]",
        "ResourceType:x",
        "{",
        "}",
        "{ResourceType}",
        "{ResourceType:x",
        '{ResourceType:"x',
        '{ResourceType:"x""}',
        "{ResourceType:{x}",
        "{ResourceType:[x}",
        '{ResourceType:{x:"}}',
        "{ResourceType:x}tail",
        "{ResourceType:x}{MaxViews:5}",
        '{ResourceType:"x"y}',
        "{ResourceType:{x}y}",
        "{ResourceType:x,}",
        "{,}",
        "{ResourceType:x,,MaxViews:5}",
        "{ResourceType,MaxViews:5}",
        "{\n\tResourceType: Invoice\n\tMaxViews: 5\n}",
    ],
)
def test_a_broken_object_is_refused_rather_than_half_read(text: str) -> None:
    with pytest.raises(MalformedBody):
        jsv.read(REQUEST, text)


@pytest.mark.parametrize("text", ["", "{}", "[", "[{}", "[{}]]", "[{}}", "[x]", "[{ResourceType:x]", "[{},]", "[,{}]"])
def test_a_broken_batch_is_refused(text: str) -> None:
    with pytest.raises(MalformedBody):
        jsv.read_batch(REQUEST, text)


@pytest.mark.parametrize("kind", [EVERYTHING, REQUEST, RESPONSE], ids=lambda kind: str(kind.name))
def test_every_value_written_is_read_back_equal(kind: Contract) -> None:
    @given(values(kind))
    def check(value: Value) -> None:
        assert jsv.read(kind, jsv.write(kind, value)) == value

    check()


@given(st.lists(values(REQUEST), max_size=5))
def test_every_batch_written_is_read_back_equal(batch: list[Value]) -> None:
    assert jsv.read_batch(REQUEST, jsv.write(ListOf(REQUEST), batch)) == batch
