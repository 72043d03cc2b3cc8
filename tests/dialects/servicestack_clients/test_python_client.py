"""Official Python client (PyPI `servicestack`), with the DTOs that it fetches from the service."""

from __future__ import annotations

import datetime as dt
import io
import sys
import types
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest
from requests import HTTPError
from servicestack import JsonServiceClient, UploadFile, WebServiceException

from local import demo

if TYPE_CHECKING:
    from collections.abc import Callable

    Call = Callable[[JsonServiceClient, Any, Any], Any]

UID = "0123456789abcdef0123456789abcdef"
KEY = demo.TRENDSIC_KEY


PRINTED = """
from dataclasses import dataclass
from typing import Optional
from dataclasses_json import dataclass_json, LetterCase, Undefined

@dataclass_json(letter_case=LetterCase.CAMEL, undefined=Undefined.EXCLUDE)
@dataclass
class CustomerLinkCreateRequest:
    resource_type: Optional[str] = None
    resource_uid: Optional[str] = None
    recipient_email: Optional[str] = None
    deliver_email: bool = False
    max_views: Optional[int] = None
"""


@pytest.fixture(scope="module")
def dtos(base_url: str) -> types.ModuleType:
    """Return the module whose source is `/types/python`."""
    with urllib.request.urlopen(f"{base_url}/types/python", timeout=30) as reply:
        text = reply.read().decode()
    assert f"BaseUrl: {base_url}\n" in text
    return module_of("trendsic_dtos", text)


def module_of(name: str, text: str) -> types.ModuleType:
    """Import the text, as a user imports a file with it."""
    module = sys.modules[name] = types.ModuleType(name)
    exec(compile(text, f"{name}.py", "exec"), module.__dict__)  # noqa: S102 - as an import does
    return module


def _bearer(client: JsonServiceClient) -> None:
    client.set_bearer_token(KEY)


def _header(client: JsonServiceClient) -> None:
    client.headers["X-Api-Key"] = KEY


def _basic(client: JsonServiceClient) -> None:
    client.set_credentials(KEY, "")


def _wrong(client: JsonServiceClient) -> None:
    client.set_bearer_token("wrong")


def _none(_client: JsonServiceClient) -> None:
    pass


KEYS = {"bearer": _bearer, "header": _header, "basic": _basic}


def _old_base_path(client: JsonServiceClient, _dtos: Any, request: Any) -> Any:
    return client.set_base_path("").post(request)


def _url(path: str) -> Call:
    return lambda client, dtos, request: client.post_url(path, request, dtos.CustomerLinkCreateResponse)


def _form(client: JsonServiceClient, dtos: Any, request: Any) -> Any:
    client.headers["Content-Type"] = "application/x-www-form-urlencoded"
    form = f"resourceType={request.resource_type}&resourceUid={UID}&recipientEmail=jane%40example.com"
    form += f"&maxViews={request.max_views}&deliverEmail=true"
    return client.post_url("/v1/customerlink", form, dtos.CustomerLinkCreateResponse)


def _text_plain(client: JsonServiceClient, _dtos: Any, request: Any) -> Any:
    client.headers["Content-Type"] = "text/plain;charset=UTF-8"
    return client.post(request)


CALLS: dict[str, Call] = {
    "post": lambda client, _, request: client.post(request),
    "send": lambda client, _, request: client.send(request),
    "old base path": _old_base_path,
    "explicit URL": _url("/v1/customerlink"),
    "absolute URL": lambda client, dtos, request: client.post_url(
        f"{client.base_url}/v1/customerlink/", request, dtos.CustomerLinkCreateResponse
    ),
    "suffix": _url("/v1/customerlink.json"),
    "letter case": _url("/V1/CustomerLink"),
    "one-way URL": _url("/json/oneway/CustomerLinkCreateRequest"),
    "form": _form,
    "text/plain": _text_plain,
}


def client_with(base_url: str, credentials: Callable[[JsonServiceClient], object] = _bearer) -> JsonServiceClient:
    client = JsonServiceClient(base_url)
    credentials(client)
    return client


def request_of(dtos: Any, **members: object) -> Any:
    values = {"resource_type": "Invoice", "resource_uid": UID, "recipient_email": "jane@example.com", "max_views": 5}
    return dtos.CustomerLinkCreateRequest(**{**values, "deliver_email": True, **members})


def check(response: Any, dtos: Any) -> None:
    """Check that every member of the DTO arrived with its type."""
    assert type(response) is dtos.CustomerLinkCreateResponse
    link = response.link
    assert type(link) is dtos.CustomerLinkExtended
    assert response.response_status is None
    assert response.portal_url.startswith("http://127.0.0.1:")
    assert response.delivery_errors == []
    assert (link.resource_type, link.resource_uid, link.recipient_email) == ("Invoice", UID, "jane@example.com")
    assert (link.max_views, link.view_count, link.status) == (5, 0, "Active")
    assert link.customer_link_id > 0
    assert len(link.customer_link_u_i_d) == 32
    assert len(link.token_hash) == 64
    assert link.require_otp is False
    assert link.delivery_channels == "Email"
    assert isinstance(link.created_at_utc, dt.datetime)
    assert link.expires_at_utc - link.created_at_utc == dt.timedelta(days=7)


