"""Repeat groups: entries are added and removed on the server, nothing is lost, and a submission has lists in order."""

from __future__ import annotations

import dataclasses
import html
import re
from typing import TYPE_CHECKING, Any, cast

import pytest

from linkgate import wiring
from linkgate.errors import Unavailable
from linkgate.model.tenant import Process
from linkgate.store.tenants import DynamoTenants
from linkgate.usecases.changes import Change
from linkgate.usecases.history.link_history import record_changes
from local import demo
from tests.support.form_posts import sent_by
from tests.support.visitor import JSON, Visitor, process_link, words
from tests.visits.test_fields import save
from tests.visits.test_steps import at, recorded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.ports.visits import FieldStore
    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

TEXT = {"type": "string"}
JOBS: dict[str, Any] = {
    "type": "object",
    "required": ["jobs"],
    "properties": {
        "name": {**TEXT, "title": "Name"},
        "jobs": {
            "type": "array",
            "title": "Jobs",
            "maxItems": 4,
            "items": {
                "type": "object",
                "title": "Job",
                "required": ["employer"],
                "properties": {
                    "employer": {**TEXT, "title": "Employer"},
                    "ended": {"type": "boolean", "title": "Has it ended?"},
                    "why": {**TEXT, "title": "Why did it end?"},
                },
                "if": {"properties": {"ended": {"const": True}}, "required": ["ended"]},
                "then": {"required": ["why"]},
            },
        },
        "pets": {
            "type": "array",
            "title": "Pets",
            "minItems": 2,
            "items": {"type": "object", "properties": {"pet": {**TEXT, "title": "Pet"}}},
        },
    },
}
STEPS = {
    **JOBS,
    "x-steps": [{"title": "You", "fields": ["/name"]}, {"title": "Work", "fields": ["/jobs", "/pets"]}],
}


@pytest.fixture(autouse=True)
def processes(cloud: Cloud) -> None:  # noqa: ARG001 - its table
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    for name, schema in (("jobs", JOBS), ("job-steps", STEPS)):
        tenants.put_definition(demo.DEMO.id, Process(name, "Work history", schema=schema))


def link(cloud: Cloud, process: str = "jobs", model: Mapping[str, object] | None = None) -> str:
    return process_link(cloud, model, processId=process)


def press(visitor: Visitor, page: str, go: str, answers: Mapping[str, str] | None = None) -> HttpResponse:
    return visitor.post(f"{visitor.thing}/step", {**sent_by(page), **(answers or {}), "go": go})


def named(page: str, end: str) -> list[str]:
    """Return the names of controls, in the order of the page."""
    names = re.findall(r'name="(/[^"]*)"', page)
    return [html.unescape(each) for each in dict.fromkeys(names) if each.endswith(end)]


def test_entries_are_added_and_removed_and_sent_in_order(cloud: Cloud) -> None:
    visitor = Visitor(cloud)
    page = visitor.see(link(cloud)).text
    (first,) = named(page, "/employer")
    assert first == "/jobs/0/employer"

    added = press(visitor, page, "add:/jobs", {first: "Baker", "/name": "Ada"})
    page = at(visitor, added)
    _, second = named(page, "/employer")
    assert f'id="{added.header("location").partition("#")[2]}" name="{second}"' in page
    assert 'value="Baker"' in page
    assert "Remove <bdi>Job 1, Baker</bdi>" in page
    page = at(visitor, press(visitor, page, "add:/jobs", {second: "Miller"}))
    third = named(page, "/employer")[2]
    page = at(visitor, press(visitor, page, f"remove:{first.removesuffix('/employer')}", {third: "Smith"}))
    assert named(page, "/employer") == [second, third]

    sent = visitor.post(f"{visitor.thing}/submit", {**sent_by(page), "confirmed": "true"})

    assert sent.status == 303, words(sent)
    assert recorded(visitor) == {"name": "Ada", "jobs": [{"employer": "Miller"}, {"employer": "Smith"}]}
    receipt = words(visitor.get(visitor.thing))
    assert "Job 1: Employer Miller Job 2: Employer Smith" in receipt


