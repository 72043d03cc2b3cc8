"""After sending: what the page says, and how what was sent is read again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate import wiring
from linkgate.model.reference import reference_of
from linkgate.model.tenant import Process
from local import demo
from tests.support.visitor import JSON, Visitor, parts, process_link, words

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

CONFIRMED = {"confirmed": "true"}
NEXT = {
    "next_text": "We call you within two days.\n<b>Have your passport ready.</b>",
    "next_url": "https://www.example.com/after",
    "next_label": "Read about your account",
}


def define(process: Process) -> None:
    """Store a process of the first demo tenant."""
    wiring.deps().tenants.put_definition(demo.DEMO.id, process)


def sent(cloud: Cloud, url: str) -> Visitor:
    """Open a link as a person, and send its form."""
    person = Visitor(cloud)
    person.see(url)
    reply = person.post(f"{person.thing}/submit", {**CONFIRMED, "rid": parts(url)[0], "/fullName": "Ana Díaz"})
    assert reply.status in {200, 303}, reply.text
    return person


def test_the_page_after_sending_says_what_happens_next_and_leads_nowhere_by_itself(cloud: Cloud) -> None:
    define(Process(demo.PROCESS, "Open an account", schema=demo.PROCESS_SCHEMA, **NEXT))  # type: ignore[arg-type] # texts
    url = process_link(cloud)
    person = sent(cloud, url)

    reply = person.get(person.thing)
    page = words(reply)

    assert reference_of(parts(url)[0]) in page
    assert parts(url)[0] not in page
    assert "We call you within two days. <b>Have your passport ready.</b>" in page
    assert "Read about your account (www.example.com)" in page.replace("( ", "(").replace(" )", ")")
    assert 'href="https://www.example.com/after"' in reply.text
    assert "refresh" not in reply.text.lower()
    assert 'id="print" hidden' in reply.text


def test_the_page_after_a_visit_has_the_reference_and_the_next_steps(cloud: Cloud) -> None:
    define(Process(demo.PROCESS, "Open an account", schema=demo.PROCESS_SCHEMA, next_text="We call you."))
    url, person = process_link(cloud), Visitor(cloud)
    person.see(url)
    cloud.clock.advance(timedelta(hours=3))

    page = words(person.post(f"{person.thing}/submit", {**CONFIRMED, "rid": parts(url)[0], "/fullName": "Ana"}))

    assert "We call you." in page
    assert reference_of(parts(url)[0]) in page


STEPPED = {
    "type": "object",
    "properties": {"fullName": {"type": "string", "title": "Full name"}, "city": {"type": "string", "title": "City"}},
    "x-steps": [{"title": "You", "fields": ["/fullName"]}, {"title": "Your home", "fields": ["/city"]}],
}


def test_a_form_of_steps_lists_its_answers_by_step(cloud: Cloud) -> None:
    define(Process("steps", "Steps", schema=STEPPED))
    url, program = process_link(cloud, {"customer": "C-1"}, processId="steps"), Visitor(cloud, JSON)
    program.open(url)
    data = {"fullName": "Ana", "city": "Ávila"}
    assert program.post(f"{program.thing}/submit", {"rid": parts(url)[0], "data": data}).status == 201

    page = words(Visitor(cloud, cookies=program.cookies).get(program.thing))

    assert "What you sent You Full name Ana Your home City Ávila" in page


def test_already_sent_has_the_reference(cloud: Cloud) -> None:
    url = process_link(cloud)
    sent(cloud, url)

    page = words(Visitor(cloud).open(url))

    assert "Already sent" in page
    assert reference_of(parts(url)[0]) in page
