"""A cloud with the demo staff's provider, and browsers at its console."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.portal import served
from tests.support.staff_browser import StaffBrowser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.cloud import Cloud


@pytest.fixture(scope="module")
def site() -> Iterator[Cloud]:
    """Yield a cloud that answers over HTTP, because the console asks the provider that way."""
    with served() as cloud:
        yield cloud


@pytest.fixture
def browser(site: Cloud) -> StaffBrowser:
    return StaffBrowser(site)


@pytest.fixture
def signed_in(site: Cloud) -> Callable[[str], StaffBrowser]:
    """Return a function that signs somebody in, in a browser of their own."""

    def sign_in(name: str) -> StaffBrowser:
        browser = StaffBrowser(site)
        browser.sign_in(name)
        return browser

    return sign_in


@pytest.fixture
def ada(signed_in: Callable[[str], StaffBrowser]) -> StaffBrowser:
    return signed_in("Ada Admin")
