from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkgate.sending.gsm7 import cut, septets, spelled

EXTENSION = "\f^{}\\[~]|€"


def test_a_character_of_the_basic_table_is_one_septet_and_of_the_extension_two() -> None:
    assert septets("@£$é ñüÄ¿¡") == 10
    assert [septets(char) for char in EXTENSION] == [2] * 10


@pytest.mark.parametrize("char", ["`", "á", "í", "ó", "ú", "ç", "ê", "\u2013", "\u2019", "\t", "😀", "م", "\u200b"])
def test_other_characters_are_not_counted_but_refused(char: str) -> None:
    with pytest.raises(ValueError, match="alphabet"):
        septets(f"a{char}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Peña, Müller, José, Åse & Øre: à la ¿qué?", "Peña, Müller, José, Åse & Øre: à la ¿qué?"),
        ("María López", "Maria Lopez"),
        ("nin\u0303o", "niño"),
        ("Façade — “quoted” \u2018single\u2019 …", "Facade - \"quoted\" 'single' ..."),
        ("Łódź", "Lodz"),
        ("Москва", "Moskva"),
        ("深圳", "ShenZhen"),
        ("party 🎉 😀!", "party  !"),
        ("Acme™ №5", "AcmeTM No5"),
        ("`x`", "'x'"),
    ],
)
def test_what_the_alphabet_lacks_becomes_its_nearest_spelling(text: str, expected: str) -> None:
    assert spelled(text) == expected


@given(st.text(max_size=60))
def test_every_text_can_be_spelled(text: str) -> None:
    septets(spelled(text))


@given(st.text(alphabet="aé ñ€[{ ,-", max_size=40), st.integers(0, 60))
def test_a_cut_fits_and_is_a_beginning(text: str, room: int) -> None:
    kept = cut(text, room)

    assert septets(kept) <= room
    assert text.startswith(kept)


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [
        ("Acme Savings Bank", 17, "Acme Savings Bank"),
        ("Acme Savings Bank", 16, "Acme Savings"),
        ("Acme Savings Bank", 12, "Acme Savings"),
        ("Unpronounceable", 4, "Unpr"),
        ("A Verylongword", 8, "A Verylo"),
        ("€uro", 1, ""),
        ("€uro", 2, "€"),
        ("Smith & Sons", 7, "Smith"),
    ],
)
def test_a_cut_ends_at_a_word_where_that_loses_little(text: str, room: int, expected: str) -> None:
    assert cut(text, room) == expected
