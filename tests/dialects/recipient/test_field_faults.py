"""Faults of forms in words, in the reader's language."""

from __future__ import annotations

from typing import Any

import pytest

from linkgate.dialects.recipient.answers import answers_in
from linkgate.dialects.recipient.field_faults import faults_of
from linkgate.dialects.recipient.fields import fields_of
from linkgate.dialects.recipient.forms import FilledIn, form_fields, summary
from linkgate.pages.frame import Brand
from linkgate.usecases.visits.form_schema import problems_of
from tests.dialects.recipient.test_forms import ENGLISH, SPANISH, only
from tests.support.portal import EVERYTHING


@pytest.mark.parametrize(
    ("answer", "language", "sentence"),
    [
        ({"x": "GB1"}, "en", "Enter a Spanish IBAN."),
        ({}, "en", "Enter your IBAN."),
        ({"x": "ES" + "1" * 40}, "en", "Enter at most 34 characters."),
        ({"x": "GB1"}, "es", "Escriba un IBAN español."),
        ({}, "es", "Complete este campo."),
    ],
)
def test_a_tenant_has_sentences_of_its_own_for_faults(answer: dict[str, Any], language: str, sentence: str) -> None:
    part = {
        "type": "string",
        "pattern": "^ES",
        "maxLength": 34,
        "x-message": {"pattern": "Enter a Spanish IBAN.", "required": "Enter your IBAN."},
        "x-i18n": {"es": {"message": {"pattern": "Escriba un IBAN español."}}},
    }
    schema, brand = only(part, "x"), Brand(language, "links.example.com")

    faults = faults_of(fields_of(schema, language), problems_of(answer, schema, "ES"), brand)

    assert faults == {"/x": sentence}


def test_one_sentence_may_stand_for_every_fault() -> None:
    schema = only({"type": "integer", "minimum": 18, "x-message": "You must be 18 or older."}, "x")

    for answer in ({}, {"x": 5}, {"x": "old"}):
        found = faults_of(fields_of(schema, "en"), problems_of(answer, schema, "ES"), ENGLISH)
        assert found == {"/x": "You must be 18 or older."}


@pytest.mark.parametrize(
    ("part", "value", "words"),
    [
        ({"type": "string", "minLength": 3}, "ab", "Enter at least 3 characters."),
        ({"type": "string", "maxLength": 3}, "abcd", "Enter at most 3 characters."),
        ({"type": "string", "pattern": "^a"}, "b", "This is not in the expected format."),
        ({"type": "string", "format": "date"}, "2026-02-30", "Enter a real date."),
        ({"type": "string", "format": "email"}, "x", "Enter an e-mail address, such as name@example.com."),
        (
            {"type": "string", "format": "phone"},
            "12",
            "Enter a phone number with its country code, such as +44 7700 900123.",
        ),
        ({"type": "number"}, "x", "Enter a number using digits only, such as 1250 or 12.50."),
        ({"type": "integer"}, 1.5, "Enter a whole number using digits only, such as 1250."),
        ({"type": "number", "minimum": 3}, 2, "Enter 3 or more."),
        ({"type": "number", "maximum": 3}, 4, "Enter 3 or less."),
        ({"type": "number", "exclusiveMinimum": 3}, 3, "Enter more than 3."),
        ({"type": "number", "multipleOf": 2}, 3, "This answer is not accepted."),
        ({"enum": ["a", "b"]}, "c", "This answer is not accepted."),
        ({"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 2}, ["a"], "Choose at least 2."),
        ({"type": "array", "items": {"enum": ["a", "b"]}}, ["c"], "This answer is not accepted."),
        ({"type": "boolean", "const": True}, False, "Tick this box to continue."),
    ],
)
def test_faults_are_said_in_plain_words(part: dict[str, Any], value: object, words: str) -> None:
    schema = only(part)
    fields = fields_of(schema, "en")

    assert faults_of(fields, problems_of({"x": value}, schema, "GB"), ENGLISH) == {"/x": words}


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"type": "string"}, "Complete este campo."),
        ({"enum": ["a"]}, "Elija una opción."),
        ({"type": "integer", "minimum": 1, "maximum": 5}, "Elija una opción."),
        ({"type": "boolean", "const": True}, "Marque esta casilla para continuar."),
    ],
)
def test_what_is_missing_is_said_in_spanish_too(part: dict[str, Any], words: str) -> None:
    schema = only(part, "x")

    assert faults_of(fields_of(schema, "es"), problems_of({}, schema, "ES"), SPANISH) == {"/x": words}


@pytest.mark.parametrize(
    ("part", "text", "words"),
    [
        ({"type": "number", "minimum": 0.5}, "0,25", "Escriba 0,5 o más."),
        ({"type": "number", "maximum": 12500}, "20000", "Escriba 12.500 o menos."),
        (
            {"type": "number", "minimum": 500, "x-control": "money", "x-currency": "EUR"},
            "1",
            "Escriba 500\u00a0€ o más.",
        ),
    ],
)
def test_a_limit_has_the_readers_marks(part: dict[str, Any], text: str, words: str) -> None:
    fields = fields_of(only(part), "es")
    problems = problems_of(answers_in(fields, {"/x": [text]}), only(part), "ES")

    assert faults_of(fields, problems, SPANISH) == {"/x": words}


def test_faults_are_listed_in_the_order_of_the_form_and_lead_to_their_fields() -> None:
    fields = fields_of(EVERYTHING, "en")
    faults = faults_of(fields, problems_of({"email": "x", "address": {}}, EVERYTHING, "GB"), ENGLISH)

    assert list(faults) == ["/name", "/email", "/account", "/address/street", "/terms"]
    page = form_fields(fields, FilledIn({}, faults), ENGLISH)
    for target in summary(fields, faults, ENGLISH).split('href="#')[1:]:
        assert f'id="{target.partition(chr(34))[0]}"' in page
