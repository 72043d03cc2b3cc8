"""Forms with conditions, on pages without JavaScript and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.model.tenant import Process
from linkgate.store.tenants import DynamoTenants
from local import demo
from tests.support.form_posts import sent_by
from tests.support.portal import CAR
from tests.support.visitor import JSON, Visitor, process_link

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.cloud import Cloud


@pytest.fixture(autouse=True)
def process(cloud: Cloud) -> None:  # noqa: ARG001 - its table
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_definition(demo.DEMO.id, Process("car", "Car", schema=CAR))


def link(cloud: Cloud, model: Mapping[str, object] | None = None) -> str:
    return process_link(cloud, model, processId="car")


def asked(page: str) -> set[str]:
    return {name for name in sent_by(page) if name.startswith("/")}


def recorded(visitor: Visitor) -> Mapping[str, object]:
    link = wiring.deps().links.get(visitor.rid or "")
    assert link
    assert link.submission
    return wiring.deps().links.bodies(link.master_rid, [link.submission])[link.submission]


def test_questions_are_asked_once_their_condition_holds(cloud: Cloud) -> None:
    visitor = Visitor(cloud)
    first = visitor.see(link(cloud)).text
    assert asked(first) == set()

    refused = visitor.post(f"{visitor.thing}/submit", {**sent_by(first), "/owns": "true", "confirmed": "true"})

    assert refused.status == 422
    assert asked(refused.text) == {"/plate", "/loan/bank", "/loan/since", "/owns"}
    filled = {**sent_by(refused.text), "/plate": "1234 ABC", "/loan/bank": "Ours"}
    assert visitor.post(f"{visitor.thing}/submit", filled).status == 303
    assert recorded(visitor) == {"owns": True, "plate": "1234 ABC", "loan": {"bank": "Ours"}}


def test_what_is_not_asked_stays_in_the_draft_and_out_of_the_submission(cloud: Cloud) -> None:
    visitor = Visitor(cloud)
    given = {"/owns": ["true"], "/plate": ["1234 ABC"], "/loan/bank": ["Ours"], "/loan/since": ["2025"]}
    first = sent_by(visitor.see(link(cloud)).text)
    visitor.post(f"{visitor.thing}/draft", {**first, **given})
    page = visitor.get(visitor.thing).text
    assert given.items() <= sent_by(page).items()

    visitor.post(f"{visitor.thing}/draft", {**sent_by(page), "/owns": "false"})
    closed = visitor.get(visitor.thing).text
    assert asked(closed) == {"/owns"}
    assert wiring.deps().fields.of(visitor.rid or "")["/plate"].value == "1234 ABC"

    # Without JavaScript the page that is posted has no such questions, and they come back as they were.
    visitor.post(f"{visitor.thing}/draft", {**sent_by(closed), "/owns": "true"})
    opened = visitor.get(visitor.thing).text
    assert given.items() <= sent_by(opened).items()

    visitor.post(f"{visitor.thing}/draft", {**sent_by(opened), "/owns": "false"})
    last = sent_by(visitor.get(visitor.thing).text)
    assert visitor.post(f"{visitor.thing}/submit", {**last, "confirmed": "true"}).status == 303
    assert recorded(visitor) == {"owns": False}


def test_a_refused_page_still_has_the_kept_answers_to_what_it_asks_again(cloud: Cloud) -> None:
    visitor = Visitor(cloud)
    first = sent_by(visitor.see(link(cloud)).text)
    visitor.post(f"{visitor.thing}/draft", {**first, "/owns": "false", "/plate": "1234 ABC"})
    page = sent_by(visitor.get(visitor.thing).text)

    refused = visitor.post(f"{visitor.thing}/submit", {**page, "/owns": "true", "confirmed": "true"})

    assert refused.status == 422
    assert sent_by(refused.text)["/plate"] == ["1234 ABC"]


def test_what_was_prefilled_counts(cloud: Cloud) -> None:
    page = Visitor(cloud).see(link(cloud, {"owns": True})).text

    assert asked(page) == {"/owns", "/plate", "/loan/bank", "/loan/since"}


def test_a_program_is_told_by_the_schema(cloud: Cloud) -> None:
    program = Visitor(cloud, JSON)
    program.see(link(cloud))

    refused = program.post(f"{program.thing}/submit", {"data": {"owns": False, "plate": "1234 ABC"}})
    assert [each["field"] for each in refused.json()["fields"]] == ["/plate"]
    assert program.post(f"{program.thing}/submit", {"data": {"owns": False}}).status == 201
