"""Calls to the Trendsic service through the gateway, and the same request in every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local import demo
from local.http_messages import HttpRequest

if TYPE_CHECKING:
    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

OWN = "/v1/customerlink"
API = "/api/CustomerLinkCreateRequest"
UID = "0123456789abcdef0123456789abcdef"
LIST = f"{OWN}/resource/Invoice/{UID}"
BEARER = f"Bearer {demo.TRENDSIC_KEY}"

JSON = f'{{"resourceType":"Invoice","resourceUid":"{UID}","recipientEmail":"jane@example.com"}}'
JSV = f"{{ResourceType:Invoice,ResourceUid:{UID},RecipientEmail:jane@example.com}}"
CSV_ROW = f"Invoice,{UID},jane@example.com\r\n"
CSV = f"ResourceType,ResourceUid,RecipientEmail\r\n{CSV_ROW}"
XML = (
    f"<CustomerLinkCreateRequest><RecipientEmail>jane@example.com</RecipientEmail><ResourceType>Invoice</ResourceType>"
    f"<ResourceUid>{UID}</ResourceUid></CustomerLinkCreateRequest>"
)
FORM = f"resourceType=Invoice&resourceUid={UID}&recipientEmail=jane%40example.com"
MULTIPART = "".join(
    f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
    for name, value in (("resourceType", "Invoice"), ("resourceUid", UID), ("recipientEmail", "jane@example.com"))
)

BODIES = {
    "application/json": JSON,
    "text/json": JSON,
    "application/jsv": JSV,
    "text/jsv": JSV,
    "application/xml": XML,
    "text/xml": XML,
    "text/csv": CSV,
    "application/x-www-form-urlencoded": FORM,
    "multipart/form-data; boundary=b": f"{MULTIPART}--b--\r\n",
}
BATCHES = {
    "json": f"[{JSON},{JSON}]",
    "jsv": f"[{JSV},{JSV}]",
    "xml": f"<ArrayOfCustomerLinkCreateRequest>{XML}{XML}</ArrayOfCustomerLinkCreateRequest>",
    "csv": CSV + CSV_ROW,
}
FORMATS = {"json": JSON, "jsv": JSV, "xml": XML, "csv": CSV}


def call(
    cloud: Cloud,
    request_line: str,
    body: str | bytes = b"",
    content_type: str | None = "application/json",
    **headers: str | None,
) -> HttpResponse:
    """Send a request such as `POST /v1/customerlink` with only these headers. `x_api_key="..."` is X-Api-Key."""
    method, target = request_line.split()
    sent = {"host": cloud.domain, "content-type": content_type, "authorization": BEARER}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    raw = body.encode() if isinstance(body, str) else body
    return cloud.handle(
        HttpRequest(method, target, tuple((name, value) for name, value in sent.items() if value is not None), raw)
    )


def post(cloud: Cloud, body: str, target: str = OWN, **headers: str | None) -> HttpResponse:
    """Send a POST of JSON."""
    return call(cloud, f"POST {target}", body, **headers)
