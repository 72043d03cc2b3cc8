"""Forms from JSON Schema: controls, labels and answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from linkgate.dialects.recipient.answers import answers_in, said, texts_of
from linkgate.dialects.recipient.fields import conditioned, fields_of, flat, options_of
from linkgate.dialects.recipient.forms import FilledIn, form_fields
from linkgate.dialects.recipient.labels import labelled
from linkgate.dialects.recipient.typed_numbers import number_in
from linkgate.model.addresses import normal_email
from linkgate.pages.frame import Brand
from linkgate.usecases.conditions import Asked
from linkgate.usecases.definitions import DEFAULT_SURVEY
from linkgate.usecases.visits.form_schema import completed, problems_of
from tests.support.portal import EVERYTHING, QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ENGLISH, SPANISH = Brand("en", "links.example.com"), Brand("es", "links.example.com")


def only(part: Mapping[str, Any], *required: str) -> dict[str, Any]:
    return {"type": "object", "properties": {"x": part}, "required": list(required)}


@pytest.mark.parametrize(
    ("part", "control"),
    [
        ({"type": "string"}, "text"),
        ({"type": "string", "maxLength": 200}, "text"),
        ({"type": "string", "maxLength": 201}, "long"),
        ({"type": "string", "maxLength": 201, "x-control": "text"}, "text"),
        ({"type": "string", "x-control": "long"}, "long"),
        ({"type": "string", "format": "date"}, "date"),
        ({"type": "string", "format": "email"}, "email"),
        ({"type": "string", "format": "phone"}, "phone"),
        ({"type": ["string", "null"]}, "text"),
        ({"type": "number"}, "number"),
        ({"type": "integer"}, "number"),
        ({"type": "integer", "minimum": 1, "maximum": 5}, "scale"),
        ({"type": "integer", "minimum": 0, "maximum": 10}, "scale"),
        ({"type": "integer", "minimum": 0, "maximum": 11}, "number"),
        ({"type": "number", "minimum": 0, "maximum": 10}, "number"),
        ({"type": "boolean"}, "yes_no"),
        ({"type": "boolean", "const": True}, "agree"),
        ({"enum": ["a", "b"]}, "radio"),
        ({"enum": list("abcdefg")}, "select"),
        ({"oneOf": [{"const": 1, "title": "One"}, {"const": 2}]}, "radio"),
        ({"type": "array", "items": {"enum": ["a", "b"]}}, "several"),
        ({"type": "object", "properties": {"y": {"type": "string"}}}, "section"),
        ({"type": "string", "readOnly": True}, "shown"),
        ({"type": "object", "readOnly": True, "properties": {"y": {"type": "string"}}}, "shown"),
    ],
)
def test_the_control_follows_the_schema(part: dict[str, Any], control: str) -> None:
    (field,) = fields_of(only(part), "en")

    assert field.control == control


@pytest.mark.parametrize(
    "part", [{}, {"type": "array", "items": {"type": "object"}}, {"$ref": "#/x"}, {"type": "null"}]
)
def test_what_a_page_cannot_ask_for_is_left_out(part: dict[str, Any]) -> None:
    assert fields_of(only(part), "en") == ()


@pytest.mark.parametrize(
    "schema", [{}, {"properties": 5}, {"properties": {"x": 5}}, {"properties": {"x": {"enum": 5}}}]
)
def test_a_schema_that_makes_no_sense_makes_no_form(schema: dict[str, Any]) -> None:
    assert fields_of(schema, "en") == ()


def test_titles_come_in_the_readers_language() -> None:
    part = {"type": "string", "title": "Name", "x-i18n": {"es": {"title": "Nombre"}, "fr": 5}}

    assert [fields_of(only(part), language)[0].label for language in ("en", "es", "fr")] == ["Name", "Nombre", "Name"]


def test_choices_have_titles_of_their_own_in_the_readers_language() -> None:
    part = {
        "enum": [1, None, "b"],
        "x-enum-titles": ["One", "None", "B"],
        "x-i18n": {"es": {"enum": ["Uno", "", "Be"]}},
    }
    several = {"type": "array", "items": {"enum": ["a"], "x-enum-titles": ["The A"]}}

    assert [option.label for option in fields_of(only(part), "en")[0].options] == ["One", "B"]
    assert [option.label for option in fields_of(only(part), "es")[0].options] == ["Uno", "Be"]
    assert [option.label for option in fields_of(only(several), "en")[0].options] == ["The A"]


def test_a_rating_says_what_its_ends_mean() -> None:
    part = {"type": "integer", "minimum": 0, "maximum": 2, "x-ends": ["Never", "Surely"]}

    page = form_fields(fields_of(only(part), "en"), FilledIn({}, {}), ENGLISH)

    assert "<span>Never</span><span>Surely</span>" in page
    (ends,) = re.findall(r'<p class="ends" id="([^"]+)">', page)
    assert f'aria-describedby="{ends}"' in page


@pytest.mark.parametrize(
    ("part", "token"),
    [
        ({"type": "string", "x-autocomplete": "given-name"}, "given-name"),
        ({"type": "string", "format": "date", "x-autocomplete": "bday"}, "bday"),
        ({"type": "string", "format": "email"}, "email"),
        ({"type": "string", "format": "phone"}, "tel"),
        ({"type": "string", "format": "phone", "x-autocomplete": "off"}, "off"),
        ({"enum": list("abcdefg"), "x-autocomplete": "country"}, "country"),
        ({"enum": ["a", "b"]}, None),
    ],
)
def test_browsers_can_fill_in_what_they_know(part: dict[str, Any], token: str | None) -> None:
    page = form_fields(fields_of(only(part), "en"), FilledIn({}, {}), ENGLISH)

    assert re.findall(r'autocomplete="([^"]+)"', page) == ([token] if token else [])


@pytest.mark.parametrize(
    ("part", "texts", "answer"),
    [
        ({"type": "string"}, ["  Ana "], "Ana"),
        ({"type": "string"}, ["   "], ...),
        ({"type": "string", "maxLength": 500}, [" a\r\nb "], " a\nb "),
        ({"type": "string", "x-capitals": True, "x-strip": " -"}, [" es12-34 5a "], "ES12345A"),
        ({"type": "string", "x-strip": "-", "x-control": "long"}, ["-"], ...),
        ({"type": "number"}, ["1.5"], 1.5),
        ({"type": "number"}, ["2500,50"], 2500.5),
        ({"type": "number"}, ["-3"], -3),
        ({"type": "number"}, ["1.234,5"], 1234.5),
        ({"type": "number"}, ["50,000"], "50,000"),
        ({"type": "integer"}, ["-1.000"], "-1.000"),
        ({"type": "number"}, ["0.125"], 0.125),
        ({"type": "number"}, ["1234,567"], 1234.567),
        ({"type": "number"}, ["much"], "much"),
        ({"type": "number"}, ["-"], "-"),
        ({"type": "number"}, ["."], "."),
        ({"type": "number"}, ["9" * 400], "9" * 400),
        ({"type": "number"}, ["١٢"], "١٢"),
        ({"type": "boolean"}, ["true"], True),
        ({"type": "boolean"}, ["false"], False),
        ({"type": "boolean"}, ["maybe"], "maybe"),
        ({"type": "integer", "minimum": 1, "maximum": 5}, ["4"], 4),
        ({"enum": ["a", 1, True]}, ["1"], 1),
        ({"enum": ["a", 1, True]}, ["true"], True),
        ({"enum": ["a", 1, True]}, ["z"], "z"),
        ({"type": "array", "items": {"enum": ["a", "b"]}}, ["a", "b"], ["a", "b"]),
        ({"type": "array", "items": {"enum": ["a", "b"]}}, [], ...),
        ({"type": "string", "readOnly": True}, ["forged"], ...),
        ({"type": "string", "format": "email"}, ["\u202a a@example.com\u202c\n"], "a@example.com"),
        ({"type": "string", "format": "phone"}, ["\ufeff07700 900123\u200b"], "07700 900123"),
    ],
)
def test_answers_are_typed_as_far_as_they_can_be(part: dict[str, Any], texts: Sequence[str], answer: object) -> None:
    fields = fields_of(only(part), "en")

    assert answers_in(fields, {"/x": texts}) == ({} if answer is ... else {"x": answer})


@pytest.mark.parametrize(
    ("typed", "unknown", "english", "spanish"),
    [
        ("1,250", "1,250", 1250, 1.25),
        ("1.250", "1.250", 1.25, 1250),
        ("-1.250", "-1.250", -1.25, -1250),
        ("12,5", 12.5, 12.5, 12.5),
        ("0,125", 0.125, 0.125, 0.125),
        ("1,234.5", 1234.5, 1234.5, 1234.5),
        ("1.234,56", 1234.56, 1234.56, 1234.56),
        ("1,234,567", 1234567, 1234567, 1234567),
        ("1.234.567,8", 1234567.8, 1234567.8, 1234567.8),
        ("1 250", 1250, 1250, 1250),
        ("1\u202f250,50 \u20ac", 1250.5, 1250.5, 1250.5),
        ("1'250'000.5", 1250000.5, 1250000.5, 1250000.5),
        ("$1,250.00", 1250.0, 1250.0, 1250.0),
        ("1,23,4", "1,23,4", "1,23,4", "1,23,4"),
        ("1.2,3.4", "1.2,3.4", "1.2,3.4", "1.2,3.4"),
        ("12.34,5", "12.34,5", "12.34,5", "12.34,5"),
        ("1.234,", 1234, 1234, 1234),
        ("1,250 EUR", "1,250 EUR", "1,250 EUR", "1,250 EUR"),
        ("\u0661\u0662", "\u0661\u0662", "\u0661\u0662", "\u0661\u0662"),
    ],
)
def test_numbers_are_read_as_their_writers_mean_them(
    typed: str, unknown: object, english: object, spanish: object
) -> None:
    assert [number_in(typed, locale) for locale in (None, "en", "es")] == [unknown, english, spanish]


@pytest.mark.parametrize(
    ("part", "text", "english", "spanish"),
    [
        (
            {"type": "number", "x-control": "money", "x-currency": "EUR"},
            "12500.5",
            "\u20ac12,500.50",
            "12.500,50 \u20ac",
        ),
        ({"type": "number"}, "12500.5", "12,500.5", "12.500,5"),
        ({"type": "integer"}, "2019", "2019", "2019"),
        ({"type": "integer"}, "20190", "20,190", "20.190"),
        ({"type": "number"}, "much", "much", "much"),
    ],
)
def test_numbers_are_shown_back_with_the_readers_marks(
    part: dict[str, Any], text: str, english: str, spanish: str
) -> None:
    shown = [said(fields_of(only(part), each)[0], [text], {}, each).replace("\xa0", " ") for each in ("en", "es")]

    assert shown == [english, spanish]


def test_a_date_in_boxes_keeps_what_was_typed() -> None:
    part = {"type": "string", "format": "date", "x-control": "date-boxes", "x-autocomplete": "bday"}
    (field,) = fields_of(only(part), "en")

    page = form_fields([field], FilledIn({"/x": ["1990-02-31"]}, {"/x": "Enter a real date."}), ENGLISH)

    assert re.findall(r'name="(\w:/x)" value="(\w*)"', page) == [("d:/x", "31"), ("m:/x", "02"), ("y:/x", "1990")]
    assert re.findall(r'autocomplete="([^"]+)"', page) == ["bday-day", "bday-month", "bday-year"]
    assert page.count("<legend>") == 1


def test_an_address_has_titles_and_tokens_of_its_own() -> None:
    parts = {"line1": {"type": "string"}, "town": {"type": "string", "title": "Ort"}}
    part = {"type": "object", "x-control": "address", "properties": parts}
    (section,) = fields_of(only(part), "es")

    assert [(each.label, each.schema["x-autocomplete"]) for each in section.parts] == [
        ("Dirección", "address-line1"),
        ("Ort", "address-level2"),
    ]


def test_a_section_that_may_be_left_empty_has_no_stars() -> None:
    inner = {"type": "object", "title": "Partner", "properties": {"y": {"type": "string"}}, "required": ["y"]}

    optional = form_fields(conditioned(fields_of(only(inner), "en"), Asked()), FilledIn({}, {}), ENGLISH)
    required = form_fields(conditioned(fields_of(only(inner, "x"), "en"), Asked()), FilledIn({}, {}), ENGLISH)

    assert "(if you have one)" in optional
    assert "required" not in optional
    assert "(if you have one)" not in required
    assert "required" in required


def test_a_required_section_is_there_even_when_it_is_empty() -> None:
    part = {"type": "object", "properties": {"y": {"type": "string"}}, "required": ["y"]}

    assert answers_in(fields_of(only(part, "x"), "en"), {}) == {"x": {}}
    assert answers_in(fields_of(only(part), "en"), {}) == {}


def test_names_with_slashes_and_tildes_survive() -> None:
    schema = {"properties": {"a/b~c": {"type": "string"}}}
    (field,) = fields_of(schema, "en")

    assert field.pointer == "/a~1b~0c"
    assert answers_in([field], {"/a~1b~0c": ["x"]}) == {"a/b~c": "x"}


@pytest.mark.parametrize("number", [1.125, -999.999, 50.0, 12345.678, 1000])
def test_a_number_that_was_prefilled_can_be_sent_in_as_it_stands(number: float) -> None:
    fields = fields_of(only({"type": "number"}), "en")

    assert answers_in(fields, texts_of(fields, {"x": number})) == {"x": number}


def test_data_comes_back_as_it_went_into_the_form() -> None:
    fields = fields_of(EVERYTHING, "en")
    data = {
        "name": "Ana",
        "born": "1990-05-17",
        "income": 2500.5,
        "account": "Savings",
        "country": "ES",
        "topics": ["News", "Offers"],
        "resident": False,
        "address": {"street": "Calle Mayor 1"},
        "terms": True,
    }

    assert answers_in(fields, texts_of(fields, data)) == data


@pytest.mark.parametrize(
    "data",
    [{"name": {"a": 1}}, {"address": "x"}, {"topics": "News"}, {"topics": [1, None]}, {"income": None}, {"terms": []}],
)
def test_prefilled_data_of_another_shape_breaks_no_page(data: dict[str, Any]) -> None:
    fields = fields_of(EVERYTHING, "en")

    assert form_fields(fields, FilledIn(texts_of(fields, data), {}), ENGLISH)


def test_answers_are_shown_in_the_words_of_their_questions() -> None:
    words = {"true": "Sí", "false": "No"}
    fields = {field.pointer: field for field in flat(fields_of(EVERYTHING, "es"))}

    assert said(fields["/resident"], ["false"], words, "es") == "No"
    assert said(fields["/country"], ["ES"], words, "es") == "España"
    assert said(fields["/born"], ["1990-05-17"], words, "es") == "17 de mayo de 1990"
    assert said(fields["/born"], ["17.5."], words, "es") == "17.5."
    assert said(fields["/topics"], ["News", "Offers"], words, "es") == "News, Offers"


@pytest.mark.parametrize(
    "text",
    ["a@b", "jösé@example.com", '"a b"@example.com', "a@[192.0.2.1]", "a@example.test", "a@-x.com", "a@example.com"],
)
def test_a_form_takes_the_addresses_that_the_api_takes(text: str) -> None:
    schema = only({"type": "string", "format": "email"})

    assert (problems_of({"x": text}, schema, "GB") == []) == (normal_email(text) is not None)


@pytest.mark.parametrize(
    ("part", "spoken"),
    [
        ({"type": "array", "items": {"enum": ["a", "b"]}}, True),
        ({"type": "string", "format": "date", "x-control": "date-boxes"}, True),
        ({"type": "string", "format": "file"}, True),
        ({"type": "string", "format": "date"}, False),
        ({"enum": ["a", "b"]}, False),
    ],
)
def test_readers_of_screens_hear_that_an_answer_is_needed(part: dict[str, Any], *, spoken: bool) -> None:
    shown = str(form_fields(fields_of(only(part, "x"), "es"), FilledIn({}, {}), SPANISH))

    assert ("(obligatorio)" in shown, " required" in shown) == (spoken, not spoken)


def test_two_addresses_are_told_apart_in_lists() -> None:
    address = {"type": "object", "properties": {name: {"type": "string", "title": name} for name in ("Street", "Town")}}
    job = {"type": "object", "title": "Job", "properties": {"at": {**address, "title": "Place"}, "until": address}}
    schema = {
        "properties": {
            "home": {**address, "title": "Home"},
            "work": {"type": "object", "title": "Work", "properties": {"Street": {"type": "string"}}},
            "jobs": {"x-keys": True, "title": "Jobs", "items": job, "properties": {"0": job}},
        }
    }

    assert [label for label, _ in labelled(fields_of(schema, "en"))] == [
        "Home: Street",
        "Town",
        "Work: Street",
        "Job 1: Place: Street",
        "Job 1: Place: Town",
        "Job 1: until: Street",
        "Job 1: until: Town",
    ]


def test_read_only_values_are_the_prefilled_ones() -> None:
    schema = only({"type": "string", "readOnly": True})

    assert completed({}, {"x": "known"}, schema) == ({"x": "known"}, [])
    assert completed({"x": "known"}, {"x": "known"}, schema) == ({"x": "known"}, [])
    data, (problem,) = completed({"x": "forged"}, {"x": "known"}, schema)
    assert (data, problem.field, problem.values["keyword"]) == ({"x": "known"}, "/x", "readOnly")
    assert completed({"x": "forged"}, {}, schema)[0] == {}


def test_patterns_of_tenants_are_linear_and_refer_to_nothing_outside() -> None:
    nested = only({"type": "string", "pattern": "^(a+)+$"})

    assert problems_of({"x": "a" * 50_000 + "b"}, nested, "GB")


@pytest.mark.parametrize("schema", [DEFAULT_SURVEY, QUESTIONS])
def test_surveys_can_be_shown_whole(schema: Mapping[str, Any]) -> None:
    assert len(fields_of(schema, "es")) == len(schema["properties"])


def test_countries_have_names_in_the_readers_language_and_its_order() -> None:
    part = {"enum": ["DE", "ES", "GB"], "x-control": "country"}

    named = {language: [option.label for option in options_of(part, "select", language)] for language in ("en", "es")}

    assert named == {"en": ["Germany", "Spain", "United Kingdom"], "es": ["Alemania", "España", "Reino Unido"]}
    address = {"type": "object", "x-control": "address", "properties": {"country": part}}
    ((country,),) = [field.parts for field in fields_of({"properties": {"home": address}}, "es")]
    assert (country.label, country.schema["x-autocomplete"]) == ("País", "country")
