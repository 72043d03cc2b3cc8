"""Rules for schemas of forms: what is refused, and that pages show everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkgate.dialects.recipient.fields import fields_of, flat
from linkgate.usecases.definitions import DEFAULT_SURVEY
from linkgate.usecases.form_parts import control_of
from linkgate.usecases.form_rules import FIELDS, faults_of
from linkgate.usecases.form_words import warnings_of
from local.demo import PROCESS_SCHEMA, SURVEY_SCHEMA
from tests.support.portal import EVERYTHING, QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT = {"type": "string"}


def group(minItems: int = 0, maxItems: int = 9, **parts: Any) -> dict[str, Any]:  # noqa: N803 - words of JSON Schema
    words = {name: parts.pop(name) for name in ("prefixItems", "contains") if name in parts}
    items = {"type": "object", "properties": parts}
    whole: dict[str, Any] = {"type": "array", "items": items, "minItems": minItems, "maxItems": maxItems}
    return whole | words


def rating(minimum: int, maximum: int, control: str = "") -> dict[str, Any]:
    part: dict[str, Any] = {"type": "integer", "minimum": minimum, "maximum": maximum}
    return part | ({"x-control": control} if control else {})


def asking(part: object, **others: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"x": part, "y": TEXT}, **others}


@pytest.mark.parametrize("schema", [{}, DEFAULT_SURVEY, EVERYTHING, QUESTIONS, PROCESS_SCHEMA, SURVEY_SCHEMA])
def test_forms_that_pages_show_have_no_faults(schema: Mapping[str, object]) -> None:
    assert faults_of(schema) == []


@pytest.mark.parametrize(
    ("part", "pointer", "words"),
    [
        ({"type": "string", "contentEncoding": "base64", "contentMediaType": "application/pdf"}, "", "asks for a file"),
        ({"type": "string", "contentMediaType": "image/png"}, "", "asks for a file"),
        ({"type": "string", "format": "data-url"}, "", "asks for a file"),
        ({"type": "string", "format": "signature"}, "", "asks for a signature"),
        ({"type": "string", "format": "postcode"}, "", "has the format 'postcode', which nothing checks"),
        ({"type": "array", "items": {"type": "object"}}, "", "is a list of objects without `properties`"),
        (group(a=TEXT, minItems=3, maxItems=2), "/minItems", "is more than `maxItems`"),
        (group(a=TEXT, maxItems=21), "/maxItems", "is more than 20, the most entries"),
        (group(a=TEXT, prefixItems=[TEXT]), "/prefixItems", "is not understood beside a list of objects"),
        (group(a=TEXT, contains={"required": ["a"]}), "/contains", "is not understood beside a list of objects"),
        (group(a={"type": "string", "format": "signature"}), "/items/properties/a", "asks for a signature"),
        (group(a={"type": "string", "x-ends": ["a", "b"]}), "/items/properties/a/x-ends", "is for a rating"),
        (group(a=group(b=TEXT)), "/items/properties/a", "is a list of objects inside another one"),
        (
            group(a={"type": "object", "properties": {"b": group(c=TEXT)}}),
            "/items/properties/a/properties/b",
            "is a list of objects inside another one",
        ),
        ({**group(a=TEXT), "x-private": True}, "/x-private", "is for a question"),
        ({**group(a=TEXT), "x-steps": []}, "/x-steps", "has no effect here"),
        ({"type": "array", "items": TEXT}, "", "is a list of free values"),
        ({"type": "array"}, "", "is a list of free values"),
        ({"type": "array", "prefixItems": [TEXT, TEXT]}, "", "is a list of free values"),
        ({"type": "array", "items": {"$ref": "#/$defs/a"}}, "", "is a list of free values"),
        ({"type": "object"}, "", "is an object without `properties`"),
        ({"type": "object", "properties": {}}, "", "is an object without `properties`"),
        ({"type": "object", "additionalProperties": TEXT}, "", "is an object without `properties`"),
        (
            {"type": "object", "properties": {"a": TEXT}, "patternProperties": {"^b": TEXT}},
            "/patternProperties",
            "names properties by a pattern",
        ),
        ({"oneOf": [{"type": "object", "properties": {"a": TEXT}}, TEXT]}, "", "has alternatives"),
        ({"anyOf": [TEXT, {"type": "integer"}]}, "", "has alternatives"),
        ({"allOf": [TEXT]}, "", "has alternatives"),
        ({"$ref": "#/$defs/a"}, "", "is a `$ref`"),
        ({"$ref": "#"}, "", "is a `$ref`"),
        ({}, "", "has no type"),
        (True, "", "has no type"),
        ({"const": 5}, "", "has no type"),
        ({"type": "null"}, "", "can only be null"),
        ({"enum": []}, "", "has no type"),
        ({"enum": [{"a": 1}]}, "/enum", "has a choice that is an object or a list"),
        ({"enum": ["a", ""]}, "/enum", "has an empty choice"),
        ({"enum": ["1", 1]}, "/enum", "has two choices that are both sent as '1'"),
        ({"oneOf": [{"const": True}, {"const": "true"}]}, "/oneOf", "has two choices that are both sent as 'true'"),
        ({"type": "array", "items": {"enum": ["a", " "]}}, "/items/enum", "has an empty choice"),
        ({"type": "array", "items": {"enum": ["a"]}, "minItems": 2}, "/minItems", "is more than there are choices"),
        ({"type": "integer", "minimum": 3, "maximum": 2}, "/minimum", "is more than `maximum`"),
        ({"type": "string", "minLength": 3, "maxLength": 2}, "/minLength", "is more than `maxLength`"),
        ({"type": "string", "x-steps": []}, "/x-steps", "has no effect here"),
        ({"type": "string", "x-i18n": "es"}, "/x-i18n", "must map languages to translations"),
        ({"type": "string", "x-i18n": {"es": "Hola"}}, "/x-i18n/es", "must map words to their translations"),
        ({"type": "string", "x-i18n": {"es": {"title": 5}}}, "/x-i18n/es/title", "must be a text"),
        ({"type": "string", "x-i18n": {"es": {"hint": "a"}}}, "/x-i18n/es/hint", "is not translated"),
        ({"type": "string", "x-i18n": {"es": {"enum": ["a"]}}}, "/x-i18n/es/enum", "translates `x-enum-titles`"),
        ({"type": "string", "x-i18n": {"es": {"message": "a"}}}, "/x-i18n/es/message", "translates `x-message`"),
        ({"type": "string", "x-i18n": {"es": {"ends": ["a", "b"]}}}, "/x-i18n/es/ends", "translates `x-ends`"),
        ({"enum": ["a", "b"], "x-enum-titles": ["A"]}, "/x-enum-titles", "must be 2 texts, one for each choice"),
        ({"enum": ["a"], "x-enum-titles": [" "]}, "/x-enum-titles", "must be 1 texts, one for each choice"),
        ({"type": "string", "x-enum-titles": ["A"]}, "/x-enum-titles", "names choices, and there is no `enum`"),
        (
            {"type": "array", "items": {"enum": ["a"], "x-enum-titles": []}},
            "/items/x-enum-titles",
            "must be 1 texts, one for each choice",
        ),
        ({"type": "array", "items": {"enum": ["a"], "x-message": "No"}}, "/items/x-message", "has no effect here"),
        (
            {"enum": ["a", "b"], "x-i18n": {"es": {"enum": ["a"]}}},
            "/x-i18n/es/enum",
            "must be 2 texts, one for each choice",
        ),
        ({"type": "string", "x-ends": ["a", "b"]}, "/x-ends", "is for a rating"),
        ({"type": "integer", "minimum": 0, "maximum": 11, "x-ends": ["a", "b"]}, "/x-ends", "is for a rating"),
        ({"type": "integer", "minimum": 0, "maximum": 10, "x-ends": ["a"]}, "/x-ends", "must be two texts"),
        ({"type": "string", "x-message": ""}, "/x-message", "must be a sentence"),
        ({"type": "string", "x-message": {}}, "/x-message", "must be a sentence"),
        ({"type": "string", "x-message": {"pattern": "No"}}, "/x-message/pattern", "is never shown"),
        ({"type": "string", "x-message": {"wrong": "No"}}, "/x-message/wrong", "is nothing that can be wrong"),
        ({"type": "string", "x-autocomplete": "firstname"}, "/x-autocomplete", "is no autofill token"),
        ({"type": "string", "x-autocomplete": "cc-number"}, "/x-autocomplete", "is no autofill token"),
        ({"type": "boolean", "x-autocomplete": "name"}, "/x-autocomplete", "is for a text, a date or a list"),
        ({"type": "integer", "x-capitals": True}, "/x-capitals", "is for a text"),
        ({"type": "string", "x-capitals": "yes"}, "/x-capitals", "must be true or false"),
        ({"type": "string", "format": "date", "x-strip": "-"}, "/x-strip", "is for a text"),
        ({"type": "string", "x-strip": ""}, "/x-strip", "must be the characters"),
        ({"type": "string", "x-control": "slider"}, "/x-control", "is no control"),
        ({"type": "string", "x-control": "country"}, "/x-control", "is country, and needs an `enum`"),
        ({"enum": ["ES", "UK"], "x-control": "country"}, "/enum/1", "is 'UK', which is no code of a country"),
        ({"enum": ["ES"], "x-control": "country", "x-enum-titles": ["A"]}, "/x-control", "is country, which names"),
        ({"type": "string", "x-control": "stars"}, "/x-control", "is stars, which are for whole numbers from 1"),
        (rating(0, 5, "stars"), "/x-control", "is stars, which are for whole numbers from 1"),
        (rating(1, 10, "nps"), "/x-control", "is nps, which is for whole numbers from 0 to 10"),
        (rating(1, 6, "smileys"), "/x-control", "is smileys, which are for 5 whole numbers"),
        (rating(1, 5, "matrix"), "/x-control", "is matrix, which is for an object"),
        (
            {"type": "object", "x-control": "matrix", "properties": {"a": rating(1, 5), "b": rating(1, 4)}},
            "/x-control",
            "is matrix, which is for an object",
        ),
        (
            {"type": "object", "x-control": "matrix", "properties": {"a": TEXT}},
            "/x-control",
            "is matrix, which is for an object",
        ),
        ({"type": "string", "x-control": "date-boxes"}, "/x-control", "is date-boxes, which are for a text"),
        ({"type": "string", "x-control": "money"}, "/x-control", "is money, which is for a number"),
        ({"type": "number", "x-control": "money"}, "/x-control", "is money, and needs an `x-currency`"),
        ({"type": "number", "x-currency": "EUR"}, "/x-currency", "has no effect without"),
        ({"type": "number", "x-control": "money", "x-currency": "euro"}, "/x-currency", "must be the three letters"),
        ({"type": "string", "x-control": "address"}, "/x-control", "is address, which is for an object"),
        (
            {"type": "object", "x-control": "address", "properties": {"street": TEXT}},
            "/properties/street",
            "is no part of an address",
        ),
        ({"type": "integer", "x-control": "long"}, "/x-control", "is long, which is for a text"),
        ({"type": "string", "x-file": {"kinds": ["pdf"]}}, "/x-file", "is for a text with `format: file`"),
        ({"type": "string", "format": "file", "x-file": "pdf"}, "/x-file", "must say what files are taken"),
        ({"type": "string", "format": "file", "x-file": {"kinds": ["svg"]}}, "/x-file/kinds/0", "is no kind of file"),
        ({"type": "string", "format": "file", "x-file": {"kinds": []}}, "/x-file/kinds", "must be a list of"),
        ({"type": "string", "format": "file", "x-file": {"max": 0}}, "/x-file/max", "must be a number of bytes"),
        ({"type": "string", "format": "file", "x-file": {"max": 50000001}}, "/x-file/max", "must be a number of bytes"),
        ({"type": "string", "format": "file", "x-file": {"camera": 1}}, "/x-file/camera", "must be true or false"),
        (
            {"type": "string", "format": "file", "x-file": {"camera": True, "kinds": ["pdf"]}},
            "/x-file/camera",
            "takes a photo, which is a JPEG, and `kinds` names neither `image` nor `jpeg`",
        ),
        ({"type": "string", "format": "file", "x-file": {"size": 1}}, "/x-file/size", "is nothing that a file has"),
        ({"type": "string", "x-sign": {}}, "/x-sign", "is for a text with `format: signature`"),
        ({"type": "string", "x-color": "red"}, "/x-color", "is no word that pages know"),
        (
            {"type": "object", "properties": {"a": {"type": "object"}}},
            "/properties/a",
            "is an object without `properties`",
        ),
        ({"type": "object", "properties": {"a": TEXT}, "required": ["b"]}, "/required/0", "names 'b'"),
    ],
)
def test_what_no_page_can_ask_for_is_named(part: object, pointer: str, words: str) -> None:
    ((place, sentence),) = faults_of(asking(part))

    assert place == f"/properties/x{pointer}"
    assert sentence.startswith(words)


@pytest.mark.parametrize(
    ("others", "pointer"),
    [
        ({"required": ["y", "z"]}, "/required/1"),
        ({"dependentRequired": {"y": ["z"]}}, "/dependentRequired/y"),
        ({"dependentRequired": {"z": ["y"]}}, "/dependentRequired/z"),
        ({"dependentSchemas": {"y": {"required": ["z"]}}}, "/dependentSchemas/y/required/0"),
        ({"if": {"required": ["z"]}, "then": {}}, "/if/required/0"),
        ({"if": {"not": {"required": ["z"]}}, "then": {}}, "/if/not/required/0"),
        ({"if": {}, "then": {"required": ["z"]}}, "/then/required/0"),
        ({"if": {"x-if": 1}, "then": {}}, "/if/x-if"),
        ({"if": {"properties": {"y": {"const": "a"}}}, "then": {}}, "/if/properties/y"),
        ({"if": {"$ref": "#/$defs/a"}, "then": {}}, "/if/$ref"),
        ({"if": {}, "then": {"properties": {"y": {"x-message": "No"}}}}, "/then/properties/y/x-message"),
        ({"x-message": "No"}, "/x-message"),
        ({"if": {}, "else": {"properties": {"z": TEXT}}}, "/else/properties/z"),
        ({"anyOf": [{"required": ["y"]}, {"required": ["z"]}]}, "/anyOf/1/required/0"),
        ({"allOf": [{"if": {}, "then": {"required": ["z"]}}]}, "/allOf/0/then/required/0"),
        ({"patternProperties": {"^z": TEXT}}, "/patternProperties"),
        ({"x-steps": []}, "/x-steps"),
        ({"description": "a" * 65536}, ""),
        ({"$ref": "#/$defs/form"}, ""),
        ({"type": "array"}, ""),
    ],
)
def test_what_the_whole_form_cannot_ask_for_is_named(others: dict[str, Any], pointer: str) -> None:
    assert [place for place, _ in faults_of(asking(TEXT, **others))] == [pointer]


@pytest.mark.parametrize(
    ("steps", "pointer", "words"),
    [
        ([], "", "must be a list of steps"),
        ("first", "", "must be a list of steps"),
        ([{"title": "A", "fields": ["/x"]}], "", "leaves out /y"),
        ([{"title": "A", "fields": ["/x", "/y", "/x"]}], "/0/fields/2", "is /x, which an earlier place asks for"),
        ([{"title": "A", "fields": ["/x", "/y", "/z"]}], "/0/fields/2", "is '/z', which is no question"),
        ([{"title": "A", "fields": ["/x", "/y", 5]}], "/0/fields/2", "is 5, which is no question"),
        ([{"title": "A", "fields": ["/x", "/y"]}, {"title": "B", "fields": []}], "/1", "must have `fields`"),
        ([{"title": "A", "fields": ["/x", "/y"]}, "B"], "/1", "must have a `title` and `fields`"),
        ([{"fields": ["/x", "/y"]}], "/0", "must have a `title`"),
        ([{"title": "A", "fields": ["/x", "/y"], "if": {}}], "/0/if", "is nothing that a step has"),
        ([{"title": "A", "fields": ["/x", "/y"], "x-i18n": 5}], "/0/x-i18n", "must map languages"),
        ([{"title": "A", "fields": ["/x", "/y"], "x-i18n": {"es": {}}}], "/0/x-i18n/es", "must have a `title`"),
    ],
)
def test_steps_ask_for_everything_once(steps: object, pointer: str, words: str) -> None:
    ((place, sentence),) = faults_of(asking(TEXT, **{"x-steps": steps}))

    assert place == f"/x-steps{pointer}"
    assert sentence.startswith(words)


def test_a_form_has_a_limit_of_steps() -> None:
    names = [f"q{number}" for number in range(21)]
    steps = [{"title": name, "fields": [f"/{name}"]} for name in names]
    schema = {"properties": dict.fromkeys(names, TEXT), "x-steps": steps}

    assert faults_of(schema) == [("/x-steps", "has 21 steps; a form has at most 20")]


def test_conditions_within_a_section_know_its_properties() -> None:
    section = {"type": "object", "properties": {"a": TEXT, "b": TEXT}}
    condition = {"properties": {"x": {"required": ["a", "c"], "properties": {"d": TEXT}}}}

    places = [place for place, _ in faults_of(asking(section, **{"if": {}, "then": condition}))]

    assert places == ["/then/properties/x/properties/d", "/then/properties/x/required/1"]


def test_a_required_property_that_must_be_absent_is_named() -> None:
    assert [place for place, _ in faults_of(asking(part=False, required=["x"]))] == ["/required/0"]
    assert faults_of(asking(part=False)) == []


def test_a_property_without_any_name_needs_a_title() -> None:
    assert [place for place, _ in faults_of({"properties": {" ": TEXT}})] == ["/properties/ "]
    assert faults_of({"properties": {" ": {"type": "string", "title": "Name"}}}) == []


def test_all_faults_are_told_at_once() -> None:
    schema = {"properties": {"a/b": {"type": "array"}, "c": {"$ref": "#"}}, "required": ["d"]}

    assert [place for place, _ in faults_of(schema)] == ["/required/0", "/properties/a~1b", "/properties/c"]


def test_a_form_has_a_limit_of_questions() -> None:
    def form(number: int) -> dict[str, object]:
        return {"properties": {"s": {"type": "object", "properties": {f"q{n}": TEXT for n in range(number)}}}}

    assert faults_of(form(FIELDS)) == []
    assert faults_of(form(FIELDS + 1)) == [("", "has 201 questions; a form has at most 200")]


def test_what_is_only_shown_may_be_anything() -> None:
    assert faults_of(asking({"type": "array", "items": {"type": "object"}, "readOnly": True})) == []


def test_words_of_ours_that_have_an_effect_are_taken() -> None:
    parts = {
        "plan": {"enum": ["a", "b"], "x-enum-titles": ["A", "B"], "x-i18n": {"es": {"enum": ["La A", "La B"]}}},
        "topics": {"type": "array", "items": {"enum": ["n"], "x-enum-titles": ["News"]}},
        "iban": {
            "type": "string",
            "pattern": "^ES",
            "x-capitals": True,
            "x-strip": " -",
            "x-message": {"pattern": "Enter a Spanish IBAN.", "required": "Enter your IBAN."},
            "x-i18n": {"es": {"message": "Escriba un IBAN."}},
        },
        "score": {"type": "integer", "minimum": 0, "maximum": 10, "x-ends": ["Never", "Surely"]},
        "first": {"type": "string", "x-autocomplete": "given-name", "x-control": "long"},
    }

    assert faults_of({"properties": parts}) == []


def test_what_a_form_should_rather_not_have_is_a_warning() -> None:
    schema = {
        "required": ["customer"],
        "properties": {
            "customer": {"type": "string", "readOnly": True},
            "note": {"type": "string", "readOnly": True},
            "me": {"properties": {"first_name": TEXT, "dateOfBirth": {"type": "string", "format": "date"}}},
            "surname": {"type": "string", "x-autocomplete": "family-name"},
            "country": {"enum": ["ES", "GB"]},
            "plan": {"enum": ["a", "b"], "default": "a"},
        },
    }

    assert [(place, sentence.partition("`")[2].partition("`")[0]) for place, sentence in warnings_of(schema)] == [
        ("/properties/customer", ""),
        ("/properties/me/properties/first_name", "x-autocomplete: given-name"),
        ("/properties/me/properties/dateOfBirth", "x-autocomplete: bday"),
        ("/properties/plan", "default"),
    ]


PARTS = st.recursive(
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(
                ["string", "integer", "number", "boolean", "array", "object", "null", ["null", "string"]]
            ),
            "enum": st.lists(st.sampled_from(["a", 1, True, None]), max_size=8, unique=True),
            "oneOf": st.lists(st.sampled_from([{"const": "b"}, {"const": 2}, {"type": "string"}]), max_size=3),
            "const": st.sampled_from([True, "c"]),
            "format": st.sampled_from(["date", "email", "phone", "uri"]),
            "minimum": st.integers(0, 3),
            "maximum": st.integers(4, 20),
            "maxLength": st.sampled_from([10, 200, 201]),
            "readOnly": st.booleans(),
        },
    ),
    lambda parts: st.one_of(
        st.builds(lambda part, items: {**part, "items": items}, parts, parts),
        st.builds(
            lambda part, inner: {**part, "properties": inner},
            parts,
            st.dictionaries(st.sampled_from("pq"), parts, max_size=2),
        ),
    ),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from("abc"), PARTS, min_size=1))
def test_a_form_without_faults_is_shown_whole(parts: dict[str, Any]) -> None:
    schema = {"type": "object", "properties": parts}
    fields = fields_of(schema, "en")

    assert [field.control for field in fields] == [control for part in parts.values() if (control := control_of(part))]
    if not faults_of(schema):
        assert len(fields) == len(parts)
        assert all(field.control != "section" or field.parts for field in fields)
        assert len({field.pointer for field in flat(fields)}) == len(flat(fields))
