"""Co-browsing roles see, edit and send what the process lets them, and nothing else."""

from __future__ import annotations

import dataclasses
import html
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.model.tenant import Process
from linkgate.ports.links import givers_body
from linkgate.ports.visits import FieldChanged, FieldStore
from linkgate.store.tenants import DynamoTenants
from linkgate.usecases.visits.fields import SaveFields, WriteField, save_fields
from linkgate.usecases.visits.visit import Visit
from local import demo
from tests.support.form_posts import sent_by
from tests.support.vendor_calls import GENERATE
from tests.support.visitor import HTML, JSON, Visitor, parts, words

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.ports.visits import Group, StoredField
    from tests.support.cloud import Cloud

TEXT = {"type": "string"}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {**TEXT, "title": "Full name"},
        "note": {**TEXT, "title": "Internal note", "x-roles": {"": "none", "guest": "none"}},
        "rate": {**TEXT, "title": "Rate", "x-roles": {"": "see", "guest": "see"}},
        "pin": {**TEXT, "title": "PIN", "x-private": True},
    },
    "required": ["name", "rate"],
}
NOTE, RATE, PIN, OTHER_PIN = "CANARY-NOTE", "5 percent", "CANARY-PIN", "CANARY-OTHER"


@dataclass
class Room:
    """The three links of one form."""

    customer: str
    agent: str
    guest: str

    def visitor(self, cloud: Cloud, who: str, accept: str = JSON) -> Visitor:
        visitor = Visitor(cloud, accept)
        assert visitor.open(getattr(self, who)).status in {200, 303}
        return visitor


@pytest.fixture
def room(cloud: Cloud) -> Room:
    return made(cloud)


def made(cloud: Cloud, model: dict[str, object] | None = None, **process: Any) -> Room:
    deps = wiring.deps()
    assert isinstance(deps.tenants, DynamoTenants)
    deps.tenants.put_definition(demo.DEMO.id, Process("shared", "Shared", **{"schema": SCHEMA, **process}))
    fields = {"processId": "shared", "coBrowsingRoles": ["agent", "guest"], "serializedModel": model or {}}
    reply = GENERATE.make(cloud, {**GENERATE.body, **fields}).json()
    return Room(reply["link"], reply["coBrowsing"]["agent"], reply["coBrowsing"]["guest"])


def write(visitor: Visitor, pointer: str, value: object, base: int = 0) -> dict[str, Any]:
    reply = visitor.post(f"{visitor.thing}/fields", {"set": [{"f": pointer, "v": value, "base": base}]})
    assert reply.status == 200, reply.text
    (row,) = reply.json()["fields"]
    assert isinstance(row, dict)
    return row


def submission(visitor: Visitor) -> tuple[object, object]:
    """Return what was sent, and who gave each answer."""
    deps = wiring.deps()
    link = deps.links.get(visitor.rid or "")
    assert link
    assert link.submission
    name = link.submission
    bodies = deps.links.bodies(link.master_rid, [name, givers_body(name)])
    return bodies[name], bodies[givers_body(name)]


@pytest.mark.parametrize("accept", [JSON, HTML])
def test_no_route_shows_a_role_what_is_not_for_it(cloud: Cloud, accept: str) -> None:
    room = made(cloud, {"pin": PIN, "note": NOTE})
    agent, guest = room.visitor(cloud, "agent"), room.visitor(cloud, "guest", accept)
    assert write(agent, "/note", f"{NOTE} again")["ok"]
    assert write(agent, "/rate", RATE)["ok"]
    v = guest.thing
    data = {"name": "Ada", "pin": OTHER_PIN, "note": "mine"}
    form = {"/name": "Ada", "/pin": OTHER_PIN, "/note": "mine"}
    sent: dict[str, Any] = {"rid": guest.rid, **({"data": data} if accept == JSON else form)}

    replies = [
        guest.get(v),
        guest.get(f"{v}/fields"),
        guest.post(f"{v}/fields", {"set": [{"f": "/note", "v": "mine", "base": 0}]}),
        guest.post(f"{v}/fields", {"set": [{"f": "/pin", "v": OTHER_PIN, "base": 0}]}),
        guest.post(f"{v}/draft", sent),
        guest.post(f"{v}/submit", {**sent, "data": {"name": 1}}),
        guest.get(v),
    ]

    for reply in replies:
        assert reply.status < 500
        assert PIN not in reply.text
        assert NOTE not in reply.text
        assert "Internal note" not in reply.text
    customer = room.visitor(cloud, "customer")
    assert customer.post(f"{customer.thing}/submit", {"data": {"name": "Ada"}}).status == 201
    assert submission(customer)[0] == {"name": "Ada", "note": f"{NOTE} again", "rate": RATE}


