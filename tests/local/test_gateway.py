"""The gateway routes, calls functions and answers like an HTTP API."""

from __future__ import annotations

import base64
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from local.http_messages import HttpRequest, HttpResponse
from tests.support.sample_stack import Sample, running, write_sample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROUTES = [
    ("POST", "/player/api/send"),
    ("POST", "/player/api/send/{proxy+}"),
    ("GET", "/pets/dog/1"),
    ("GET", "/pets/dog/{id}"),
    ("GET", "/pets/{proxy+}"),
    ("GET", "/mixed/{kind}/last"),
    ("GET", "/mixed/first/{proxy+}"),
    ("ANY", "/any"),
    ("GET", "/any"),
    ("GET", "/l/{rid}"),
    ("HEAD", "/l/{rid}"),
    ("GET", "/v1/link.jsv"),
]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    events = "".join(
        f'        E{n}: {{Type: HttpApi, Properties: {{Method: {method}, Path: "{path}"}}}}\n'
        for n, (method, path) in enumerate(ROUTES)
    )
    resources = (
        "Echo:\n  Type: AWS::Serverless::Function\n  Properties:\n    CodeUri: $CODE/echo/\n    Events:\n"
        + events.replace("        E", "      E")
        + "Safety:\n  Type: AWS::Serverless::Function\n  Properties:\n    CodeUri: $CODE/safety/\n"
        "    Events:\n      Default: {Type: HttpApi}\n"
    )
    source = "replies = []\ndef handler(event, context):\n    return replies.pop(0)() if replies else event\n"
    path = write_sample(tmp_path_factory.mktemp("gateway"), resources, {"echo": source, "safety": source})
    with running(path) as started:
        yield started


def call(sample: Sample, method: str, target: str, body: bytes = b"", **headers: str) -> HttpResponse:
    sent = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return sample.gateway.handle(HttpRequest(method, target, sent, body))


def event(sample: Sample, method: str, target: str, body: bytes = b"", **headers: str) -> dict[str, Any]:
    answer: dict[str, Any] = call(sample, method, target, body, **headers).json()
    return answer


@pytest.mark.parametrize(
    ("method", "path", "route", "parameters"),
    [
        ("GET", "/pets/dog/1", "GET /pets/dog/1", None),
        ("GET", "/pets/dog/2", "GET /pets/dog/{id}", {"id": "2"}),
        ("GET", "/pets/cat/1", "GET /pets/{proxy+}", {"proxy": "cat/1"}),
        ("GET", "/mixed/first/last", "GET /mixed/{kind}/last", {"kind": "first"}),
        ("GET", "/mixed/first/other", "GET /mixed/first/{proxy+}", {"proxy": "other"}),
        ("GET", "/any", "GET /any", None),
        ("PATCH", "/any", "ANY /any", None),
        ("POST", "/player/api/send", "POST /player/api/send", None),
        ("POST", "/player/api/send/", "POST /player/api/send/{proxy+}", {"proxy": ""}),
        ("GET", "/l/a%23b%2Fc", "GET /l/{rid}", {"rid": "a#b/c"}),
        ("GET", "/v1/link.jsv", "GET /v1/link.jsv", None),
        ("GET", "/v1/linkxjsv", "$default", None),
        ("GET", "/player/api/send", "$default", None),
        ("POST", "/Player/api/send", "$default", None),
        ("GET", "/pets/dog/1/", "GET /pets/{proxy+}", {"proxy": "dog/1/"}),
        ("GET", "/any/", "$default", None),
        ("GET", "/l/", "$default", None),
        ("HEAD", "/any", "ANY /any", None),
        ("HEAD", "/v1/link.jsv", "$default", None),
        ("GET", "/", "$default", None),
    ],
)
def test_the_most_specific_route_wins_and_nothing_is_tolerated(
    sample: Sample, method: str, path: str, route: str, parameters: dict[str, str] | None
) -> None:
    got = event(sample, method, path)

    assert got["routeKey"] == got["requestContext"]["routeKey"] == route
    assert got.get("pathParameters") == parameters


def test_the_event_is_payload_2_0_as_aws_builds_it(sample: Sample) -> None:
    request = HttpRequest(
        "GET",
        "/any?a=1&b=x%20y&a=2&empty=",
        (
            ("Accept", "text/html"),
            ("accept", "*/*"),
            ("Cookie", "a=1; b=2"),
            ("User-Agent", "me"),
            ("X-Thing", "Ünïcode"),
        ),
    )
    got = sample.gateway.handle(request).json()

    assert got["version"] == "2.0"
    assert (got["rawPath"], got["rawQueryString"]) == ("/any", "a=1&b=x%20y&a=2&empty=")
    assert got["queryStringParameters"] == {"a": "1,2", "b": "x y", "empty": ""}
    assert got["headers"]["accept"] == "text/html,*/*"
    assert got["headers"]["x-thing"] == "Ünïcode"
    assert "cookie" not in got["headers"]
    assert got["cookies"] == ["a=1", "b=2"]
    assert got["headers"]["x-forwarded-proto"] == "https"
    assert got["isBase64Encoded"] is False
    assert "body" not in got
    assert "pathParameters" not in got
    context = got["requestContext"]
    assert context["domainName"] == "abc.execute-api.us-east-1.amazonaws.com"
    assert context["domainPrefix"] == "abc"
    assert context["stage"] == "$default"
    assert context["http"] == {
        "method": "GET",
        "path": "/any",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "me",
    }


