from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkgate.sending.display_names import cut, display_name, person_name

JOINERS = "\u200c\u200d"
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  María\r\n Ñandú\t", "María Ñandú"),
        ("Bcc: victim\r\nX: y", "Bcc: victim X: y"),
        ("in\u202evoice\u2066x\u2069\u200e\u200f\u061c", "invoicex"),
        ("zero\u200bwidth\u200d\u2060\ufeff\u00ad", "zerowidth"),
        ("half \ud800 pair", "half pair"),
        ("line\u2028para\u2029next\u0085end\x0b\x1c", "line para next end"),
        ("e\u0301", "é"),
        ("z" + "\u0336" * 9 + "a", "z" + "\u0336" * 4 + "a"),
        ("\u3164\u2800", ""),
        ('<b>"x"</b>\\{{ses:openTracker}}', "b x /b ses:openTracker"),
        ("أحمد بن محمد", "أحمد بن محمد"),
        ("山田太郎", "山田太郎"),
        ("https://evil.example", "https evil.example"),
        ("پری\u200cسیم", "پری\u200cسیم"),
        ("پری\u200c\u200cسیم\u200c", "پری\u200cسیم"),
        ("شهرم\u200dپور", "شهرمپور"),
        ("ශ්\u200dරී ලංකා", "ශ්\u200dරී ලංකා"),
        ("क्\u200dषत्रिय", "क्\u200dषत्रिय"),
        ("ক্\u200cষ", "ক্\u200cষ"),
        ("র\u200d্যাব", "র\u200d্যাব"),
        ("അവന്\u200d", "അവന്\u200d"),
        ("Jo\u200dhn\u200c Doe", "John Doe"),
        ("\u200dأ\u200c b", "أ b"),
    ],
)
def test_what_acts_or_hides_is_taken_out(raw: str, expected: str) -> None:
    assert display_name(raw) == expected


@given(st.text(alphabet=st.characters(), max_size=200))
def test_a_name_is_short_normal_visible_and_on_one_line(raw: str) -> None:
    name = display_name(raw)

    assert len(name) <= 80
    assert name == unicodedata.normalize("NFC", name)
    assert not any(unicodedata.category(char) in INVISIBLE for char in name if char not in JOINERS)
    assert name == " ".join(name.split())
    assert not set('<>{}"\\') & set(name)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (None, ""),
        ("", ""),
        ("12", ""),
        ("María Ñandú", "María Ñandú"),
        ("O'Brien-Smith, Jr.", "O'Brien-Smith, Jr."),
        ("J.R.R. Tolkien", "J.R.R. Tolkien"),
        ("Dr.Smith", "Dr. Smith"),
        ("Elizabeth 2", "Elizabeth 2"),
        ("see evil.com", "see evil. com"),
        ("see evil\uff0ecom", "see evil. com"),
        ("see evil\u3002com", "see evil. com"),
        ("www.evil.com/login", "www. evil. com login"),
        ("https://evil.com", ""),
        ("\uff48ttp\uff1a\uff0f\uff0fevil", "\uff48ttp evil"),
        ("me@evil.com", ""),
        ("call 0800-1234", ""),
        ("call ٠١٢٣٤٥", ""),
        ("P\u0430ypal", ""),
        ("Иван Petrov", "Иван Petrov"),
        ("😀", ""),
    ],
)
def test_a_callers_name_can_neither_link_nor_imitate(raw: str | None, expected: str) -> None:
    assert person_name(raw) == expected


@pytest.mark.parametrize(
    ("text", "length", "expected"),
    [
        ("short", 5, "short"),
        ("one two three", 9, "one two"),
        ("one two three", 7, "one two"),
        ("one, two", 4, "one"),
        ("abcdefghij", 4, "abcd"),
        ("abc\u0323d\u0323efgh", 3, "ab"),
        ("ab👍🏽cd", 3, "ab"),
        ("ab🇪🇸🇫🇷cd", 3, "ab"),
        ("กำกำกำ", 3, "กำ"),
        ("क्षत्रिय", 2, ""),
    ],
)
def test_a_cut_never_splits_what_is_seen_as_one_character(text: str, length: int, expected: str) -> None:
    assert cut(text, length) == expected


def test_500_characters_become_a_line() -> None:
    assert display_name("Wolfeschlegelsteinhausen " * 20) == " ".join(["Wolfeschlegelsteinhausen"] * 3)
    assert person_name("Wolfeschlegelsteinhausen " * 20) == " ".join(["Wolfeschlegelsteinhausen"] * 2)
    assert len(display_name("x" * 500)) == 80
    assert len(person_name("x" * 500)) == 50
