"""A resource's links are listed newest first, only the caller's own, with one Query and one BatchGetItem per page."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import boto3

from linkgate import wiring
from linkgate.ports.management import ListPage
from linkgate.store.management.link_lists import DynamoLists
from linkgate.store.table import Table
from tests.support.trendsic_calls import API, JSON, LIST, OWN, call, post

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.ports.management import LinkList, LinkLists, Position
    from tests.support.cloud import Cloud


def numbers(cloud: Cloud, target: str = LIST, **headers: str) -> list[int]:
    reply = call(cloud, f"GET {target}", **headers)
    assert reply.status == 200
    return [link["customerLinkId"] for link in reply.json()["links"]]


def make(cloud: Cloud, count: int) -> list[int]:
    """Make links and return their numbers in order."""
    made = []
    while count:
        batch = min(count, 25)
        reply = post(cloud, f"[{','.join([JSON] * batch)}]", f"{API}[]")
        made += [entry["link"]["customerLinkId"] for entry in reply.json()]
        count -= batch
    return made


def counted(cloud: Cloud) -> Counter[str]:
    """Return the calls that the store of lists makes from now on, by operation."""
    calls: Counter[str] = Counter()
    client = boto3.client("dynamodb")
    client.meta.events.register("before-call.dynamodb", lambda model, **_: calls.update([model.name]))
    lists = DynamoLists(Table(cloud.environment()["TABLE_NAME"], lambda: client))
    wiring.use(dataclasses.replace(wiring.deps(), lists=lists))
    return calls


def test_newest_first_with_what_became_of_each(cloud: Cloud) -> None:
    first, second = make(cloud, 1), make(cloud, 1)
    cloud.clock.advance(timedelta(days=8))
    third = make(cloud, 1)

    links = call(cloud, f"GET {LIST}").json()["links"]

    assert [link["customerLinkId"] for link in links] == third + second + first
    assert [link["status"] for link in links] == ["Active", "Expired", "Expired"]
    assert "portalUrl" not in json.dumps(links)


def test_a_page_costs_one_query_and_one_read_of_its_links(cloud: Cloud) -> None:
    made = make(cloud, 205)
    calls = counted(cloud)

    assert numbers(cloud) == made[::-1]
    assert calls == {"Query": 3, "BatchGetItem": 3}


def test_an_empty_list_costs_one_query(cloud: Cloud) -> None:
    calls = counted(cloud)

    assert numbers(cloud) == []
    assert calls == {"Query": 1}


def test_the_order_within_a_millisecond_is_always_the_same(cloud: Cloud) -> None:
    now = wiring.deps().now()
    wiring.use(dataclasses.replace(wiring.deps(), now=lambda: now))

    made = make(cloud, 110)

    assert numbers(cloud) == numbers(cloud) == made[::-1]


class EndlessList:
    """Store whose lists never end."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def page(self, _which: LinkList, _position: Position | None, limit: int) -> ListPage:
        return ListPage((self._link,) * limit, (0, {}))


def test_no_more_than_a_thousand(cloud: Cloud) -> None:
    rid = post(cloud, JSON).json()["portalUrl"].split("/l/")[1].split("#")[0]
    deps = wiring.deps()
    link = deps.links.get(rid)
    assert link is not None
    wiring.use(dataclasses.replace(deps, lists=cast("LinkLists", EndlessList(link))))

    assert len(numbers(cloud)) == 1000


def test_other_tenants_see_nothing_of_it(cloud: Cloud) -> None:
    make(cloud, 1)

    assert numbers(cloud, authorization="Bearer other-trendsic-key") == []


def test_an_unknown_resource_has_no_links(cloud: Cloud) -> None:
    make(cloud, 1)

    assert numbers(cloud, f"{OWN}/resource/Nothing/{'1' * 32}") == []
    assert numbers(cloud, f"{OWN}/resource/Invoice/{'1' * 32}") == []
    assert numbers(cloud, LIST.replace("Invoice", "invoice")) == []


def test_a_list_asks_for_credentials(cloud: Cloud) -> None:
    assert call(cloud, f"GET {LIST}", authorization=None).status == 401
    assert call(cloud, f"GET {LIST}", authorization="Bearer wrong").status == 401
