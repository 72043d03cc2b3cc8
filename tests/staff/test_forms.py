"""An administrator changes a form: it is checked, overwrites nobody's change, and links that are out keep theirs."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from linkgate import wiring
from linkgate.model.link import Kind
from linkgate.model.person import JournalEntry
from linkgate.model.tenant import Process
from linkgate.tokens import token
from linkgate.usecases.management.definition_use import definition_use
from local.demo import DEMO, OTHER
from tests.support.staff_browser import words
from tests.support.vendor_calls import SEND

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from linkgate.ports.staff import KeptForm
    from tests.support.cloud import Cloud
    from tests.support.staff_browser import StaffBrowser

    SignIn = Callable[[str], StaffBrowser]

ID = "console-form"
PATH = "/console/setup/process/form"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string", "title": "Full name"}},
}


@pytest.fixture
def ada(signed_in: SignIn) -> StaffBrowser:
    wiring.deps().tenants.put_definition(DEMO.id, Process(ID, "Open an account", schema=SCHEMA))
    return signed_in("Ada Admin")


def live() -> KeptForm:
    found = wiring.deps().staff.forms.get(Process, DEMO.id, ID)
    assert found
    return found


def entry(who: str, at: datetime) -> JournalEntry:
    return JournalEntry(token(os.urandom(16)), at, who, frozenset({"admin"}), "form_changed")


def form(do: str, schema: object, seen: str | None = None) -> dict[str, str]:
    text = schema if isinstance(schema, str) else json.dumps(schema)
    return {"id": ID, "seen": live().definition.version or "" if seen is None else seen, "schema": text, "do": do}


def asking(title: str) -> dict[str, Any]:
    return {**SCHEMA, "properties": {**SCHEMA["properties"], "more": {"type": "string", "title": title}}}


def test_a_form_is_checked_and_then_put_live(ada: StaffBrowser) -> None:
    shown = ada.get(f"{PATH}?id={ID}")
    assert json.loads(unescape(re.findall(r"<textarea[^>]*>(.*?)</textarea>", shown.text, re.DOTALL)[0])) == SCHEMA

    checked = ada.post(PATH, form("check", asking("Your shoe size")))
    assert "Your shoe size" in words(checked.text)
    assert live().definition.schema == SCHEMA
    done = ada.post(PATH, form("live", asking("Your shoe size")))

    assert "The form is live." in words(done.text)
    assert "Your shoe size" in words(done.text)
    kept = live()
    assert kept.definition.schema == asking("Your shoe size")
    assert kept.definition.title == "Open an account"
    assert kept.at
    assert {each.version for each in wiring.deps().tenants.versions(Process, DEMO.id, ID)} >= {kept.definition.version}
    assert "changed a form" in words(ada.get("/console/journal").text)


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ("{", "line 1, column 2"),
        ("[]", "must be an object"),
        ("[" * 20_000, "cannot be read"),
        ({"type": "string"}, "must be an object whose `properties` are the questions"),
        ({"type": "object", "properties": {"a": {"type": "string", "minLength": "x"}}}, "is not a JSON Schema"),
        ({"type": "object", "properties": {"a": {"type": "string", "x-roles": ["nobody"]}}}, "role"),
    ],
)
def test_a_form_with_faults_is_not_put_live(schema: object, said: str, ada: StaffBrowser) -> None:
    page = ada.post(PATH, form("live", schema))

    assert (page.status, said in words(page.text)) == (422, True), words(page.text)[:500]
    assert live().definition.schema == SCHEMA


def test_what_somebody_else_changed_is_shown_beside_it_and_not_overwritten(
    ada: StaffBrowser, signed_in: SignIn
) -> None:
    seen = live().definition.version
    signed_in("Bea Admin").post(PATH, form("live", asking("Bea's question")))

    page = ada.post(PATH, form("live", asking("Ada's question"), seen))

    assert page.status == 409
    assert "Changed by Bea Admin" in words(page.text)
    assert "Bea's question" in unescape(page.text)
    assert "Ada's question" in unescape(page.text)
    assert live().definition.schema == asking("Bea's question")
    again = ada.post(PATH, form("live", asking("Ada's question")))
    assert "The form is live." in words(again.text)


@pytest.mark.usefixtures("ada")
def test_only_the_version_that_was_seen_is_replaced(site: Cloud) -> None:
    forms, now = wiring.deps().staff.forms, site.clock.now()
    first = live().definition
    second = replace(first, title="Second")

    assert forms.put(DEMO.id, second, first.version or "", entry("ada", now))
    assert not forms.put(DEMO.id, first, first.version or "", entry("bea", now + timedelta(seconds=1)))
    assert not forms.put(DEMO.id, first, "", entry("bea", now))
    assert not forms.put(OTHER.id, second, live().definition.version or "", entry("ada", now))
    assert not forms.put(OTHER.id, second, "", entry("ada", now))

    kept = live()
    assert (kept.definition.title, kept.by, kept.at) == ("Second", "ada", now)
    assert forms.get(Process, OTHER.id, ID) is None


def test_links_that_are_out_are_told_and_keep_their_form(ada: StaffBrowser, site: Cloud) -> None:
    assert SEND.make(site, {**SEND.body, "processId": ID}).status == 200

    page = ada.post(PATH, form("check", asking("Later")))

    assert "1 open links keep the form that they have, 0 of them with a draft." in words(page.text)


@pytest.mark.usefixtures("ada")
def test_no_more_links_are_looked_at_than_asked_for(site: Cloud) -> None:
    for _ in range(2):
        assert SEND.make(site, {**SEND.body, "processId": ID}).status == 200

    few = definition_use(DEMO.id, Kind.PROCESS, ID, wiring.deps(), most=1)
    every = definition_use(DEMO.id, Kind.PROCESS, ID, wiring.deps(), most=1_000)

    assert (few.links, few.cut) == (1, True)
    assert (every.links >= 2, every.cut) == (True, False)


def test_a_form_is_shown_as_it_is_typed_on_the_recipients_own_page(ada: StaffBrowser) -> None:
    preview = ada.post(f"{PATH}/preview", form("check", asking("Your shoe size")))

    assert "Your shoe size" in words(preview.text)
    assert 'name="/more"' in unescape(preview.text)
    policy = preview.header("content-security-policy")
    assert policy.startswith("sandbox;")
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert live().definition.schema == SCHEMA
    assert "The form has faults." in ada.post(f"{PATH}/preview", form("check", "{")).text
    assert "frame-src 'self'" in ada.get(f"{PATH}?id={ID}").header("content-security-policy")


def test_there_are_no_other_forms(ada: StaffBrowser) -> None:
    for target in (f"{PATH}?id=none", f"{PATH}?id=", f"/console/setup/agent/form?id={quote('A.N. Agent')}"):
        assert ada.get(target).status == 404, target
    assert ada.post(PATH, {"id": "none", "seen": "", "schema": "{}", "do": "live"}).status == 404
    assert ada.post(PATH, {}).status == 404
