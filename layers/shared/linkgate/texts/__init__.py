"""Everything that people read, in one JSON file for each language. A file is read when its language is first needed.

`pages` and `messages` hold texts by key, `moments` the forms of a date and time. What stands in braces is filled in.
`cldr` is what Unicode's CLDR says about the language; `make texts` writes it. A text with a number has one wording for
each plural category of the language, as `key#one` and `key#other`. A file that is a `draft` is waiting for somebody
who speaks the language to read it, and is not offered.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DEFAULT_LANGUAGE = "en"
OFFERED: Mapping[str, str] = {"en": "English", "es": "Español"}
"""Languages that recipients get, in the order in which a page lists them, and their own names."""


@cache
def _file(language: str) -> Mapping[str, Any]:
    content: Mapping[str, Any] = json.loads(Path(__file__).with_name(f"{language}.json").read_bytes())
    return content


def page_texts(language: str) -> Mapping[str, str]:
    """Return the texts of pages by key."""
    texts: Mapping[str, str] = _file(language)["pages"]
    return texts


def message_texts(language: str) -> Mapping[str, str]:
    """Return the texts of e-mails and SMS by key. `sending/message_texts.py` explains the keys."""
    texts: Mapping[str, str] = _file(language)["messages"]
    return texts


@cache
def console_texts(language: str) -> Mapping[str, str]:
    """Return the texts for people who work with links, by key. They are in files of their own, which no visit loads."""
    content: Mapping[str, str] = json.loads(
        Path(__file__).with_name("console").joinpath(f"{language}.json").read_bytes()
    )
    return content


def moment_forms(language: str) -> Mapping[str, str]:
    """Return how a date and a time are put together."""
    forms: Mapping[str, str] = _file(language)["moments"]
    return forms


def cldr(language: str) -> Mapping[str, Any]:
    """Return the language's name, direction, names of months, days and countries, and forms of dates and numbers."""
    known: Mapping[str, Any] = _file(language)["cldr"]
    return known


def offered(locale: str | None) -> str | None:
    """Return the offered language of a locale such as `es-MX`, or None."""
    language = (locale or "").replace("_", "-").partition("-")[0].lower()
    return language if language in OFFERED else None


def plural_category(number: int, language: str) -> str:
    """Return CLDR's plural category of a whole number that is not negative."""
    return _CATEGORIES.get(language, _one_or_other)(number)


def _one_or_other(number: int) -> str:
    return "one" if number == 1 else "other"


def _with_millions(number: int) -> str:
    return "many" if number and number % 1_000_000 == 0 else _one_or_other(number)


def _zero_is_one(number: int) -> str:
    return "one" if number == 0 else _with_millions(number)


def _polish(number: int) -> str:
    if number == 1:
        return "one"
    return "few" if number % 10 in {2, 3, 4} and number % 100 not in {12, 13, 14} else "many"


def _arabic(number: int) -> str:
    if number <= 2:  # noqa: PLR2004 - the language has a dual
        return ("zero", "one", "two")[number]
    rest = number % 100
    return "few" if 3 <= rest <= 10 else "many" if rest > 10 else "other"  # noqa: PLR2004 - as CLDR says


_CATEGORIES: Mapping[str, Callable[[int], str]] = {
    "ar": _arabic,
    "es": _with_millions,
    "fr": _zero_is_one,
    "it": _with_millions,
    "pl": _polish,
    "pt": _zero_is_one,
}
