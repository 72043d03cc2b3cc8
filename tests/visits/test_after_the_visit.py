"""After a visit, or after its link, answers are taken and none is shown; dead ends name their tenant and lead on."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.ports.links import Body, NotChanged
from linkgate.tokens import token
from tests.support.visitor import (
    HTML,
    JSON,
    Visitor,
    link_in,
    parts,
    process_link,
    sent_process_link,
    words,
)
from tests.visits.test_fields import CONFIRMED, change, draft, opened, save, stored_link

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.link import Link
    from tests.support.cloud import Cloud


def submission_of(link: Link, moment: datetime) -> None:
    """Write a submission as the use case does, whatever it would have refused before."""
    (visit,) = link.visits
    deps = wiring.deps()
    deps.visits.submit([link], visit, [Body(token(deps.random(16)), {})], token(deps.random(16)), moment)


def opened_before_the_end(cloud: Cloud, before: timedelta) -> Link:
    """Return a link that was opened so long before it expires."""
    url = process_link(cloud)
    cloud.clock.advance(stored_link(url).expires_at - wiring.deps().now() - before)
    opened(cloud, url)
    return stored_link(url)


@pytest.mark.parametrize("end", ["revoked_at", "submitted_at", "locked_at", "renewed_as"])
def test_nothing_is_submitted_on_a_link_that_has_ended(cloud: Cloud, end: str) -> None:
    url = process_link(cloud)
    opened(cloud, url)
    link = stored_link(url)
    change(cloud, link.rid, end)

    with pytest.raises(NotChanged):
        submission_of(link, wiring.deps().now())


def test_a_form_is_submitted_after_its_link_only_if_the_visit_was_alive_then(cloud: Cloud) -> None:
    during = opened_before_the_end(cloud, timedelta(minutes=5))
    submission_of(during, during.expires_at + timedelta(hours=3))

    before = opened_before_the_end(cloud, timedelta(minutes=31))
    with pytest.raises(NotChanged):
        submission_of(before, before.expires_at + timedelta(minutes=1))


def test_a_form_is_submitted_for_four_hours_after_its_link_and_no_longer(cloud: Cloud) -> None:
    link = opened_before_the_end(cloud, timedelta(minutes=5))

    with pytest.raises(NotChanged):
        submission_of(link, link.expires_at + timedelta(hours=4))


def test_a_form_is_submitted_for_four_hours_after_its_visit_and_no_longer(cloud: Cloud) -> None:
    url = process_link(cloud)
    opened(cloud, url)
    link = stored_link(url)
    (end,) = link.visits.values()

    with pytest.raises(NotChanged):
        submission_of(link, end + timedelta(hours=4))
    submission_of(link, end + timedelta(hours=4) - timedelta(milliseconds=1))


def test_a_link_whose_end_was_moved_is_judged_by_its_new_end(cloud: Cloud) -> None:
    link = opened_before_the_end(cloud, timedelta(minutes=5))
    seen = dataclasses.replace(link, expires_at=link.expires_at - timedelta(minutes=1))

    with pytest.raises(NotChanged):
        submission_of(seen, link.expires_at + timedelta(minutes=1))


def test_after_the_visit_answers_are_taken_and_none_is_shown(cloud: Cloud) -> None:
    url = process_link(cloud, {"fullName": "Prefilled Ana"})
    mine, theirs = opened(cloud, url), opened(cloud, url)
    save(theirs, ("/fullName", "Eva", 0))
    cloud.clock.advance(timedelta(minutes=16))

    conflict = save(mine, ("/fullName", "Zoe", 0))
    saved = save(mine, ("/dateOfBirth", "2000-01-01", 0))

    assert conflict["fields"] == [{"f": "/fullName", "ok": False}]
    assert conflict["over"] is True
    assert saved["fields"][0]["ok"] is True
    assert mine.get(mine.thing).status == 401
    assert mine.get(f"{mine.thing}/fields").status == 401
    assert draft(opened(cloud, url)) == {"fullName": "Eva", "dateOfBirth": "2000-01-01"}


def test_nothing_revives_a_visit_that_is_over(cloud: Cloud) -> None:
    url = process_link(cloud, {"fullName": "Prefilled Ana"})
    person = opened(cloud, url, HTML)
    cloud.clock.advance(timedelta(minutes=16))
    ends = dict(stored_link(url).visits)

    refused = person.post(f"{person.thing}/submit", {"rid": parts(url)[0], "/dateOfBirth": "x", **CONFIRMED})
    sent = person.post(f"{person.thing}/submit", {"rid": parts(url)[0], "/fullName": "Eva", **CONFIRMED})

    assert refused.status == 422
    assert "Prefilled" not in refused.text
    assert sent.status == 200
    assert "Thank you" in words(sent)
    assert "Prefilled" not in sent.text
    assert stored_link(url).visits == ends
    assert person.get(person.thing).status == 401


def test_after_four_hours_nothing_is_taken_any_more(cloud: Cloud) -> None:
    program = opened(cloud, process_link(cloud))
    cloud.clock.advance(timedelta(hours=4, minutes=15, seconds=1))

    assert program.post(f"{program.thing}/fields", {"set": []}).status == 401


def expire_during_visit(cloud: Cloud, url: str) -> Visitor:
    """Open a link five minutes before it ends, and let it end."""
    link = stored_link(url)
    cloud.clock.advance(link.expires_at - wiring.deps().now() - timedelta(minutes=5))
    program = opened(cloud, url)
    cloud.clock.advance(timedelta(minutes=6))
    return program


def test_a_link_that_expires_while_its_form_is_filled_in_takes_it_all_the_same(cloud: Cloud) -> None:
    url = process_link(cloud)
    program = expire_during_visit(cloud, url)

    saved = save(program, ("/fullName", "Ana", 0))
    sent = program.post(f"{program.thing}/submit", {"data": {"fullName": "Ana"}})

    assert saved["fields"][0]["ok"] is True
    assert sent.status == 201


def test_a_link_that_expired_after_its_visit_takes_nothing(cloud: Cloud) -> None:
    url = process_link(cloud)
    link = stored_link(url)
    cloud.clock.advance(link.expires_at - wiring.deps().now() - timedelta(hours=1))
    program = opened(cloud, url)
    cloud.clock.advance(timedelta(hours=1, seconds=1))

    assert program.post(f"{program.thing}/fields", {"set": []}).status == 410
    assert program.post(f"{program.thing}/submit", {"data": {"fullName": "Ana"}}).status == 410


def sent_link_that_expires(cloud: Cloud, accept: str) -> tuple[str, Visitor]:
    """Return a link that was sent by e-mail, and a browser that opened it five minutes before it expired."""
    url = sent_process_link(cloud, {"metadata": {"email": "ada@example.com"}})
    cloud.clock.advance(stored_link(url).expires_at - wiring.deps().now() - timedelta(minutes=5))
    return url, opened(cloud, url, accept)


def test_a_visitor_whose_link_expired_is_sent_a_new_one_with_the_draft(cloud: Cloud) -> None:
    url, person = sent_link_that_expires(cloud, HTML)
    program = Visitor(cloud, JSON, cookies=person.cookies, rid=person.rid)
    save(program, ("/fullName", "Eva", 0))
    cloud.clock.advance(timedelta(minutes=6))
    cloud.outbox.clear()

    page = person.get(person.thing)
    renewed = person.post(f"/l/{parts(url)[0]}/renew", {})

    assert page.status == 410
    assert f'action="/l/{parts(url)[0]}/renew"' in page.text
    assert "Send me a new link" in words(page)
    assert renewed.status == 202
    assert draft(opened(cloud, link_in(cloud))) == {"fullName": "Eva"}


def test_nobody_else_is_sent_a_new_one(cloud: Cloud) -> None:
    url, person = sent_link_that_expires(cloud, JSON)
    other, _ = sent_link_that_expires(cloud, JSON)
    cloud.clock.advance(timedelta(minutes=6))
    cloud.outbox.clear()

    assert Visitor(cloud, JSON).post(f"/l/{parts(url)[0]}/renew", {}).status == 404
    assert person.post(f"/l/{parts(other)[0]}/renew", {}).status == 404
    cloud.clock.advance(timedelta(hours=4, minutes=15))
    assert person.post(f"/l/{parts(url)[0]}/renew", {}).status == 404
    assert cloud.get("/_local/outbox").json() == []


@pytest.mark.parametrize("path", ["fields", "draft", "submit"])
def test_a_withdrawn_link_says_so_at_once(cloud: Cloud, path: str) -> None:
    url = process_link(cloud)
    program = opened(cloud, url)
    link, deps = stored_link(url), wiring.deps()
    deps.administration.revoke(link.tenant, link.rid, "x", deps.now())

    reply = program.post(f"{program.thing}/{path}", {"set": [], "data": {}})

    assert (reply.status, reply.json()["type"]) == (410, "urn:linkgate:revoked")


def test_saving_costs_the_timeline_an_entry_in_five_minutes_at_most(cloud: Cloud) -> None:
    url = process_link(cloud)
    program = opened(cloud, url)
    ends = {*stored_link(url).visits.values()}
    for number in range(20):
        cloud.clock.advance(timedelta(minutes=1))
        save(program, ("/fullName", f"Ana {number}", number))
        ends |= {*stored_link(url).visits.values()}

    moments = sorted(ends)
    assert len(moments) > 2
    assert all(later - earlier >= timedelta(minutes=5) for earlier, later in pairwise(moments))


# Dead ends name their tenant and lead on.


def test_a_visit_that_is_over_leads_back_to_the_link(cloud: Cloud) -> None:
    url = process_link(cloud)
    person = opened(cloud, url, HTML)
    cloud.clock.advance(timedelta(minutes=16))

    page = person.get(person.thing)

    assert page.status == 401
    assert "Example Bank" in words(page)
    assert f'href="/l/{parts(url)[0]}"' in page.text


def test_a_fault_on_our_side_offers_to_send_the_same_again(cloud: Cloud) -> None:
    url = process_link(cloud)
    person = opened(cloud, url, HTML)
    cloud.post("/_local/faults", {"service": "dynamodb", "error": "throttle", "times": 3})

    page = person.post(f"{person.thing}/submit", {"rid": parts(url)[0], "/fullName": 'Ana "<b>', **CONFIRMED})

    assert page.status == 503
    assert "Example Bank" in words(page)
    assert 'name="/fullName" value="Ana &#34;&lt;b&gt;"' in page.text
    assert f'action="/v/{parts(url)[0]}/submit"' in page.text