@pytest.mark.parametrize(
    ("locale", "sentence"), [("en", "Filled in by another person"), ("es", "Completado por otra persona")]
)
def test_a_private_answer_reads_as_filled_in(cloud: Cloud, locale: str, sentence: str) -> None:
    guest = made(cloud, {"pin": PIN}, locale=locale).visitor(cloud, "guest", HTML)

    assert sentence in words(guest.get(guest.thing))


def test_a_receipt_shows_each_role_what_its_page_showed(cloud: Cloud, room: Room) -> None:
    agent, guest = room.visitor(cloud, "agent", HTML), room.visitor(cloud, "guest", HTML)
    guest_json = room.visitor(cloud, "guest")
    writer = room.visitor(cloud, "agent")
    write(writer, "/note", NOTE)
    write(writer, "/rate", RATE)
    write(writer, "/pin", PIN)
    customer = room.visitor(cloud, "customer")
    assert customer.post(f"{customer.thing}/submit", {"data": {"name": "Ada"}}).status == 201

    assert PIN in agent.get(agent.thing).text
    assert NOTE in agent.get(agent.thing).text
    for reply in (guest.get(guest.thing), guest_json.get(guest_json.thing)):
        assert PIN not in reply.text
        assert NOTE not in reply.text
    assert RATE in guest.get(guest.thing).text
    assert submission(customer)[1] == {"/name": "", "/note": "agent", "/rate": "agent", "/pin": "agent"}


def test_what_a_role_may_not_edit_is_refused_in_the_draft_and_kept_at_the_end(cloud: Cloud, room: Room) -> None:
    agent, customer = room.visitor(cloud, "agent"), room.visitor(cloud, "customer")
    write(agent, "/rate", RATE)

    refused = customer.post(f"{customer.thing}/fields", {"set": [{"f": "/rate", "v": "0", "base": 1}]})
    assert (refused.status, refused.json()["fields"][0]["field"]) == (422, "/rate")
    sent = customer.post(f"{customer.thing}/submit", {"data": {"name": "Ada", "rate": "0", "note": "mine"}})

    assert sent.status == 201
    assert submission(customer)[0] == {"name": "Ada", "rate": RATE}


def test_a_draft_without_script_leaves_the_others_answers_alone(cloud: Cloud, room: Room) -> None:
    agent, customer = room.visitor(cloud, "agent"), room.visitor(cloud, "customer", HTML)
    write(agent, "/rate", RATE)
    write(agent, "/note", NOTE)

    reply = customer.post(f"{customer.thing}/draft", {"rid": customer.rid, "/name": "Ada", "/rate": "0", "/note": "x"})

    assert reply.status == 303
    assert agent.get(agent.thing).json()["draft"] == {"name": "Ada", "rate": RATE, "note": NOTE}


def test_a_conflict_over_a_private_field_shows_nothing_of_it(cloud: Cloud, room: Room) -> None:
    agent, guest = room.visitor(cloud, "agent"), room.visitor(cloud, "guest")
    deps = wiring.deps()
    link = deps.links.get(guest.rid or "")
    assert link
    write(agent, "/pin", PIN)

    refused = guest.post(f"{guest.thing}/fields", {"set": [{"f": "/pin", "v": OTHER_PIN, "base": 0}]})

    assert refused.json()["fields"] == [{"f": "/pin", "ok": False, "given": True}]
    assert PIN not in refused.text
    assert deps.fields.of(link.master_rid)["/pin"].value == PIN


def test_a_page_that_was_shown_before_a_private_answer_came_is_told_so(cloud: Cloud, room: Room) -> None:
    guest, agent = room.visitor(cloud, "guest", HTML), room.visitor(cloud, "agent")
    page = guest.get(guest.thing).text
    seen = page.split('name="seen" value="')[1].split('"')[0].replace("&#34;", '"').replace("&quot;", '"')
    write(agent, "/pin", PIN)
    write(agent, "/rate", RATE)

    fields = {"rid": guest.rid, "seen": seen, "/name": "Ada", "/pin": OTHER_PIN, "confirmed": "true"}
    refused = guest.post(f"{guest.thing}/submit", fields)

    assert refused.status == 422
    assert "Rate : Somebody else changed this answer" in words(refused)
    assert "PIN : Another person has filled this in, so what you wrote here was not kept." in words(refused)
    assert PIN not in refused.text
    assert OTHER_PIN not in refused.text