def test_a_step_saves_whatever_the_button_and_faults_lead_to_their_field(cloud: Cloud) -> None:
    visitor = Visitor(cloud)
    page = visitor.see(link(cloud, "job-steps")).text
    page = at(visitor, press(visitor, page, "next", {"/name": "Ada"}))
    (first,) = named(page, "/employer")

    refused = press(visitor, page, "next")
    assert refused.status == 422
    assert "Employer" in words(refused).partition("Please correct")[2]
    page = at(visitor, press(visitor, page, "add:/pets", {first: "Baker", first.replace("employer", "ended"): "true"}))
    few = press(visitor, page, "next")
    assert "Add at least 2." in words(few)
    why = first.replace("employer", "why")
    assert f'name="{why}"' in few.text
    page = at(visitor, press(visitor, page, "add:/pets", {named(page, "/pet")[0]: "Cat", why: "Bored"}))
    review = visitor.get(press(visitor, page, "next", {named(page, "/pet")[1]: "Dog"}).header("location")).text
    assert "Job 1" in review
    assert "Bored" in review

    sent = visitor.post(f"{visitor.thing}/submit", sent_by(review))

    assert sent.status == 303, words(sent)
    assert recorded(visitor) == {
        "name": "Ada",
        "jobs": [{"employer": "Baker", "ended": True, "why": "Bored"}],
        "pets": [{"pet": "Cat"}, {"pet": "Dog"}],
    }


def test_prefilled_entries_stay_as_they_are_until_somebody_changes_them(cloud: Cloud) -> None:
    model = {"jobs": [{"employer": "Baker"}, {"employer": "Miller"}]}
    visitor = Visitor(cloud)
    page = visitor.see(link(cloud, model=model)).text
    assert named(page, "/employer") == ["/jobs/0/employer", "/jobs/1/employer"]

    page = at(visitor, press(visitor, page, "remove:/jobs/0"))
    assert named(page, "/employer") == ["/jobs/1/employer"]
    sent = visitor.post(f"{visitor.thing}/submit", {**sent_by(page), "confirmed": "true"})

    assert sent.status == 303
    assert recorded(visitor) == {"jobs": [{"employer": "Miller"}]}


def test_a_program_sends_and_gets_lists(cloud: Cloud) -> None:
    program = Visitor(cloud, JSON)
    program.open(link(cloud))
    jobs = [{"employer": "Baker"}, {"employer": "Miller"}, {"employer": "Smith"}]
    assert program.post(f"{program.thing}/draft", {"data": {"name": "Ada", "jobs": jobs}}).status == 204
    seen = program.get(program.thing).json()
    assert seen["draft"] == {"name": "Ada", "jobs": jobs}
    assert seen["schema"] == JOBS
    assert program.post(f"{program.thing}/draft", {"data": {"jobs": jobs[:1]}}).status == 204
    assert program.get(program.thing).json()["draft"] == {"jobs": jobs[:1]}
    wrong = program.post(f"{program.thing}/draft", {"data": {"jobs": {"0": jobs[0]}}})
    assert (wrong.status, wrong.json()["fields"][0]["field"]) == (422, "/jobs")

    faulty = program.post(f"{program.thing}/submit", {"data": {"jobs": [jobs[0], {}]}})
    assert [each["field"] for each in faulty.json()["fields"]] == ["/jobs/1/employer"]
    assert program.post(f"{program.thing}/submit", {"data": {"jobs": jobs}}).status == 201
    assert recorded(program) == {"jobs": jobs}


