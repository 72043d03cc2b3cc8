from __future__ import annotations

import pytest

from linkgate.model.link import Recipient
from linkgate.pages.languages import COOKIES, language_for
from linkgate.texts import OFFERED, cldr
from linkgate.wire.message import Request
from tests.support.cldr import LANGUAGES


def request(accepted: str | None = None, choice: str | None = None) -> Request:
    headers = {"accept-language": accepted} if accepted is not None else {}
    return Request("GET", "/l/x", headers=headers, cookies={COOKIES[0]: choice} if choice is not None else {})


@pytest.mark.parametrize(
    ("said", "accepted", "language"),
    [
        ("es-MX", None, "es"),
        ("es_ES", "en", "es"),
        ("EN", "es", "en"),
        ("fr", "es-AR,es;q=0.9", "es"),
        ("fr", "de, en;q=0.3, es;q=0.8", "es"),
        ("fr", "es;q=0", "en"),
        ("", None, "en"),
    ],
)
def test_what_the_contact_or_the_definition_says_wins_over_the_browser(
    said: str, accepted: str | None, language: str
) -> None:
    assert language_for(Recipient(locale=said), request(accepted)) == language


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "es"),
        ("en-GB,en;q=0.9", "en"),
        ("de, en;q=0.3", "en"),
        ("*", "es"),
        (",;=,en;q=x", "es"),
        ("en" * 1000, "es"),
    ],
)
def test_the_browser_wins_over_the_tenant(accepted: str | None, language: str) -> None:
    assert language_for(Recipient(locale="es", locale_said=False), request(accepted)) == language


def test_the_readers_choice_wins_over_all() -> None:
    assert language_for(Recipient(locale="en"), request("en", "es")) == "es"
    assert language_for(None, request("en", "es")) == "es"


@pytest.mark.parametrize("draft", [*sorted(set(LANGUAGES) - set(OFFERED)), "xx", ""])
def test_a_language_that_is_not_offered_is_never_chosen(draft: str) -> None:
    everywhere = request(f"{draft},{draft}-XX", draft)

    assert language_for(Recipient(locale=draft), everywhere) == "en"
    assert language_for(Recipient(locale=draft, locale_said=False), everywhere) == "en"


def test_languages_are_listed_by_their_own_names() -> None:
    assert {language: cldr(language)["name"].capitalize() for language in OFFERED} == OFFERED