def test_a_private_answer_of_another_role_stops_nobody_who_wrote_nothing_there(cloud: Cloud, room: Room) -> None:
    agent, customer = room.visitor(cloud, "agent"), room.visitor(cloud, "customer", HTML)
    write(agent, "/rate", RATE)
    seen = html.unescape(customer.get(customer.thing).text.split('name="seen" value="')[1].split('"')[0])
    write(agent, "/pin", PIN)

    form = {"rid": customer.rid, "seen": seen, "/name": "Ada", "/pin": "", "confirmed": "true"}

    assert customer.post(f"{customer.thing}/submit", form).status == 303
    assert submission(customer)[0] == {"name": "Ada", "rate": RATE, "pin": PIN}


def test_a_change_of_what_a_role_only_sees_asks_to_look_again(cloud: Cloud, room: Room) -> None:
    agent, customer = room.visitor(cloud, "agent"), room.visitor(cloud, "customer", HTML)
    write(agent, "/rate", RATE)
    page = customer.get(customer.thing).text
    assert RATE in page
    seen = page.split('name="seen" value="')[1].split('"')[0].replace("&#34;", '"').replace("&quot;", '"')
    assert json.loads(seen)["/rate"][0] == 1
    fields = {"rid": customer.rid, "seen": seen, "/name": "Ada", "confirmed": "true"}
    write(agent, "/rate", "9 percent", 1)

    refused = customer.post(f"{customer.thing}/submit", fields)

    assert refused.status == 422
    assert "9 percent" in refused.text
    seen = refused.text.split('name="seen" value="')[1].split('"')[0].replace("&#34;", '"').replace("&quot;", '"')
    assert customer.post(f"{customer.thing}/submit", {**fields, "seen": seen}).status == 303


def test_a_form_that_waits_for_another_role_says_so(cloud: Cloud, room: Room) -> None:
    customer, page = room.visitor(cloud, "customer"), room.visitor(cloud, "customer", HTML)

    refused = customer.post(f"{customer.thing}/submit", {"data": {"name": "Ada"}})
    shown = page.post(f"{page.thing}/submit", {"rid": page.rid, "/name": "Ada", "confirmed": "true"})

    problem = {"field": "/rate", "reason": "has to be filled in or corrected by another person first"}
    assert (refused.status, refused.json()["fields"]) == (422, [problem])
    assert shown.status == 422
    assert "Another person has to fill this in or correct it first." in words(shown)


def test_only_the_roles_that_the_process_names_may_send(cloud: Cloud) -> None:
    room = made(cloud, submitters=frozenset({"agent"}))
    agent, customer, page = (
        room.visitor(cloud, "agent"),
        room.visitor(cloud, "customer"),
        room.visitor(cloud, "customer", HTML),
    )

    refused = customer.post(f"{customer.thing}/submit", {"data": {"name": "Ada", "rate": "1"}})
    shown = page.get(page.thing)
    by_hand = page.post(f"{page.thing}/submit", {"rid": page.rid, "/name": "Ada", "confirmed": "true"})

    assert (refused.status, refused.json()["type"]) == (403, "urn:linkgate:not-submitter")
    assert customer.get(customer.thing).json()["maySubmit"] is False
    assert "Another person sends this form." in words(shown)
    assert 'class="">Send<' not in shown.text
    assert 'name="confirmed"' not in shown.text
    assert by_hand.status == 403
    assert agent.get(agent.thing).json()["maySubmit"] is True
    assert agent.post(f"{agent.thing}/submit", {"data": {"name": "Ada", "rate": "1"}}).status == 201


def test_a_roles_page_names_the_role(cloud: Cloud) -> None:
    room = made(cloud, locale="es")
    agent = room.visitor(cloud, "agent", HTML)

    page = agent.get(agent.thing)
    assert "Participa como: agent" in words(page)
    assert "<title>Shared - agent - " in page.text
    assert '<bdi class="role">agent</bdi>' in page.text
    assert room.visitor(cloud, "agent").get(agent.thing).json()["role"] == "agent"
    customer = room.visitor(cloud, "customer", HTML)
    assert "Participa como" not in words(customer.get(customer.thing))


def test_a_private_field_is_written_over_an_empty_or_an_own_answer_alone(room: Room) -> None:
    # Past the use case, which has read the draft: the other role may write at this moment.
    deps = wiring.deps()
    agent, guest = (deps.links.get(parts(url)[0]) for url in (room.agent, room.guest))
    assert agent
    assert guest
    now = deps.now()
    deps.fields.write(agent, "/pin", PIN, 0, now, private=True)

    for value, base in ((OTHER_PIN, 1), (PIN, 1), (PIN, 0), (None, 1)):
        with pytest.raises(FieldChanged):
            deps.fields.write(guest, "/pin", value, base, now, private=True)
    assert deps.fields.write(agent, "/pin", PIN, 0, now, private=True).role == "agent"
    emptied = deps.fields.write(agent, "/pin", None, 2, now, private=True)
    assert deps.fields.write(guest, "/pin", OTHER_PIN, emptied.version, now, private=True).role == "guest"


