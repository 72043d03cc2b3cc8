"""Links, lists, batches and errors in each format, through the gateway."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, fromstring  # our own replies

import pytest

from linkgate.dialects.servicestack import jsv
from linkgate.dialects.trendsic.contracts import CREATE_RESPONSE
from tests.support.trendsic_calls import API, BATCHES, BODIES, FORMATS, JSON, LIST, OWN, UID, call, post

if TYPE_CHECKING:
    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

TYPES = {
    "json": "application/json; charset=utf-8",
    "jsv": "application/jsv",
    "xml": "application/xml",
    "csv": "text/csv",
}
NAMESPACE = "{http://schemas.servicestack.net/types}"
PLACEHOLDERS = """{
ResourceType: String,
ResourceUid: 00000000000000000000000000000000,
RecipientContactId: 0,
RecipientEmail: String,
RecipientPhone: String,
DeliverEmail: False,
DeliverSms: False,
ExpiresInHours: 0,
MaxViews: 0
}"""
FILLED_IN = f"""{{
ResourceType: Invoice,
ResourceUid: {UID},
RecipientContactId: 0,
RecipientEmail: jane@example.com,
RecipientPhone: +447700900123,
DeliverEmail: False,
DeliverSms: False,
ExpiresInHours: 72,
MaxViews: 5
}}"""


def xml(reply: HttpResponse) -> Element:
    return fromstring(reply.body)  # noqa: S314 - our own reply


def found(element: Element, path: str) -> list[str | None]:
    """Return the texts at a path, in ServiceStack's namespace."""
    return [child.text for child in element.findall("/".join(NAMESPACE + name for name in path.split("/")))]


def rows(reply: HttpResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(reply.body.decode(), newline=""), strict=True))


@pytest.mark.parametrize("content_type", BODIES)
def test_every_format_is_read(shared_cloud: Cloud, content_type: str) -> None:
    reply = call(shared_cloud, f"POST {OWN}", BODIES[content_type], content_type, accept="application/json")

    assert reply.status == 200
    link = reply.json()["link"]
    assert (link["resourceType"], link["resourceUid"]) == ("Invoice", UID)
    assert link["recipientEmail"] == "jane@example.com"


def test_a_link_in_jsv(shared_cloud: Cloud) -> None:
    reply = post(shared_cloud, JSON, f"{OWN}.jsv")

    text = reply.body.decode()
    assert reply.header("content-type") == "application/jsv"
    assert re.fullmatch(
        rf"\{{Link:\{{Status:Active,CustomerLinkId:\d+,CustomerLinkUID:[0-9a-f]{{32}},TokenHash:[0-9a-f]{{64}},"
        rf"ResourceType:Invoice,ResourceUid:{UID},SensitivityTier:standard,RequireOtp:False,"
        r"RecipientEmail:jane@example\.com,SmsConsentSnapshot:False,CreatedByUserId:[0-9a-f]{32},"
        r"CreatedAtUtc:[0-9T:.-]+Z,ExpiresAtUtc:[0-9T:.-]+Z,MaxViews:100,ViewCount:0,TenantId:[0-9a-f]{32}\},"
        r'PortalUrl:"https://links\.example\.com/l/[\w-]{22}#[\w-]{22}",DeliveryErrors:\[\]\}',
        text,
    )


def test_a_link_in_xml(shared_cloud: Cloud) -> None:
    reply = post(shared_cloud, JSON, f"{OWN}.xml")

    root = xml(reply)
    assert root.tag == f"{NAMESPACE}CustomerLinkCreateResponse"
    assert [child.tag.removeprefix(NAMESPACE) for child in root] == [
        "DeliveryErrors",
        "Link",
        "PortalUrl",
        "ResponseStatus",
    ]
    assert found(root, "Link/ResourceUid") == ["01234567-89ab-cdef-0123-456789abcdef"]
    assert found(root, "Link/RequireOtp") == ["false"]
    assert [child.tag.removeprefix(NAMESPACE) for child in root.findall(f"{NAMESPACE}Link/*")][-3:] == [
        "RecipientDisplayName",
        "RecipientType",
        "Status",
    ]


def test_a_link_in_csv(shared_cloud: Cloud) -> None:
    reply = post(shared_cloud, JSON, f"{OWN}.csv")

    [row] = rows(reply)
    assert reply.header("content-disposition") == "attachment;filename=CustomerLinkCreateRequest.csv"
    assert list(row) == ["ResponseStatus", "Link", "PortalUrl", "DeliveryErrors"]
    assert row["ResponseStatus"] == ""
    assert row["PortalUrl"].startswith("https://links.example.com/l/")
    assert jsv.parse(row["Link"]).members()[0][0] == "Status"


def test_dates_and_guids_in_json(shared_cloud: Cloud) -> None:
    text = post(shared_cloud, JSON).body.decode()

    assert re.search(r'"createdAtUtc":"\\/Date\(\d{13}\)\\/"', text)
    assert f'"resourceUid":"{UID}"' in text
    assert "null" not in text
    assert "responseStatus" not in text


