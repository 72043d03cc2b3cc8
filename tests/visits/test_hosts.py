"""A link opens only at its own tenant's host. At any other, it does not exist."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.ports.links import NotChanged
from linkgate.ports.visits import SecretProof
from linkgate.store.tenants import DynamoTenants
from linkgate.tokens import secret_hash, visit_hash
from local import demo
from tests.support.cloud import DOMAIN
from tests.support.visitor import (
    HTML,
    JSON,
    Visitor,
    check,
    code_in,
    coded_link,
    link_item,
    outbox,
    parts,
    process_link,
    resource_link,
)
from tests.visits.test_renewal import renew

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

ELSEWHERE = "links.other-bank.example"
UNKNOWN = "AAAAAAAAAAAAAAAAAAAAAA"


def set_portal(host: str | None) -> None:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_tenant(dataclasses.replace(demo.DEMO, portal=f"https://{host}" if host else None))


@pytest.fixture
def own_host(cloud: Cloud) -> Iterator[Cloud]:
    set_portal("links.acme.example")
    yield cloud
    set_portal(None)


def told(response: HttpResponse) -> tuple[int, str]:
    return response.status, response.text


@pytest.mark.parametrize("accept", [HTML, JSON])
@pytest.mark.parametrize("make", [process_link, resource_link, coded_link])
def test_elsewhere_a_link_is_unknown_and_nothing_is_sent_or_counted(cloud: Cloud, accept: str, make: object) -> None:
    url = make(cloud)  # type: ignore[operator]
    (rid, secret), visitor = parts(url), Visitor(cloud, accept)
    before = link_item(cloud, url)
    cloud.outbox.clear()

    with cloud.at(ELSEWHERE):
        shown, opened, renewed = visitor.get(f"/l/{rid}"), visitor.open(url), renew(visitor, url)
        unknown = [
            visitor.get(f"/l/{UNKNOWN}"),
            visitor.post(f"/l/{UNKNOWN}", {"secret": secret}),
            visitor.post(f"/l/{UNKNOWN}/renew", {"secret": secret}),
        ]

    assert [told(shown), told(opened), told(renewed)] == [told(response) for response in unknown]
    assert opened.status == 404
    assert link_item(cloud, url) == before
    assert outbox(cloud) == []
    assert visitor.cookies == {}


def test_elsewhere_a_visit_shows_and_takes_nothing(cloud: Cloud) -> None:
    url, program = process_link(cloud), Visitor(cloud, JSON)
    program.see(url)

    with cloud.at(ELSEWHERE):
        shown = program.get(program.thing)
        sent = program.post(f"{program.thing}/submit", {"data": {"fullName": "Ana"}})

    assert (shown.status, sent.status) == (401, 401)
    assert "submitted_at" not in link_item(cloud, url)


def test_elsewhere_no_code_opens_it(cloud: Cloud) -> None:
    url, program = coded_link(cloud), Visitor(cloud, JSON)
    program.open(url)
    code = code_in(cloud)

    with cloud.at(ELSEWHERE):
        refused = [check(program, url, code), program.post(f"/l/{parts(url)[0]}/code")]

    assert [response.status for response in refused] == [404, 404]
    assert link_item(cloud, url)["views"] == 0
    assert check(program, url, code).status == 200


def test_a_tenants_own_links_do_not_open_at_the_default_host(own_host: Cloud) -> None:
    url = process_link(own_host)

    with own_host.at(DOMAIN):
        assert Visitor(own_host).open(url).status == 404
    with own_host.at("links.acme.example"):
        assert Visitor(own_host).open(url).status == 303


def test_a_link_opens_at_its_tenants_new_host_and_at_the_one_it_was_sent_with(own_host: Cloud) -> None:
    url, other = process_link(own_host), coded_link(own_host)
    set_portal("links.acme-group.example")

    for host in ("links.acme.example", "links.acme-group.example"):
        with own_host.at(host):
            person = Visitor(own_host)
            assert person.see(url).status == 200
            assert person.open(other).status == 202
    with own_host.at(ELSEWHERE):
        assert Visitor(own_host).open(url).status == 404


def test_the_write_that_opens_a_link_names_its_portal(cloud: Cloud) -> None:
    rid, secret = parts(process_link(cloud))
    deps = wiring.deps()

    elsewhere = SecretProof(secret_hash(rid, secret), (f"https://{ELSEWHERE}", f"https://not-{DOMAIN}"))

    with pytest.raises(NotChanged):
        deps.visits.open(rid, elsewhere, visit_hash(rid, secret), deps.now())

    here = SecretProof(secret_hash(rid, secret), (f"https://{ELSEWHERE}", f"https://{DOMAIN}"))
    deps.visits.open(rid, here, visit_hash(rid, secret), deps.now())
