"""Forms of several pages, without JavaScript: every button saves, Back loses nothing, and the review is the record."""

from __future__ import annotations

import gzip
import html
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.model.policy import VISIT_LIFE
from linkgate.model.tenant import Process
from linkgate.pages.form_script import FORM_SCRIPT
from linkgate.pages.frame import dense
from linkgate.pages.live_scripts import live_script
from linkgate.store.tenants import DynamoTenants
from linkgate.usecases.visits.fields import LONGEST_VALUE
from local import demo
from tests.support.form_posts import sent_by
from tests.support.portal import LOAN
from tests.support.visitor import JSON, Visitor, process_link
from tests.visits.test_fields import change, stored_link

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

TEXT = {"type": "string"}
SCHEMA = {
    "type": "object",
    "required": ["a", "b"],
    "properties": {name: {**TEXT, "title": name.upper(), "maxLength": 5} for name in "abcde"},
    "x-steps": [
        {"title": "First", "fields": ["/a"], "x-i18n": {"es": {"title": "Primero"}}},
        {"title": "Second", "fields": ["/b", "/c"]},
        {"title": "Third", "fields": ["/d"]},
        {"title": "Fourth", "fields": ["/e"]},
    ],
    "if": {"properties": {"a": {"const": "more"}}, "required": ["a"]},
    "then": {"required": ["d"]},
}
"""The third step is only there if the first has the answer `more`."""

ANSWERS: tuple[Mapping[str, str], ...] = (
    {"/purpose": "car", "/purchase": "A red van", "/amount": "12500,50", "/months": "48"},
    {
        "/firstName": "Ana",
        "/lastName": "Díaz",
        "d:/born": "17",
        "m:/born": "5",
        "y:/born": "1990",
        "/taxNumber": "12.345.678-z",
        "/email": "ana@example.com",
        "/phone": "07700 900123",
    },
    {"/home/line1": "1 High Street", "/home/town": "London", "/home/postcode": "e1 6an", "/since": "2019"},
    {"/work": "employed", "/employer/name": "Bakers Ltd", "/income": "2400", "/debts": "false"},
    {"/score": "9", "/partner": "false", "/terms": "true"},
)


@pytest.fixture(autouse=True)
def processes(cloud: Cloud) -> None:  # noqa: ARG001 - its table
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    for process in (Process("steps", "Steps", schema=SCHEMA), Process("loan", "Loan", schema=LOAN)):
        tenants.put_definition(demo.DEMO.id, process)


def link(cloud: Cloud, process: str = "steps", model: Mapping[str, object] | None = None) -> str:
    return process_link(cloud, model, processId=process)


def press(visitor: Visitor, page: str, go: str, **answers: str) -> HttpResponse:
    sent = {**sent_by(page), **{f"/{name}": value for name, value in answers.items()}}
    return visitor.post(f"{visitor.thing}/step", {**sent, "go": go})


def at(visitor: Visitor, reply: HttpResponse) -> str:
    """Follow a redirect to a step, and return the page."""
    assert reply.status == 303, reply.text
    return visitor.get(reply.header("location").partition("#")[0]).text


def heading(page: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)
    assert found
    return html.unescape(re.sub(r"<[^>]+>", "", found[1]))


def recorded(visitor: Visitor) -> Mapping[str, object]:
    stored = wiring.deps().links.get(visitor.rid or "")
    assert stored
    assert stored.submission
    return wiring.deps().links.bodies(stored.master_rid, [stored.submission])[stored.submission]


def test_a_step_asks_for_its_own_questions_and_says_where_it_is(cloud: Cloud) -> None:
    visitor = Visitor(cloud)

    page = visitor.see(link(cloud)).text

    assert heading(page) == "Steps · Step 1 of 3: First"
    assert "<title>First - Steps - " in page
    assert {name for name in sent_by(page) if name.startswith("/")} == {"/a"}
    assert heading(Visitor(cloud, language="es").see(link(cloud, model={})).text).startswith("Steps · ")


