"""Prefilled data: fitted to its controls when a link is made, shown as it is, and sent back as it was."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkgate.dialects.recipient.answers import answers_in, texts_of
from linkgate.dialects.recipient.fields import fields_of
from linkgate.dialects.recipient.forms import FilledIn, answers_shown, data_shown, form_fields
from linkgate.pages.frame import Brand
from linkgate.usecases.prefill import fitted

BRAND, SPANISH = Brand("en", "links.example.com"), Brand("es", "links.example.com")
DATE = {"type": "string", "format": "date"}
COLOUR = {"enum": ["Red", "Dark blue"]}
SEVERAL = {"type": "array", "items": COLOUR}


def only(part: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {"x": part}}


@pytest.mark.parametrize(
    ("part", "value", "becomes"),
    [
        (DATE, "2024-02-08", "2024-02-08"),
        (DATE, "2024-02-08T14:26:02.349Z", "2024-02-08"),
        (DATE, "2024-02-08T23:30:00-05:00", "2024-02-08"),
        (DATE, " 2024-02-08 14:26 ", "2024-02-08"),
        (DATE, "20240208", "2024-02-08"),
        (DATE, "", ""),
        (COLOUR, "red", "Red"),
        (COLOUR, " DARK BLUE ", "Dark blue"),
        ({"enum": ["a", "A"]}, "A", "A"),
        ({"enum": [1, 2]}, "2", 2),
        ({"enum": ["1", "2"]}, 2, "2"),
        ({"enum": [1, 2]}, 2.0, 2),
        ({"oneOf": [{"const": "ES", "title": "Spain"}]}, "es", "ES"),
        ({"type": "integer", "minimum": 1, "maximum": 5}, "4", 4),
        (SEVERAL, ["red", "Dark Blue"], ["Red", "Dark blue"]),
        ({"type": "boolean"}, "TRUE", True),
        ({"type": "boolean"}, False, False),
        ({"type": "boolean", "const": True}, False, False),
        ({"type": "number"}, "12.50", 12.5),
        ({"type": "integer"}, "4111111111111111", 4111111111111111),
        ({"type": "number"}, 1e300, 1e300),
        ({"type": "string"}, 12345, "12345"),
        ({"type": "string"}, "12 High Street\nLondon", "12 High Street\nLondon"),
        ({"type": "string", "format": "email"}, "a@example.com\n", "a@example.com"),
        ({"type": "string"}, None, None),
        ({"type": "array", "items": {"type": "object"}, "readOnly": True}, [{"a": 1}], [{"a": 1}]),
        ({"type": "array", "items": {"type": "object"}}, [{"a": 1}], [{"a": 1}]),
    ],
)
def test_a_value_becomes_what_its_control_sends(part: dict[str, Any], value: object, becomes: object) -> None:
    data, problems = fitted({"x": value, "beside": 1}, only(part))

    assert (data, problems) == ({"x": becomes, "beside": 1}, [])
    assert type(data["x"]) is type(becomes)


@pytest.mark.parametrize(
    ("part", "value", "expected"),
    [
        (DATE, "08.02.2024", "a date, such as 2024-02-08"),
        (DATE, "2024-02-30", "a date, such as 2024-02-08"),
        (DATE, 20240208, "a date, such as 2024-02-08"),
        (COLOUR, "Green", "one of Red, Dark blue"),
        (COLOUR, ["Red"], "one of Red, Dark blue"),
        ({"enum": ["a", "A"]}, " a ", "one of a, A"),
        (SEVERAL, "Red", "array"),
        (SEVERAL, ["Red", "Green"], "one of Red, Dark blue"),
        ({"type": "integer", "minimum": 1, "maximum": 5}, 6, "one of 1, 2, 3, 4, 5"),
        ({"enum": list(range(12))}, 12, "one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …"),
        ({"type": "boolean"}, "perhaps", "one of true, false"),
        ({"type": "number"}, "1,250", "a number, such as 1250 or 12.5"),
        ({"type": "number"}, "NaN", "a number, such as 1250 or 12.5"),
        ({"type": "number"}, True, "a number, such as 1250 or 12.5"),
        ({"type": "string"}, {"a": 1}, "string"),
        ({"type": "string"}, True, "string"),
        ({"type": "string"}, "a\0b", "text without NUL characters"),
        ({"type": "string", "format": "phone"}, "+44 20\n7946", "one line"),
        ({"type": "object", "properties": {"y": DATE}}, "there", "object"),
    ],
)
def test_what_a_control_cannot_show_is_a_problem(part: dict[str, Any], value: object, expected: str) -> None:
    _, (problem,) = fitted({"x": value}, only(part))

    assert (problem.field, problem.values["expected"]) == ("/x", expected)


def test_values_in_sections_are_named_by_their_pointers() -> None:
    section = {"type": "object", "properties": {"a/b": DATE, "c": COLOUR}}

    data, problems = fitted({"x": {"a/b": "soon", "c": "red"}}, only(section))

    assert [problem.field for problem in problems] == ["/x/a~1b"]
    assert data == {"x": {"a/b": "soon", "c": "Red"}}


def test_a_text_with_several_lines_gets_several_lines() -> None:
    fields = fields_of(only({"type": "string"}), "en")
    text = "12 High Street\nLondon\nE1 6AN"

    page = form_fields(fields, FilledIn(texts_of(fields, {"x": text}), {}), BRAND)

    assert f">\n{text}</textarea>" in page
    assert answers_in(fields, {"/x": [text.replace("\n", "\r\n")]}) == {"x": text}


def test_a_long_whole_number_can_be_typed() -> None:
    fields = fields_of(only({"type": "integer"}), "en")

    assert answers_in(fields, {"/x": ["4111111111111111"]}) == {"x": 4111111111111111}
    assert answers_in(fields, {"/x": ["9007199254740993"]}) == {"x": "9007199254740993"}


SCHEMA = {
    "properties": {
        "text": {"type": "string"},
        "long": {"type": "string", "maxLength": 1000},
        "day": DATE,
        "number": {"type": "number"},
        "count": {"type": "integer"},
        "stars": {"type": "integer", "minimum": 1, "maximum": 5},
        "colour": COLOUR,
        "colours": SEVERAL,
        "agreed": {"type": "boolean"},
        "section": {"type": "object", "properties": {"text": {"type": "string"}}},
    }
}
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1).filter(str.strip)
VALUES = {
    "text": WORDS,
    "long": WORDS,
    "day": st.dates().map(str),
    "number": st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False)),
    "count": st.integers(-(10**40), 10**40),
    "stars": st.integers(1, 5),
    "colour": st.sampled_from(["Red", "Dark blue"]),
    "colours": st.lists(st.sampled_from(["Red", "Dark blue"]), min_size=1, unique=True),
    "agreed": st.booleans(),
    "section": st.fixed_dictionaries({"text": WORDS}),
}
CONTROL = re.compile(
    r'<textarea[^>]* name="(?P<area>[^"]*)"[^>]*>\n(?P<text>[^<]*)</textarea>'
    r'|<input type="(?P<type>[a-z]+)"[^>]* name="(?P<name>[^"]*)" value="(?P<value>[^"]*)"(?P<rest>[^>]*)>'
)


def posted(page: str) -> dict[str, list[str]]:
    """Return what a browser sends of a page that nobody touched."""
    form: dict[str, list[str]] = {}
    for found in CONTROL.finditer(page):
        if found["area"] is not None:
            lines = html.unescape(found["text"]).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
            form.setdefault(html.unescape(found["area"]), []).append(lines)
        elif found["type"] not in {"radio", "checkbox"} or "checked" in found["rest"]:
            value = html.unescape(found["value"]).replace("\r", "").replace("\n", "")
            form.setdefault(html.unescape(found["name"]), []).append(value)
    return form


@given(st.fixed_dictionaries({}, optional=VALUES))
def test_what_nobody_touches_is_sent_as_it_was(data: dict[str, object]) -> None:
    assert fitted(data, SCHEMA) == (data, [])
    fields = fields_of(SCHEMA, "en")
    page = form_fields(fields, FilledIn(texts_of(fields, data), {}), BRAND)

    assert answers_in(fields, posted(page), data) == data


READ_ONLY = {
    "title": "Accounts",
    "type": "array",
    "readOnly": True,
    "items": {
        "properties": {
            "iban": {"title": "IBAN", "x-i18n": {"es": {"title": "Cuenta"}}},
            "opened": {"type": "string", "format": "date"},
            "kind": {"oneOf": [{"const": "S", "title": "Savings"}]},
        }
    },
}


def test_read_only_lists_are_shown_as_titles_and_values() -> None:
    account = {
        "iban": "DE02",
        "opened": "2024-02-08",
        "kind": "S",
        "isActive": True,
        "owners": ["Ada", "Bob"],
        "x": None,
    }
    schema = only(READ_ONLY)

    page = form_fields(fields_of(schema, "en"), FilledIn({}, {}, {"x": [account]}), BRAND)

    assert re.findall("<dt>(.*?)</dt><dd>(.*?)</dd>", page) == [
        ("IBAN", "DE02"),
        ("Opened", "8 February 2024"),
        ("Kind", "Savings"),
        ("Is active", "Yes"),
        ("Owners", "Ada, Bob"),
    ]
    both = form_fields(fields_of(schema, "es"), FilledIn({}, {}, {"x": [account, {"iban": "DE03"}]}), SPANISH)
    assert "<dt>1: Cuenta</dt><dd>DE02</dd>" in both
    assert "<dt>1: Opened</dt><dd>8 de febrero de 2024</dd>" in both
    assert "<dt>2: Cuenta</dt><dd>DE03</dd>" in both


@pytest.mark.parametrize("value", [{}, [], None, "", {"a": None}])
def test_a_read_only_value_without_content_is_not_shown(value: object) -> None:
    fields = fields_of(only({"title": "T", "readOnly": True}), "en")

    assert form_fields(fields, FilledIn({}, {}, {"x": value}), BRAND) == ""


def test_data_without_a_schema_is_shown_under_readable_names() -> None:
    data = {
        "metadata": {"email": "a@example.com", "phoneNumber": "+44"},
        "IBAN_code": "DE02",
        "home": {"city": "Leeds"},
        "work": {"city": "York", "remote": False},
    }

    assert re.findall("<dt>(.*?)</dt><dd>(.*?)</dd>", data_shown(data, BRAND)) == [
        ("Email", "a@example.com"),
        ("Phone number", "+44"),
        ("IBAN code", "DE02"),
        ("Home: City", "Leeds"),
        ("Work: City", "York"),
        ("Remote", "No"),
    ]


def test_a_receipt_shows_read_only_values_in_the_same_way() -> None:
    fields = fields_of(only({"title": "Limits", "type": "object", "readOnly": True}), "en")

    assert "<dt>Per day</dt><dd>500</dd>" in answers_shown(fields, {"x": {"perDay": 500}}, BRAND)


def test_the_entries_of_a_group_are_fitted_one_by_one() -> None:
    items = {"type": "object", "properties": {"day": {"type": "string", "format": "date"}}}
    schema = {"type": "object", "properties": {"g": {"type": "array", "maxItems": 2, "items": items}}}

    assert fitted({"g": [{"day": "2024-02-08T10:00:00"}, {}]}, schema) == ({"g": [{"day": "2024-02-08"}, {}]}, [])
    wrong: dict[str, object] = {"/g": {"day": "x"}, "/g/0": ["x"], "/g/1/day": [{}, {"day": "x"}]}
    for pointer, value in wrong.items():
        assert [problem.field for problem in fitted({"g": value}, schema)[1]] == [pointer]
    assert [problem.code for problem in fitted({"g": [{}, {}, {}]}, schema)[1]] == ["too_many"]
