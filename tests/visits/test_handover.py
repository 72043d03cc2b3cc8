"""Handover to the tenant's own page: one grant for one minute and one use, only for the tenant's own server."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from linkgate import wiring
from linkgate.model.tenant import ResourceType
from linkgate.store.tenants import DynamoTenants
from local import demo
from tests.support.visitor import JSON, Visitor, parts, resource_link

if TYPE_CHECKING:
    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

UID = "0123456789abcdef0123456789abcdef"
BEARER = {"Authorization": f"Bearer {demo.MANAGE_KEY}", "Accept": JSON}


def own_page(cloud: Cloud, url: str = "https://www.example.com/documents/{uid}?view=full#top") -> str:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_definition(demo.DEMO.id, ResourceType("Elsewhere", "Your documents", tier="standard", url=url))
    return resource_link(cloud, resourceType="Elsewhere")


def handed_over(cloud: Cloud, url: str) -> str:
    person = Visitor(cloud)
    person.see(url)
    return person.post(f"{person.thing}/handover", {"rid": parts(url)[0]}).header("location")


def grant_in(location: str) -> str:
    return parse_qs(urlsplit(location).query)["grant"][0]


def take(cloud: Cloud, grant: object, headers: dict[str, str] | None = None) -> HttpResponse:
    return cloud.post("/grants", {"grant": grant}, BEARER if headers is None else headers)


def test_the_page_leads_there_and_its_policy_lets_it(cloud: Cloud) -> None:
    url, person = own_page(cloud), Visitor(cloud)

    page = person.see(url)

    assert f'action="{person.thing}/handover"' in page.text
    assert "form-action 'self' https://www.example.com;" in page.header("content-security-policy")
    assert Visitor(cloud, JSON).see(url).json()["handOver"] is True


def test_the_browser_gets_a_grant_and_the_tenants_server_the_facts(cloud: Cloud) -> None:
    url = own_page(cloud)

    location = handed_over(cloud, url)
    facts = take(cloud, grant_in(location))

    assert location.startswith(f"https://www.example.com/documents/{UID}?view=full&grant={parts(url)[0]}.")
    assert location.endswith("#top")
    assert facts.status == 200
    assert facts.json()["rid"] == parts(url)[0]
    assert facts.json()["subject"] == "Elsewhere"
    assert facts.json()["reference"] == UID
    assert facts.json()["recipient"]["email"] == "jane@example.com"
    assert facts.json()["codeChecked"] is False


def test_a_grant_works_once(cloud: Cloud) -> None:
    grant = grant_in(handed_over(cloud, own_page(cloud)))

    assert [take(cloud, grant).status for _ in range(2)] == [200, 404]


def test_a_grant_works_for_a_minute(cloud: Cloud) -> None:
    grant = grant_in(handed_over(cloud, own_page(cloud)))
    cloud.clock.advance(timedelta(seconds=60))

    assert take(cloud, grant).status == 404


def test_a_lost_answer_does_not_lose_the_grant(cloud: Cloud) -> None:
    grant = grant_in(handed_over(cloud, own_page(cloud)))
    cloud.post("/_local/faults", {"service": "dynamodb", "error": "timeout_after", "times": 2})

    assert take(cloud, grant).status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": f"Basic {demo.MANAGE_KEY}"}, 401),
        ({"Authorization": f"Bearer {demo.TRENDSIC_KEY}"}, 401),
        ({"Authorization": "Bearer other-manage-key"}, 404),
    ],
)
def test_a_grant_is_for_the_tenants_own_server(cloud: Cloud, headers: dict[str, str], status: int) -> None:
    grant = grant_in(handed_over(cloud, own_page(cloud)))

    assert take(cloud, grant, {**headers, "Accept": JSON}).status == status
    assert take(cloud, grant).status == 200


@pytest.mark.parametrize("grant", [None, "", "x", "a.b", "AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA"])
def test_what_is_no_grant_is_not_found(cloud: Cloud, grant: object) -> None:
    assert take(cloud, grant).status == 404


@pytest.mark.parametrize("accept", [None, "*/*", "text/html"])
def test_the_tenants_server_is_answered_as_a_program_whatever_it_accepts(cloud: Cloud, accept: str | None) -> None:
    refused = take(cloud, "x", BEARER if accept is None else {**BEARER, "Accept": accept})

    assert refused.header("content-type").startswith("application/problem+json")
    assert refused.json()["type"] == "urn:linkgate:not-found"


@pytest.mark.parametrize(
    "url",
    [
        "http://www.example.com/{uid}",
        "//www.example.com/{uid}",
        "javascript:alert(1)",
        "https://user@www.example.com/{uid}",
        "https:///{uid}",
        "/local/{uid}",
    ],
)
def test_only_an_https_page_is_handed_over_to(cloud: Cloud, url: str) -> None:
    link, person = own_page(cloud, url), Visitor(cloud)

    assert "/handover" not in person.see(link).text
    assert person.post(f"{person.thing}/handover", {"rid": parts(link)[0]}).status == 404


def test_a_browser_without_a_visit_gets_no_grant(cloud: Cloud) -> None:
    assert Visitor(cloud, JSON).post("/v/handover", {}).status == 401
