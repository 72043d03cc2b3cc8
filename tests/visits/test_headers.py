"""Every reply of every route and status has headers that keep it private, and a policy that fits it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from linkgate import errors, wiring
from linkgate.dialects.recipient import render_error
from linkgate.dialects.recipient.problems import PROBLEMS
from linkgate.routes.recipient import STEPS
from linkgate.routes.recipient_visit import VISIT_STEPS
from linkgate.store.tenants import DynamoTenants
from linkgate.wire.message import Request
from local import demo
from tests.support.cloud import DOMAIN
from tests.support.documents import put_file
from tests.support.vendor_calls import CUSTOMER_LINK
from tests.support.visitor import (
    HTML,
    JSON,
    Visitor,
    code_in,
    coded_link,
    opt_out_in,
    parts,
    process_link,
    resource_link,
    session_link,
    survey_link,
)
from tests.visits.test_handover import own_page
from tests.visits.test_refusals import ENDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

    Answers = Iterator[tuple[str, HttpResponse]]

UNKNOWN = "AAAAAAAAAAAAAAAAAAAAAA"

ALWAYS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow, noarchive, nosnippet",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
}
HEAVY, HEAVY_WITH_CALLS = (30_000, 9_000), (60_000, 18_000)
"""Most bytes of a page, as it is and packed."""
BESIDE = '" target="_blank" rel="noopener">'
"""End of a link to the tenant's own pages, which open beside ours and cannot reach back."""
NO_DEVICES = "camera=(), display-capture=(), geolocation=(), microphone=()"
DEVICES_OF_CALLS = "camera=(self), display-capture=(), geolocation=(), microphone=(self)"


