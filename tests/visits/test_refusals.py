"""Replies to strangers, to other sites, and to holders of a link that no longer opens."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate.routes.recipient import STEPS
from linkgate.routes.recipient_visit import VISIT_STEPS
from local import demo
from tests.support.visitor import HTML, JSON, Visitor, coded_link, parts, process_link, resource_link, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

UNKNOWN = "AAAAAAAAAAAAAAAAAAAAAA"


def open_link(cloud: Cloud) -> str:
    return process_link(cloud)


def expired(cloud: Cloud) -> str:
    url = resource_link(cloud, expiresInHours=1)
    cloud.clock.advance(timedelta(hours=1))
    return url


def cancel(cloud: Cloud, url: str) -> HttpResponse:
    body = {"apiVersion": "1", "apiKey": demo.EASYSEND_KEY, "customerId": demo.EASYSEND_CUSTOMER, "rid": parts(url)[0]}
    return cloud.post("/player/api/cancel-request", body)


def revoked(cloud: Cloud) -> str:
    url = process_link(cloud)
    assert cancel(cloud, url).status == 200
    return url


def submitted(cloud: Cloud) -> str:
    url, program = process_link(cloud), Visitor(cloud, JSON)
    program.see(url)
    assert program.post(f"{program.thing}/submit", {"data": {"fullName": "Ana"}}).status == 201
    return url


def used_up(cloud: Cloud) -> str:
    url = resource_link(cloud, maxViews=1)
    Visitor(cloud).open(url)
    return url


ENDS: dict[str, tuple[Callable[[Cloud], str], int]] = {
    "expired": (expired, 410),
    "revoked": (revoked, 410),
    "submitted": (submitted, 409),
    "exhausted": (used_up, 409),
}


@pytest.mark.parametrize("accept", [HTML, JSON])
@pytest.mark.parametrize("end", ENDS)
def test_a_holder_is_told_the_truth(cloud: Cloud, end: str, accept: str) -> None:
    make, status = ENDS[end]

    response = Visitor(cloud, accept).open(make(cloud))

    assert response.status == status
    assert not response.cookies
    if accept == JSON:
        assert response.json()["type"] == f"urn:linkgate:{end}"
        assert response.json()["status"] == status
        assert response.header("content-type").startswith("application/problem+json")
    else:
        assert "Example Bank" in words(response)


@pytest.mark.parametrize("path", ["submit", "draft"])
def test_who_was_filling_in_a_link_that_is_withdrawn_is_told_so(cloud: Cloud, path: str) -> None:
    url, person = process_link(cloud), Visitor(cloud)
    person.see(url)
    cancel(cloud, url)

    response = person.post(f"{person.thing}/{path}", {"rid": parts(url)[0], "/fullName": "Ana", "confirmed": "true"})

    assert response.status == 410
    assert "This link has been withdrawn" in words(response)


@pytest.mark.parametrize("accept", [HTML, JSON])
@pytest.mark.parametrize("state", ["open", "coded", *ENDS])
def test_anybody_else_gets_one_and_the_same_404(cloud: Cloud, state: str, accept: str) -> None:
    make = {"open": open_link, "coded": coded_link, **{end: made for end, (made, _) in ENDS.items()}}[state]
    rid, _ = parts(make(cloud))
    stranger = Visitor(cloud, accept)
    before = cloud.table()

    answers = [stranger.post(f"/l/{name}", {"secret": UNKNOWN}) for name in (rid, UNKNOWN, "x", f"{rid}x")]

    assert {answer.status for answer in answers} == {404}
    assert len({answer.body for answer in answers}) == 1
    assert all(_comparable(answer.headers) == _comparable(answers[0].headers) for answer in answers)
    assert cloud.table() == before


def _comparable(headers: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() != "apigw-requestid"]


@pytest.mark.parametrize("path", ["/code", "/code/check", "/renew"])
@pytest.mark.parametrize("accept", [HTML, JSON])
def test_further_steps_need_what_the_first_one_gave(cloud: Cloud, path: str, accept: str) -> None:
    rid, _ = parts(coded_link(cloud))
    stranger = Visitor(cloud, accept)
    fields = {"code": "123456", "secret": UNKNOWN}

    known, unknown = stranger.post(f"/l/{rid}{path}", fields), stranger.post(f"/l/{UNKNOWN}{path}", fields)

    assert known.status == unknown.status == 404
    assert known.body == unknown.body
    assert _comparable(known.headers) == _comparable(unknown.headers)


@pytest.mark.parametrize("rid", [UNKNOWN, "x", UNKNOWN[:-1] + "B", "%00", "a" * 300, "%F0%9F%99%82"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_an_address_that_is_no_link_is_not_found(cloud: Cloud, rid: str, method: str) -> None:
    visitor = Visitor(cloud)

    response = visitor.post(f"/l/{rid}", {"secret": UNKNOWN}) if method == "POST" else visitor.get(f"/l/{rid}", method)

    assert response.status == 404


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://links.example.com"}, False),
        ({"Origin": "null"}, True),
        ({"Origin": "https://links.example.com"}, True),
        ({"Origin": "http://links.example.com"}, False),
        ({"Origin": "https://links.example.com.evil.example"}, False),
        ({"Origin": "https://evil.example"}, False),
    ],
)
def test_forms_of_other_sites_are_refused(cloud: Cloud, headers: dict[str, str], allowed: bool) -> None:  # noqa: FBT001
    url = process_link(cloud)

    response = Visitor(cloud, headers=headers).open(url)

    assert response.status == (303 if allowed else 403)
    assert "location" not in dict(response.headers) or allowed


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', b'{"secret": 5}', b'{"secret": null}', b'{"secret": ["a"]}', b"\xff\xfe", b"[" * 100],
)
def test_bad_json_gets_a_clear_answer(cloud: Cloud, body: bytes) -> None:
    rid, _ = parts(process_link(cloud))

    response = cloud.request("POST", f"/l/{rid}", body, {"Content-Type": JSON, "Accept": JSON})

    assert response.status in {400, 404, 422}
    assert response.json()["type"].startswith("urn:linkgate:")


@pytest.mark.parametrize("body", [b"secret=%FF", b"%", b"a=1&" * 3000, "secret=ñ".encode(), b"&&&", b"secret"])
def test_bad_forms_get_a_clear_answer(cloud: Cloud, body: bytes) -> None:
    rid, _ = parts(process_link(cloud))
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": HTML}

    assert cloud.request("POST", f"/l/{rid}", body, headers).status in {400, 404, 422}


def test_other_bodies_are_not_read(cloud: Cloud) -> None:
    rid, _ = parts(process_link(cloud))
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Accept": JSON}

    assert cloud.request("POST", f"/l/{rid}", b"--x", headers).status == 415


@pytest.mark.parametrize(
    "data", [None, [], "text", 5, {"acceptTerms": "perhaps"}, {"dateOfBirth": "2026-02-30"}, {"fullName": "x" * 201}]
)
def test_data_that_breaks_the_form_is_refused_with_its_places(cloud: Cloud, data: object) -> None:
    url, program = process_link(cloud), Visitor(cloud, JSON)
    program.see(url)

    response = program.post(f"{program.thing}/submit", {"data": data})

    assert response.status == 422
    (fault,) = response.json()["fields"]
    assert fault["field"] in {"data", "/acceptTerms", "/dateOfBirth", "/fullName"}
    assert fault["reason"]


def test_faults_stand_beside_their_fields_and_nothing_typed_is_lost(cloud: Cloud) -> None:
    url, person = process_link(cloud), Visitor(cloud, language="es")
    person.see(url)

    fields = {"rid": parts(url)[0], "/fullName": "Ana", "/dateOfBirth": "2026-02-30"}
    response = person.post(f"{person.thing}/submit", fields)

    assert response.status == 422
    assert 'value="Ana"' in response.text
    assert 'value="2026-02-30"' in response.text
    assert 'aria-invalid="true"' in response.text
    assert "Escriba una fecha real." in words(response)


def test_a_revoked_link_is_shown_to_no_visitor_any_more(cloud: Cloud) -> None:
    url, person = process_link(cloud), Visitor(cloud)
    person.see(url)
    cancel(cloud, url)

    assert person.get(person.thing).status == 410
    assert person.post(f"{person.thing}/submit", {"rid": parts(url)[0], "/fullName": "Ana"}).status == 410


def test_a_link_that_expires_during_a_visit_is_shown_no_longer(cloud: Cloud) -> None:
    url, person = resource_link(cloud, expiresInHours=1), Visitor(cloud)
    cloud.clock.advance(timedelta(minutes=55))
    person.see(url)
    cloud.clock.advance(timedelta(minutes=5))

    assert person.get(person.thing).status == 410


@pytest.mark.parametrize("cookie", ["", "x", "a.b", f"{UNKNOWN}.{UNKNOWN}", UNKNOWN, f"{UNKNOWN}.", "é"])
def test_a_cookie_that_is_no_visit_shows_nothing(cloud: Cloud, cookie: str) -> None:
    program = Visitor(cloud, JSON, cookies={"__Host-linkgate-visit": cookie})

    response = program.get(program.thing)

    assert (response.status, response.json()["type"]) == (401, "urn:linkgate:visit-ended")
    assert program.post(f"{program.thing}/submit", {"data": {}}).status == 401
    assert program.post(f"{program.thing}/draft", {"data": {}}).status == 401


@pytest.mark.parametrize("route", [*STEPS, *VISIT_STEPS])
def test_a_wrong_verb_is_told_which_one_does(cloud: Cloud, route: str) -> None:
    verb, _, path = route.partition(" ")

    response = cloud.request("PUT", path.replace("{rid}", UNKNOWN))

    assert response.status == 405
    assert verb in (response.header("allow") or "").split(", ")


@pytest.mark.parametrize("path", ["/v/draft", f"/v/{UNKNOWN}/draft", f"/v/{UNKNOWN}/submit", f"/l/{UNKNOWN}/code"])
def test_who_asks_for_a_forms_address_is_not_told_to_try_the_same_again(cloud: Cloud, path: str) -> None:
    page = words(Visitor(cloud, HTML).get(path))

    assert "Open the link from your message again" in page
    assert "in a minute" not in page


def test_a_browser_that_keeps_no_cookies_is_told_what_it_lacks(cloud: Cloud) -> None:
    person = Visitor(cloud)
    person.open(process_link(cloud))
    person.cookies.clear()

    page = person.get(person.thing)

    assert page.status == 401
    assert "Example Bank" in words(page)
    assert "allow cookies" in words(page)