def check_error(error: WebServiceException, status: int, code: str, field: str | None) -> None:
    assert error.status_code == status
    assert error.response_status.error_code == code
    assert error.response_status.message
    assert error.response_status.stack_trace is None
    assert [entry.field_name for entry in error.response_status.errors or []] == ([field] if field else [])
    for entry in error.response_status.errors or []:
        assert entry.error_code == code
        assert entry.message
        assert entry.meta["PropertyName"]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("call", CALLS)
def test_a_link(base_url: str, dtos: types.ModuleType, call: str, key: str) -> None:
    check(CALLS[call](client_with(base_url, KEYS[key]), dtos, request_of(dtos)), dtos)


@pytest.mark.parametrize("call", CALLS)
def test_a_fault_with_its_field(base_url: str, dtos: types.ModuleType, call: str) -> None:
    with pytest.raises(WebServiceException) as raised:
        CALLS[call](client_with(base_url), dtos, request_of(dtos, max_views=1001))

    check_error(raised.value, 400, "InclusiveBetween", "MaxViews")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("credentials", [_wrong, _none])
def test_a_wrong_or_missing_key(
    base_url: str, dtos: types.ModuleType, call: str, credentials: Callable[[JsonServiceClient], object]
) -> None:
    with pytest.raises(WebServiceException) as raised:
        CALLS[call](client_with(base_url, credentials), dtos, request_of(dtos))

    check_error(raised.value, 401, "Unauthorized", None)


@pytest.mark.parametrize("base_path", ["api", ""])
def test_a_batch(base_url: str, dtos: types.ModuleType, base_path: str) -> None:
    client = client_with(base_url).set_base_path(base_path)

    responses = client.send_all([request_of(dtos), request_of(dtos)])

    assert len({response.portal_url for response in responses}) == 2
    for response in responses:
        check(response, dtos)
    client.send_all_oneway([request_of(dtos)])
    with pytest.raises(WebServiceException) as raised:
        client.send_all([request_of(dtos), request_of(dtos, resource_type="")])
    check_error(raised.value, 400, "NotEmpty", "ResourceType")
    assert raised.value.response_status.meta == {"AutoBatchIndex": "1"}


def test_multipart(base_url: str, dtos: types.ModuleType) -> None:
    """The client reads errors of this call only as HTTP errors."""

    def file() -> UploadFile:
        return UploadFile("file", "a.txt", "text/plain", io.BytesIO(b"not looked at"))

    client = client_with(base_url)

    check(client.post_file_with_request(request_of(dtos), file()), dtos)
    with pytest.raises(HTTPError) as raised:
        client.post_file_with_request(request_of(dtos, max_views=0), file())
    assert raised.value.response is not None
    assert raised.value.response.json()["responseStatus"]["errors"][0]["fieldName"] == "MaxViews"


def test_what_is_known_of_a_resource(base_url: str, dtos: types.ModuleType) -> None:
    client = client_with(base_url)
    made = client.post(request_of(dtos, resource_uid="f" * 32)).link
    request = dtos.CustomerLinkListRequest(resource_type="Invoice", resource_uid="f" * 32)

    for listed in (
        client.get(request),
        client.send(request),
        client.set_base_path("").get(request),
        client.get_url(f"/v1/customerlink/resource/Invoice/{'f' * 32}", dtos.CustomerLinkListResponse),
    ):
        assert type(listed) is dtos.CustomerLinkListResponse
        assert listed.links == [made]


def test_code_as_the_vendors_page_prints_it(base_url: str, dtos: types.ModuleType) -> None:
    """The DTO lacks the interfaces that name the response, so the client needs an explicit URL."""
    printed = module_of("printed_dtos", PRINTED)
    request = printed.CustomerLinkCreateRequest("Invoice", UID, "jane@example.com", True, 5)  # noqa: FBT003

    check(client_with(base_url).post_url("/v1/customerlink", request, dtos.CustomerLinkCreateResponse), dtos)


def test_a_contact_on_file(base_url: str, dtos: types.ModuleType) -> None:
    request = dtos.CustomerLinkCreateRequest(
        resource_type="MedicalReport", resource_uid=UID, recipient_contact_id=2, deliver_sms=True
    )

    response = client_with(base_url).post(request)

    assert response.delivery_errors == ["sms: no consent"]
    assert response.link.recipient_display_name == "Charles Babbage"
    assert response.link.recipient_contact_id == 2
    assert response.link.require_otp is True
    assert response.link.otp_channel == "Email"
