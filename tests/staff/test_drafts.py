"""An administrator changes a form question by question in a draft, tries it, puts it live, and finds the way back."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.model.tenant import Process
from linkgate.usecases.staff.drafts import change_between
from local.demo import DEMO
from tests.support.staff_browser import words
from tests.support.vendor_calls import SEND
from tests.support.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud
    from tests.support.staff_browser import StaffBrowser

    SignIn = Callable[[str], StaffBrowser]

ID = "drafted"
ONE = "/console/setup/process"
EDITOR = f"{ONE}/editor"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string", "title": "Full name"}, "shoe": {"type": "number", "title": "Shoe size"}},
}


@pytest.fixture
def ada(signed_in: SignIn, site: Cloud) -> StaffBrowser:
    deps: Any = wiring.deps()
    deps.tenants.put_definition(DEMO.id, Process(ID, "Open an account", schema=SCHEMA))
    browser = signed_in("Ada Admin")
    if "Drop the draft" in (page := browser.get(f"{EDITOR}?id={ID}").text):
        browser.post(EDITOR, {**hidden(page), "do": "drop:"})
    site.settle()
    return browser


def hidden(page: str) -> dict[str, str]:
    """Return the id and the version of the draft that a page was made for."""
    main = page.partition("<main>")[2]
    return {name: unescape(value) for name, value in re.findall(r'name="(id|seen|live)" value="([^"]*)"', main)}


def edit(browser: StaffBrowser, do: str, **more: str) -> HttpResponse:
    return browser.post(EDITOR, {**hidden(browser.get(f"{EDITOR}?id={ID}").text), "do": do, **more})


def ask(browser: StaffBrowser, title: str, name: str = "", **more: str) -> HttpResponse:
    page = browser.get(f"{EDITOR}/question?id={ID}&name={name}")
    assert page.status == 200
    return browser.post(f"{EDITOR}/question", {**hidden(page.text), "name": name, "title": title, **more})


def put_live(browser: StaffBrowser) -> HttpResponse:
    page = browser.get(f"{ONE}/live?id={ID}")
    return browser.post(f"{ONE}/live", hidden(page.text))


def live() -> Process:
    found = wiring.deps().staff.forms.get(Process, DEMO.id, ID)
    assert found
    assert isinstance(found.definition, Process)
    return found.definition


def test_questions_are_added_changed_moved_and_removed_in_a_draft_and_put_live(ada: StaffBrowser) -> None:
    said = ask(ada, "Colour", control="radio", choices="Red\r\n\r\n Blue ", required="on")
    assert "The draft is saved." in words(said.text)
    ask(ada, "Your full name", "name", hint="As in your passport", required="on", **{"title.es": "Su nombre"})
    edit(ada, "up:colour")
    edit(ada, "remove:shoe")
    edit(ada, "up:colour")
    edit(ada, "begin:name", page_title="About you")

    page = words(ada.get(f"{EDITOR}?id={ID}").text)
    assert "Page 1" in page
    assert "choice · required · Red, Blue" in page
    assert live().schema == SCHEMA
    before = words(ada.get(f"{ONE}/live?id={ID}").text)
    assert "No longer asked: Shoe size" in before
    assert "Must be answered now: Colour" in before
    assert "New: Colour" in before
    assert "The form is live." in words(put_live(ada).text)

    assert live().schema == {
        "type": "object",
        "required": ["name", "colour"],
        "properties": {
            "colour": {"type": "string", "title": "Colour", "enum": ["Red", "Blue"]},
            "name": {
                "type": "string",
                "title": "Your full name",
                "description": "As in your passport",
                "x-i18n": {"es": {"title": "Su nombre"}},
            },
        },
        "x-steps": [
            {"title": "Open an account", "fields": ["/colour"]},
            {"title": "About you", "fields": ["/name"]},
        ],
    }
    assert live().title == "Open an account"
    assert "This is what is live." in words(ada.get(f"{EDITOR}?id={ID}").text)
    journal = words(ada.get("/console/journal").text)
    assert "changed the draft of a form" in journal
    assert "changed a form" in journal


def test_a_change_that_cannot_be_is_told_and_nothing_typed_is_lost(ada: StaffBrowser) -> None:
    page = ask(ada, "", control="radio", choices="One")
    assert (page.status, "Write the question." in words(page.text)) == (422, True)
    assert "One</textarea>" in page.text
    assert 'value="radio" checked' in page.text
    long = ask(ada, "x" * 300, "name")
    assert (long.status, "x" * 300 in long.text) == (422, True)
    for do in ("up:none", "remove:", "begin:none", "rename:0", "join:9", "rename:x", "nonsense:name", ""):
        assert edit(ada, do, **{"page_title": "P", "page.0": "P"}).status == 404, do
    assert edit(ada, "begin:name", page_title="").status == 422
    assert "This is what is live." in words(ada.get(f"{EDITOR}?id={ID}").text)


def test_of_two_who_change_a_draft_the_second_is_told(ada: StaffBrowser, signed_in: SignIn) -> None:
    mine = hidden(ada.get(f"{EDITOR}?id={ID}").text)
    ask(signed_in("Bea Admin"), "Bea's question", control="text")

    page = ada.post(EDITOR, {**mine, "do": "remove:name"})

    assert page.status == 422
    assert "Somebody else changed the form or its draft in the meantime" in words(page.text)
    assert "Changed last by Bea Admin" in words(page.text)
    assert "Full name" in words(page.text)
    for target in (f"{EDITOR}/question", f"{ONE}/live"):
        refused = ada.post(target, {**mine, "live": live().version or "", "name": "", "title": "x", "control": "text"})
        assert refused.status in {409, 422}, target
    assert live().schema == SCHEMA


def test_a_draft_that_was_begun_before_another_version_says_so_and_replaces_only_what_was_seen(
    ada: StaffBrowser,
) -> None:
    ask(ada, "Mine", control="text")
    seen = hidden(ada.get(f"{ONE}/live?id={ID}").text)
    deps: Any = wiring.deps()
    deps.tenants.put_definition(DEMO.id, Process(ID, "Renamed", schema={**SCHEMA, "required": []}))

    page = ada.post(f"{ONE}/live", seen)

    assert page.status == 409
    assert "somebody put another version live" in words(page.text)
    assert live().title == "Renamed"
    assert "The form is live." in words(put_live(ada).text)
    assert live().title == "Renamed"
    assert "mine" in live().schema["properties"]  # type: ignore[operator]  # a mapping


def test_an_earlier_version_is_looked_at_and_used_again(ada: StaffBrowser, site: Cloud) -> None:
    first = live().version or ""
    site.clock.advance(timedelta(minutes=1))
    edit(ada, "remove:shoe")
    put_live(ada)

    listed = ada.get(f"{ONE}/versions?id={ID}").text
    assert "Changed by Ada Admin" in words(listed)
    assert "Changed by the command line" in words(listed)
    page = ada.get(f"{ONE}/version?id={ID}&version={first}")
    assert "New: Shoe size" in words(page.text)
    assert "Shoe size" in words(ada.get(f"{ONE}/form/preview?id={ID}&version={first}").text)
    taken = ada.post(f"{ONE}/version", {**hidden(page.text), "version": first})
    assert "The draft is now this version." in words(taken.text)
    assert "shoe" not in live().schema["properties"]  # type: ignore[operator]  # a mapping
    put_live(ada)

    assert live().schema == SCHEMA
    assert live().version == first
    assert ada.get(f"{ONE}/version?id={ID}&version=none").status == 404
    assert ada.post(f"{ONE}/version", {"id": ID, "version": "none", "seen": ""}).status == 404


def test_a_draft_is_tried_with_a_test_link_that_opens_as_for_a_customer(ada: StaffBrowser, site: Cloud) -> None:
    ask(ada, "Only in the draft", control="text")
    site.outbox.clear()
    before = len(wiring.deps().tenants.versions(Process, DEMO.id, ID))

    page = ada.post("/console/trials", {"kind": "process", "id": ID, "version": "draft"})
    found = re.search(r'href="(http[^"]+/l/[^"]+)"', page.text)
    assert found
    url = unescape(found[1])
    rid = url.partition("/l/")[2].partition("#")[0]

    assert "Only in the draft" in words(Visitor(site).see(url).text)
    link = wiring.deps().links.get(rid)
    assert link
    assert (link.test, link.recipient.name, link.deliveries) == (True, "Ada Admin", {})
    made = wiring.deps().tenants.definition(Process, DEMO.id, ID, link.version)
    assert made
    assert "onlyInTheDraft" in made.schema["properties"]  # type: ignore[operator]  # a mapping
    assert live().schema == SCHEMA
    assert site.outbox.messages() == []
    # A draft that is only tried is no version.
    assert len(wiring.deps().tenants.versions(Process, DEMO.id, ID)) == before
    assert str(link.version) not in ada.get(f"{ONE}/versions?id={ID}").text
    assert "tried a form with a test link" in words(ada.get("/console/journal").text)
    for form in ({}, {"kind": "agent", "id": "A", "version": "draft"}, {"kind": "process", "id": ID, "version": "x"}):
        assert ada.post("/console/trials", form).status == 404, form


def test_what_open_links_keep_is_compared_with_the_draft(ada: StaffBrowser, site: Cloud) -> None:
    assert SEND.make(site, {**SEND.body, "processId": ID}).status == 200
    edit(ada, "remove:shoe")
    put_live(ada)
    site.clock.advance(timedelta(minutes=2))
    ask(ada, "New one", control="text", required="on")

    page = words(ada.get(f"{ONE}/live?id={ID}").text)

    since, _, kept = page.partition("Some of them keep an earlier version.")
    assert "No longer asked" not in since
    assert "No longer asked: Shoe size" in kept
    assert "Must be answered now: New one" in kept


def test_a_form_as_text_is_kept_as_the_draft(ada: StaffBrowser) -> None:
    page = ada.get(f"{ONE}/form?id={ID}").text
    form = {**hidden(page), "draft": "", "schema": '{"type": "object", "properties": {"t": {"type": "string"}}}'}

    kept = ada.post(f"{ONE}/form", {**form, "do": "keep"})
    again = ada.post(f"{ONE}/form", {**form, "do": "keep"})

    assert "The draft is saved." in words(kept.text)
    assert again.status == 409
    assert '"t"' in unescape(ada.get(f"{ONE}/form?id={ID}").text)
    assert live().schema == SCHEMA
    assert ada.post(f"{ONE}/form", {**form, "schema": "{", "do": "keep"}).status == 422


def test_changes_are_found_by_their_place_in_the_data() -> None:
    old = {"properties": {"a": {"type": "string"}, "s": {"type": "object", "properties": {"x": {"type": "string"}}}}}
    new = {
        "required": ["s"],
        "properties": {"a": {"type": "number", "title": "A"}, "s": {"type": "object", "properties": {}}},
    }

    change = change_between(old, new, "en")

    assert (change.removed, change.required, change.others, change.added) == (["x"], ["s"], ["A", "s"], [])
