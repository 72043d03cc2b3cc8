from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from linkgate.dialects.servicestack import xml_contract
from linkgate.dialects.servicestack.contract import Contract, Guid, ListOf, Unparseable
from linkgate.errors import MalformedBody
from tests.support.contract_values import values
from tests.support.customer_link_contract import EVERYTHING, REPLY, REQUEST, RESPONSE, SCALARS

if TYPE_CHECKING:
    from linkgate.dialects.servicestack.contract import Value

UID = Guid("0123456789abcdef0123456789abcdef")
ROOT = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://schemas.servicestack.net/types"'
ARRAYS = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'
XML_TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | st.sampled_from("\t\n\r<>&\"']")
)


def test_the_documented_response_is_written_as_on_the_real_server() -> None:
    assert xml_contract.write(RESPONSE, REPLY) == (
        f"{DECLARATION}<CustomerLinkCreateResponse {ROOT}>"
        f'<DeliveryErrors xmlns:d2p1="{ARRAYS}"><d2p1:string>sms: no consent, "none"</d2p1:string></DeliveryErrors>'
        "<Link><CreatedAtUtc>2025-01-02T03:04:05.123456Z</CreatedAtUtc>"
        '<CreatedByAgentId i:nil="true" /><CreatedByUserId i:nil="true" /><CustomerLinkId>7</CustomerLinkId>'
        "<CustomerLinkUID>01234567-89ab-cdef-0123-456789abcdef</CustomerLinkUID>"
        "<DeliveryChannels>Email</DeliveryChannels><ExpiresAtUtc>2025-01-05T03:04:05.123456Z</ExpiresAtUtc>"
        '<MaxViews>5</MaxViews><OtpChannel i:nil="true" /><RecipientContactId i:nil="true" />'
        '<RecipientEmail>jane@example.com</RecipientEmail><RecipientPhone i:nil="true" />'
        "<RequireOtp>true</RequireOtp><ResourceType>Invoice</ResourceType>"
        "<ResourceUid>01234567-89ab-cdef-0123-456789abcdef</ResourceUid>"
        '<RevokedAtUtc i:nil="true" /><RevokedByUserId i:nil="true" /><SensitivityTier i:nil="true" />'
        "<SmsConsentSnapshot>false</SmsConsentSnapshot><TenantId>11111111-1111-1111-1111-111111111111</TenantId>"
        '<TokenHash i:nil="true" /><ViewCount>0</ViewCount><RecipientDisplayName>Jane "J" Doe</RecipientDisplayName>'
        '<RecipientType i:nil="true" /><Status>Active</Status></Link>'
        "<PortalUrl>https://portal.example/l/abc?x=1&amp;y=2</PortalUrl>"
        '<ResponseStatus i:nil="true" /></CustomerLinkCreateResponse>'
    )


def test_an_error_keeps_the_declared_order_of_its_members() -> None:
    reply: Value = {
        "ResponseStatus": {
            "ErrorCode": "NotEmpty",
            "Message": "'Resource Type' must not be empty.",
            "Errors": [
                {"ErrorCode": "NotEmpty", "FieldName": "ResourceType", "Meta": {"PropertyName": "Resource Type"}}
            ],
        }
    }

    assert (
        "<ResponseStatus><ErrorCode>NotEmpty</ErrorCode><Message>'Resource Type' must not be empty.</Message>"
        '<StackTrace i:nil="true" /><Errors><ResponseError><ErrorCode>NotEmpty</ErrorCode>'
        '<FieldName>ResourceType</FieldName><Message i:nil="true" />'
        f'<Meta xmlns:d5p1="{ARRAYS}"><d5p1:KeyValueOfstringstring><d5p1:Key>PropertyName</d5p1:Key>'
        "<d5p1:Value>Resource Type</d5p1:Value></d5p1:KeyValueOfstringstring></Meta></ResponseError></Errors>"
        f'<Meta xmlns:d3p1="{ARRAYS}" i:nil="true" /></ResponseStatus>'
    ) in xml_contract.write(RESPONSE, reply)


def test_characters_xml_cannot_carry_are_dropped_and_a_line_break_survives() -> None:
    written = xml_contract.write(SCALARS, {"Text": "a\x00\x0b\ud800\ufffe\r\n]]>z"})

    assert "<Text>a&#xD;\n]]&gt;z</Text>" in written


def test_midnight_keeps_its_time() -> None:
    assert "<At>2025-01-02T00:00:00Z</At>" in xml_contract.write(SCALARS, {"At": datetime(2025, 1, 2, tzinfo=UTC)})


def test_a_batch_is_an_array_of_the_contract() -> None:
    batch: list[Value] = [{"MaxViews": 1}, {"ResourceType": "x"}]
    written = xml_contract.write(ListOf(REQUEST), batch)

    assert written.startswith(f"{DECLARATION}<ArrayOfCustomerLinkCreateRequest {ROOT}><CustomerLinkCreateRequest>")
    assert xml_contract.read_batch(REQUEST, written) == batch
    assert xml_contract.read_batch(REQUEST, "<ArrayOfCustomerLinkCreateRequest />") == []
    with pytest.raises(MalformedBody):
        xml_contract.read_batch(
            REQUEST, "<ArrayOfCustomerLinkCreateRequest><Other /></ArrayOfCustomerLinkCreateRequest>"
        )
    with pytest.raises(MalformedBody):
        xml_contract.read_batch(REQUEST, "<CustomerLinkCreateRequest />")


