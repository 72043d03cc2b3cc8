"""Every place that writes to recipients knows the same languages: docs/add-a-language.md leads to each."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cli import message_commands
from linkgate.model.moments import day_in_words, end_of_day, in_short, in_words
from linkgate.pages import texts as pages
from linkgate.sending import message_texts as messages
from linkgate.usecases.visits.form_schema import DEFAULT_SURVEY
from tests.browser.conftest import LOCALES
from tests.support.portal import TENANTS

LANGUAGES = set(pages.TEXTS)


def test_messages_speak_the_languages_of_the_pages() -> None:
    assert set(messages.TEXTS) == LANGUAGES


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_times_are_written_in_every_language(language: str) -> None:
    moment = datetime(2026, 11, 28, 15, 4, tzinfo=UTC)

    day = moment.date()

    assert len({in_words(moment, language), in_short(moment, language), day_in_words(day, language)}) == 3
    assert day_in_words(day, language) in end_of_day(day, language)


def test_the_survey_without_questions_of_its_own_asks_in_every_language() -> None:
    properties = DEFAULT_SURVEY["properties"]
    assert isinstance(properties, dict)

    for name, each in properties.items():
        assert set(each["x-i18n"]) == LANGUAGES - {"en"}, name


def test_previews_and_the_browsers_tests_show_every_language() -> None:
    assert set(message_commands.TITLES) == set(LOCALES) == set(TENANTS) == LANGUAGES