def private(headers: Mapping[str, str], body: str) -> None:
    """Check the rules for every reply."""
    assert {name: headers.get(name) for name in ALWAYS} == ALWAYS
    calls = 'data-side="' in body
    assert headers["permissions-policy"] == (DEVICES_OF_CALLS if calls else NO_DEVICES)
    policy = dict(part.partition(" ")[::2] for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    if not headers.get("content-type", "").startswith("text/html"):
        assert set(policy) == {"default-src", "frame-ancestors"}
        return
    assert headers["content-type"] == "text/html; charset=utf-8"
    largest, largest_packed = HEAVY_WITH_CALLS if calls else HEAVY
    assert len(body.encode()) <= largest
    assert len(gzip.compress(body.encode())) <= largest_packed
    assert policy["script-src"] == hashes_of("script", body)
    assert policy["style-src"] == hashes_of("style", body)
    assert policy["img-src"] == "'self'"
    sockets = f" ws://{DOMAIN}" if 'id="live"' in body else ""
    assert policy["connect-src"] == f"'self'{sockets}"
    assert policy["form-action"].startswith("'self'")
    assert policy["base-uri"] == "'none'"
    assert not re.search(r"<[^>]+ (on\w+|style)=", body)
    assert not re.search(r'(src|action)="(https?:)?//', body)
    assert {
        link.partition('"')[0] for link in re.findall(r' href="(?:https?:)?//(.*?>)', body) if BESIDE not in link
    } == set()


def hashes_of(tag: str, body: str) -> str:
    texts = re.findall(rf"<{tag}>(.*?)</{tag}>", body, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
    return " ".join(f"'sha256-{digest}'" for digest in digests)


def lower(response: HttpResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers}


def landing(cloud: Cloud, accept: str) -> Answers:
    visitor, rid = Visitor(cloud, accept), parts(process_link(cloud))[0]
    for method in ("GET", "HEAD"):
        for name in (rid, UNKNOWN, f"{rid}%23{UNKNOWN}"):
            yield f"{method} /l/{{rid}}", visitor.get(f"/l/{name}", method)


def opening(cloud: Cloud, accept: str) -> Answers:
    route = "POST /l/{rid}"
    makes: list[Callable[[Cloud], str]] = [process_link, coded_link, *(made for made, _ in ENDS.values())]
    for make in makes:
        yield route, Visitor(cloud, accept).open(make(cloud))
    rid, secret = parts(process_link(cloud))
    yield route, Visitor(cloud, accept).post(f"/l/{rid}", {"secret": ""})
    yield route, Visitor(cloud, accept).post(f"/l/{rid}", {"secret": UNKNOWN})
    yield route, Visitor(cloud, accept, headers={"Sec-Fetch-Site": "cross-site"}).post(f"/l/{rid}", {"secret": secret})
    for content_type, body in ((JSON, b"{"), ("text/plain", b"x"), (JSON, b" " * 300_000)):
        yield route, cloud.request("POST", f"/l/{rid}", body, {"Content-Type": content_type, "Accept": accept})
    cloud.post("/_local/faults", {"service": "dynamodb", "error": "throttle", "times": 9})
    yield route, Visitor(cloud, accept).post(f"/l/{rid}", {"secret": secret})
    cloud.post("/_local/faults", {"service": "dynamodb", "error": "throttle", "times": 0})


def codes(cloud: Cloud, accept: str) -> Answers:
    url, visitor = coded_link(cloud), Visitor(cloud, accept)
    rid = parts(url)[0]
    yield "POST /l/{rid}/code", visitor.post(f"/l/{rid}/code")
    yield "POST /l/{rid}/code/check", visitor.post(f"/l/{rid}/code/check", {"code": "1"})
    visitor.open(url)
    yield "GET /l/{rid}", visitor.get(f"/l/{rid}")
    yield "POST /l/{rid}/code", visitor.post(f"/l/{rid}/code")
    yield "POST /l/{rid}/code/check", visitor.post(f"/l/{rid}/code/check", {"code": ""})
    yield "POST /l/{rid}/code/check", visitor.post(f"/l/{rid}/code/check", {"code": code_in(cloud)})


def renewing(cloud: Cloud, accept: str) -> Answers:
    url, visitor = resource_link(cloud, maxViews=1), Visitor(cloud, accept)
    rid, secret = parts(url)
    for given in (UNKNOWN, secret):
        yield "POST /l/{rid}/renew", visitor.post(f"/l/{rid}/renew", {"secret": given})
    Visitor(cloud).open(url)
    yield "POST /l/{rid}/renew", visitor.post(f"/l/{rid}/renew", {"secret": secret})


def opting_out(cloud: Cloud, accept: str) -> Answers:
    visitor, url = Visitor(cloud, accept), survey_link(cloud)
    rid, secret = parts(url)
    at = urlsplit(opt_out_in(cloud)).path
    for given in ("", UNKNOWN, secret):
        yield "POST /l/{rid}/opt-out", visitor.post(f"/l/{rid}/opt-out", {"secret": given})
    for path in (f"/o/{rid}/{UNKNOWN}", at):
        for method in ("GET", "HEAD"):
            yield f"{method} /o/{{rid}}/{{secret}}", visitor.get(path, method)
        for fields in ({}, {}, {"undo": accept == JSON or "true"}):
            yield "POST /o/{rid}/{secret}", visitor.post(path, fields)


def things(cloud: Cloud, accept: str) -> Answers:
    for method in ("GET", "HEAD"):
        yield f"{method} /v", Visitor(cloud, accept).get("/v", method)
        yield f"{method} /v/{{rid}}", Visitor(cloud, accept).get(f"/v/{UNKNOWN}", method)
    for make in (process_link, resource_link):
        visitor = Visitor(cloud, accept)
        visitor.open(make(cloud))
        for method in ("GET", "HEAD"):
            yield f"{method} /v", visitor.get("/v", method)
            yield f"{method} /v/{{rid}}", visitor.get(visitor.thing, method)


def sending_in(cloud: Cloud, accept: str) -> Answers:
    url, visitor = process_link(cloud), Visitor(cloud, accept)
    rid = parts(url)[0]
    wrong = {"rid": rid, "/dateOfBirth": "x", "data": {"dateOfBirth": "x"}}
    right = {"rid": rid, "/fullName": "Ana", "confirmed": "true", "data": {"fullName": "Ana"}}
    for path in ("draft", "submit"):
        yield f"POST /v/{path}", visitor.post(f"/v/{path}", right)
    visitor.open(url)
    for body in ({}, {"set": [{"f": "/fullName", "v": "Ana", "base": 0}]}, {"set": [{"f": "/x", "v": 1, "base": 0}]}):
        yield "POST /v/{rid}/fields", visitor.post(f"{visitor.thing}/fields", body)
    yield "GET /v/{rid}/fields", visitor.get(f"{visitor.thing}/fields")
    for fields in ({**right, "rid": UNKNOWN}, wrong, right, right):
        yield "POST /v/{rid}/draft", visitor.post(f"{visitor.thing}/draft", fields)
        yield "POST /v/{rid}/step", visitor.post(f"{visitor.thing}/step", {**fields, "s": "1"})
        yield "POST /v/{rid}/submit", visitor.post(f"{visitor.thing}/submit", fields)


def handing_over(cloud: Cloud, accept: str) -> Answers:
    url, visitor = own_page(cloud), Visitor(cloud, accept)
    yield "POST /v/handover", visitor.post("/v/handover")
    visitor.open(url)
    yield "GET /v/{rid}", visitor.get(visitor.thing)
    yield "POST /v/{rid}/handover", visitor.post(f"{visitor.thing}/handover", {"rid": parts(url)[0]})
    file = put_file(cloud, "Elsewhere", CUSTOMER_LINK.body["resourceUid"])
    for fields in ({"as": "view"}, {"as": "download"}, {}):
        yield "POST /v/{rid}/files/{file}", visitor.post(f"{visitor.thing}/files/{file.id}", fields)
    yield "POST /v/{rid}/files/{file}", visitor.post(f"{visitor.thing}/files/{UNKNOWN}", {"as": "view"})
    yield "POST /grants", visitor.post("/grants", {"grant": "x"})
    visitor.headers["Authorization"] = f"Bearer {demo.MANAGE_KEY}"
    yield "POST /grants", visitor.post("/grants", {"grant": "x"})


def asking_for_a_socket(cloud: Cloud, accept: str) -> Answers:
    for make in (process_link, resource_link):
        visitor = Visitor(cloud, accept)
        yield "POST /v/{rid}/live", visitor.post(f"/v/{UNKNOWN}/live")
        visitor.open(make(cloud))
        yield "POST /v/{rid}/live", visitor.post(f"{visitor.thing}/live")
        yield "GET /v/{rid}/live/messages", visitor.get(f"{visitor.thing}/live/messages")
        yield "POST /v/{rid}/live/messages", visitor.post(f"{visitor.thing}/live/messages", {"t": "hello"})


def calling_back(cloud: Cloud, accept: str) -> Answers:
    visitor = Visitor(cloud, accept)
    yield "POST /v/{rid}/callback", visitor.post(f"/v/{UNKNOWN}/callback")
    visitor.open(session_link(cloud))
    yield "GET /v/{rid}", visitor.get(visitor.thing)
    for fields in ({"phone": "x"}, {"confirmed": "true"}, {"confirmed": "true", "note": "another"}):
        yield "POST /v/{rid}/callback", visitor.post(f"{visitor.thing}/callback", fields)


def choosing_a_language(cloud: Cloud, accept: str) -> Answers:
    url, visitor = process_link(cloud), Visitor(cloud, accept)
    rid, secret = parts(url)
    for fields in ({"language": "xx"}, {"language": "es"}, {"language": "es", "secret": secret}):
        yield "POST /l/{rid}/language", visitor.post(f"/l/{rid}/language", fields)
    visitor.open(url)
    for fields in ({"language": "xx"}, {"language": "es"}, {"language": "es", "rid": rid, "/fullName": "Ana"}):
        yield "POST /v/{rid}/language", visitor.post(f"{visitor.thing}/language", fields)


def disowning(cloud: Cloud, accept: str) -> Answers:
    url, visitor = process_link(cloud), Visitor(cloud, accept)
    rid, secret = parts(url)
    for method in ("GET", "HEAD"):
        for name in (rid, UNKNOWN):
            yield f"{method} /l/{{rid}}/about", visitor.get(f"/l/{name}/about", method)
    for fields in ({}, {"secret": UNKNOWN}, {"secret": secret}, {"secret": secret, "sure": "true"}):
        yield "POST /l/{rid}/not-me", visitor.post(f"/l/{rid}/not-me", fields)
        yield "POST /l/{rid}/receipt", visitor.post(f"/l/{rid}/receipt", fields)


WAYS: tuple[Callable[[Cloud, str], Answers], ...] = (
    landing,
    opening,
    codes,
    renewing,
    opting_out,
    things,
    sending_in,
    handing_over,
    asking_for_a_socket,
    calling_back,
    choosing_a_language,
    disowning,
)
STATUSES = {
    HTML: {200, 202, 303, 400, 401, 403, 404, 409, 410, 413, 415, 422, 429, 503},
    JSON: {200, 201, 202, 204, 400, 401, 403, 404, 409, 410, 413, 415, 422, 429, 503},
}


@pytest.mark.parametrize("accept", [HTML, JSON])
def test_every_reply_of_every_route_is_private(cloud: Cloud, accept: str) -> None:
    routes, statuses = set(), set()
    for route, response in (answer for way in WAYS for answer in way(cloud, accept)):
        routes.add(route)
        statuses.add(response.status)
        headers = lower(response)
        if route.startswith("HEAD"):
            assert response.body == b""
            headers |= {"content-type": "", "content-security-policy": "default-src 'none'; frame-ancestors 'none'"}
        private(headers, response.text)

    assert routes == {*STEPS, *VISIT_STEPS}
    assert statuses >= STATUSES[accept]


@pytest.mark.parametrize("accept", [HTML, JSON])
@pytest.mark.parametrize("kind", PROBLEMS, ids=lambda kind: kind.__name__)
def test_every_error_is_rendered_privately(kind: type[errors.LinkError], accept: str) -> None:
    error = example(kind)
    request = Request("POST", "/l/x", headers={"accept": accept, "accept-language": "es-MX, en;q=0.5"})

    reply = render_error(error, request)

    assert reply.status == PROBLEMS[kind].status
    private(reply.headers, reply.body if isinstance(reply.body, str) else reply.body.decode())
    assert ("retry-after" in reply.headers) == isinstance(error, errors.Throttled | errors.Unavailable)


def example(kind: type[errors.LinkError]) -> errors.LinkError:
    moment = datetime(2026, 11, 21, tzinfo=UTC)
    made: dict[type[errors.LinkError], errors.LinkError] = {
        errors.InvalidRequest: errors.InvalidRequest([errors.Problem.of("secret", "required")]),
        errors.MalformedBody: errors.MalformedBody("the body is not JSON"),
        errors.BodyTooLarge: errors.BodyTooLarge(5),
        errors.Forbidden: errors.Forbidden("links:read"),
        errors.NotFound: errors.NotFound("link"),
        errors.MethodNotAllowed: errors.MethodNotAllowed(["GET"]),
        errors.LinkExpired: errors.LinkExpired(moment),
        errors.LinkSubmitted: errors.LinkSubmitted(moment),
        errors.CodeRefused: errors.CodeRefused(3),
        errors.CallbackAsked: errors.CallbackAsked(moment),
        errors.DraftChanged: errors.DraftChanged(["/fullName"]),
        errors.Throttled: errors.Throttled(7),
    }
    return made.get(kind) or kind()


def test_a_tenants_own_site_may_frame_its_pages_and_show_its_logo(cloud: Cloud) -> None:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    origins = frozenset({"https://www.example.com", "https://bad.example;script-src *", "http://plain.example"})
    tenants.put_tenant(replace(demo.DEMO, frame_origins=origins, logo="https://cdn.example.com/logo.svg"))

    response = Visitor(cloud).get(f"/l/{parts(process_link(cloud))[0]}")
    tenants.put_tenant(demo.DEMO)

    policy = response.header("content-security-policy")
    assert policy.endswith("frame-ancestors https://www.example.com")
    assert "img-src 'self' https://cdn.example.com;" in policy
    assert "*" not in policy
    assert response.header("x-frame-options") == ""
    assert '<img src="https://cdn.example.com/logo.svg" alt="">' in response.text


@pytest.mark.parametrize(
    "logo", ["https://x y/logo", "http://cdn.example.com/l", "data:image/png;base64,AA", '"><script>']
)
def test_a_logo_that_no_policy_can_name_is_left_out(cloud: Cloud, logo: str) -> None:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_tenant(replace(demo.DEMO, logo=logo))

    response = Visitor(cloud).get(f"/l/{parts(process_link(cloud))[0]}")
    tenants.put_tenant(demo.DEMO)

    assert "<img" not in response.text
    assert "img-src 'self';" in response.header("content-security-policy")
