"""Pages for people and client generators are made from the contracts, with every member."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from linkgate.dialects.trendsic.operations import DTOS, OPERATIONS
from linkgate.dialects.trendsic.routes import LinkOperation
from tests.support.trendsic_calls import call

if TYPE_CHECKING:
    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud


def page(cloud: Cloud, target: str) -> HttpResponse:
    reply = call(cloud, f"GET {target}", b"", None, authorization=None)
    assert reply.status == 200
    return reply


def test_every_operation_is_described() -> None:
    assert [operation.request.name for operation in OPERATIONS] == list(LinkOperation)
    assert [operation.response.name for operation in OPERATIONS] == [
        operation.request.name.replace("Request", "Response") for operation in OPERATIONS
    ]


def test_python_code(shared_cloud: Cloud) -> None:
    reply = page(shared_cloud, "/types/python")

    text = reply.body.decode()
    assert reply.header("content-type") == "text/plain; charset=utf-8"
    assert "BaseUrl: https://links.example.com\n" in text
    classes = {node.name: node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)}
    assert list(classes) == [dto.name for dto in DTOS]
    for dto in DTOS:
        members = [
            node.target.id
            for node in classes[dto.name].body
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        ]
        assert [name.replace("_", "").lower() for name in members] == [name.lower() for name in dto.own]


@pytest.mark.parametrize(
    "line",
    [
        '# @Route("/v1/customerlink", "POST,OPTIONS")',
        "class CustomerLinkCreateRequest(IReturn[CustomerLinkCreateResponse], IPost):",
        "class CustomerLinkListRequest(IReturn[CustomerLinkListResponse], IGet):",
        "class CustomerLinkExtended(CustomerLink):",
        "    customer_link_u_i_d: Optional[str] = None",
        "    created_at_utc: datetime.datetime = datetime.datetime(1, 1, 1)",
        "    expires_at_utc: Optional[datetime.datetime] = None",
        "    delivery_errors: List[str] = field(default_factory=list)",
        "    response_status: Optional[ResponseStatus] = None",
        "    deliver_email: bool = False",
        "    view_count: int = 0",
    ],
)
def test_python_code_as_the_vendors_page_shows_it(shared_cloud: Cloud, line: str) -> None:
    assert line in page(shared_cloud, "/types/python").body.decode().split("\n")


@pytest.mark.parametrize(
    "line",
    [
        '// @Route("/v1/customerlink/resource/{ResourceType}/{ResourceUid}", "GET,OPTIONS")',
        "export class CustomerLinkCreateRequest implements IReturn<CustomerLinkCreateResponse>, IPost",
        "export class CustomerLinkExtended extends CustomerLink",
        "    public customerLinkUID: string;",
        "    public expiresInHours?: number;",
        "    public deliverEmail: boolean;",
        "    public links: CustomerLinkExtended[];",
        "    public meta: { [index: string]: string; };",
        "    public getTypeName() { return 'CustomerLinkCreateRequest'; }",
        "    public createResponse() { return new CustomerLinkCreateResponse(); }",
    ],
)
def test_typescript_code(shared_cloud: Cloud, line: str) -> None:
    assert line in page(shared_cloud, "/types/typescript").body.decode().split("\n")


def test_the_index_names_what_can_be_fetched(shared_cloud: Cloud) -> None:
    for url in page(shared_cloud, "/types").body.decode().split():
        assert page(shared_cloud, url.removeprefix("https://links.example.com")).body


def test_code_names_the_address_it_was_fetched_from(shared_cloud: Cloud) -> None:
    reply = call(shared_cloud, "GET /types/typescript", b"", None, host="evil.example", x_forwarded_proto="http")

    assert b"evil.example" not in reply.body


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += f"{data} "


@pytest.mark.parametrize("target", ["/metadata", "/metadata/", "/jsv/metadata?op=CustomerLinkCreateRequest"])
def test_metadata(shared_cloud: Cloud, target: str) -> None:
    reply = page(shared_cloud, target)

    parser = _Text()
    parser.feed(reply.body.decode())
    assert reply.header("content-type") == "text/html; charset=utf-8"
    assert reply.header("content-security-policy") == "default-src 'none'"
    assert parser.open == []
    for operation in OPERATIONS:
        assert f"{operation.verbs} {operation.path}" in parser.words
    for dto in DTOS:
        for name in dto.own:
            assert re.search(rf"\b{name}\b", parser.words)
    assert re.search(r"ExpiresInHours\s*int\?", parser.words)


def test_head_has_no_body(shared_cloud: Cloud) -> None:
    reply = call(shared_cloud, "HEAD /types/python", b"", None, authorization=None)

    assert (reply.status, reply.body) == (200, b"")
