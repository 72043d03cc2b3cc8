"""Ratings and groups that repeat on a small phone: by keyboard, with and without JavaScript."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from linkgate import wiring
from linkgate.model.tenant import Process
from linkgate.store.tenants import DynamoTenants
from linkgate.usecases.form_rules import faults_of
from tests.browser.test_drafts import opened, state
from tests.browser.test_pages import violations
from tests.browser.test_steps import fits, recorded
from tests.visits.test_groups import JOBS

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.test_steps import Browse
    from tests.support.portal import Portal


def rating(title: str, low: int, high: int, control: str = "") -> dict[str, Any]:
    part: dict[str, Any] = {"type": "integer", "minimum": low, "maximum": high, "title": title}
    return part | ({"x-control": control} if control else {})


SURVEY: dict[str, Any] = {
    "type": "object",
    "required": ["score", "visit"],
    "properties": {
        "score": rating("How likely are you to recommend us?", 0, 10, "nps"),
        "app": rating("How do you like our app?", 1, 5, "stars"),
        "visit": rating("How was your visit?", 1, 5, "smileys"),
        "ease": {
            "type": "object",
            "title": "How easy was it to…",
            "x-control": "matrix",
            "x-ends": ["Very hard", "Very easy"],
            "properties": {"find": rating("find what you needed?", 1, 7), "reach": rating("reach us?", 1, 7)},
        },
    },
}


@pytest.fixture(autouse=True)
def processes(english: Portal) -> None:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    for name, schema in (("ratings", SURVEY), ("jobs", JOBS)):
        assert faults_of(schema) == []
        tenants.put_definition(english.tenant.id, Process(name, "How did we do?", schema=schema))


def smallest(page: Page) -> tuple[float, float]:
    """Return the smallest width and height of a tile."""
    boxes = [each.bounding_box() for each in page.locator(".scale .choice").all()]
    return min(box["width"] for box in boxes if box), min(box["height"] for box in boxes if box)


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("width", [320, 360])
def test_ratings_fit_a_small_phone_and_their_answers_can_be_taken_back(
    english: Portal, browse: Browse, axe: str, width: int, *, script: bool
) -> None:
    url = english.process({}, "ratings")
    page = opened(browse(java_script_enabled=script, viewport={"width": width, "height": 640}), url)
    fits(page)
    assert smallest(page) >= (24, 24)
    score = page.get_by_role("group", name="How likely")
    tops = {box["y"] for each in score.locator(".choice").all() if (box := each.bounding_box())}
    assert len(tops) == 1
    if script:
        assert violations(page, axe) == []
    score.get_by_label("9", exact=True).check()
    page.get_by_role("group", name="our app").get_by_label("4 of 5").check()
    page.get_by_role("group", name="your visit").get_by_label("Very good").focus()
    page.keyboard.press("Space")
    row = page.get_by_role("group", name="find what")
    expect(row.get_by_label("No answer")).to_be_checked()
    row.get_by_label("7", exact=True).check()
    row.get_by_label("No answer").check()
    if script:
        state(page, "Saved at")
        assert violations(page, axe) == []
    page.get_by_label("I have checked everything").check()
    shot(page, f"ratings-{width}-{script}")

    page.get_by_role("button", name="Send").click()

    expect(page.locator("h1")).to_have_text("Thank you")
    expect(page.locator("main")).to_contain_text("4 of 5")
    assert recorded(url) == {"score": 9, "app": 4, "visit": 5}


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("width", [320, 360])
def test_jobs_are_added_and_removed_on_a_small_phone(
    english: Portal, browse: Browse, axe: str, width: int, *, script: bool
) -> None:
    url = english.process({}, "jobs")
    page = opened(browse(java_script_enabled=script, viewport={"width": width, "height": 640}), url)
    page.get_by_label("Employer").fill("Baker")
    page.get_by_role("button", name="Add another: Jobs").click()
    second = page.get_by_role("group", name="Job 2").get_by_label("Employer")
    expect(second).to_be_focused()
    page.keyboard.type("Miller")
    page.get_by_role("button", name="Add another: Jobs").click()
    expect(page.get_by_role("group", name="Job 3").get_by_label("Employer")).to_be_focused()
    fits(page)
    if script:
        assert violations(page, axe) == []
    shot(page, f"jobs-{width}-{script}")
    # The Return key sends the form, and presses no button of a group.
    page.get_by_role("button", name="Remove Job 1, Baker").click()
    expect(page.get_by_role("group", name="Job 3")).to_have_count(0)
    page.get_by_role("group", name="Job 2").get_by_label("Employer").press("Enter")
    expect(page.locator("#errors")).to_contain_text("Job 2: Employer")
    fits(page)
    shot(page, f"jobs-faults-{width}-{script}")
    page.get_by_role("group", name="Job 2").get_by_label("Employer").fill("Smith")
    page.get_by_label("I have checked everything").check()

    page.get_by_role("button", name="Send").click()

    expect(page.locator("h1")).to_have_text("Thank you")
    assert recorded(url) == {"jobs": [{"employer": "Miller"}, {"employer": "Smith"}]}


def test_an_entry_that_was_removed_elsewhere_keeps_what_is_typed_until_the_list_is_shown(
    english: Portal, browse: Browse
) -> None:
    url = english.process({}, "jobs")
    page = opened(browse(), url)
    page.get_by_role("button", name="Add another: Jobs").click()
    expect(page.get_by_role("group", name="Job 2")).to_have_count(1)
    other = browse(storage_state=page.context.storage_state()).new_page()
    other.goto(page.url)
    other.get_by_role("button", name="Remove Job 2").click()
    expect(other.get_by_role("group", name="Job 2")).to_have_count(0)

    page.get_by_role("group", name="Job 2").get_by_label("Employer").fill("Miller")

    expect(page.locator(".changed")).to_contain_text("Somebody added or removed something in this list.")
    expect(page.get_by_role("group", name="Job 2").get_by_label("Employer")).to_have_value("Miller")
    page.get_by_role("button", name="Show the list as it is now").click()
    expect(page.get_by_role("group", name="Job 2")).to_have_count(0)


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
