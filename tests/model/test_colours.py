from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkgate.model.colours import BLACK, DEFAULT, WHITE, accent, contrast, ink_on


@pytest.mark.parametrize("colour", [None, "", "red", "#fff", "#12345g", "#1234567", "#123456;x:y", "#123456\n"])
def test_what_is_no_colour_becomes_ours(colour: str | None) -> None:
    assert accent(colour) == DEFAULT


def test_a_tenants_colour_is_kept() -> None:
    assert accent("#0B5D3b") == "#0b5d3b"


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#ffffff", "#777777") == contrast("#777777", "#ffffff")


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_a_buttons_label_can_be_read_on_every_colour(colour: str) -> None:
    ink = ink_on(colour)

    assert ink in {WHITE, BLACK}
    assert contrast(colour, ink) >= 4.5


def test_dark_colours_get_white_ink_and_light_ones_black() -> None:
    assert ink_on("#0b2a5b") == WHITE
    assert ink_on("#ffcc00") == BLACK
