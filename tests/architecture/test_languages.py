"""Every place that writes to recipients knows the same languages: docs/add-a-language.md leads to each."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency

from linkgate.model.moments import day_in_words, end_of_day, in_short, in_words, weekday_in_words
from linkgate.model.numbers import money_in_words
from linkgate.texts import OFFERED, cldr, plural_category
from linkgate.usecases.definitions import DEFAULT_SURVEY
from linkgate.usecases.staff import messages
from tests.browser.conftest import LOCALES
from tests.support.cldr import FOLDER, LANGUAGES, babel_locale, written
from tests.support.portal import TENANTS

FILES: dict[str, dict[str, Any]] = {
    language: json.loads((FOLDER / f"{language}.json").read_text()) for language in LANGUAGES
}
SAME_AS_IN_ENGLISH = {
    "es": {
        "form.no",
        "error.fields",
        "call.other",
        "title.wrong",
        *("upload.kind.pdf", "upload.kind.jpeg", "upload.kind.png", "upload.kind.webp", "upload.kind.heic"),
        *("upload.kind.docx", "upload.kind.xlsx", "upload.kind.csv"),
        "file.bytes#one",
        "file.bytes#other",
        "file.kilobytes",
        "file.megabytes",
    }
}
"""Texts of pages that are right although they equal the English ones, by language."""
MOMENTS = [
    datetime(2026, 1, 1, 0, 7, tzinfo=UTC) + each * timedelta(days=3, hours=7, minutes=43) for each in range(400)
]


def shapes(language: str, part: str) -> dict[str, set[frozenset[str]]]:
    """Return the names in braces of each text, without the plural category in its key."""
    found: dict[str, set[frozenset[str]]] = {}
    for key, text in FILES[language][part].items():
        names = frozenset(re.findall(r"\{(\w+)\}", text)) - ({"tenant"} if part == "pages" else set())
        found.setdefault(key.partition("#")[0], set()).add(names - {"count"} if "#" in key else names)
    return found


def test_languages_that_are_offered_are_no_drafts() -> None:
    assert set(OFFERED) == {language for language, content in FILES.items() if not content.get("draft")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_are_as_make_texts_writes_them(language: str) -> None:
    assert (FOLDER / f"{language}.json").read_text() == written(language), "run `make texts`"


@pytest.mark.parametrize("part", ["moments", "pages", "messages"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_exists_in_every_language_with_the_same_facts(language: str, part: str) -> None:
    ours, english = shapes(language, part), shapes("en", part)
    if language in OFFERED:
        assert ours.keys() == english.keys()

    assert {key: names for key, names in ours.items() if names != english.get(key)} == {}


@pytest.mark.parametrize("language", sorted(set(OFFERED) - {"en"}))
def test_no_text_was_left_in_english(language: str) -> None:
    english = FILES["en"]["pages"]
    same = {key for key, text in FILES[language]["pages"].items() if english.get(key) == text}

    assert same == SAME_AS_IN_ENGLISH.get(language, set())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_count_has_a_wording_for_each_plural_category(language: str) -> None:
    counted: dict[str, list[str]] = {}
    for key in FILES[language]["pages"]:
        stem, has_category, category = key.partition("#")
        if has_category:
            counted.setdefault(stem, []).append(category)

    assert all(categories == cldr(language)["plurals"] for categories in counted.values())
    assert "wait.seconds" in counted


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_categories_are_those_of_cldr(language: str) -> None:
    theirs = babel_locale(language).plural_form

    for number in (*range(1200), 999_999, 1_000_000, 1_000_001, 2_000_000, 2_500_000):
        assert plural_category(number, language) == theirs(number), number


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_are_those_of_cldr(language: str) -> None:
    locale = babel_locale(language)
    for moment in MOMENTS:
        time = format_skeleton("Hm", moment, tzinfo=UTC, locale=locale)
        short = format_skeleton("MMMd", moment, tzinfo=UTC, locale=locale)

        assert day_in_words(moment, language) == format_date(moment, "long", locale=locale)
        assert in_short(moment, language) == f"{short} {time} UTC"
        assert format_date(moment, "full", locale=locale) in in_words(moment, language)
        assert time in in_words(moment, language)
        assert short in end_of_day(moment, language, short=True)
        assert (
            weekday_in_words(moment.weekday(), language).lower() == format_date(moment, "EEEE", locale=locale).lower()
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_amounts_are_those_of_cldr(language: str) -> None:
    locale = babel_locale(language)
    for value in ("0.00", "7.50", "999.99", "1234.56", "1234567.89"):
        for currency in ("EUR", "USD", "GBP", "MXN"):
            assert money_in_words(value, currency, language) == format_currency(Decimal(value), currency, locale=locale)


def test_amounts_are_never_rounded() -> None:
    written = {
        ("120.5", "EUR"): ("€120.50", "120,50\N{NO-BREAK SPACE}€"),
        ("1200", "JPY"): ("JP¥1,200", "1.200\N{NO-BREAK SPACE}JPY"),
        ("0.1234", "KWD"): ("KWD\N{NO-BREAK SPACE}0.1234", "0,1234\N{NO-BREAK SPACE}KWD"),
        ("-3000", "EUR"): ("-€3,000", "-3.000\N{NO-BREAK SPACE}€"),
    }
    for (value, currency), expected in written.items():
        assert tuple(money_in_words(value, currency, language) for language in ("en", "es")) == expected


def test_the_survey_without_questions_of_its_own_asks_in_every_language() -> None:
    properties = DEFAULT_SURVEY["properties"]
    assert isinstance(properties, dict)

    for name, each in properties.items():
        assert set(each["x-i18n"]) == set(OFFERED) - {"en"}, name


def test_previews_and_the_browsers_tests_show_every_language() -> None:
    assert set(messages.TITLES) == set(LOCALES) == set(TENANTS) == set(OFFERED)