def test_a_private_answer_given_at_the_same_moment_is_not_told(cloud: Cloud, room: Room) -> None:
    guest, agent = room.visitor(cloud, "guest"), room.visitor(cloud, "agent")
    deps = wiring.deps()
    link = deps.links.get(guest.rid or "")
    assert link

    class Late(FieldStore):
        """Fields as they were before the agent's answer."""

        def of(self, master_rid: str) -> Mapping[str, StoredField]:
            return {pointer: each for pointer, each in deps.fields.of(master_rid).items() if pointer != "/pin"}

        def with_bodies(self, master_rid: str, names: Collection[str]) -> Any:
            raise NotImplementedError

        def write(  # noqa: PLR0913 - as the port declares it
            self, link: Link, pointer: str, value: object, base: int, now: datetime, *, private: bool = False
        ) -> StoredField:
            return deps.fields.write(link, pointer, value, base, now, private=private)

        def add_entry(self, link: Link, group: Group, key: str, now: datetime) -> StoredField:
            raise NotImplementedError

        def remove_entry(self, link: Link, group: Group, key: str, now: datetime) -> StoredField:
            raise NotImplementedError

        def set_entries(self, link: Link, pointer: str, keys: Sequence[str], base: int, now: datetime) -> StoredField:
            raise NotImplementedError

        def delete(self, master_rid: str, pointer: str, version: int) -> None:
            raise NotImplementedError

    assert write(agent, "/pin", PIN)["ok"]
    secret = next(value for name, value in guest.cookies.items() if (guest.rid or "") in name).partition(".")[0]
    visit = Visit(guest.rid or "", secret)
    command = SaveFields(visit=visit, read=lambda _schema, _known: [WriteField("/pin", PIN, 1)])

    (written,) = save_fields(command, dataclasses.replace(deps, fields=Late())).written

    assert (written.saved, written.stored, written.given) == (False, None, True)


def test_who_has_an_older_page_learns_that_a_private_field_was_filled_in(cloud: Cloud, room: Room) -> None:
    guest, agent = room.visitor(cloud, "guest"), room.visitor(cloud, "agent")
    person = room.visitor(cloud, "guest", HTML)
    seen = html.unescape(person.get(person.thing).text.split('name="seen" value="')[1].split('"')[0])
    write(agent, "/pin", PIN)
    form = {"rid": person.rid, "seen": seen, "/name": "Ada", "/pin": OTHER_PIN}

    assert write(guest, "/pin", OTHER_PIN) == {"f": "/pin", "ok": False, "given": True}
    told = person.post(f"{person.thing}/draft", form)

    assert told.status == 422
    assert "Another person has filled this in, so what you wrote here was not kept." in words(told)
    assert OTHER_PIN not in told.text
    seen = html.unescape(told.text.split('name="seen" value="')[1].split('"')[0])
    assert person.post(f"{person.thing}/draft", {"rid": person.rid, "seen": seen, "/name": "Ada"}).status == 303


def test_the_draft_says_that_a_private_answer_exists(cloud: Cloud, room: Room) -> None:
    guest, agent = room.visitor(cloud, "guest"), room.visitor(cloud, "agent")
    write(agent, "/pin", PIN)

    rows = guest.get(f"{guest.thing}/fields").json()["fields"]

    assert rows == [{"f": "/pin", "given": True}]
    assert guest.get(guest.thing).json()["schema"]["properties"]["pin"]["x-given"] is True


def test_a_question_that_others_answer_has_its_place_and_its_fault(cloud: Cloud, room: Room) -> None:
    customer = room.visitor(cloud, "customer", HTML)

    page = customer.get(customer.thing)
    refused = customer.post(f"{customer.thing}/submit", {"rid": customer.rid, "/name": "Ada", "confirmed": "true"})

    assert "Rate Not filled in yet" in words(page)
    (target,) = re.findall(r'<li><a href="#([^"]+)">Rate</a>', refused.text)
    assert f'id="{target}"' in refused.text
    assert "Another person has to fill this in or correct it first." in words(refused)


