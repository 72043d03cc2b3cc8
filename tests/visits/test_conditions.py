"""Conditions of forms: what is asked, and that a page decides them as the check of a submission does."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkgate.usecases.condition_rules import condition_faults
from linkgate.usecases.conditions import as_asked, asked_in, holds, rules_of
from linkgate.usecases.form_groups import expanded

if TYPE_CHECKING:
    from collections.abc import Mapping

CASES = int(os.environ.get("LINKGATE_CONDITIONS", "300"))
"""Number of generated cases. FORMS asks for 10,000: LINKGATE_CONDITIONS=10000."""

TEXT = {"type": "string"}
NAMES = st.sampled_from("abc")
SCALARS = st.sampled_from([None, True, False, 0, 1, 1.0, 2, 2.5, -1, "", "a", "b", "1", "true"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
LIMITS = st.sampled_from([-1, 0, 1, 1.5, 2])
CONDITIONS = st.recursive(
    st.booleans()
    | st.fixed_dictionaries(
        {},
        optional={
            "const": SCALARS,
            "enum": st.lists(SCALARS, min_size=1, max_size=3, unique_by=repr),
            "minimum": LIMITS,
            "maximum": LIMITS,
            "contains": st.builds(lambda value: {"const": value}, SCALARS),
            "required": st.lists(NAMES, max_size=2, unique=True),
        },
    ),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "properties": st.dictionaries(NAMES, inner, max_size=2),
            "required": st.lists(NAMES, max_size=2, unique=True),
            "not": inner,
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "anyOf": st.lists(inner, min_size=1, max_size=2),
        },
    ),
    max_leaves=5,
)


@settings(max_examples=CASES)
@given(CONDITIONS, VALUES)
def test_conditions_hold_as_they_do_when_a_submission_is_checked(condition: object, value: object) -> None:
    checked: bool = jsonschema_rs.Draft202012Validator(condition).is_valid(value)  # type: ignore[arg-type]  # true and false are schemas

    assert holds(condition, value) == checked


def form(**words: Any) -> dict[str, Any]:
    inner = {"type": "object", "properties": {"p": TEXT, "q": TEXT}}
    return {"type": "object", "properties": {**dict.fromkeys("abcd", TEXT), "s": inner}, **words}


def when(name: str, value: object) -> dict[str, object]:
    return {"properties": {name: {"const": value}}, "required": [name]}


@pytest.mark.parametrize(
    ("schema", "data", "hidden"),
    [
        (form(), {}, set()),
        (form(**{"if": when("a", "x"), "then": {"required": ["b"]}}), {}, {"/b"}),
        (form(**{"if": when("a", "x"), "then": {"required": ["b"]}}), {"a": "x"}, set()),
        (form(**{"if": when("a", "x"), "else": {"required": ["b"]}}), {"a": "x"}, {"/b"}),
        (form(**{"if": when("a", "x"), "then": {"required": ["b"]}, "required": ["b"]}), {}, set()),
        (form(**{"if": when("a", "x"), "then": {"required": ["s"]}}), {}, {"/s"}),
        (form(**{"if": when("a", "x"), "then": {"properties": {"s": {"required": ["q"]}}}}), {}, {"/s/q"}),
        (form(**{"if": when("a", "x"), "then": {"properties": {"b": False}}}), {"a": "x"}, {"/b"}),
        (form(**{"if": when("a", "x"), "then": {"properties": {"b": False}}}), {}, set()),
        (form(dependentRequired={"a": ["b", "c"]}), {}, {"/b", "/c"}),
        (form(dependentRequired={"a": ["b", "c"]}), {"a": "x"}, set()),
        (
            form(
                allOf=[
                    {"if": when("a", "x"), "then": {"required": ["b"]}},
                    {"if": when("b", "x"), "then": {"required": ["c"]}},
                ]
            ),
            {"a": "y", "b": "x", "c": "z"},
            {"/b", "/c"},
        ),
        (
            form(properties={"s": {**form()["properties"]["s"], "if": when("p", "x"), "then": {"required": ["q"]}}}),
            {"s": {"p": "y"}},
            {"/s/q"},
        ),
    ],
)
def test_a_question_is_asked_while_a_branch_requires_it(
    schema: dict[str, Any], data: Mapping[str, object], hidden: set[str]
) -> None:
    assert asked_in(rules_of(schema), data).hidden == hidden


def test_all_questions_of_a_hidden_section_are_hidden() -> None:
    asked = asked_in(rules_of(form(**{"if": when("a", "x"), "then": {"required": ["s"]}})), {})

    assert asked.hides("/s/p")
    assert not asked.hides("/sp")


FORMS = st.lists(
    st.tuples(NAMES, st.sampled_from("xy"), st.sampled_from("bcd"), st.sampled_from(["then", "else"])),
    min_size=1,
    max_size=4,
)


@settings(max_examples=CASES)
@given(FORMS, st.dictionaries(st.sampled_from("abcd"), st.sampled_from("xy")))
def test_who_answers_all_that_is_asked_lacks_nothing(
    conditions: list[tuple[str, str, str, str]], data: dict[str, object]
) -> None:
    schema = form(
        allOf=[{"if": when(name, value), branch: {"required": [asked]}} for name, value, asked, branch in conditions]
    )
    if list(condition_faults(schema)):
        return
    answers, asked = as_asked({**dict.fromkeys("abcd", "x"), **data}, schema)

    assert list(_errors(schema, answers)) == []
    assert all(asked.hides(f"/{name}") != (name in answers) for name in "abcd")


def _errors(schema: dict[str, Any], data: object) -> list[Any]:
    return list(jsonschema_rs.Draft202012Validator(schema).iter_errors(data))


@pytest.mark.parametrize(
    ("words", "pointer", "said"),
    [
        ({"if": {"properties": {"a": {"const": 1}}}, "then": {}}, "/if/properties/a", "also holds while 'a' is empty"),
        (
            {"if": {"not": {"properties": {"a": {"const": 1}}}}, "then": {}},
            "/if/not/properties/a",
            "also holds while 'a' is empty",
        ),
        (
            {"if": {"required": ["s"], "properties": {"s": {"properties": {"p": {"const": 1}}}}}, "then": {}},
            "/if/properties/s/properties/p",
            "also holds while 'p' is empty",
        ),
        ({"if": {"$ref": "#/$defs/a"}, "then": {}}, "/if/$ref", "is not understood in an `if`"),
        ({"if": {"oneOf": []}, "then": {}}, "/if/oneOf", "is not understood in an `if`"),
        (
            {"if": {"required": ["a"], "properties": {"a": {"pattern": "x"}}}, "then": {}},
            "/if/properties/a/pattern",
            "is not understood in an `if`",
        ),
        ({"if": {"anyOf": [{"type": "object"}]}, "then": {}}, "/if/anyOf/0/type", "is not understood in an `if`"),
        (
            {"if": {"required": ["a"], "properties": {"a": {"contains": {"minimum": 1}}}}, "then": {}},
            "/if/properties/a/contains",
            "must have a `const`",
        ),
        (
            {"if": {"required": ["a"], "properties": {"a": {"const": [1]}}}, "then": {}},
            "/if/properties/a/const",
            "must be a single value",
        ),
        (
            {"if": {"required": ["a"], "properties": {"a": {"enum": [{}]}}}, "then": {}},
            "/if/properties/a/enum",
            "must be a single value",
        ),
        ({"if": when("a", 1)}, "/if", "has no effect without a `then`"),
        ({"then": {"required": ["a"]}}, "/then", "has no effect without an `if`"),
        ({"if": when("a", 1), "then": False}, "/then", "leaves no right answer"),
        ({"if": when("a", 1), "else": {"minProperties": 1}}, "/else/minProperties", "is not understood in a branch"),
        ({"if": when("a", 1), "then": {"if": {}}}, "/then/if", "is not understood in a branch"),
        (
            {"if": when("a", 1), "then": {"properties": {"b": {"if": {}}}}},
            "/then/properties/b",
            "has an `if`, which belongs",
        ),
        ({"allOf": [{"if": {"x": 1}, "then": {}}]}, "/allOf/0/if/x", "is not understood in an `if`"),
        ({"anyOf": [{"if": {}, "then": {}}]}, "/anyOf", "has an `if` inside"),
        ({"properties": {"a": {**TEXT, "if": {}, "then": {}}}}, "/properties/a", "has an `if`, which belongs"),
        ({"if": when("a", 1), "then": {"required": ["a"]}}, "", "has conditions in a circle: /a"),
        (
            {
                "allOf": [
                    {"if": when("a", 1), "then": {"required": ["b"]}},
                    {"if": {"not": {"required": ["b"]}}, "else": {"properties": {"a": False}}},
                ]
            },
            "",
            "has conditions in a circle: /a, /b",
        ),
        ({"if": when("s", 1), "then": {"properties": {"s": {"required": ["p"]}}}}, "", "has conditions in a circle"),
    ],
)
def test_conditions_that_a_page_cannot_decide_are_refused(words: dict[str, Any], pointer: str, said: str) -> None:
    ((place, sentence),) = condition_faults(form(**words))

    assert place == pointer
    assert sentence.startswith(said)


@given(st.lists(st.dictionaries(st.sampled_from("abcd"), st.sampled_from("xyz"), max_size=4), max_size=4), st.data())
def test_each_entry_of_a_group_is_asked_what_a_form_of_its_own_would_be(
    entries: list[dict[str, object]], data: st.DataObject
) -> None:
    one, other = (data.draw(st.permutations("abcd")) for _ in range(2))
    part = form(
        **{"if": when(one[0], "x"), "then": {"required": [one[1]]}, "else": {"properties": {one[2]: False}}},
        allOf=[{"if": when(other[0], "y"), "then": {"required": [other[3]]}}],
    )
    whole = {"type": "object", "properties": {"g": {"type": "array", "items": part}}}
    keys = [f"k{number}" for number, _ in enumerate(entries)]

    given = {"g": dict(zip(keys, entries, strict=True))}
    answers, asked = as_asked(given, expanded(whole, {"/g": keys}))

    alone = [as_asked(entry, part) for entry in entries]
    assert asked.hidden == {f"/g/{key}{each}" for key, (_, own) in zip(keys, alone, strict=True) for each in own.hidden}
    assert answers.get("g", {}) == {key: own for key, (own, _) in zip(keys, alone, strict=True)}
