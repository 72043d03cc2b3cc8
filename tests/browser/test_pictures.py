"""docs/forms.md has a picture of each control. LINKGATE_PICTURES=1 takes them anew."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from linkgate import wiring
from linkgate.model.tenant import Process
from linkgate.store.tenants import DynamoTenants
from linkgate.usecases.form_rules import faults_of
from tests.browser.test_drafts import opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from tests.support.portal import Portal

PAGE = Path(__file__).resolve().parents[2] / "docs/forms.md"
PICTURES = PAGE.with_name("pictures")
SECTIONS = re.findall(
    r"^## (.+?)\n.*?```json\n(.*?)```.*?!\[[^\]]+\]\(pictures/(\S+?)\.png\)", PAGE.read_text(), re.DOTALL | re.MULTILINE
)
TAKE = bool(os.environ.get("LINKGATE_PICTURES"))


def test_every_picture_is_shown() -> None:
    assert len(SECTIONS) > 15
    assert {name for _, _, name in SECTIONS} == {path.stem for path in PICTURES.glob("*.png")}


@pytest.mark.parametrize(("title", "written", "name"), SECTIONS, ids=[name for _, _, name in SECTIONS])
def test_a_page_shows_the_control_that_is_described(
    title: str, written: str, name: str, english: Portal, browse: Callable[..., BrowserContext]
) -> None:
    schema: dict[str, Any] = {"type": "object", "properties": {"x": json.loads(written)}}
    if name == "signature":
        steps = [{"title": title, "fields": ["/a"]}]
        schema = {"type": "object", "properties": {"a": {"type": "string"}, **schema["properties"]}, "x-steps": steps}
    assert faults_of(schema) == []
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_definition(english.tenant.id, Process("picture", title, schema=schema))

    page = opened(browse(), english.process({"x": "C-1042"} if name == "shown" else {}, "picture"))

    if name == "signature":
        page.goto(f"{page.url}?s=review")
    place = page.locator("main form .field, #fill .section").first
    expect(place).to_be_visible()
    if TAKE:
        place.screenshot(path=PICTURES / f"{name}.png")
