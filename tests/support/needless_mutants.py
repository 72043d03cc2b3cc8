"""Mutants of code that change nothing that a test could notice, each with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NEEDLESS: Mapping[str, str] = {
    r"random\(16\).* -> .*random\(17\)": "A token takes the first 16 bytes of what it gets.",
    r"_CLAIM_BYTES = 6 -> ": "A claim only has to differ from the few others of its link.",
    r"one_time_code: .*random\(4\).* -> .*random\(5\)": "Further random bits are masked.",
    r"one_time_code: .*limit - 1\).* -> .*limit (\+ 1|- 2)\)": "No power of ten is near a power of two.",
    r"_whole: .*XX=XX": "Base64 of 32 bytes has no X at its end.",
    r"_TRIES_TO_GIVE_BACK = 32 -> .*33": "It is a bound on tries that a test would have to lose 32 times.",
    r"code_asked: .*\(bind\) or True": "Nothing is stored for a browser without a cookie; the next line asks again.",
    r"opens_at: .*XXXX": "No text without a scheme has a host.",
    r"^store/attribute_values.py.* Item: ": "It is for type checkers only.",
}
"""Reason by a regular expression of a mutant as `make mutants` writes it: path, line, place, lines before and after."""
