"""Roles that a process names, and forms that somebody can complete and submit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.model.tenant import Process
from linkgate.store.tenants import DynamoTenants
from linkgate.usecases.role_rules import misplaced, needed_roles, role_faults, without_roles
from local import demo
from tests.support.vendor_calls import GENERATE

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

TEXT = {"type": "string"}
ROLES = ("agent", "partner")


def form(part: object, **others: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"x": part, "y": TEXT}, **others}


def test_rights_of_roles_that_the_process_has_are_no_faults() -> None:
    section = {"type": "object", "x-roles": {"partner": "none"}, "properties": {"a": {**TEXT, "x-private": True}}}
    closed = {**TEXT, "readOnly": True, "x-roles": {"": "none", "agent": "none", "partner": "none"}}

    assert role_faults(form(section, **{"x-roles": {"agent": "see", "": "edit"}}), ROLES) == []
    assert role_faults(form(closed), ROLES) == []
    assert misplaced(form(section)) == []


def test_a_role_that_the_process_does_not_have_is_named() -> None:
    section = {"type": "object", "properties": {"a": {**TEXT, "x-roles": {"a/b": "see"}}}}

    faults = role_faults(form(section, **{"x-roles": {"agnet": "none"}}), ROLES)

    told = 'is no role; there are "" (the main link), agent, partner; name further ones in `roles` of the process'
    assert faults == [("/x-roles/agnet", told), ("/properties/x/properties/a/x-roles/a~1b", told)]


def test_a_question_that_no_role_may_answer_is_a_fault() -> None:
    nobody = {"": "see", "agent": "none", "partner": "see"}
    section = {"type": "object", "x-roles": nobody, "properties": {"a": TEXT, "b": {**TEXT, "x-roles": {"": "edit"}}}}

    places = [place for place, sentence in role_faults(form(section), ROLES) if "no role" in sentence]

    assert places == ["/properties/x/properties/a"]


@pytest.mark.parametrize(
    ("part", "place"),
    [
        ({"type": "array", "items": {"enum": ["a"], "x-private": True}}, "/properties/x/items/x-private"),
        ({**TEXT, "oneOf": [{"const": "a", "x-roles": {}}]}, "/properties/x/oneOf/0/x-roles"),
        ({"type": "object", "properties": {"x-roles": TEXT}}, None),
        ({**TEXT, "default": {"x-private": True}}, None),
    ],
)
def test_a_word_about_roles_that_has_no_effect_is_a_fault(part: dict[str, Any], place: str | None) -> None:
    assert [where for where, _ in misplaced(form(part))] == ([place] if place else [])


def test_a_word_about_roles_in_a_definition_that_is_not_asked_for_is_a_fault() -> None:
    schema = form(TEXT, **{"$defs": {"x-private": {**TEXT, "x-private": True}}})

    assert [where for where, _ in misplaced(schema)] == ["/$defs/x-private/x-private"]


def test_a_survey_has_no_roles() -> None:
    assert [where for where, _ in without_roles(form({**TEXT, "x-private": True}, **{"x-roles": {}}))] == [
        "/x-roles",
        "/properties/x/x-private",
    ]


def test_a_link_needs_a_role_that_may_submit_it_and_one_for_each_required_answer() -> None:
    agents = {**TEXT, "x-roles": {"": "see"}}
    process = Process("p", "P", schema=form(agents, required=["x"]), roles=ROLES, submitters=frozenset({"agent", ""}))

    assert needed_roles(process, ("",), {}) == ["agent", "partner"]
    assert needed_roles(process, ("", "partner"), {}) == []
    assert needed_roles(process, ("",), {"x": "5 %"}) == []
    alone = Process("p", "P", schema=form(agents), roles=ROLES, submitters=frozenset({"agent"}))
    assert needed_roles(alone, ("", "partner"), {}) == ["agent"]
    assert needed_roles(alone, ("", "agent"), {}) == []


def test_a_link_that_nobody_could_submit_is_not_made(cloud: Cloud) -> None:
    deps = wiring.deps()
    assert isinstance(deps.tenants, DynamoTenants)
    process = Process("told", "Told", schema=form(TEXT), roles=ROLES, submitters=frozenset({"agent"}))
    deps.tenants.put_definition(demo.DEMO.id, process)
    body = {**GENERATE.body, "processId": "told"}

    replies = [
        GENERATE.make(cloud, {**body, "coBrowsingRoles": roles}) for roles in (["agnet"], ["partner"], ["agent"])
    ]

    assert [reply.status for reply in replies] == [400, 400, 200]
    unknown, lonely = (reply.json()["error"]["fields"] for reply in replies[:2])
    assert unknown == [{"field": "coBrowsingRoles", "reason": "must be among agent, partner"}]
    needs = "needs a link for the co-browsing role agent, or nobody can complete and submit the form"
    assert lonely == [{"field": "processId", "reason": needs}]
    made = {"kind": "process", "process": "told", "data": {}, "notify": False}
    batch = cloud.post("/links/batch", {"links": [made]}, {"Authorization": f"Bearer {demo.MANAGE_KEY}"}).json()
    assert batch["results"][0]["problem"]["fields"] == [{"field": "process", "reason": needs}]
