from __future__ import annotations

import pytest

from linkgate.pages.languages import language_of


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