@pytest.mark.parametrize("name", FORMATS)
def test_a_list_in_each_format(shared_cloud: Cloud, name: str) -> None:
    made = [post(shared_cloud, JSON).json()["link"]["customerLinkId"] for _ in range(2)]

    reply = call(shared_cloud, f"GET {LIST}.{name}")

    assert reply.status == 200
    assert reply.header("content-type") == TYPES[name]
    match name:
        case "json":
            numbers = [link["customerLinkId"] for link in reply.json()["links"]]
        case "xml":
            numbers = [int(text or "") for text in found(xml(reply), "Links/CustomerLinkExtended/CustomerLinkId")]
        case _:
            numbers = [int(number) for number in re.findall(r"CustomerLinkId:(\d+)", reply.body.decode())]
    assert numbers[:2] == made[::-1]
    if name == "csv":
        assert reply.header("content-disposition") == "attachment;filename=CustomerLinkListRequest.csv"


@pytest.mark.parametrize("brackets", ["[]", "%5B%5D", "%5b%5d"])
@pytest.mark.parametrize("name", FORMATS)
def test_a_batch_in_each_format(shared_cloud: Cloud, name: str, brackets: str) -> None:
    targets = [f"/{name}/reply/CustomerLinkCreateRequest{brackets}", f"{API}{brackets}.{name}"]
    for target in targets:
        reply = call(shared_cloud, f"POST {target}", BATCHES[name], None)

        assert reply.status == 200
        assert reply.header("content-type") == TYPES[name]
        assert reply.header("x-autobatch-completed") == "2"
        match name:
            case "json":
                urls = [entry["portalUrl"] for entry in reply.json()]
            case "xml":
                root = xml(reply)
                assert root.tag == f"{NAMESPACE}ArrayOfCustomerLinkCreateResponse"
                urls = found(root, "CustomerLinkCreateResponse/PortalUrl")
            case "csv":
                urls = [row["PortalUrl"] for row in rows(reply)]
            case _:
                entries = jsv.parse(reply.body.decode(), "[").items()
                urls = [dict(entry.members())["PortalUrl"] for entry in entries if entry]
        assert len({str(url) for url in urls}) == 2


@pytest.mark.parametrize("name", FORMATS)
def test_faults_in_each_format(shared_cloud: Cloud, name: str) -> None:
    reply = post(shared_cloud, "{}", f"{OWN}.{name}")

    assert reply.status == 400
    assert reply.header("content-type") == TYPES[name]
    assert reply.header("content-disposition") == ""
    match name:
        case "json":
            status = reply.json()["responseStatus"]
            told = [(entry["errorCode"], entry["fieldName"]) for entry in status["errors"]]
        case "xml":
            root = xml(reply)
            assert root.tag == f"{NAMESPACE}CustomerLinkCreateResponse"
            errors = "ResponseStatus/Errors/ResponseError"
            codes, fields = found(root, f"{errors}/ErrorCode"), found(root, f"{errors}/FieldName")
            told = list(zip(codes, fields, strict=True))
        case _:
            text = rows(reply)[0]["ResponseStatus"] if name == "csv" else reply.body.decode()
            told = re.findall(r"ErrorCode:(\w+),FieldName:(\w+)", text)
    assert told == [("NotEmpty", "ResourceType"), ("NotEmpty", "ResourceUid"), ("NotEmpty", "RecipientContactId")]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    ("target", "body", "error"),
    [
        ("/json/reply/CustomerLinkCreateRequest?format={name}", "{", "400 SerializationException"),
        ("/json/reply/CustomerLinkCreateRequest?format={name}", "[]", "400 SerializationException"),
        (f"{OWN}.{{name}}/more", JSON, "404 NotFound"),
        ("/json/reply/Nope?format={name}", JSON, "405 NotImplementedException"),
    ],
)
def test_errors_in_each_format(shared_cloud: Cloud, name: str, target: str, body: str, error: str) -> None:
    reply = post(shared_cloud, body, target.format(name=name), accept=TYPES[name])

    status, code = error.split()
    assert (reply.status, reply.header("content-type")) == (int(status), TYPES[name])
    assert re.search(rf"[Ee]rrorCode(\":\"|:|>){code}\b", reply.body.decode())


@pytest.mark.parametrize("name", FORMATS)
def test_no_credentials_in_each_format(shared_cloud: Cloud, name: str) -> None:
    reply = call(shared_cloud, f"POST {OWN}.{name}", JSON, authorization=None)

    assert (reply.status, reply.header("content-type")) == (401, TYPES[name])
    assert reply.header("www-authenticate") == 'Bearer, Basic realm="/auth/apikey"'
    assert b"Unauthorized" in reply.body


def test_the_pages_sample_as_pasted(shared_cloud: Cloud) -> None:
    reply = call(shared_cloud, f"POST {OWN}", PLACEHOLDERS, "text/jsv", accept="text/jsv")

    assert (reply.status, reply.header("content-type")) == (400, "text/jsv")
    fields = re.findall(r"FieldName:(\w+)", reply.body.decode())
    assert fields == ["ResourceType", "ResourceUid", "RecipientEmail", "RecipientPhone"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\n\t"])
def test_the_pages_sample_filled_in(shared_cloud: Cloud, line_end: str) -> None:
    sample = FILLED_IN.replace("\n", line_end)
    reply = call(shared_cloud, f"POST {OWN}", sample, "text/jsv", accept="text/jsv")

    assert (reply.status, reply.header("content-type")) == (200, "text/jsv")
    link = dict(jsv.parse(reply.body.decode()).members())["Link"]
    assert link is not None
    members = {name: value.string() for name, value in link.members() if value}
    assert members["MaxViews"] == "5"
    assert members["RecipientPhone"] == "+447700900123"
    assert list(dict(jsv.parse(reply.body.decode()).members())) == list(CREATE_RESPONSE.members)[1:]