def test_the_wire_adds_and_removes_and_refuses_keys_that_are_made_up(cloud: Cloud) -> None:
    program = Visitor(cloud, JSON)
    program.open(link(cloud))
    fields = f"{program.thing}/fields"

    (added,) = program.post(fields, {"add": "/jobs"}).json()["groups"]
    assert (added["f"], added["ok"], added["n"], added["keys"][0]) == ("/jobs", True, 1, "0")
    new = added["keys"][1]
    assert save(program, (f"/jobs/{new}/employer", "Baker", 0))["fields"][0]["ok"]
    for made_up in ("/jobs/hello/employer", "/jobs/1/employer"):
        (row,) = save(program, (made_up, "Baker", 0))["fields"]
        assert (row["ok"], row["gone"]) == (False, True)
    for unknown in ("/jobs", "/jobs/hello", f"/jobs/{new}", f"/jobs/{new}/salary", f"/jobs/{new}/employer/x", "/x/0/y"):
        assert program.post(fields, {"set": [{"f": unknown, "v": "Baker", "base": 0}]}).status == 422
    for body in ({"add": "/name"}, {"add": "/jobs/0"}, {"remove": ["/name", "0"]}, {"remove": "/jobs"}, {"add": 5}):
        assert program.post(fields, body).status == 422
    assert program.post(fields, {"remove": ["/jobs", new]}).json()["groups"][0]["keys"] == ["0"]
    assert program.post(fields, {"remove": ["/jobs", new]}).json()["groups"][0]["keys"] == ["0"]
    for number in range(3):
        assert program.post(fields, {"add": "/jobs"}).json()["groups"][0]["n"] == number + 3
    (full,) = program.post(fields, {"add": "/jobs"}).json()["groups"]
    assert (full["ok"], full["n"], len(full["keys"])) == (False, 5, 4)
    (jobs, _pets) = program.get(fields).json()["groups"]
    assert (jobs["f"], jobs["n"], jobs["keys"]) == ("/jobs", 5, full["keys"])


def test_what_was_typed_into_an_entry_that_somebody_removed_is_told(cloud: Cloud) -> None:
    visitor = Visitor(cloud)
    page = at(visitor, press(visitor, visitor.see(link(cloud)).text, "add:/jobs"))
    second = named(page, "/employer")[1]
    other = Visitor(cloud, cookies=dict(visitor.cookies), rid=visitor.rid)
    press(other, page, f"remove:{second.removesuffix('/employer')}")

    told = press(visitor, page, "add:/jobs", {second: "Baker & Sons"})

    assert told.status == 422
    assert "Somebody else removed this while you were filling it in. You had written: Baker & Sons" in words(told)


class Dying:
    """Store of drafts of which one deletion fails, before or after it takes effect."""

    def __init__(self, store: FieldStore, deletions: int, *, after: bool) -> None:
        self._store, self._left, self._after = store, deletions, after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def delete(self, master_rid: str, pointer: str, version: int) -> None:
        self._left -= 1
        if self._left == 0 and not self._after:
            raise Unavailable
        self._store.delete(master_rid, pointer, version)
        if self._left == 0:
            raise Unavailable


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("deletion", [1, 2, 3])
def test_after_the_submission_nothing_of_a_removed_entry_is_kept(cloud: Cloud, deletion: int, *, after: bool) -> None:
    visitor = Visitor(cloud)
    page = visitor.see(link(cloud)).text
    page = at(visitor, press(visitor, page, "add:/jobs", {"/jobs/0/employer": "Baker", "/name": "Ada"}))
    key = named(page, "/employer")[1]
    page = at(visitor, press(visitor, page, "remove:/jobs/0", {key: "Miller"}))
    page = at(visitor, press(visitor, page, "add:/pets"))
    page = at(visitor, press(visitor, page, f"remove:{named(page, '/pet')[0].removesuffix('/pet')}"))
    deps, before = wiring.deps(), wiring.deps().links.get(visitor.rid or "")
    assert before
    # Writes that were on their way while entries were removed.
    deps.fields.write(before, "/jobs/0/employer", "Baker", 1, deps.now())
    deps.fields.write(before, "/jobs/0/why", "Bored", 0, deps.now())
    page = visitor.get(visitor.thing).text
    assert visitor.post(f"{visitor.thing}/submit", {**sent_by(page), "confirmed": "true"}).status == 303
    sent = deps.links.get(visitor.rid or "")
    assert sent

    failing = dataclasses.replace(deps, fields=cast("FieldStore", Dying(deps.fields, deletion, after=after)))
    with pytest.raises(Unavailable):
        record_changes([Change(before, sent)], failing)
    # The stream delivers the same change again.
    record_changes([Change(before, sent)], deps)

    assert set(deps.fields.of(before.master_rid)) == {"/name", "/jobs", key}
