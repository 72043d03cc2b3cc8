"""Rights of co-browsing roles to the fields of a form, past any link."""

from __future__ import annotations

from typing import Any

import pytest

from linkgate.errors import Problem
from linkgate.ports.visits import StoredField
from linkgate.usecases.form_rules import faults_of
from linkgate.usecases.visits.form_schema import validator_of
from linkgate.usecases.visits.role_rights import awaited, givers_of, may_see, right_of, rights_of

TEXT = {"type": "string"}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": TEXT,
        "note": {**TEXT, "x-roles": {"": "none"}},
        "pin": {**TEXT, "title": "PIN", "minLength": 4, "x-private": True},
        "offer": {
            "type": "object",
            "x-roles": {"": "see", "guest": "none"},
            "properties": {"rate": TEXT, "wish": {**TEXT, "x-roles": {"": "edit"}}},
            "required": ["rate", "wish"],
        },
    },
    "required": ["name", "note"],
    "dependentRequired": {"name": ["note"]},
}


def stored(pointer: str, value: object, role: str) -> StoredField:
    return StoredField(pointer, value, 1, role)


@pytest.mark.parametrize(
    ("pointer", "role", "right"),
    [
        ("/name", "", "edit"),
        ("/note", "", "none"),
        ("/note", "agent", "edit"),
        ("/offer/rate", "", "see"),
        ("/offer/wish", "", "edit"),
        ("/offer/wish", "guest", "none"),
        ("/offer/rate", "agent", "edit"),
    ],
)
def test_the_narrower_word_wins_and_a_role_that_is_not_named_may_edit(pointer: str, role: str, right: str) -> None:
    assert right_of(SCHEMA, pointer, role) == right


def test_the_whole_form_can_be_for_reading_only() -> None:
    schema = {**SCHEMA, "x-roles": {"auditor": "see"}}

    rights = rights_of(schema, "auditor", {}, {})

    assert rights.kept == {"/name", "/note", "/pin", "/offer/rate", "/offer/wish"}
    assert rights.schema["required"] == []


def test_a_role_sees_a_form_without_what_is_not_for_it() -> None:
    rights = rights_of(SCHEMA, "", {}, {})

    assert rights.hidden == {"/note"}
    assert rights.kept == {"/note", "/offer/rate"}
    assert rights.schema == {
        "type": "object",
        "properties": {
            "name": TEXT,
            "pin": {**TEXT, "title": "PIN", "minLength": 4},
            "offer": {
                "type": "object",
                "properties": {"rate": {**TEXT, "readOnly": True, "x-others": True}, "wish": TEXT},
                "required": ["wish"],
            },
        },
        "required": ["name"],
    }
    assert faults_of(SCHEMA) == []
    assert validator_of(rights.schema, "US").is_valid({"name": "Ada"})


def test_a_section_without_any_field_for_a_role_is_left_out() -> None:
    assert "offer" not in rights_of(SCHEMA, "guest", {}, {}).schema["properties"]  # type: ignore[operator] # a mapping


def test_a_private_answer_is_shown_to_the_role_that_gave_it_alone() -> None:
    givers = givers_of({"/pin": stored("/pin", "1234", "agent")})

    theirs, own = rights_of(SCHEMA, "", {}, givers), rights_of(SCHEMA, "agent", {}, givers)

    assert theirs.given == {"/pin"}
    assert theirs.schema["properties"]["pin"] == {"title": "PIN", "readOnly": True, "x-given": True}  # type: ignore[index] # a mapping
    assert theirs.shown({"pin": "1234", "name": "Ada"}) == {"name": "Ada"}
    assert own.given == frozenset()
    assert own.shown({"pin": "1234"}) == {"pin": "1234"}


def test_a_private_field_that_was_emptied_is_everybodys_again() -> None:
    givers = givers_of({"/pin": stored("/pin", None, "agent")})

    assert rights_of(SCHEMA, "", {"pin": "0000"}, givers).given == frozenset()


def test_a_private_answer_that_a_link_was_prefilled_with_is_the_main_links() -> None:
    assert rights_of(SCHEMA, "agent", {"pin": "0000"}, {}).given == {"/pin"}
    assert rights_of(SCHEMA, "", {"pin": "0000"}, {}).given == frozenset()


