"""Links that are open in one browser never mix, whatever tab a form was in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.visitor import (
    HTML,
    JSON,
    Visitor,
    link_item,
    parts,
    process_link,
    resource_link,
    survey_link,
    words,
)

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

OLD_COOKIE = "__Host-linkgate-visit"


def visit_cookies(person: Visitor) -> dict[str, str]:
    return {name: value for name, value in person.cookies.items() if name.startswith("__Host-lg-")}


def test_each_form_is_sent_in_for_its_own_link(cloud: Cloud) -> None:
    first, second, person = process_link(cloud), process_link(cloud), Visitor(cloud)
    person.see(first)
    first_form = person.thing
    person.see(second)

    sent = person.post(f"{first_form}/submit", {"rid": parts(first)[0], "/fullName": "Ana", "confirmed": "true"})

    assert (sent.status, sent.header("location")) == (303, first_form)
    assert "submission" in link_item(cloud, first)
    assert "submission" not in link_item(cloud, second)
    assert person.get(person.thing).status == 200


def test_a_form_of_another_link_at_this_address_is_refused_and_nothing_is_stored(cloud: Cloud) -> None:
    first, second, person = process_link(cloud), process_link(cloud), Visitor(cloud)
    person.see(first)
    person.see(second)

    sent = person.post(f"{person.thing}/submit", {"rid": parts(first)[0], "/fullName": "Ana", "confirmed": "true"})

    assert sent.status == 409
    assert "submission" not in link_item(cloud, first)
    assert "submission" not in link_item(cloud, second)


def test_thirty_links_in_one_browser_all_work(cloud: Cloud) -> None:
    person = Visitor(cloud)
    things = []
    for number in range(30):
        person.see(resource_link(cloud) if number % 3 else survey_link(cloud))
        things.append(person.thing)

    assert [person.get(thing).status for thing in things] == [200] * 30


def test_a_browser_keeps_the_forty_links_that_it_opened_last(cloud: Cloud) -> None:
    person = Visitor(cloud)
    urls = [resource_link(cloud) for _ in range(41)]
    for url in urls:
        assert person.open(url).status == 303
        cloud.clock.advance(timedelta(minutes=1))

    kept = {name.removeprefix("__Host-lg-") for name in visit_cookies(person)}
    assert kept == {parts(url)[0] for url in urls[1:]}
    assert sum(len(f"{name}={value}; ") for name, value in person.cookies.items()) < 2700


@pytest.mark.parametrize("accept", [HTML, JSON])
def test_the_address_that_all_links_shared_leads_on(cloud: Cloud, accept: str) -> None:
    person = Visitor(cloud, accept)
    person.see(process_link(cloud))

    answer = person.get("/v")

    if accept == JSON:
        assert answer.json()["kind"] == "process"
    else:
        assert (answer.status, answer.header("location")) == (303, person.thing)


def test_a_program_with_several_links_must_say_which_one_it_means(cloud: Cloud) -> None:
    first, second, program = process_link(cloud), process_link(cloud), Visitor(cloud, JSON)
    program.see(first)
    program.see(second)

    assert program.get("/v").status == 409
    assert program.post("/v/submit", {"data": {"fullName": "Ana"}}).status == 409
    assert program.post("/v/submit", {"rid": parts(first)[0], "data": {"fullName": "Ana"}}).status == 201
    assert "submission" not in link_item(cloud, second)


def test_a_browser_that_opened_its_link_before_the_upgrade_goes_on(cloud: Cloud) -> None:
    url, person = process_link(cloud), Visitor(cloud)
    person.see(url)
    ((name, value),) = visit_cookies(person).items()
    person.cookies = {OLD_COOKIE: f"{parts(url)[0]}.{value.partition('.')[0]}"}

    shown = person.get("/v")
    sent = person.post("/v/submit", {"rid": parts(url)[0], "/fullName": "Ana", "confirmed": "true"})

    assert name.removeprefix("__Host-lg-") == parts(url)[0]
    assert (shown.status, shown.header("location")) == (303, person.thing)
    assert sent.status == 303
    assert "Thank you" in words(person.get(person.thing))


def test_a_cookie_that_is_no_visit_is_no_visit(cloud: Cloud) -> None:
    person = Visitor(cloud)
    person.see(process_link(cloud))
    (name,) = visit_cookies(person)
    for value in ("", ".", "x.1", "-" * 22, f"{'A' * 22}.99999999999999999999999", "\u00e9" * 22):
        person.cookies[name] = value
        assert person.get(person.thing).status == 401
