"""All languages have every text with the same facts, and pages have no other texts."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from linkgate.dialects.recipient.problems import PROBLEMS
from linkgate.pages import texts
from linkgate.pages.texts import TEXTS, language_of

LAYER = Path(texts.__file__).parents[1]
FILES = [*LAYER.glob("dialects/recipient/*.py"), *LAYER.glob("pages/*.py"), *LAYER.glob("routes/recipient*.py")]
SOURCES = "".join(path.read_text() for path in FILES if not path.name.endswith("texts.py"))
"""Code of the pages, without the modules of texts."""


def facts(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


SAME_AS_IN_ENGLISH = {"es": {"form.no", "error.fields", "call.other"}}
OTHER_LANGUAGES = sorted(set(TEXTS) - {"en"})


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_every_text_exists_in_every_language_with_the_same_facts(language: str) -> None:
    assert TEXTS[language].keys() == TEXTS["en"].keys()
    for key, english in TEXTS["en"].items():
        assert facts(TEXTS[language][key]) - {"tenant"} == facts(english) - {"tenant"}, key


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_no_text_was_left_in_english(language: str) -> None:
    same = {key for key, english in TEXTS["en"].items() if TEXTS[language][key] == english}

    assert same == SAME_AS_IN_ENGLISH.get(language, set())


def test_every_text_is_used() -> None:
    unused = set()
    for key in TEXTS["en"]:
        stem, _, last = key.rpartition(".")
        whole = f'"{key}"' in SOURCES
        made = f'"{stem}.{{' in SOURCES or any(f"{stem.partition('.')[0]}.{{" in line for line in SOURCES.splitlines())
        if not (whole or made or (stem.startswith("problem.") and last == "text")):
            unused.add(key)

    assert unused == set()


def test_every_error_a_person_can_meet_has_words() -> None:
    missing = {row.code for row in PROBLEMS.values() if f"problem.{row.code}" not in TEXTS["en"]}

    ends = {"expired", "revoked", "submitted", "exhausted", "locked"}
    assert missing - ends == {"unauthorised", "forbidden", "code-refused"}
    assert all(f"ended.{end}.{part}" in TEXTS["en"] for end in ends for part in ("title", "text"))


def test_pages_hold_no_words_of_their_own() -> None:
    """Check that every text between tags in the sources is a placeholder or punctuation."""
    makers = {"forms.py", "frame.py", "link_pages.py", "pages.py", "pieces.py", "session_pages.py"}
    pages = "".join(path.read_text() for path in FILES if path.name in makers)

    assert {text.strip() for text in re.findall(r">([^<>{}'\"\\]+)<", pages)} <= {"", "*", ":"}


@pytest.mark.parametrize(
    ("locale", "accepted", "language"),
    [
        ("es-MX", None, "es"),
        ("es_ES", "en", "es"),
        ("EN", "es", "en"),
        ("fr", "es-AR,es;q=0.9", "es"),
        ("fr", "de, en;q=0.3, es;q=0.8", "es"),
        ("fr", "es;q=0", "en"),
        (None, "*", "en"),
        (None, ",;=,es;q=x", "en"),
        (None, "es" * 1000, "en"),
        ("", None, "en"),
    ],
)
def test_the_links_language_wins_then_the_readers(locale: str | None, accepted: str | None, language: str) -> None:
    assert language_of(locale, accepted) == language
