"""Pages and mails of a language that is written from right to left are laid out that way."""

from __future__ import annotations

import re

import pytest

from linkgate.pages.frame import Brand, page
from linkgate.pages.style import style_for
from linkgate.sending import email_page
from linkgate.wire.html import Html


@pytest.mark.parametrize(("language", "opening"), [("ar", '<html lang="ar" dir="rtl">'), ("es", '<html lang="es">')])
def test_a_page_has_the_direction_of_its_language(language: str, opening: str) -> None:
    assert opening in str(page(Brand(language, "links.example.com"), "Title").body)


def test_a_mail_has_the_direction_of_its_language() -> None:
    for language, direction in (("ar", "rtl"), ("en", "ltr")):
        x = Html("x")
        document = email_page.document(
            language=language, accent="#000000", tenant=x, subject=x, preheader=x, heading=x, content=x, footer=x
        )
        assert f'<html lang="{language}" dir="{direction}">' in document


def test_the_style_names_no_side() -> None:
    style = style_for("#000000", "#ffffff", 'id="live" class="scale class="section group"')
    assert ".entry" in style
    assert re.findall(r"[\w-]*(?:(?:margin|padding|border)-|text-align:|[{;])(?:left|right)\b", style) == []
