"""The page after sending gets its PDF by itself, and leads to it, on a phone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from linkgate import wiring
from linkgate.model.tenant import Process
from linkgate.store.tenants import DynamoTenants
from tests.browser.conftest import PHONE
from tests.browser.test_journeys import go_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from tests.support.portal import Portal

SCHEMA = {"properties": {"name": {"type": "string", "title": "Name"}}}


@pytest.mark.parametrize("script", [True, False])
def test_the_pdf_comes_to_the_page_and_is_downloaded(
    english: Portal, browse: Callable[..., BrowserContext], *, script: bool
) -> None:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_definition(english.tenant.id, Process("papered", "Papers", schema=SCHEMA))
    page = browse(viewport=PHONE, java_script_enabled=script).new_page()
    go_on(page, english.process({}, "papered"))
    page.get_by_label("Name").fill("Ada Lovelace")
    page.get_by_label("I have checked everything").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Your copy as PDF")).to_be_visible()

    english.cloud.settle()
    if not script:
        # It may have come before the page was asked for.
        page.reload()
    expect(page.get_by_role("button", name="View")).to_be_visible(timeout=20_000)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()

    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    assert download.value.suggested_filename.endswith(".pdf")