def test_what_is_missing_where_the_sender_cannot_look_names_no_question(cloud: Cloud) -> None:
    schema = {**SCHEMA, "required": ["note"]}
    room = made(cloud, schema=schema)
    customer = room.visitor(cloud, "customer", HTML)

    refused = customer.post(f"{customer.thing}/submit", {"rid": customer.rid, "/name": "Ada", "confirmed": "true"})

    assert refused.status == 422
    assert "Another person has to fill in or correct something that is not on your page." in words(refused)


def test_who_may_edit_nothing_has_nothing_to_save(cloud: Cloud) -> None:
    room = made(cloud, schema={**SCHEMA, "x-roles": {"guest": "see"}}, submitters=frozenset({"agent"}))
    guest = room.visitor(cloud, "guest", HTML)

    page = guest.get(guest.thing)

    assert "Another person fills in and sends this form." in words(page)
    assert f'formaction="{guest.thing}/draft"' not in page.text
    assert ">Send<" not in page.text
    assert "saved as you type" not in words(page)


def test_a_program_that_may_see_nothing_may_write_nothing(cloud: Cloud) -> None:
    room = made(cloud, schema={**SCHEMA, "x-roles": {"guest": "none"}, "properties": {"name": TEXT}, "required": []})
    guest = room.visitor(cloud, "guest")

    reply = guest.post(f"{guest.thing}/fields", {"set": [{"f": "/name", "v": "x", "base": 0}]})

    assert (reply.status, reply.json()["fields"]) == (422, [{"field": "/name", "reason": "is unknown"}])


def with_jobs(cloud: Cloud, job: Mapping[str, Any], jobs: Mapping[str, Any]) -> Room:
    """Make a form with a list that has one entry, `{"employer": "Baker", "pay": "1"}`."""
    items = {"type": "object", "title": "Job", "properties": {"employer": TEXT, "pay": {**TEXT, **job}}}
    schema = {"type": "object", "properties": {"note": TEXT, "jobs": {"type": "array", "items": items, **jobs}}}
    return made(cloud, {"jobs": [{"employer": "Baker", "pay": "1"}]}, schema=schema)


@pytest.mark.parametrize(
    ("job", "jobs", "buttons"),
    [
        ({}, {}, ["remove:/jobs/0", "add:/jobs"]),
        ({}, {"x-roles": {"agent": "see"}}, []),
        ({"x-roles": {"agent": "see"}}, {}, ["add:/jobs"]),
        ({"x-roles": {"agent": "none"}}, {}, ["add:/jobs"]),
        ({"x-private": True}, {}, ["add:/jobs"]),
    ],
)
def test_a_list_has_the_buttons_that_its_reader_may_press(
    cloud: Cloud, job: dict[str, Any], jobs: dict[str, Any], buttons: list[str]
) -> None:
    room = with_jobs(cloud, job, jobs)
    agent = room.visitor(cloud, "agent", HTML)

    page = agent.get(agent.thing).text

    assert re.findall(r'name="go" value="([^"]+)"', page) == buttons
    for button in {"remove:/jobs/0", "add:/jobs"}.difference(buttons):
        refused = agent.post(f"{agent.thing}/step", {**sent_by(page), "/note": "typed", "go": button})
        assert (refused.status, "This cannot be changed here." in refused.text) == (422, True)
        assert sent_by(refused.text)["/note"] == ["typed"]
    program = room.visitor(cloud, "agent")
    assert "x-fixed" not in program.get(program.thing).text


def test_a_prefilled_private_answer_in_a_list_is_kept_from_the_others(cloud: Cloud) -> None:
    room = with_jobs(cloud, {"x-private": True}, {})
    agent, customer = room.visitor(cloud, "agent"), room.visitor(cloud, "customer")

    assert write(agent, "/jobs/0/pay", "2") == {"f": "/jobs/0/pay", "ok": False, "given": True}
    assert write(customer, "/jobs/0/pay", "3")["ok"]


def test_the_owner_learns_which_role_gave_each_answer(cloud: Cloud, room: Room) -> None:
    agent, customer = room.visitor(cloud, "agent"), room.visitor(cloud, "customer")
    write(agent, "/rate", RATE)
    write(agent, "/pin", PIN)
    assert customer.post(f"{customer.thing}/submit", {"data": {"name": "Ada"}}).status == 201

    for rid in (customer.rid, agent.rid):
        told = cloud.get(f"/links/{rid}/submission", authorization=f"Bearer {demo.MANAGE_KEY}").json()
        assert told["data"] == {"name": "Ada", "rate": RATE, "pin": PIN}
        assert told["filledBy"] == {"/name": "", "/rate": "agent", "/pin": "agent"}
