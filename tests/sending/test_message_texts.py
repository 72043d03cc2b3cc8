from __future__ import annotations

import re

import pytest

from linkgate.model.link import Kind, Occasion
from linkgate.sending.message_texts import fault, filled, language_of, text
from linkgate.texts import message_texts
from tests.support.cldr import LANGUAGES


def test_every_kind_of_link_has_every_part() -> None:
    parts = {"subject", "heading", "untitled", "body", "button", "sms", "sms_unnamed", "sms_short"}
    for kind in Kind:
        assert {key.partition(".")[2] for key in message_texts("en") if key.startswith(f"{kind}.")} == parts


def test_every_later_occasion_has_its_words() -> None:
    for occasion in set(Occasion) - {Occasion.FIRST}:
        keys = {f"{occasion}.subject", f"{occasion}.lead", f"{occasion}.sms"}
        assert keys <= set(message_texts("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_texts_obey_the_rules_for_tenants(language: str) -> None:
    assert {key: fault(key, wording) for key, wording in message_texts(language).items()} == dict.fromkeys(
        message_texts(language)
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_says_click_here_or_names_a_link_that_is_not_there(language: str) -> None:
    words = " ".join(message_texts(language).values()).lower()

    assert not re.search(r"click|haga clic|pulse aquí|urgent|immediately|inmediat", words)


@pytest.mark.parametrize(
    ("locale", "language"),
    [("en", "en"), ("es", "es"), ("es-MX", "es"), ("ES_ar", "es"), ("fr", "en"), ("", "en"), ("en-GB", "en")],
)
def test_a_locale_gets_the_nearest_language(locale: str, language: str) -> None:
    assert language_of(locale) == language


def test_a_tenants_own_text_wins_the_one_for_the_language_first() -> None:
    own = {"process.button": "Begin", "es.process.button": "Empezar"}

    assert text("process.button", "en", own) == "Begin"
    assert text("process.button", "es", own) == "Empezar"
    assert text("survey.button", "es", own) == "Dar mi opinión"


@pytest.mark.parametrize(
    ("name", "wording", "reason"),
    [
        ("process.bottom", "x", "unknown text key"),
        ("fr.process.button", "x", "unknown text key"),
        ("process.button", " ", "1 to 400 characters"),
        ("process.body", "x" * 401, "1 to 400 characters"),
        ("process.subject", "Hello\r\nBcc: x@y.example", "line breaks"),
        ("process.body", "a\u202eb", "invisible"),
        ("process.body", "Go to HTTP://evil.example", "must not contain a link"),
        ("process.body", "Go to www.evil.example", "must not contain a link"),
        ("process.body", "Dear {name}", "unknown placeholder {name}"),
        ("process.body", "{tenant.__class__}", "braces"),
        ("process.body", "{", "braces"),
        ("process.sms", "{tenant}: open it", "must contain {link} once"),
        ("process.sms", "{link} {link}", "must contain {link} once"),
        ("code.sms", "{tenant}", "must contain {code} once"),
        ("reminder.subject", "Again", "must contain {subject} once"),
    ],
)
def test_an_unsound_text_is_named_and_never_used(name: str, wording: str, reason: str) -> None:
    assert reason in (fault(name, wording) or "")
    assert wording not in {text(key, "en", {name: wording}) for key in message_texts("en")}


@pytest.mark.parametrize(
    ("name", "wording"),
    [
        ("es.process.body", "Rellene {title} para {tenant}."),
        ("survey.heading", "{title}"),
        ("process.sms", "Form: {link}"),
        ("link.why", "Questions? Call us, {tenant}."),
    ],
)
def test_a_sound_text_is_accepted(name: str, wording: str) -> None:
    assert fault(name, wording) is None


def test_values_are_not_read_as_templates() -> None:
    assert filled("{tenant} {name}", {"tenant": "{name}", "name": "{tenant}"}) == "{name} {tenant}"
