"""Readers can reach the tenant from every page, also from the last one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.visitor import Visitor, process_link
from tests.visits.test_refusals import ENDS

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

PHONE = '<a href="tel:+442079460000" dir="ltr">+44 20 7946 0000</a>'
PRIVACY = '<a href="https://www.example.com/privacy" target="_blank" rel="noopener">Privacy notice</a>'


def main_of(page: str) -> str:
    return page.partition("<main>")[2].partition("</main>")[0]


@pytest.mark.parametrize("end", ENDS)
def test_every_end_says_how_to_reach_the_tenant(cloud: Cloud, end: str) -> None:
    make, _ = ENDS[end]

    page = Visitor(cloud).open(make(cloud)).text

    assert PHONE in main_of(page)
    assert 'href="mailto:help@example.com"' in main_of(page)
    assert PRIVACY in page.partition("<footer>")[2]


def test_every_page_has_them_at_its_foot(cloud: Cloud) -> None:
    page = Visitor(cloud).see(process_link(cloud)).text

    assert PHONE not in main_of(page)
    assert PHONE in page.partition("<footer>")[2]
