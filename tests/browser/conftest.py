"""Chromium, and a portal for it.

Requires Debian's `chromium` (or another, named by CHROMIUM), `libatomic1` and, for axe-core, npm. With Debian's
`chromium-headless-shell`, pages take less than half of the processor's time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.support.machine import require_commands, skip_or_fail
from tests.support.meeting import DEVICES, Meeting
from tests.support.npm_packages import NpmPackage
from tests.support.portal import TENANTS, Portal, served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from playwright.sync_api import Browser, BrowserContext, Playwright

    from tests.support.cloud import Cloud
    from tests.support.meeting import Browse

AXE = NpmPackage(
    "axe-core",
    "4.14.1",
    "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WITHOUT_DEVICES = "chromium-headless-shell"
"""Chromium without all that a page alone does not need. It has neither a camera nor a microphone."""
ARGUMENTS = [
    "--no-sandbox",  # tests may run as root, for whom Chromium has no sandbox
    "--disable-gpu",  # a process that draws in software may stop a busy machine's pages for minutes
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--use-fake-device-for-media-stream",  # a camera and a microphone, which a page gets if its profile permits it
]
PHONE = {"width": 360, "height": 740}
PATIENCE_MS = 30_000
"""The longest wait for a press, a page or an expected state. Playwright's own, 5 s, is short for a busy machine."""
LOCALES = {"en": "en-GB", "es": "es-ES"}


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Iterator[Browser]:
    yield from _launched(request, WITHOUT_DEVICES, *BROWSERS)


@pytest.fixture(scope="session")
def chromium_with_devices(request: pytest.FixtureRequest) -> Iterator[Browser]:
    yield from _launched(request, *BROWSERS)


def _launched(request: pytest.FixtureRequest, *names: str) -> Iterator[Browser]:
    """Yield the first of these browsers that is installed. The driver starts only if there is one."""
    named = [os.environ.get("CHROMIUM", ""), *names]
    path = next((found for name in named if name and (found := shutil.which(name))), None)
    if path is None:
        skip_or_fail("the browser's tests need Chromium")
    _check_driver()
    driver: Playwright = request.getfixturevalue("playwright")
    browser = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
    yield browser
    browser.close()


def _check_driver() -> None:
    """Playwright includes its own node, which needs a library that a minimal Debian lacks."""
    command = [sys.executable, "-m", "playwright", "--version"]
    tried = subprocess.run(command, check=False, capture_output=True, text=True)
    if "error while loading shared libraries" in tried.stderr:
        skip_or_fail(f"the browser's driver does not start: {tried.stderr.strip()}")


@pytest.fixture(scope="session")
def axe() -> str:
    """Return the source of axe-core, which runs in a page."""
    if not AXE.is_fetched:
        require_commands("axe-core", "npm")
    return (AXE.fetch() / "axe.min.js").read_text()


@pytest.fixture(scope="module")
def portal_cloud() -> Iterator[Cloud]:
    with served() as cloud:
        yield cloud


@pytest.fixture(params=TENANTS)
def portal(portal_cloud: Cloud, request: pytest.FixtureRequest) -> Portal:
    """Yield a portal in each language."""
    return Portal(portal_cloud, f"http://{portal_cloud.domain}", request.param)


@pytest.fixture
def english(portal_cloud: Cloud) -> Portal:
    """Yield a portal for tests that do not depend on language."""
    return Portal(portal_cloud, f"http://{portal_cloud.domain}", "en")


@pytest.fixture
def browse(chromium: Browser) -> Iterator[Browse]:
    """Yield a function that opens a new browser profile like a phone's, with settings as keyword arguments."""
    with _profiles(chromium) as start:
        yield start


@contextmanager
def _profiles(browser: Browser) -> Iterator[Browse]:
    contexts: list[BrowserContext] = []

    def start(language: str = "en", **settings: object) -> BrowserContext:
        context = browser.new_context(**{"viewport": PHONE, "locale": LOCALES[language], **settings})  # type: ignore[arg-type]  # any settings of a profile
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        return context

    yield start
    for context in contexts:
        context.close()


@pytest.fixture
def meet(portal: Portal, chromium_with_devices: Browser) -> Iterator[Callable[..., Meeting]]:
    """Yield a function that opens the pages of a customer and an agent, whose browsers may use their devices.

    `customer` are other settings of the customer's browser, and `prepare` gets the pages before they open.
    """
    meetings: list[Meeting] = []

    with _profiles(chromium_with_devices) as browse:

        def start(customer: Mapping[str, Any] = DEVICES, prepare: Callable[[Meeting], None] | None = None) -> Meeting:
            meetings.append(Meeting(portal, browse, customer))
            if prepare:
                prepare(meetings[-1])
            meetings[-1].open()
            return meetings[-1]

        yield start
        for meeting in meetings:
            meeting.end()
