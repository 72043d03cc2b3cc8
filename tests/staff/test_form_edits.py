"""Edits of a form's schema: each changes what it says and nothing else, and a form without faults stays one."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkgate.errors import InvalidRequest, LinkError, NotFound
from linkgate.usecases.form_parts import control_of, properties
from linkgate.usecases.form_rules import faults_of
from linkgate.usecases.staff.form_edits import (
    CHOSEN,
    NEW_CONTROLS,
    Asked,
    added,
    begun_page,
    changed,
    joined_page,
    moved,
    own_choices,
    pages_of,
    removed,
    renamed_page,
)

if TYPE_CHECKING:
    from linkgate.usecases.form_parts import Schema

FORM: dict[str, Any] = {
    "type": "object",
    "x-autocomplete-off": "kept",
    "required": ["a", "c"],
    "properties": {
        "a": {"type": "string", "title": "A", "x-i18n": {"es": {"title": "La A", "description": "Ayuda"}}},
        "b": {"type": "string", "enum": ["x", "y"]},
        "c/d": {"type": "boolean", "title": "C"},
        "c": {"type": "string", "oneOf": [{"const": "1", "title": "One"}]},
    },
}
PAGED = {
    **FORM,
    "x-steps": [
        {"title": "First", "fields": ["/a", "/b"], "x-i18n": {"es": {"title": "Primera"}}},
        {"title": "Second", "fields": ["/c~1d", "/c"]},
    ],
}


def names(schema: Schema) -> list[list[str]]:
    return [each for _, each in pages_of(schema)]


@pytest.mark.parametrize("control", NEW_CONTROLS)
def test_each_kind_of_a_new_question_is_one_that_a_page_asks(control: str) -> None:
    asked = Asked("Your name", control=control, choices=["one", "two"] if control in CHOSEN else None, required=True)

    made, name = added({}, asked)

    assert name == "yourName"
    assert faults_of(made) == []
    assert control_of(properties(made)[name]) == control
    assert made["required"] == [name]


def test_names_are_made_of_the_question_and_are_never_taken_twice() -> None:
    first, one = added({}, Asked("¿Cuál es su número de teléfono móvil?", control="phone"))
    second, two = added(first, Asked("¿Cuál es su número de teléfono fijo?", control="phone"))
    _, three = added(second, Asked("電話", control="text"))

    assert (one, two, three) == ("cualEsSuNumero", "cualEsSuNumero2", "question")


def test_only_the_words_of_a_question_change() -> None:
    before = copy.deepcopy(FORM)
    made: Any = changed(FORM, "a", Asked("New", "Help", titles={"es": ""}))

    assert before == FORM
    expected = {"type": "string", "title": "New", "description": "Help", "x-i18n": {"es": {"description": "Ayuda"}}}
    assert made["properties"]["a"] == expected
    assert {
        **made,
        "required": FORM["required"],
        "properties": {**made["properties"], "a": FORM["properties"]["a"]},
    } == FORM
    assert made["required"] == ["c"]


def test_choices_with_words_of_their_own_are_left_to_the_text() -> None:
    parts = properties(FORM)
    assert own_choices(parts["b"]) == ["x", "y"]
    assert own_choices(parts["c"]) is None
    assert own_choices({"type": "string", "enum": ["x"], "x-enum-titles": ["X"]}) is None
    assert properties(changed(FORM, "b", Asked("B", choices=["z"])))["b"] == {
        "type": "string",
        "enum": ["z"],
        "title": "B",
    }


def test_a_question_moves_within_its_page_and_to_the_next() -> None:
    assert list(properties(moved(FORM, "b", up=True))) == ["b", "a", "c/d", "c"]
    assert list(properties(moved(FORM, "a", up=True))) == ["a", "b", "c/d", "c"]
    assert list(properties(moved(FORM, "c", up=False))) == ["a", "b", "c/d", "c"]
    over: Any = moved(PAGED, "b", up=False)
    assert names(over) == [["a"], ["b", "c/d", "c"]]
    assert over["x-steps"][0]["x-i18n"] == {"es": {"title": "Primera"}}
    assert names(moved(over, "b", up=True)) == [["a", "b"], ["c/d", "c"]]
    # The only question of a page stays on it.
    assert names(moved(over, "a", up=False)) == names(over)


def test_a_removed_question_is_nowhere_and_an_empty_page_goes() -> None:
    made: Any = removed(removed(PAGED, "a"), "b")

    assert names(made) == [["c/d", "c"]]
    assert made["required"] == ["c"]
    assert faults_of({**made, "x-autocomplete-off": None}) != []  # what is not known stays, and is told
    last = removed(removed(made, "c"), "c/d")
    assert (last["properties"], "x-steps" in last, "required" in last) == ({}, False, False)


def test_pages_begin_at_a_question_and_are_joined_again() -> None:
    two: Any = begun_page(FORM, "c/d", "More", "A form")
    assert [(each["title"], each["fields"]) for each in two["x-steps"]] == [
        ("A form", ["/a", "/b"]),
        ("More", ["/c~1d", "/c"]),
    ]
    three = begun_page(two, "b", "Between", "unused")
    assert names(three) == [["a"], ["b"], ["c/d", "c"]]
    assert names(joined_page(three, 1)) == [["a", "b"], ["c/d", "c"]]
    assert names(joined_page(three, 0)) == [["a", "b"], ["c/d", "c"]]
    assert "x-steps" not in joined_page(joined_page(two, 1), 0)
    assert [title for title, _ in pages_of(renamed_page(two, 1, "Other"))] == ["A form", "Other"]
    with pytest.raises(InvalidRequest):
        begun_page(two, "c/d", "Twice", "")
    for number in (-1, 2):
        with pytest.raises(NotFound):
            joined_page(two, number)


@pytest.mark.parametrize(
    "asked",
    [
        Asked("", control="text"),
        Asked("x" * 201, control="text"),
        Asked("A", "x" * 501, control="text"),
        Asked("A", control="nonsense"),
        Asked("A", control="radio"),
        Asked("A", control="radio", choices=["a", "a"]),
        Asked("A", control="radio", choices=[str(n) for n in range(101)]),
        Asked("A", control="text", name="a"),
        Asked("A", control="text", name="1a"),
        Asked("A", control="text", name="a b"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: Asked) -> None:
    with pytest.raises(InvalidRequest):
        added(FORM, asked)


def test_there_is_no_other_question() -> None:
    with pytest.raises(NotFound):
        removed(FORM, "none")
    with pytest.raises(NotFound):
        moved(FORM, "none", up=True)
    with pytest.raises(NotFound):
        changed(FORM, "none", Asked("A"))


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["add", "up", "down", "remove", "begin", "join", "rename", "change"]),
        st.integers(0, 9),
        st.sampled_from(sorted(NEW_CONTROLS)),
    ),
    max_size=20,
)


@given(EDITS)
def test_a_form_that_is_edited_only_here_never_has_a_fault(edits: list[tuple[str, int, str]]) -> None:
    schema: Schema = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}
    for act, number, control in edits:
        known = list(properties(schema)) or ["none"]
        name = known[number % len(known)]
        try:
            match act:
                case "add":
                    schema, _ = added(schema, Asked(f"Q {number}", control=control, choices=["x", "y"], required=True))
                case "change":
                    schema = changed(schema, name, Asked("New", "Help", titles={"es": "Nueva"}))
                case "begin":
                    schema = begun_page(schema, name, f"Page {len(known)}{number}", "First")
                case "join" | "rename":
                    schema = (
                        joined_page(schema, number) if act == "join" else renamed_page(schema, number, f"T{number}")
                    )
                case "remove":
                    schema = removed(schema, name)
                case _:
                    schema = moved(schema, name, up=act == "up")
        except LinkError:
            continue
    if properties(schema):
        assert faults_of(schema) == []
    assert sorted(each for page in names(schema) for each in page) == sorted(properties(schema))
