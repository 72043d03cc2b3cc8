"""Receipts are tagged PDF/UA-1 whatever they say: what people typed is text, and never markup."""

from __future__ import annotations

import io
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from linkgate.pages.typesetting import LONGEST_WORD, UNKNOWN, Typesetter, told

FOLDER = Path(__file__).parents[2] / "functions/receipts"
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
MISSING = "Some characters are missing."
INK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 200"><path d="M10 10L90 90" stroke="#000"/></svg>'


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter(FOLDER)


def content(*values: str, **different: object) -> dict[str, Any]:
    rows = [{"label": told("Question"), "values": [told(value)]} for value in values]
    return {
        "title": "Receipt",
        "author": "Bank",
        "language": "en",
        "rtl": False,
        "colour": "#0b5cad",
        "footer": "Bank",
        "page": ["Page ", " of ", ""],
        "lead": told("We have it."),
        "facts": [],
        "sections": [{"title": told("About you"), "rows": rows}],
        "notes": [],
        **different,
    }


def read(typesetter: Typesetter, *values: str, **different: object) -> tuple[PdfReader, str]:
    made = typesetter.pdf("receipt.typ", content(*values, **different), MISSING, NOW)
    reader = PdfReader(io.BytesIO(made))
    return reader, "\n".join(page.extract_text() for page in reader.pages)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ('#read("/etc/passwd")', '#read("/etc/passwd")'),
        (
            "= a *b* _c_ $d$ `e` <f> @g // h /* i */ ] } #let j = 1",
            "= a *b* _c_ $d$ `e` <f> @g // h /* i */ ] } #let j = 1",
        ),
        ('"}, "title": "x', '"}, "title": "x'),
        ("\\u{0} \\u0000", "\\u{0} \\u0000"),
        ("a\x00b\x1b[31m\x7f\u202ec\ufeff", "ab[31mc"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("tab\tand\u3000wide", "tab and wide"),
    ],
)
def test_what_was_typed_is_text(typesetter: Typesetter, typed: str, shown: str) -> None:
    _, text = read(typesetter, typed)

    assert shown in text
    assert MISSING not in text


@pytest.mark.parametrize("typed", ["中文", "👨‍👩‍👧", "\ud800", "\ue000", "\uffff", "\U000e0041x中"])
def test_characters_of_no_font_have_a_sign_and_a_note(typesetter: Typesetter, typed: str) -> None:
    _, text = read(typesetter, typed)

    assert UNKNOWN in text
    assert MISSING in text


MARKS = "\u0301\u0300\u20dd\u064b\u0651\u200d\u200c\u200b\u00ad\u2028\u202e\u034f\ufe0f"
HOSTILE = st.one_of(st.text(st.characters(), max_size=60), st.text(MARKS + 'a#$*_`\\"<- \n\tن', max_size=60))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(HOSTILE, min_size=4, max_size=4))
def test_no_text_keeps_a_receipt_from_being_made(typesetter: Typesetter, texts: list[str]) -> None:
    title, label, *values = texts
    rows = [{"label": told(label), "values": [told(value) for value in values]}]

    reader, _ = read(typesetter, author=label, footer=title, sections=[{"title": told(title), "rows": rows}])

    assert len(reader.pages) >= 1


def test_a_document_is_tagged_and_names_itself(typesetter: Typesetter) -> None:
    reader, text = read(typesetter, "Ada", rtl=True, language="ar", title="إيصال")
    root: Any = reader.trailer["/Root"]

    assert (root["/Lang"], root["/MarkInfo"]["/Marked"], root["/ViewerPreferences"]["/DisplayDocTitle"]) == (
        "ar",
        True,
        True,
    )
    kinds = set(_kinds(root["/StructTreeRoot"]))
    assert {"/Document", "/H1", "/H2", "/L", "/LI", "/Lbl", "/LBody", "/P"} <= kinds
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert "Ada" in text


def test_a_drawn_signature_has_words_for_those_who_do_not_see_it(typesetter: Typesetter) -> None:
    row = {"label": told("Signature"), "values": [], "svg": INK, "alt": "Signature drawn by hand"}
    reader, _ = read(typesetter, sections=[{"title": told(""), "rows": [row]}])
    root: Any = reader.trailer["/Root"]

    assert "Signature drawn by hand" in set(_kinds(root["/StructTreeRoot"], "/Alt"))


def test_words_in_arabic_stand_from_right_to_left(typesetter: Typesetter) -> None:
    assert [told(text)["rtl"] for text in ("123 نعم", "שלום", "Ada نعم", "123")] == [True, True, False, False]
    reader, text = read(typesetter, "مرحبا بالعالم")

    assert len(reader.pages) == 1
    assert "مرحبا" in text
    assert "بالعالم" in text


def test_a_word_longer_than_the_line_is_broken(typesetter: Typesetter) -> None:
    reader, text = read(typesetter, "x" * 12_000)

    assert len(reader.pages) > 2
    assert max(map(len, text.splitlines())) < 4 * LONGEST_WORD
    assert text.count("x") == 12_000


def test_100_kilobytes_take_less_than_three_seconds(typesetter: Typesetter) -> None:
    began = time.process_time()

    reader, _ = read(typesetter, "lorem ipsum " * 8_500)

    assert time.process_time() - began < 3
    assert len(reader.pages) > 20


def test_the_same_content_gives_the_same_bytes(typesetter: Typesetter) -> None:
    first, second = (typesetter.pdf("receipt.typ", content("Ada"), MISSING, NOW) for _ in range(2))

    assert first == second


def test_the_fonts_are_free_and_small() -> None:
    fonts = FOLDER / "fonts"

    assert "Permission is hereby granted, free of charge" in (fonts / "LICENSE.txt").read_text()
    assert sum(path.stat().st_size for path in fonts.iterdir()) < 1_500_000


def _kinds(node: Any, name: str = "/S") -> list[str]:
    """Return what the parts of the structure are, or are called."""
    found = node.get_object()
    if isinstance(found, list):
        return [kind for part in found for kind in _kinds(part, name)]
    if not isinstance(found, dict):
        return []
    own = [str(found[name])] if name in found else []
    return own + (_kinds(found["/K"], name) if "/K" in found else [])