PROBE = """
import sys
from linkgate.dialects.recipient.link_pages import Entered, form_page
from linkgate.model.tenant import Process, Tenant
from linkgate.pages.frame import Brand
from linkgate.usecases.visits.viewing import View
from tests.support.portal import LOAN
from tests.support.fakes.links import link
view = View(link(), Tenant("t", "Bank"), Process("loan", "Loan", schema=LOAN), LOAN, {})
for step in ("", "3", "review"):
    assert form_page(Brand("en", "links.example.com", view.tenant), view, Entered(step=step)).status == 200
print("jsonschema_rs" in sys.modules)
"""


def test_showing_a_step_loads_no_validator() -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", PROBE]
    environment = {**os.environ, "PYTHONPATH": f"{root}:{root / 'layers/shared'}"}

    probe = subprocess.run(command, capture_output=True, check=False, cwd=root, env=environment, text=True)

    assert (probe.stdout, probe.stderr) == ("False\n", "")


@pytest.mark.parametrize("further", [("conditions",), ("upload",), ("conditions", "groups"), ("upload", "groups")])
def test_the_scripts_of_a_form_are_small(further: tuple[str, ...]) -> None:
    scripts = "".join(map(dense, (FORM_SCRIPT, *map(live_script, further))))

    assert len(scripts.encode()) <= 14_200
    assert len(gzip.compress(scripts.encode())) <= 5_120


def test_steps_come_and_go_with_their_questions(cloud: Cloud) -> None:
    visitor = Visitor(cloud)
    first = visitor.see(link(cloud)).text

    second = at(visitor, press(visitor, first, "next", a="more"))
    third = at(visitor, press(visitor, second, "next", b="x"))
    assert (heading(second), heading(third)) == ("Steps · Step 2 of 4: Second", "Steps · Step 3 of 4: Third")

    back = at(visitor, press(visitor, at(visitor, press(visitor, third, "back")), "back"))
    again = at(visitor, press(visitor, back, "next", a="less"))
    fourth = at(visitor, press(visitor, again, "next"))
    assert heading(fourth) == "Steps · Step 3 of 3: Fourth"
    assert heading(at(visitor, press(visitor, fourth, "back"))) == "Steps · Step 2 of 3: Second"


@pytest.mark.parametrize("go", ["next", "back", "save"])
def test_every_button_saves_first_whatever_is_wrong(cloud: Cloud, go: str) -> None:
    visitor = Visitor(cloud)
    second = at(visitor, press(visitor, visitor.see(link(cloud)).text, "next", a="x"))

    press(visitor, second, go, b="much too long", c="kept")

    stored = wiring.deps().fields.of(visitor.rid or "")
    assert {pointer: each.value for pointer, each in stored.items()} == {"/a": "x", "/b": "much too long", "/c": "kept"}


@pytest.mark.parametrize("go", ["next", "back", "save"])
def test_an_answer_that_is_too_long_to_be_kept_leaves_the_others_on_the_page(cloud: Cloud, go: str) -> None:
    visitor = Visitor(cloud)
    second = at(visitor, press(visitor, visitor.see(link(cloud)).text, "next", a="x"))

    refused = press(visitor, second, go, b="x" * (LONGEST_VALUE + 1), c="kept")

    assert (refused.status, heading(refused.text)) == (422, "Steps · Step 2 of 3: Second")
    assert f"Enter at most {LONGEST_VALUE} characters." in refused.text
    shorter = press(visitor, refused.text, "save", b="x" * LONGEST_VALUE)
    assert shorter.status == 303
    stored = wiring.deps().fields.of(visitor.rid or "")
    assert {pointer: each.value for pointer, each in stored.items()} == {
        "/a": "x",
        "/b": "x" * LONGEST_VALUE,
        "/c": "kept",
    }


def test_another_language_keeps_the_step(cloud: Cloud) -> None:
    visitor = Visitor(cloud)
    page = visitor.see(link(cloud)).text

    chosen = visitor.post(f"{visitor.thing}/language", {**sent_by(page), "/a": "x", "language": "es"})

    spanish = at(visitor, chosen)
    assert heading(spanish).endswith("Primero")
    assert sent_by(spanish)["/a"] == ["x"]


