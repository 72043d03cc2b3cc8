"""Conditions in Chromium: questions come and go while somebody answers, and are decided as on the server."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect

from linkgate import wiring
from linkgate.usecases.conditions import asked_in, holds, rules_of
from tests.browser.test_drafts import opened, state, stored
from tests.browser.test_pages import violations
from tests.visits.test_conditions import CONDITIONS, FORMS, VALUES, form, when

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from tests.support.portal import Portal

    Browse = Callable[..., BrowserContext]

BATCH = 50
BATCHES = int(os.environ.get("LINKGATE_CONDITIONS", "250")) // BATCH
"""Number of batches of generated cases. FORMS asks for 10,000 cases: LINKGATE_CONDITIONS=10000."""


def test_the_script_decides_as_the_server_does(english: Portal, browse: Browse) -> None:
    page = opened(browse(), english.process(process="car"))
    batch = st.lists(st.tuples(CONDITIONS, VALUES), min_size=BATCH, max_size=BATCH)

    @settings(max_examples=BATCHES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(batch)
    def agree(cases: list[tuple[object, object]]) -> None:
        script = "cases => cases.map(([condition, value]) => fill.conditions.holds(condition, value))"
        assert page.evaluate(script, cases) == [holds(condition, value) for condition, value in cases]

    agree()


def test_the_script_hides_what_the_server_hides(english: Portal, browse: Browse) -> None:
    page = opened(browse(), english.process(process="car"))
    answers = st.dictionaries(st.sampled_from("abcd"), st.sampled_from("xy"))

    @settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(FORMS, answers)
    def agree(conditions: list[tuple[str, str, str, str]], data: dict[str, object]) -> None:
        entries = [
            {"if": when(name, value), branch: {"required": [asked]}} for name, value, asked, branch in conditions
        ]
        rules = rules_of(form(allOf=entries))
        script = "([rules, answers]) => [...fill.conditions.hiddenIn(answers, rules)].sort()"
        given_rules = [
            [rule.at, rule.condition, *([sorted(b.wanted), sorted(b.excluded)] for b in (rule.then, rule.otherwise))]
            for rule in rules
        ]
        found = page.evaluate(script, [given_rules, [[f"/{name}", value] for name, value in data.items()]])
        assert found == sorted(asked_in(rules, data).hidden)

    agree()


def test_questions_come_and_go_while_somebody_answers(english: Portal, browse: Browse, axe: str) -> None:
    url = english.process(process="car")
    page = opened(browse(), url)
    expect(page.get_by_label("Number plate")).to_be_hidden()
    yes, no = page.locator("input[type=radio]").all()[:2]

    yes.check()
    page.get_by_label("Number plate").fill("1234 ABC")
    page.get_by_label("Bank").fill("Ours")
    assert violations(page, axe) == []
    no.check()
    expect(page.get_by_label("Number plate")).to_be_hidden()
    state(page, r"\d\.")
    assert stored(url) == {"/owns": False, "/plate": "1234 ABC", "/loan/bank": "Ours"}

    page.reload()
    expect(page.get_by_label("Number plate")).to_be_hidden()
    page.locator("input[type=checkbox]").last.check()
    page.locator("#fill button").first.click()

    page.wait_for_selector("#receipt", state="attached")
    link = wiring.deps().links.get(url.partition("/l/")[2].partition("#")[0])
    assert link
    assert link.submission
    assert wiring.deps().links.bodies(link.master_rid, [link.submission])[link.submission] == {"owns": False}
