"""Pages with a live channel: their policy, and what they say without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linkgate.pages.live_scripts import live_script
from tests.support.visitor import Visitor, process_link

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.cloud import Cloud

    Together = Callable[[], tuple[Visitor, Visitor]]


def test_a_page_of_a_room_may_open_its_sockets_and_no_other_page_may(cloud: Cloud, together: Together) -> None:
    alone = Visitor(cloud)
    ordinary = alone.see(process_link(cloud))
    customer, _ = together()

    shared = customer.get(customer.thing)

    assert f"connect-src 'self' ws://{cloud.domain};" in shared.header("content-security-policy")
    assert "connect-src 'self';" in ordinary.header("content-security-policy")
    assert shared.header("content-security-policy").count("sha256-") == (
        ordinary.header("content-security-policy").count("sha256-") + 2
    )
    assert 'id="live"' not in ordinary.text


@pytest.mark.parametrize("name", ["live", "cobrowse", "call", "session", "desk", "media"])
def test_a_script_is_small_and_cannot_end_its_element(name: str) -> None:
    script = live_script(name)

    assert len(script.encode()) <= 25 * 1024
    assert "</script" not in script
    assert "<!--" not in script


def test_without_a_script_nothing_about_others_is_shown(together: Together) -> None:
    customer, _ = together()

    page = customer.get(customer.thing).text

    section = page.partition('<section id="live"')[2].partition(">")[0]
    assert section.endswith(" hidden")
    # A desk at the console says where it gets its tickets. Any such word on another page leads its channel astray.
    assert "data-tickets" not in section