def test_no_box_cuts_off_what_is_pasted(cloud: Cloud) -> None:
    assert "maxlength" not in Visitor(cloud).see(link(cloud)).text


def test_next_tells_the_faults_of_this_step_and_no_others(cloud: Cloud) -> None:
    visitor = Visitor(cloud)
    first = visitor.see(link(cloud)).text

    refused = press(visitor, first, "next", a="much too long")

    assert refused.status == 422
    assert "<title>Error: First - Steps - " in refused.text
    assert f'data-here="{visitor.thing}?s=1"' in refused.text
    assert refused.text.count("Enter at most 5 characters.") == 2
    assert "Fill in this field" not in refused.text
    assert sent_by(refused.text)["/a"] == ["much too long"]
    assert heading(at(visitor, press(visitor, refused.text, "next", a="x"))).endswith("Second")


def test_questions_that_an_answer_opens_in_the_same_step_are_no_faults(cloud: Cloud) -> None:
    visitor = Visitor(cloud)
    first = visitor.see(link(cloud, "loan")).text

    reply = press(visitor, first, "next", purpose="other", amount="5000", months="12")

    assert reply.status == 303
    assert re.search(r"\?s=1&further#f[0-9a-f]{10}-0$", reply.header("location"))
    page = at(visitor, reply)
    assert "further questions" in page
    assert "/purchase" in sent_by(page)
    refused = press(visitor, page, "next")
    assert refused.status == 422
    assert "Fill in this field" in refused.text


def test_who_comes_back_goes_on_where_an_answer_is_missing(cloud: Cloud) -> None:
    url = link(cloud)
    visitor = Visitor(cloud)
    press(visitor, visitor.see(url).text, "next", a="x")

    other = Visitor(cloud)
    assert heading(other.see(url).text).endswith("Second")
    press(other, other.get(f"{other.thing}?s=2").text, "save", b="x")
    assert heading(visitor.get(visitor.thing).text) == "Steps: Check your answers"


@pytest.mark.parametrize("step", ["0", "9", "x", "-1", "3", "²"])
def test_a_step_that_is_not_there_leads_to_where_one_goes_on(cloud: Cloud, step: str) -> None:
    visitor = Visitor(cloud)
    visitor.see(link(cloud))

    assert heading(visitor.get(f"{visitor.thing}?s={step.replace('²', '%C2%B2')}").text).endswith("First")


@pytest.mark.parametrize(("name", "value"), [("s", "²"), ("s", "x"), ("go", "away")])
def test_a_made_up_button_is_refused(cloud: Cloud, name: str, value: str) -> None:
    visitor = Visitor(cloud)
    page = visitor.see(link(cloud)).text

    reply = visitor.post(f"{visitor.thing}/step", {**sent_by(page), "go": "next", name: value})

    assert reply.status == 422


def test_steps_are_for_pages(cloud: Cloud) -> None:
    program = Visitor(cloud, JSON)
    program.see(link(cloud))

    assert program.post(f"{program.thing}/step", {"s": 1}).status == 415


def test_answers_of_somebody_else_are_shown_before_one_goes_on(cloud: Cloud) -> None:
    url = link(cloud)
    one, other = Visitor(cloud), Visitor(cloud)
    page, theirs = one.see(url).text, other.see(url).text
    press(other, theirs, "save", a="theirs")

    refused = press(one, page, "next", a="mine")

    assert refused.status == 422
    assert "Somebody else changed this answer" in refused.text
    assert heading(at(one, press(one, refused.text, "next"))).endswith("Second")
    assert wiring.deps().fields.of(one.rid or "")["/a"].value == "mine"


def reviewed(visitor: Visitor, url: str) -> str:
    """Fill in the short form up to the review."""
    page = visitor.see(url).text
    for answers in ({"a": "x"}, {"b": "y", "c": "z"}, {}):
        page = at(visitor, press(visitor, page, "next", **answers))
    assert heading(page) == "Steps: Check your answers"
    return page


