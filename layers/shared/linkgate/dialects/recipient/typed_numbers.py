"""Numbers as people type them: with marks for thousands and decimals, spaces, apostrophes and signs of currencies."""

from __future__ import annotations

import re
import unicodedata

from linkgate.texts import cldr

_DIGITS = 15
"""Number of decimal digits that every double holds. A whole number may have one more, up to 2 to the power of 53."""
_GROUPED = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
"""A number that one reader takes for thousands, and another for thousandths."""
_THOUSANDS = re.compile(r"-?\d{1,3}(?:[.,]\d{3})+", re.ASCII)
_APOSTROPHES = frozenset("'\u2019\u02bc")


def is_ambiguous(text: str) -> bool:
    """Tell whether readers of different languages take a number for different ones."""
    return _GROUPED.fullmatch(text) is not None


def number_in(text: str, locale: str | None) -> object:
    """Return a typed number, or the text if it is none.

    Two different marks: the last one is decimal. One mark before three digits: the `locale` decides, and without one
    the number stays a text, so that the page asks again.
    """
    given = text.strip()
    plain = "".join(
        each for each in given if each not in _APOSTROPHES and unicodedata.category(each) not in {"Zs", "Sc"}
    )
    marks = [each for each in plain if each in ",."]
    decimal = marks[-1] if marks else "."
    if len(marks) > 1:
        whole, _, fraction = plain.rpartition(decimal)
        if decimal in whole:
            whole, fraction, decimal = plain, "", "."
        if not _THOUSANDS.fullmatch(whole) or len({*whole} & {*",."}) > 1:
            return given
        plain = "".join(each for each in whole if each not in ",.") + (f".{fraction}" if fraction else "")
    elif is_ambiguous(plain):
        if locale is None:
            return given
        plain = plain.replace(decimal, "." if decimal == cldr(locale)["decimal"] else "")
    return _plain_number(plain.replace(",", "."), given)


def _plain_number(plain: str, given: str) -> object:
    digits = plain.removeprefix("-").replace(".", "", 1)
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= _DIGITS + ("." not in plain)):
        return given
    if "." in plain:
        return float(plain)
    return int(plain) if abs(int(plain)) <= 2**53 else given
