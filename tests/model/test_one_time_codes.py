"""One-time codes are uniform over their whole range, and their stored form opens nothing."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from linkgate.tokens import bind_hash, keyed_code, one_time_code

RID = "AAAAAAAAAAAAAAAAAAAAAA"


@pytest.mark.parametrize("digits", [6, 8])
def test_every_digit_stands_everywhere_equally_often(digits: int) -> None:
    draws, source = 20_000, random.Random(7)
    codes = [one_time_code(digits, source.randbytes) for _ in range(draws)]

    assert {len(code) for code in codes} == {digits}
    for place in range(digits):
        counts = Counter(code[place] for code in codes)
        chi_square = sum((counts[digit] - draws / 10) ** 2 / (draws / 10) for digit in "0123456789")
        assert chi_square < 40, (place, counts)


@pytest.mark.parametrize(
    ("drawn", "code"),
    [
        (b"\x00\x00\x00\x00", "000000"),
        (b"\x00\x0f\x42\x3f", "999999"),
        (b"\xff\xf0\x00\x2a", "000042"),  # no bit above the range counts, so few draws are thrown away
    ],
)
def test_the_range_is_used_to_its_ends(drawn: bytes, code: str) -> None:
    assert one_time_code(6, lambda _: drawn) == code


def test_a_draw_beyond_the_range_is_thrown_away_and_not_folded_back() -> None:
    draws = iter([b"\x00\x0f\x42\x40", b"\xff\xff\xff\xff", b"\x00\x00\x00\x2a"])

    assert one_time_code(6, lambda _: next(draws)) == "000042"


def test_what_is_kept_depends_on_browser_link_and_code() -> None:
    kept = {
        keyed_code(bind, rid, code)
        for bind in ("AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAQ")
        for rid in (RID, "AAAAAAAAAAAAAAAAAAAAAg")
        for code in ("000000", "000001")
    }

    assert len(kept) == 8
    assert len({bind_hash(rid, RID) for rid in (RID, "AAAAAAAAAAAAAAAAAAAAAg")}) == 2
