"""Spoken references are read in every spelling that a person types."""

from __future__ import annotations

import pytest

from linkgate.model.reference import ALPHABET, read_reference, reference_of


def test_a_reference_stays_the_same_for_ever() -> None:
    assert reference_of("AAAAAAAAAAAAAAAAAAAAAA") == "3AAZ-N4N4"


def test_every_character_is_used_and_none_that_is_mistaken() -> None:
    drawn = "".join(reference_of(str(number)) for number in range(200))

    assert set(drawn) == {*ALPHABET, "-"}
    assert len(ALPHABET) == 30
    assert not set(ALPHABET) & set("0O1ILU")


@pytest.mark.parametrize(
    "typed",
    [
        "XK7M-4QRD",
        "xk7m-4qrd",
        "XK7M4QRD",
        " xk7m 4qrd ",
        "X K 7 M - 4 Q R D",
        "xk7m\u20134qrd.",
        "xk7m_4qrd",
        "XK7M\u00a04QRD",
    ],
)
def test_a_reference_is_read_as_people_type_it(typed: str) -> None:
    assert read_reference(typed) == "XK7M-4QRD"


@pytest.mark.parametrize("typed", ["", "XK7M", "XK7M-4QRDD", "XK7M-4QR0", "XK7M-4QRÑ", "🙂" * 8, "-" * 99])
def test_what_is_no_reference_is_none(typed: str) -> None:
    assert read_reference(typed) is None
