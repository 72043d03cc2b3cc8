"""Files that were attached to a link are read where it leads to, and a document put on a resource by its link."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from linkgate import wiring
from tests.browser.test_journeys import go_on
from tests.browser.test_pages import violations
from tests.files.test_arrival import PDF
from tests.management.conftest import Manager
from tests.management.test_files import attach
from tests.support.page_states import MODEL
from tests.support.portal import rid_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from tests.support.portal import Portal


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("portal", ["en"], indirect=True)
def test_terms_are_read_before_a_form_is_sent(
    portal: Portal, browse: Callable[..., BrowserContext], axe: str, *, script: bool
) -> None:
    url = portal.process(MODEL)
    attach(Manager(portal.cloud), f"/links/{rid_of(url)}", name="Terms.pdf")
    page = browse(java_script_enabled=script).new_page()
    go_on(page, url)
    page.get_by_label("Full name").fill("Ada Lovelace")

    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download").click()

    assert downloading.value.path().read_bytes() == PDF
    assert downloading.value.suggested_filename == "Terms.pdf"
    expect(page.get_by_label("Full name")).to_have_value("Ada Lovelace")
    if script:
        assert violations(page, axe) == []
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    link = wiring.deps().links.get(rid_of(url))
    assert link
    assert link.look
    assert not link.look.shown
