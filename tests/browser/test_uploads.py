"""Files in forms in Chromium: sent with progress, kept over a reload, removed, refused, and without a script."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from linkgate import wiring
from linkgate.model.tenant import Process
from linkgate.store.tenants import DynamoTenants
from local.faults import Fault, Service
from tests.browser.conftest import PHONE
from tests.browser.test_journeys import go_on
from tests.browser.test_pages import violations
from tests.support.documents import PDF
from tests.visits.test_uploads import JPEG, SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, FilePayload, Page, Route

    from tests.support.portal import Portal

    Browse = Callable[..., BrowserContext]

BUCKET = "**/linkgate-local-IncomingBucket/**"


def at_files(page: Page, portal: Portal) -> Page:
    """Lead a browser to the step that asks for files."""
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_definition(portal.tenant.id, Process("papers", "Papers", schema=SCHEMA))
    go_on(page, portal.process({}, "papers"))
    page.get_by_role("button", name="Continue").click()
    return page


def choose(page: Page, button: str, *files: tuple[str, str, bytes]) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button).first.click()
    sent: list[FilePayload] = [{"name": name, "mimeType": kind, "buffer": content} for name, kind, content in files]
    chooser.value.set_files(sent)


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("LINKGATE_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_file_is_sent_kept_and_removed(english: Portal, browse: Browse) -> None:
    page = at_files(browse(viewport=PHONE).new_page(), english)
    shot(page, "files-empty")

    lost: list[str] = []

    def lose_once(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(BUCKET, lose_once)
    choose(page, "Choose a file", ("Payslip.pdf", "application/pdf", PDF))
    expect(page.get_by_text("Payslip.pdf was sent.")).to_be_visible()
    assert lost
    expect(page.locator("#save-state")).to_contain_text("Saved")
    shot(page, "files-sent")

    page.reload()
    expect(page.locator("bdi", has_text="Payslip.pdf")).to_be_visible()
    choose(page, "Choose a file", ("notes.txt", "text/plain", b"text"))
    expect(page.get_by_text("This kind of file is not accepted here.")).to_be_visible()
    choose(page, "Take a photo", ("photo.jpg", "image/jpeg", JPEG))
    expect(page.get_by_text("photo.jpg was sent.")).to_be_visible()
    page.get_by_role("button", name="Remove photo.jpg").click()
    expect(page.locator("bdi", has_text="photo.jpg")).to_have_count(0)
    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_text("Payslip.pdf (69 bytes)")).to_be_visible()
    shot(page, "files-review")


def test_a_file_is_told_by_its_ending_where_the_browser_says_something_else(english: Portal, browse: Browse) -> None:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    table = {"type": "string", "format": "file", "title": "Table", "x-file": {"kinds": ["csv"]}}
    tenants.put_definition(english.tenant.id, Process("table", "Table", schema={"properties": {"table": table}}))
    page = browse(viewport=PHONE).new_page()
    go_on(page, english.process({}, "table"))

    choose(page, "Choose a file", ("May.CSV", "application/vnd.ms-excel", b"a;b"))

    expect(page.get_by_text("May.CSV was sent.")).to_be_visible()


def test_files_beyond_the_most_are_said_not_to_be_sent(english: Portal, browse: Browse) -> None:
    page = at_files(browse(viewport=PHONE).new_page(), english)

    photos = page.get_by_role("group", name="Photos")
    with page.expect_file_chooser() as chooser:
        photos.get_by_role("button", name="Choose a file").click()
    sent: list[FilePayload] = [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": JPEG} for n in range(3)]
    chooser.value.set_files(sent)

    expect(photos.get_by_text("There is no room for more files.")).to_be_visible()
    expect(photos.locator("bdi")).to_have_text(["0.jpg", "1.jpg"])


def test_a_file_that_the_device_cannot_read_is_said_not_to_be_sent(english: Portal, browse: Browse) -> None:
    page = at_files(browse(viewport=PHONE).new_page(), english)
    page.evaluate(
        "() => { File.prototype.arrayBuffer = () => Promise.reject(new DOMException('', 'NotReadableError')); }"
    )

    choose(page, "Choose a file", ("Payslip.pdf", "application/pdf", PDF))

    expect(page.get_by_text("The file was not sent. Please try again.")).to_be_visible()


def test_malware_is_told_while_the_reader_is_there(english: Portal, browse: Browse) -> None:
    page = at_files(browse(viewport=PHONE).new_page(), english)
    english.cloud.settle()
    english.cloud.faults.set(Service.SCAN, Fault.INFECTED, 1)
    choose(page, "Choose a file", ("Payslip.pdf", "application/pdf", PDF))
    expect(page.get_by_text("Payslip.pdf was sent.")).to_be_visible()
    english.cloud.settle()

    expect(page.get_by_text("our check found something in it")).to_be_visible()
    expect(page.locator("bdi", has_text="Payslip.pdf")).to_have_count(0)


def test_a_file_is_sent_without_a_script(english: Portal, browse: Browse) -> None:
    page = at_files(browse(viewport=PHONE, java_script_enabled=False).new_page(), english)
    page.get_by_role("button", name="Choose a file").first.click()
    page.set_input_files("#file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": PDF})
    shot(page, "files-no-script")
    page.get_by_role("button", name="Send this file").click()

    expect(page.locator("bdi", has_text="Payslip.pdf")).to_be_visible()
    english.cloud.settle()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Payslip.pdf (69 bytes)")).to_be_visible()


def test_files_are_accessible(english: Portal, browse: Browse, axe: str) -> None:
    page = at_files(browse(viewport={"width": 320, "height": 640}).new_page(), english)
    choose(page, "Choose a file", ("A very long name " * 5 + ".pdf", "application/pdf", PDF))
    expect(page.get_by_text("was sent.")).to_be_visible()

    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


JOBS = {
    "type": "array",
    "title": "Jobs",
    "maxItems": 3,
    "items": {
        "type": "object",
        "title": "Job",
        "properties": {
            "employer": {"type": "string", "title": "Employer"},
            "slip": {"type": "string", "format": "file", "title": "Payslip", "x-file": {"kinds": ["pdf"]}},
        },
    },
}


def test_files_in_entries_of_a_group_are_the_entrys_and_seen_by_who_fills_in_along(
    english: Portal, browse: Browse
) -> None:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_definition(english.tenant.id, Process("jobs-and-files", "Jobs", schema={"properties": {"jobs": JOBS}}))
    pages = [browse(viewport=PHONE).new_page() for _ in range(2)]
    for page, url in zip(pages, english.together(("Adviser",), "jobs-and-files"), strict=True):
        go_on(page, url)
    customer, adviser = pages
    for _ in range(2):
        customer.get_by_role("button", name="Add").click()
    expect(adviser.get_by_text("Somebody added or removed")).to_be_visible(timeout=15_000)
    adviser.reload()
    second = customer.get_by_role("group", name="Job 2")
    with customer.expect_file_chooser() as chooser:
        second.get_by_role("button", name="Choose a file").click()
    slip: FilePayload = {"name": "May.pdf", "mimeType": "application/pdf", "buffer": PDF}
    chooser.value.set_files([slip])
    expect(second.get_by_text("May.pdf was sent.")).to_be_visible()

    expect(adviser.get_by_role("group", name="Job 2").locator("bdi", has_text="May.pdf")).to_be_visible(timeout=15_000)
    expect(adviser.get_by_role("group", name="Job 1").locator("bdi", has_text="May.pdf")).to_have_count(0)
    shot(customer, "files-in-groups")
    customer.get_by_role("button", name="Remove Job 1").click()
    expect(customer.get_by_role("group", name="Job 1").locator("bdi", has_text="May.pdf")).to_be_visible()


def test_files_are_usable_in_forced_colours_at_400_percent(english: Portal, browse: Browse) -> None:
    page = at_files(browse(viewport={"width": 320, "height": 256}, forced_colors="active").new_page(), english)
    choose(page, "Choose a file", ("Payslip.pdf", "application/pdf", PDF))
    expect(page.get_by_text("Payslip.pdf was sent.")).to_be_visible()
    shot(page, "files-forced")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
