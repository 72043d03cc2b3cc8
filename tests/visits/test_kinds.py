"""Everything that each kind of link needs: a row of traits, a page, data, and words."""

from __future__ import annotations

from typing import get_args

import pytest

from linkgate.dialects.manage import schemas
from linkgate.dialects.recipient.json_views import DATA
from linkgate.dialects.recipient.link_pages import PAGES
from linkgate.model.kinds import KINDS
from linkgate.model.link import Kind
from linkgate.texts import OFFERED, message_texts, page_texts

IN_MESSAGES = ("subject", "heading", "untitled", "body", "button", "sms", "sms_unnamed", "sms_short")


def test_every_kind_has_traits_a_page_and_data() -> None:
    assert set(KINDS) == set(DATA) == set(Kind)
    assert set(PAGES) == set(Kind) - {Kind.DESK}, "a desk has an address of its own"


def test_the_management_api_names_every_kind() -> None:
    assert get_args(schemas.Kind) == tuple(kind.value for kind in Kind)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", OFFERED)
def test_every_kind_has_its_words(language: str, kind: Kind) -> None:
    assert f"what.{kind}" in page_texts(language)
    assert {f"{kind}.{part}" for part in IN_MESSAGES} <= message_texts(language).keys()