def test_data_that_no_field_asks_for_is_shown_as_the_section_around_it() -> None:
    section = {"type": "object", "x-roles": {"guest": "none"}, "properties": {"a": TEXT, "b": TEXT}}
    opened = {**section, "properties": {"a": {**TEXT, "x-roles": {"guest": "see"}}, "b": TEXT}}
    form = {"type": "object", "properties": {"closed": section, "opened": opened}}
    data = {name: {"a": "A", "b": "B", "other": "O"} for name in ("closed", "opened", "undeclared")}

    assert rights_of(form, "guest", {}, {}).shown(data) == {"opened": {"a": "A"}, "undeclared": data["undeclared"]}
    assert rights_of({**form, "x-roles": {"guest": "none"}}, "guest", {}, {}).shown(data) == {"opened": {"a": "A"}}
    assert rights_of(form, "", {}, {}).shown(data) == data


def test_something_else_in_the_place_of_a_section_is_not_shown() -> None:
    form = {"properties": {"section": {"properties": {"a": {**TEXT, "x-roles": {"guest": "none"}}, "b": TEXT}}}}

    assert rights_of(form, "guest", {}, {}).shown({"section": "A", "c": 1}) == {"c": 1}


def test_what_a_role_may_not_edit_is_taken_as_it_is_known() -> None:
    rights = rights_of(SCHEMA, "", {}, {})
    sent = {"name": "Ada", "note": "mine", "offer": {"rate": "0 %", "wish": "soon"}}

    assert rights.edited(sent, {"name": "Eva", "offer": {"rate": "5 %"}}) == {
        "name": "Ada",
        "offer": {"rate": "5 %", "wish": "soon"},
    }


def test_a_single_answer_is_judged_as_the_whole_draft_is() -> None:
    assert not may_see(SCHEMA, stored("/note", "x", "agent"), "")
    assert not may_see(SCHEMA, stored("/pin", "1234", "agent"), "")
    assert may_see(SCHEMA, stored("/pin", None, "agent"), "")
    assert may_see(SCHEMA, stored("/pin", "1234", ""), "")
    assert may_see(SCHEMA, stored("/offer/rate", "5 %", "agent"), "")


def test_a_fault_that_the_sender_cannot_mend_waits_for_another_role_and_names_no_hidden_field() -> None:
    rights = rights_of(SCHEMA, "", {}, {})
    faults = [
        Problem.of("/name", "schema", keyword="required"),
        Problem.of("/note", "schema", keyword="required"),
        Problem.of("/note", "schema", keyword="minLength"),
        Problem.of("/offer/rate", "schema", keyword="required"),
        Problem.of("/offer", "schema", keyword="required"),
    ]

    assert awaited(faults, SCHEMA, rights) == [
        faults[0],
        Problem.of("", "awaited"),
        Problem.of("/offer/rate", "awaited"),
        faults[4],
    ]


def test_a_form_that_says_nothing_of_roles_stays_as_it_is() -> None:
    schema = {"type": "object", "properties": {"name": TEXT}, "required": ["name"]}

    rights = rights_of(schema, "agent", {}, {})

    assert rights.schema is schema
    assert rights.kept == frozenset()


@pytest.mark.parametrize(
    ("part", "pointer", "words"),
    [
        ({"x-roles": "agent"}, "/x-roles", "must map roles"),
        ({"x-roles": {"agent": "read"}}, "/x-roles/agent", "is no right"),
        ({"x-roles": {"agent": None}}, "/x-roles/agent", "is no right"),
        ({"x-private": "yes"}, "/x-private", "must be true or false"),
        ({"x-private": True, "properties": {"a": TEXT}, "type": "object"}, "/x-private", "at each question"),
    ],
)
def test_words_for_rights_are_checked(part: dict[str, Any], pointer: str, words: str) -> None:
    faults = faults_of({"type": "object", "properties": {"x": {**TEXT, **part}}})

    assert [(f"/properties/x{pointer}", True)] == [(place, words in sentence) for place, sentence in faults]


def test_rights_in_a_condition_are_refused() -> None:
    branch = {"required": ["x"], "properties": {"x": {"x-roles": {"agent": "none"}}}}

    assert faults_of({"type": "object", "properties": {"x": TEXT}, "if": branch, "then": {}}) == [
        ("/if/properties/x/x-roles", "has no effect here; it belongs to a question, a section or the whole form")
    ]