@pytest.mark.parametrize(
    ("kind", "value"),
    [(SCALARS, {"Count": True}), (SCALARS, {"Uid": str(UID)}), (SCALARS, {"Lost": 1}), (RESPONSE, {"Link": "x"})],
)
def test_a_value_of_another_type_is_never_written(kind: Contract, value: Value) -> None:
    with pytest.raises(TypeError):
        xml_contract.write(kind, value)


CLIENT_REQUEST = (
    '<CustomerLinkCreateRequest xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="{namespace}">'
    "<DeliverEmail>true</DeliverEmail><DeliverSms>false</DeliverSms><ExpiresInHours>72</ExpiresInHours>"
    '<MaxViews>5</MaxViews><RecipientContactId i:nil="true" /><RecipientEmail>jane@example.com</RecipientEmail>'
    "<RecipientPhone>a,b</RecipientPhone><ResourceType>Invoice</ResourceType>"
    "<ResourceUid>01234567-89ab-cdef-0123-456789abcdef</ResourceUid></CustomerLinkCreateRequest>"
)


@pytest.mark.parametrize("namespace", ["http://schemas.servicestack.net/types", "urn:any", ""])
def test_a_net_clients_request_is_read_in_any_namespace(namespace: str) -> None:
    assert xml_contract.read(REQUEST, CLIENT_REQUEST.format(namespace=namespace)) == {
        "DeliverEmail": True,
        "DeliverSms": False,
        "ExpiresInHours": 72,
        "MaxViews": 5,
        "RecipientEmail": "jane@example.com",
        "RecipientPhone": "a,b",
        "ResourceType": "Invoice",
        "ResourceUid": UID,
    }


def read(members: str) -> object:
    root = "customerLINKCreateRequest"
    return xml_contract.read(REQUEST, f'{DECLARATION}<p:{root} xmlns:p="urn:x">{members}</p:{root}>\n')


def test_members_are_read_in_any_order_letter_case_and_prefix() -> None:
    members = "<RESOURCETYPE>x</RESOURCETYPE><p:maxviews> 5 </p:maxviews><Unknown><a/></Unknown><MaxViews>6</MaxViews>"

    assert read(members) == {"ResourceType": "x", "MaxViews": 6}
    assert read("<ResourceType>a<!-- - -->b &amp; c</ResourceType>") == {"ResourceType": "ab & c"}
    assert read("<ResourceType/><ResourceUid/>") == {"ResourceType": ""}
    assert read("<Unknown/>" * 100 + "<MaxViews>5</MaxViews>") == {"MaxViews": 5}
    assert xml_contract.read(REQUEST, " ") == {}


def test_what_cannot_be_read_does_not_vanish() -> None:
    assert read("<maxViews>five</maxViews>") == {"MaxViews": Unparseable("maxViews", "five")}
    assert read("<MaxViews/>") == {"MaxViews": Unparseable("MaxViews", "")}
    assert read("<ResourceType>x<b>y</b></ResourceType>") == {"ResourceType": Unparseable("ResourceType", "x")}


BOMB = "".join(f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, 10))


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "<Other/>",
        "<CustomerLinkCreateRequest>",
        "<CustomerLinkCreateRequest/><b/>",
        "<CustomerLinkCreateRequest>&undefined;</CustomerLinkCreateRequest>",
        "<CustomerLinkCreateRequest>\x00</CustomerLinkCreateRequest>",
        "<p:CustomerLinkCreateRequest/>",
        "<!DOCTYPE CustomerLinkCreateRequest><CustomerLinkCreateRequest/>",
        f'<!DOCTYPE c [<!ENTITY e0 "x">{BOMB}]><CustomerLinkCreateRequest>&e9;</CustomerLinkCreateRequest>',
        '<!DOCTYPE c [<!ENTITY f SYSTEM "file:///etc/hostname">]><CustomerLinkCreateRequest>&f;</CustomerLinkCreateRequest>',
        "<a>" * 51,
        "<CustomerLinkCreateRequest>" + "<a>" * 50 + "</a>" * 50 + "</CustomerLinkCreateRequest>",
        "<a>" * 60_000,
    ],
    ids=lambda text: str(text)[:60],
)
def test_what_is_no_plain_document_is_refused(text: str) -> None:
    with pytest.raises(MalformedBody):
        xml_contract.read(REQUEST, text)


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "no-such-thing"])
def test_a_declared_encoding_is_ignored_since_bodies_are_utf_8(encoding: str) -> None:
    members = "<ResourceType>é</ResourceType>"
    text = f'<?xml version="1.0" encoding="{encoding}"?><{REQUEST.name}>{members}</{REQUEST.name}>'

    assert xml_contract.read(REQUEST, text) == {"ResourceType": "é"}


@pytest.mark.parametrize("kind", [REQUEST, SCALARS], ids=lambda kind: str(kind.name))
def test_every_value_written_is_read_back_equal(kind: Contract) -> None:
    @given(values(kind, XML_TEXTS))
    def check(value: Value) -> None:
        assert xml_contract.read(kind, xml_contract.write(kind, value)) == value

    check()


@given(values(EVERYTHING))
def test_whatever_is_written_is_well_formed(value: Value) -> None:
    ElementTree.fromstring(xml_contract.write(EVERYTHING, value).encode())


@given(st.text(st.sampled_from('<>/!?&;"= aCDATA[]-x:')) | st.text())
def test_no_text_raises_anything_but_malformed_body(text: str) -> None:
    for candidate in (text, f"<CustomerLinkCreateRequest>{text}</CustomerLinkCreateRequest>"):
        try:
            xml_contract.read(REQUEST, candidate)
        except MalformedBody:
            continue
