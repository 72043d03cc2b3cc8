"""Numbers and amounts of money for people, in every language we write."""

from __future__ import annotations

import re
from typing import Final

from linkgate import texts

_GROUPS: Final = re.compile(r"(?<=\d)(?=(?:\d{3})+\Z)", re.ASCII)
_LETTERS_TOUCH: Final = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_CENTS: Final = 2


def number_in_words(value: str, language: str) -> str:
    """Format a decimal number such as `-1234.5` with the language's own marks: `-1,234.5`, `-1.234,5`."""
    marks = texts.cldr(language)
    whole, point, fraction = value.partition(".")
    return _GROUPS.sub(marks["group"], whole) + (marks["decimal"] + fraction if point else "")


def money_in_words(value: str, currency: str, language: str) -> str:
    """Format an amount such as `120.5` and `EUR` as `€120.50`, or `120,50 €`. Nothing is rounded."""
    known = texts.cldr(language)
    sign, digits = ("-", value[1:]) if value.startswith("-") else ("", value)
    whole, point, fraction = digits.partition(".")
    number = number_in_words(f"{whole}.{fraction:0<{_CENTS}}" if point else whole, language)
    words = known["money"].format(symbol=known["currencies"].get(currency, currency), number=number)
    return sign + _LETTERS_TOUCH.sub("\N{NO-BREAK SPACE}", words)
