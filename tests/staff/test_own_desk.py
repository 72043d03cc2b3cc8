"""The desk of a signed-in agent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkgate import wiring
from linkgate.model.tenant import Agent
from local.demo import DEMO, OCULAR_CODE
from tests.support.staff_browser import SESSION, StaffBrowser

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.cloud import Cloud


def test_an_agent_opens_their_own_desk_and_no_earlier_link_stays(
    site: Cloud, signed_in: Callable[[str], StaffBrowser]
) -> None:
    ana = signed_in("Ana Agent")
    assert "No desk is yours yet" in ana.get("/console/desk").text
    assert ana.post("/console/desk").status == 404
    _, person, _ = ana.cookies[SESSION].split(".")
    wiring.deps().tenants.put_definition(DEMO.id, Agent("ana", "Ana", queues=frozenset({OCULAR_CODE}), person=person))

    assert "You work as Ana" in ana.get("/console").text
    urls = [link_in(ana.post("/console/desk").text) for _ in range(2)]

    assert urls[0].startswith(f"http://{site.domain}/l/")
    assert [opens(site, url) for url in urls] == [False, True]


def link_in(page: str) -> str:
    return str(re.findall(r'href="(http[^"]+/l/[^"]+)"', page)[0])


def opens(site: Cloud, url: str) -> bool:
    path, _, secret = url.partition(site.domain)[2].partition("#")
    return site.post_form(path, {"secret": secret}).status == 303