def test_the_review_lists_every_answer_with_a_way_to_change_it(cloud: Cloud) -> None:
    visitor = Visitor(cloud)

    page = reviewed(visitor, link(cloud))

    rows = re.findall(
        r'<dt>(\w)</dt><dd>([^<]*)</dd>.*?<a href="(\?s=\d#f\w+-0)">Change<span class="spoken"> (\w)<', page
    )
    assert [(label, answer, named) for label, answer, _, named in rows] == [
        ("A", "x", "A"),
        ("B", "y", "B"),
        ("C", "z", "C"),
        ("E", "No answer", "E"),
    ]
    address, _, field = rows[1][2].partition("#")
    assert f'id="{field}" name="/b"' in visitor.get(f"{visitor.thing}{address}").text
    assert "confirmed" not in page


def test_what_was_reviewed_is_what_is_recorded(cloud: Cloud) -> None:
    visitor = Visitor(cloud)
    page = reviewed(visitor, link(cloud))

    assert visitor.post(f"{visitor.thing}/submit", sent_by(page)).status == 303

    assert recorded(visitor) == {"a": "x", "b": "y", "c": "z"}


def test_a_second_press_of_send_leads_to_what_was_sent(cloud: Cloud) -> None:
    visitor = Visitor(cloud)
    visitor.see(link(cloud, model={"a": "x", "b": "y"}))
    sent = {**sent_by(visitor.get(f"{visitor.thing}?s=review").text), "confirmed": "true"}
    assert visitor.post(f"{visitor.thing}/submit", sent).status == 303

    again = visitor.post(f"{visitor.thing}/submit", sent)

    assert (again.status, f'href="{visitor.thing}">See what you sent' in again.text) == (409, True)
    cloud.clock.advance(VISIT_LIFE)
    assert "See what you sent" not in visitor.post(f"{visitor.thing}/submit", sent).text


def test_answers_that_changed_since_the_review_are_marked_and_nothing_is_sent(cloud: Cloud) -> None:
    url = link(cloud)
    visitor, other = Visitor(cloud), Visitor(cloud)
    page = reviewed(visitor, url)
    other.open(url)
    press(other, other.get(f"{other.thing}?s=2").text, "save", b="their")

    refused = visitor.post(f"{visitor.thing}/submit", sent_by(page))

    assert refused.status == 422
    assert "<title>Error: Check your answers - Steps - " in refused.text
    assert re.search(r'<dt>B</dt><dd>their</dd><dd class="fault">Somebody else changed this answer', refused.text)
    assert refused.text.count("Somebody else changed") == 2
    assert visitor.post(f"{visitor.thing}/submit", sent_by(refused.text)).status == 303
    assert recorded(visitor)["b"] == "their"


def test_a_review_with_missing_answers_leads_to_them(cloud: Cloud) -> None:
    visitor = Visitor(cloud)
    visitor.see(link(cloud))
    page = visitor.get(f"{visitor.thing}?s=review").text

    refused = visitor.post(f"{visitor.thing}/submit", {**sent_by(page), "confirmed": "true"})

    assert refused.status == 422
    assert len(re.findall(r'<li><a href="\?s=[12]#f\w+-0">[AB]</a>: Fill in this field.</li>', refused.text)) == 2


def test_only_who_changed_nothing_ticks_a_box(cloud: Cloud) -> None:
    model = {"a": "x", "b": "y"}
    visitor = Visitor(cloud)
    visitor.see(link(cloud, model=model))
    page = visitor.get(f"{visitor.thing}?s=review").text
    assert 'name="confirmed"' in page

    assert visitor.post(f"{visitor.thing}/submit", sent_by(page)).status == 422
    assert visitor.post(f"{visitor.thing}/submit", {**sent_by(page), "confirmed": "true"}).status == 303
    assert recorded(visitor) == model


