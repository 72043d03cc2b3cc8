"""Whoever came in by a link that fell into the wrong hands is put out when the link is replaced, renewed or revoked."""

from __future__ import annotations

import dataclasses
import json
import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.model.link import Channel, Occasion
from linkgate.model.policy import CODES_PER_FAMILY, LINK_TRIES
from linkgate.ports.links import NotChanged
from linkgate.store.link_items import LINK
from linkgate.store.table import Update
from linkgate.store.ways import way_name
from linkgate.tokens import secret_hash, token
from linkgate.usecases.delivery.sending import FurtherMessage, send_again
from local import demo
from tests.support.cloud import table_of
from tests.support.visitor import (
    JSON,
    Visitor,
    check,
    code_in,
    coded_link,
    link_in,
    parts,
    resource_link,
    sent_process_link,
)
from tests.visits.test_codes import again, wrong_code
from tests.visits.test_handover import grant_in, handed_over, own_page, take
from tests.visits.test_renewal import MODEL, renew

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from tests.support.cloud import Cloud

BY = "0" * 32


def manage(cloud: Cloud, method: str, path: str, **content: object) -> dict[str, Any]:
    key = {"Authorization": f"Bearer {demo.MANAGE_KEY}"}
    response = cloud.request(method, path, json.dumps(content) if content else b"", key)
    assert response.status == 200, response.text
    told: dict[str, Any] = response.json()
    return told


def replace_mail(cloud: Cloud, url: str) -> None:
    cloud.clock.advance(timedelta(minutes=5))
    manage(cloud, "POST", f"/links/{parts(url)[0]}/resend", channel="email", replace=True)


def revoke(cloud: Cloud, url: str, way: str) -> dict[str, Any]:
    return manage(cloud, "POST", f"/links/{parts(url)[0]}/revoke-way", way=way)


def stored(url: str) -> Link:
    link = wiring.deps().links.get(parts(url)[0])
    assert link
    return link


def change(cloud: Cloud, url: str, update: Update) -> None:
    """Change the stored link, as another release left it."""
    table_of(cloud).update(parts(url)[0], LINK, update)


def revoked_ways(cloud: Cloud, url: str) -> list[dict[str, Any]]:
    cloud.settle()
    events = manage(cloud, "GET", f"/links/{parts(url)[0]}/events")["events"]
    return [event["data"] for event in events if event["type"] == "link.way_revoked"]


def test_replacing_a_message_ends_the_visits_that_it_opened_and_no_others(cloud: Cloud) -> None:
    by_api = sent_process_link(cloud, MODEL)
    by_mail, thief, owner = link_in(cloud), Visitor(cloud, JSON), Visitor(cloud, JSON)
    thief.see(by_mail)
    owner.see(by_api)

    replace_mail(cloud, by_api)

    answer = {"data": {"fullName": "Mallory"}}
    assert thief.get(thief.thing).status == 401
    assert thief.post(f"{thief.thing}/draft", answer).status == 401
    assert thief.post(f"{thief.thing}/submit", answer).status == 401
    assert thief.open(by_mail).status == 404
    assert owner.get(owner.thing).status == 200
    assert Visitor(cloud, JSON).see(link_in(cloud)).status == 200


def test_replacing_a_message_ends_the_codes_that_it_asked_for(cloud: Cloud) -> None:
    by_api = coded_link(cloud, deliverEmail=True)
    by_mail, thief, owner = link_in(cloud), Visitor(cloud, JSON), Visitor(cloud, JSON)
    thief.open(by_mail)
    stolen = code_in(cloud)
    owner.open(by_api)
    code = code_in(cloud)

    replace_mail(cloud, by_api)

    assert check(thief, by_mail, stolen).status == 404
    assert again(thief, by_mail).status == 404
    assert check(owner, by_api, code).status == 200


def test_a_grant_ends_with_the_visit_that_it_was_given_for(cloud: Cloud) -> None:
    url = own_page(cloud)
    grant = grant_in(handed_over(cloud, url))

    revoke(cloud, url, "api")

    assert take(cloud, grant).status == 404


@pytest.mark.parametrize(
    ("way", "left"),
    [("api", ["email:1"]), ("email:1", ["api"]), ("email", ["api"]), ("sms", ["api", "email:1"])],
)
def test_one_way_ends_and_the_others_stay(cloud: Cloud, way: str, left: list[str]) -> None:
    by_api = sent_process_link(cloud, MODEL)
    by_mail = link_in(cloud)
    visitors = {"api": Visitor(cloud, JSON), "email:1": Visitor(cloud, JSON)}
    urls = {"api": by_api, "email:1": by_mail}
    for known, visitor in visitors.items():
        visitor.see(urls[known])

    revoke(cloud, by_api, way)

    assert revoke(cloud, by_api, way)["ways"] == left
    for known, visitor in visitors.items():
        assert visitor.get(visitor.thing).status == (200 if known in left else 401)
        assert Visitor(cloud, JSON).open(urls[known]).status == (200 if known in left else 404)


def test_who_ended_which_way_is_recorded(cloud: Cloud) -> None:
    url, replaced = sent_process_link(cloud, MODEL), sent_process_link(cloud, MODEL)

    revoke(cloud, url, "api")
    replace_mail(cloud, replaced)

    (ours,), (message,) = revoked_ways(cloud, url), revoked_ways(cloud, replaced)
    assert ours["ways"] == ["api"]
    assert ours["by"]
    assert message == {"ways": ["email:1"]}


