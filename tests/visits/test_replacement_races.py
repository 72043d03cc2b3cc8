"""Races between a link's replacements, and with its recipient, judged against the real DynamoDB Local."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.errors import LinkError, LinkSubmitted
from linkgate.model.link import Status
from linkgate.tokens import Derivation
from linkgate.usecases.authentication import Caller
from linkgate.usecases.delivery.replacing import ReplaceLink, replace_link
from linkgate.usecases.visits.reopening import ReopenLink, reopen_link
from local import demo
from tests.support.visitor import JSON, Visitor, parts, process_link
from tests.visits.test_replaced import KEY

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.usecases.delivery.successors import Successor
    from tests.support.cloud import Cloud

CALLER = Caller(demo.DEMO, KEY, Derivation(b"", ""), "sam")


def replaced(rid: str) -> str:
    """Replace a link without a message. Returns the new rid, or the name of the refusal."""
    try:
        return replace_link(ReplaceLink(caller=CALLER, rid=rid, channels=()), wiring.deps()).link.rid
    except LinkError as error:
        return type(error).__name__


def chain(rid: str) -> list[Link]:
    """Return a link and those that took its place, one after the other."""
    links = []
    following: str | None = rid
    while following:
        link = wiring.deps().links.get(following)
        assert link is not None
        links.append(link)
        following = link.renewed_as
    return links


def test_replacements_at_once_make_one_line_with_one_live_end(real_cloud: Cloud) -> None:
    rid = parts(process_link(real_cloud, {"fullName": "Ana"}))[0]

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(replaced, [rid] * 8))

    line, now = chain(rid), wiring.deps().now()
    known = {link.rid for link in line}
    assert {name for name in made if name != "Unavailable"} == known - {rid}
    assert [link.status(now) for link in line] == [Status.REVOKED] * (len(line) - 1) + [Status.ACTIVE]
    assert [link.replaces for link in line[1:]] == [link.rid for link in line[:-1]]


def test_a_form_is_opened_again_once_however_many_ask(real_cloud: Cloud) -> None:
    url = process_link(real_cloud, {"fullName": "Ana"})
    program = Visitor(real_cloud, JSON)
    program.open(url)
    assert program.post(f"{program.thing}/submit", {"data": {"fullName": "Ana"}}).status == 201
    rid = parts(url)[0]

    def reopened(_: int) -> Successor:
        return reopen_link(ReopenLink(caller=CALLER, rid=rid, channels=()), wiring.deps())

    with ThreadPoolExecutor(20) as pool:
        made = list(pool.map(reopened, range(20)))

    line, now = chain(rid), wiring.deps().now()
    assert [link.status(now) for link in line] == [Status.SUBMITTED, Status.ACTIVE]
    assert {each.link.rid for each in made} == {line[1].rid}
    assert len([each for each in made if each.url]) == 1


@pytest.mark.parametrize("turn", range(6))
def test_a_form_that_was_sent_in_is_never_replaced_and_a_replaced_one_is_never_sent_in(
    real_cloud: Cloud, turn: int
) -> None:
    url = process_link(real_cloud, {"fullName": "Ana"})
    program = Visitor(real_cloud, JSON)
    program.open(url)

    with ThreadPoolExecutor(4) as pool:
        replacing = [pool.submit(replaced, parts(url)[0]) for _ in range(turn % 3)]
        sent = pool.submit(program.post, f"{program.thing}/submit", {"data": {"fullName": "Ana"}}).result()
        replacing += [pool.submit(replaced, parts(url)[0])]
        made = [each.result() for each in replacing]

    line, now = chain(parts(url)[0]), wiring.deps().now()
    ends = [link.status(now) for link in line if link.status(now) in {Status.SUBMITTED, Status.ACTIVE}]
    assert ends == ([Status.SUBMITTED] if sent.status < 300 else [Status.ACTIVE])
    assert (LinkSubmitted.__name__ in made) == (sent.status < 300)