def test_a_loan_is_filled_in_with_two_interruptions(cloud: Cloud) -> None:
    url = link(cloud, "loan", {"customer": "C-1042"})
    visitor = Visitor(cloud)
    page = visitor.see(url).text
    for number, answers in enumerate(ANSWERS, 1):
        assert f"Step {number} of 5" in page
        assert len(page.encode()) <= 30_000
        assert len(gzip.compress(page.encode())) <= 9_000
        sent = {**sent_by(page), **answers, "go": "next"}
        if number in {2, 4}:
            *some, (last, _) = answers.items()
            visitor.post(f"{visitor.thing}/step", {**sent, **dict(some), last: "", "go": "save"})
            visitor = Visitor(cloud)
            page = visitor.see(url).text
            assert f"Step {number} of 5" in page
            sent = {**sent_by(page), last: answers[last], "go": "next"}
        reply = visitor.post(f"{visitor.thing}/step", sent)
        page = at(visitor, reply)
        if "further" in reply.header("location"):
            page = at(visitor, visitor.post(f"{visitor.thing}/step", {**sent_by(page), **answers, "go": "next"}))

    assert heading(page).endswith("Check your answers")
    assert visitor.post(f"{visitor.thing}/submit", sent_by(page)).status == 303
    assert recorded(visitor) == {
        "customer": "C-1042",
        "purpose": "car",
        "purchase": "A red van",
        "amount": 12500.5,
        "months": 48,
        "firstName": "Ana",
        "lastName": "Díaz",
        "born": "1990-05-17",
        "taxNumber": "12345678Z",
        "email": "ana@example.com",
        "phone": "07700 900123",
        "home": {"line1": "1 High Street", "town": "London", "postcode": "E1 6AN"},
        "since": 2019,
        "work": "employed",
        "employer": {"name": "Bakers Ltd"},
        "income": 2400,
        "debts": False,
        "score": 9,
        "partner": False,
        "terms": True,
    }


def test_an_answer_that_was_not_saved_after_its_visit_is_not_said_to_be(cloud: Cloud) -> None:
    visitor = Visitor(cloud)
    page = visitor.see(link(cloud)).text
    cloud.clock.advance(VISIT_LIFE)
    assert "Your answers are saved" in press(visitor, page, "next", a="late").text

    later = press(visitor, page, "next", a="later")

    assert later.status == 409
    assert re.search("<dt>A</dt><dd>later</dd>", later.text)
    assert "Your answers are saved" not in later.text


@pytest.mark.parametrize("go", ["next", "back", "save"])
def test_a_step_is_saved_after_its_visit_and_shows_nothing(cloud: Cloud, go: str) -> None:
    visitor = Visitor(cloud)
    second = at(visitor, press(visitor, visitor.see(link(cloud)).text, "next", a="zqj"))
    cloud.clock.advance(VISIT_LIFE + timedelta(minutes=1))

    reply = press(visitor, second, go, b="late")

    assert reply.status == 200
    assert "zqj" not in reply.text
    assert wiring.deps().fields.of(visitor.rid or "")["/b"].value == "late"


def test_a_review_is_sent_after_its_visit_and_shows_nothing(cloud: Cloud) -> None:
    url = link(cloud)
    visitor = Visitor(cloud)
    page = reviewed(visitor, url)
    cloud.clock.advance(VISIT_LIFE + timedelta(minutes=1))
    wiring.deps().fields.write(stored_link(url), "/b", "zqj", 1, wiring.deps().now())

    stale = visitor.post(f"{visitor.thing}/submit", sent_by(page))
    assert "zqj" not in stale.text
    assert stored_link(url).submitted_at is None

    again = Visitor(cloud)
    again.open(url)
    fresh = again.get(f"{again.thing}?s=review").text
    cloud.clock.advance(VISIT_LIFE + timedelta(minutes=1))
    sent = again.post(f"{again.thing}/submit", sent_by(fresh))
    assert (sent.status, "Thank you" in sent.text) == (200, True)
    assert recorded(again)["b"] == "zqj"


def test_a_withdrawn_link_takes_no_step(cloud: Cloud) -> None:
    visitor = Visitor(cloud)
    first = visitor.see(link(cloud)).text
    change(cloud, visitor.rid or "", "revoked_at")

    assert press(visitor, first, "next", a="x").status == 410
    assert wiring.deps().fields.of(visitor.rid or "") == {}