def test_the_host_header_does_not_become_the_domain(sample: Sample) -> None:
    got = event(sample, "GET", "/any", Host="evil.example")

    assert got["requestContext"]["domainName"] == "abc.execute-api.us-east-1.amazonaws.com"


def test_the_raw_path_is_decoded(sample: Sample) -> None:
    assert event(sample, "GET", "/l/a%23b")["rawPath"] == "/l/a#b"


@pytest.mark.parametrize(
    ("content_type", "as_text"),
    [
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("text/jsv", True),
        ("application/xml", True),
        ("application/javascript", True),
        ("application/x-www-form-urlencoded", False),
        ("application/octet-stream", False),
        ("application/vnd.api+json", False),
        ("", False),
    ],
)
def test_only_some_content_types_arrive_as_text(sample: Sample, content_type: str, as_text: object) -> None:
    got = event(sample, "POST", "/any", "ñ=1".encode(), **({"Content_Type": content_type} if content_type else {}))

    assert got["isBase64Encoded"] is (not as_text)
    assert (got["body"] if as_text else base64.b64decode(got["body"]).decode()) == "ñ=1"


def replies_with(sample: Sample, reply: object) -> None:
    module: Any = sys.modules[sample.template.functions["Echo"].module]
    module.replies.append(reply if callable(reply) else lambda: reply)


def test_a_result_without_a_status_is_the_body_of_a_200(sample: Sample) -> None:
    replies_with(sample, {"hello": "world"})
    answer = call(sample, "GET", "/any")

    assert (answer.status, answer.header("content-type"), answer.json()) == (
        200,
        "application/json",
        {"hello": "world"},
    )


def test_headers_cookies_and_binary_bodies_come_back(sample: Sample) -> None:
    replies_with(
        sample,
        {
            "statusCode": 201,
            "headers": {"X-One": "1", "content-type": "image/png"},
            "cookies": ["a=1; Path=/", "b=2"],
            "body": base64.b64encode(b"\x89PNG\xff").decode(),
            "isBase64Encoded": True,
        },
    )
    answer = call(sample, "GET", "/any")

    assert (answer.status, answer.body) == (201, b"\x89PNG\xff")
    assert answer.cookies == ["a=1; Path=/", "b=2"]
    assert (answer.header("X-One"), answer.header("Content-Type")) == ("1", "image/png")


def test_a_body_without_a_content_type_is_plain_text(sample: Sample) -> None:
    replies_with(sample, {"statusCode": 200, "body": "hi"})

    assert call(sample, "GET", "/any").header("content-type") == "text/plain;charset=UTF-8"


@pytest.mark.parametrize(
    "result",
    [
        {"statusCode": "many"},
        {"statusCode": 99},
        {"statusCode": 200, "body": {"an": "object"}},
        {"statusCode": 200, "body": "%%%", "isBase64Encoded": True},
        {"statusCode": 200, "headers": {"x": "a\r\nset-cookie: stolen=1"}},
        {"statusCode": 200, "body": b"bytes are no JSON"},
    ],
)
def test_a_result_that_aws_cannot_use_is_its_500(
    sample: Sample, result: object, capsys: pytest.CaptureFixture[str]
) -> None:
    replies_with(sample, result)
    answer = call(sample, "GET", "/any")

    assert (answer.status, answer.text) == (500, '{"message":"Internal Server Error"}')
    assert capsys.readouterr().err


def test_an_exception_is_its_500_and_the_traceback_is_for_the_developer(
    sample: Sample, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise LookupError("what went wrong")

    replies_with(sample, fail)
    answer = call(sample, "GET", "/any")

    assert answer.status == 500
    assert "what went wrong" not in answer.text
    assert "LookupError: what went wrong" in capsys.readouterr().err


def test_a_body_beyond_10_mb_is_refused_by_the_gateway(sample: Sample) -> None:
    limit = 10 * 1024 * 1024

    assert call(sample, "POST", "/any", b"x" * (limit + 1)).status == 413
    assert call(sample, "POST", "/any", b"x" * limit).status == 200


def test_handlers_get_a_copy_of_the_event(sample: Sample) -> None:
    original = {"a": [1, 2]}
    replies_with(sample, lambda: "unused")
    sample.functions.invoke("Echo", original)

    assert original == {"a": [1, 2]}


def test_without_a_default_route_the_gateway_says_not_found(tmp_path: Path) -> None:
    resources = """
        Only:
          Type: AWS::Serverless::Function
          Properties:
            CodeUri: $CODE/only/
            Events: {Get: {Type: HttpApi, Properties: {Method: GET, Path: /only}}}
    """
    path = write_sample(tmp_path, resources, {"only": "def handler(event, context):\n    return {}\n"})
    with running(path) as sample:
        answer = call(sample, "GET", "/other")

    assert (answer.status, json.loads(answer.body)) == (404, {"message": "Not Found"})
