"""Journeys of recipients through each kind of link, as a person without JavaScript and as a program."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.visitor import (
    HTML,
    JSON,
    LINKS,
    Visitor,
    link_item,
    parts,
    process_link,
    resource_link,
    session_link,
    survey_link,
    words,
)

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

CONFIRMED = {"confirmed": "true"}
MODEL: dict[str, object] = {
    "fullName": "Ana <b>Díaz</b>",
    "metadata": {"email": "ana@example.com"},
    "extra": [1, {"deep": True}],
}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("kind", LINKS)
def test_reading_the_landing_page_changes_nothing(cloud: Cloud, kind: str, method: str) -> None:
    url = LINKS[kind](cloud)
    before = cloud.table()

    response = Visitor(cloud).get(f"/l/{parts(url)[0]}", method)

    assert response.status == 200
    assert bool(response.body) is (method == "GET")
    assert cloud.table() == before


def test_the_landing_page_says_who_and_what_and_nothing_personal(cloud: Cloud) -> None:
    page = words(Visitor(cloud).get(f"/l/{parts(process_link(cloud, MODEL))[0]}"))

    assert "Example Bank" in page
    assert "Open an account" in page
    assert "Continue" in page
    assert "Ana" not in page


def test_a_landing_page_is_the_same_whatever_became_of_its_link(cloud: Cloud) -> None:
    url = resource_link(cloud, maxViews=1)
    landing = f"/l/{parts(url)[0]}"
    before = Visitor(cloud).get(landing).body

    Visitor(cloud).open(url)
    used_up = Visitor(cloud).get(landing).body
    cloud.clock.advance(timedelta(days=30))

    assert before == used_up == Visitor(cloud).get(landing).body


@pytest.mark.parametrize("kind", LINKS)
def test_a_person_opens_a_link_and_the_address_bar_holds_no_secret(cloud: Cloud, kind: str) -> None:
    url, person = LINKS[kind](cloud), Visitor(cloud)

    opened = person.open(url)

    assert opened.status == 303
    assert opened.header("location") == person.thing
    (cookie,) = opened.cookies
    assert cookie.startswith(f"__Host-lg-{parts(url)[0]}=")
    assert cookie.endswith("; HttpOnly; Secure; SameSite=Lax")
    assert person.get(person.thing).status == 200
    assert link_item(cloud, url)["views"] == 1


@pytest.mark.parametrize("kind", LINKS)
def test_a_program_opens_a_link_and_sees_what_a_page_would_show(cloud: Cloud, kind: str) -> None:
    url, program = LINKS[kind](cloud), Visitor(cloud, JSON)

    opened = program.open(url)
    seen = program.get(program.thing).json()

    assert (opened.status, opened.json()) == (200, {"status": "open", "next": program.thing})
    assert seen["kind"] == kind
    assert seen["submitted"] is False
    assert seen["expiresAtUtc"].endswith("Z")


def test_the_whole_prefilled_model_is_there_and_escaped_on_the_page(cloud: Cloud) -> None:
    url = process_link(cloud, MODEL)

    seen, page = Visitor(cloud, JSON).see(url).json(), Visitor(cloud).see(url).text

    assert seen["data"] == MODEL
    assert seen["schema"]["properties"]
    assert "Ana &lt;b&gt;Díaz&lt;/b&gt;" in page
    assert "<b>" not in page


def test_a_survey_shows_its_agent_and_none_of_its_callers_columns(cloud: Cloud) -> None:
    url = survey_link(cloud)

    page = words(Visitor(cloud).see(url))
    data = Visitor(cloud, JSON).see(url).json()["data"]

    assert "A.N. Agent" in page
    assert data == {"customerName": "John Smith", "agentName": "A.N. Agent"}


def test_a_session_shows_its_category_and_tickets(cloud: Cloud) -> None:
    page = words(Visitor(cloud).see(session_link(cloud)))

    assert "Customer service" in page
    assert "Promoción del día del padre" in page
    assert "20% de descuento en todos los productos" in page


def test_a_resource_shows_its_reference(cloud: Cloud) -> None:
    assert "0123456789abcdef0123456789abcdef" in words(Visitor(cloud).see(resource_link(cloud)))


@pytest.mark.parametrize("pasted", ["{url}", " {url} ", "{secret}", "#{secret}", "see {url}.", "{mangled}"])
def test_the_field_may_hold_the_whole_link(cloud: Cloud, pasted: str) -> None:
    url = process_link(cloud)
    rid, secret = parts(url)
    text = pasted.format(url=url, secret=secret, mangled=url.replace("#", "%23"))

    assert Visitor(cloud).post(f"/l/{rid}", {"secret": text}).status == 303


def test_an_empty_field_is_asked_for_again_and_opens_nothing(cloud: Cloud) -> None:
    url = process_link(cloud)

    response = Visitor(cloud).post(f"/l/{parts(url)[0]}", {"secret": " "})

    assert response.status == 422
    assert "Paste the full link" in words(response)
    assert link_item(cloud, url)["views"] == 0


@pytest.mark.parametrize("mark", ["%23", "%2523", "/%23", "/%2523"])
def test_a_link_that_a_mail_gateway_mangled_leads_to_the_right_one(cloud: Cloud, mark: str) -> None:
    rid, secret = parts(process_link(cloud))
    before = cloud.table()

    response = Visitor(cloud).get(f"/l/{rid}{mark}{secret}")

    assert (response.status, response.header("location")) == (303, f"/l/{rid}#{secret}")
    assert cloud.table() == before


def test_a_slash_before_the_fragment_leads_to_the_link_and_the_browser_keeps_the_fragment(cloud: Cloud) -> None:
    rid, _ = parts(process_link(cloud))

    response = Visitor(cloud).get(f"/l/{rid}/")

    assert (response.status, response.header("location")) == (303, f"/l/{rid}")


def test_a_mangled_link_is_only_read_with_get(cloud: Cloud) -> None:
    rid, secret = parts(process_link(cloud))

    assert Visitor(cloud).post(f"/l/{rid}/%23{secret}", {}).status == 404


def test_the_same_browser_comes_back_without_spending_a_view(cloud: Cloud) -> None:
    url, person = resource_link(cloud, maxViews=1), Visitor(cloud)
    person.open(url)

    again = person.open(url)

    assert again.status == 303
    assert person.get(person.thing).status == 200
    assert link_item(cloud, url)["views"] == 1


def test_a_visit_ends_after_a_quarter_of_an_hour(cloud: Cloud) -> None:
    url, person = resource_link(cloud), Visitor(cloud)
    person.open(url)
    cloud.clock.advance(timedelta(minutes=14, seconds=50))
    inside = person.get(person.thing).status
    cloud.clock.advance(timedelta(seconds=11))

    assert (inside, person.get(person.thing).status) == (200, 401)


def test_a_fifth_browser_takes_the_place_of_the_first(cloud: Cloud) -> None:
    url = resource_link(cloud, maxViews=5)
    people = [Visitor(cloud) for _ in range(5)]
    for person in people:
        person.open(url)
        cloud.clock.advance(timedelta(seconds=1))

    assert [person.get(person.thing).status for person in people] == [401, 200, 200, 200, 200]


def test_another_browser_learns_nothing_from_the_address(cloud: Cloud) -> None:
    url = process_link(cloud, MODEL)
    Visitor(cloud).see(url)
    stranger = Visitor(cloud)

    thing, landing = stranger.get(stranger.thing), stranger.get(f"/l/{parts(url)[0]}")

    assert (thing.status, landing.status) == (401, 200)
    assert "Ana" not in thing.text + landing.text


@pytest.mark.parametrize("accept", [HTML, JSON])
def test_a_form_is_sent_in_once_and_its_holder_is_told_so(cloud: Cloud, accept: str) -> None:
    url, visitor = process_link(cloud, MODEL), Visitor(cloud, accept)
    visitor.open(url)
    fields = (
        {"data": {"fullName": "Ana"}} if accept == JSON else {**CONFIRMED, "rid": parts(url)[0], "/fullName": "Ana"}
    )

    first, second = visitor.post(f"{visitor.thing}/submit", fields), visitor.post(f"{visitor.thing}/submit", fields)

    assert (first.status, second.status) == (201 if accept == JSON else 303, 409)
    assert Visitor(cloud, accept).open(url).status == 409
    assert visitor.open(url).status == 409
    if accept == JSON:
        assert second.json()["submittedAtUtc"] == first.json()["submittedAtUtc"]
    submissions = [item for item in cloud.table() if item["pk"] == parts(url)[0] and item["sk"].startswith("body#")]
    assert f"body#{link_item(cloud, url)['submission']}" in {item["sk"] for item in submissions}


def test_the_receipt_shows_what_was_sent_in_and_when(cloud: Cloud) -> None:
    url, person = process_link(cloud), Visitor(cloud)
    person.see(url)
    person.post(
        f"{person.thing}/submit", {**CONFIRMED, "rid": parts(url)[0], "/fullName": "Ana Díaz", "/acceptTerms": "true"}
    )

    page = words(person.get(person.thing))

    assert "Thank you" in page
    assert "Full name Ana Díaz" in page
    assert "I accept the terms Yes" in page


def test_what_was_on_the_screen_may_be_sent_in_after_the_visit(cloud: Cloud) -> None:
    url, person = process_link(cloud), Visitor(cloud)
    person.see(url)
    cloud.clock.advance(timedelta(hours=3))

    assert person.get(person.thing).status == 401
    sent = person.post(f"{person.thing}/submit", {**CONFIRMED, "rid": parts(url)[0], "/fullName": "Ana"})
    assert "Thank you" in words(sent)
    assert "submission" in link_item(cloud, url)


def test_but_not_for_ever(cloud: Cloud) -> None:
    url, person = process_link(cloud), Visitor(cloud)
    person.see(url)
    cloud.clock.advance(timedelta(hours=4, minutes=16))

    assert person.post(f"{person.thing}/submit", {**CONFIRMED, "rid": parts(url)[0], "/fullName": "Ana"}).status == 401
    assert "submission" not in link_item(cloud, url)


def test_a_form_of_another_tab_is_refused_and_nothing_is_stored(cloud: Cloud) -> None:
    first, second, person = process_link(cloud), process_link(cloud), Visitor(cloud)
    person.see(first)
    person.see(second)

    response = person.post(f"{person.thing}/submit", {**CONFIRMED, "rid": parts(first)[0], "/fullName": "Ana"})

    assert response.status == 409
    assert "another link open" in words(response)
    assert "submission" not in link_item(cloud, first)
    assert "submission" not in link_item(cloud, second)


def test_there_is_nothing_to_send_in_for_a_document(cloud: Cloud) -> None:
    url, program = resource_link(cloud), Visitor(cloud, JSON)
    program.see(url)

    assert program.post(f"{program.thing}/submit", {"data": {}}).status == 404


def test_a_form_is_not_sent_in_by_its_button_alone(cloud: Cloud) -> None:
    """Robots press buttons. The demo form requires nothing, so only the confirmation distinguishes people from them."""
    url, robot = process_link(cloud, MODEL), Visitor(cloud)
    robot.see(url)

    response = robot.post(f"{robot.thing}/submit", {"rid": parts(url)[0], "/fullName": "Ana"})

    assert response.status == 422
    assert "Tick this box to continue" in words(response)
    assert "submission" not in link_item(cloud, url)


@pytest.mark.parametrize("accept", [HTML, JSON])
def test_a_survey_without_an_answer_is_none(cloud: Cloud, accept: str) -> None:
    url, visitor = survey_link(cloud), Visitor(cloud, accept)
    visitor.see(url)

    response = visitor.post(f"{visitor.thing}/submit", {"data": {}} if accept == JSON else {"rid": parts(url)[0]})

    assert response.status == 422
    assert accept == JSON or "Answer at least one question" in words(response)
    assert "submission" not in link_item(cloud, url)