def test_a_visit_whose_way_is_not_known_ends_with_any_way(cloud: Cloud) -> None:
    url, thief = sent_process_link(cloud, MODEL), Visitor(cloud, JSON)
    thief.see(link_in(cloud))
    (visit,) = stored(url).visits
    change(cloud, url, Update("REMOVE #way", None, names={"way": way_name(visit)}))

    revoke(cloud, url, "api")

    assert thief.get(thief.thing).status == 401


def test_renewing_a_used_up_link_ends_its_visits(cloud: Cloud) -> None:
    url = resource_link(cloud, maxViews=1)
    thief = Visitor(cloud, JSON)
    thief.see(url)

    assert renew(Visitor(cloud, JSON), url).status == 202

    assert thief.get(thief.thing).status == 401
    assert stored(url).visits == {}


def out_of_codes(cloud: Cloud, url: str, guesses: int) -> list[int]:
    """Have ten codes sent and enter wrong ones. Return the replies."""
    replies: list[int] = []
    for hour in range(2):
        for _ in range(5):
            browser = Visitor(cloud, JSON)
            assert browser.open(url).status == 202
            tries = min(5, guesses - len(replies))
            replies += [check(browser, url, wrong_code(cloud)).status for _ in range(tries)]
        cloud.clock.advance(timedelta(hours=1))
        assert hour < 2
    return replies


def test_tries_carry_over_to_a_renewed_link_and_the_fiftieth_locks_it(cloud: Cloud) -> None:
    url = coded_link(cloud)
    assert out_of_codes(cloud, url, LINK_TRIES - 1) == [400] * (LINK_TRIES - 1)
    assert renew(Visitor(cloud, JSON), url).status == 202
    renewed, thief = link_in(cloud), Visitor(cloud, JSON)
    thief.open(renewed)

    assert check(thief, renewed, wrong_code(cloud)).status == 423

    assert stored(renewed).locked_at
    assert renew(Visitor(cloud, JSON), renewed).status == 423


def test_a_transaction_whose_codes_are_used_up_is_not_renewed_again(cloud: Cloud) -> None:
    url = coded_link(cloud)
    for _ in range(CODES_PER_FAMILY // 10 - 1):
        out_of_codes(cloud, url, 0)
        assert renew(Visitor(cloud, JSON), url).status == 202
        url = link_in(cloud)
    out_of_codes(cloud, url, 0)

    refused = renew(Visitor(cloud, JSON), url)

    assert (refused.status, refused.json()["type"]) == (409, "urn:linkgate:exhausted")
    assert "renewable" not in refused.json()


def test_ways_end_only_if_nobody_came_in_since_the_link_was_read(cloud: Cloud) -> None:
    url, deps = coded_link(cloud, deliverEmail=True), wiring.deps()
    Visitor(cloud, JSON).open(url)
    read = stored(url)
    (browser,) = read.challenges
    challenge = read.challenges[browser]
    for known in (
        dataclasses.replace(read, secrets={}),
        dataclasses.replace(read, secrets={**dict(list(read.secrets.items())[:-1]), "another": "api"}),
        dataclasses.replace(read, visits={"another": deps.now()}),
        dataclasses.replace(read, challenges={}),
        dataclasses.replace(read, challenges={"another": challenge}),
    ):
        with pytest.raises(NotChanged):
            deps.administration.revoke_ways(known, {"sms"}, BY, deps.now())
    with pytest.raises(NotChanged):
        resend_with(dataclasses.replace(read, challenges={}), cloud)

    assert deps.administration.revoke_ways(read, {"sms"}, BY, deps.now()).challenges == read.challenges


def resend_with(read: Link, cloud: Cloud) -> None:
    cloud.clock.advance(timedelta(minutes=5))
    message = FurtherMessage(channel=Channel.EMAIL, occasion=Occasion.RESEND, ends=frozenset({"email"}))
    send_again(read, message, demo.DEMO, wiring.deps())


@pytest.mark.parametrize("missed", ["tries", "codes"])
def test_a_renewal_misses_no_code_and_no_try(cloud: Cloud, missed: str) -> None:
    url, deps, program = coded_link(cloud, expiresInHours=1), wiring.deps(), Visitor(cloud, JSON)
    program.open(url)
    read = stored(url)
    if missed == "tries":
        check(program, url, wrong_code(cloud))
    else:
        Visitor(cloud, JSON).open(url)
    cloud.clock.advance(timedelta(hours=1))
    new = dataclasses.replace(read, rid=token(os.urandom(16)), claim="c")

    with pytest.raises(NotChanged):
        deps.visits.renew(read, secret_hash(*parts(url)), new, deps.now())

    deps.visits.renew(stored(url), secret_hash(*parts(url)), new, deps.now())


def test_a_link_without_tries_left_is_not_renewed_even_if_it_was_not_locked(cloud: Cloud) -> None:
    url, deps = coded_link(cloud, expiresInHours=1), wiring.deps()
    change(cloud, url, Update("SET code_tries = :tries", None, values={"tries": LINK_TRIES}))
    cloud.clock.advance(timedelta(hours=1))
    new = dataclasses.replace(stored(url), rid=token(os.urandom(16)), claim="c")

    with pytest.raises(NotChanged):
        deps.visits.renew(stored(url), secret_hash(*parts(url)), new, deps.now())
    assert renew(Visitor(cloud, JSON), url).status == 410
