"""No route of the recipient tells a co-browsing role a value that it may not see."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.model.tenant import Process
from linkgate.routes.recipient import STEPS
from linkgate.routes.recipient_visit import VISIT_STEPS
from linkgate.store.tenants import DynamoTenants
from local import demo
from tests.support.vendor_calls import GENERATE
from tests.support.visitor import HTML, JSON, Visitor, parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

ROLES = ("", "agent", "partner", "watcher")
TEXT = {"type": "string"}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "x-roles": {"watcher": "none"},
    "properties": {
        "missing": {**TEXT, "title": "Missing"},
        "fullName": {**TEXT, "title": "Full name"},
        "income": {**TEXT, "x-roles": {"agent": "none", "partner": "see"}},
        "rating": {**TEXT, "enum": ["CANARY-rating", "CANARY-other"], "x-roles": {"": "none", "partner": "none"}},
        "iban": {**TEXT, "x-private": True},
        "pin": {**TEXT, "x-private": True},
        "agentPin": {**TEXT, "x-private": True, "x-roles": {"": "see", "partner": "none"}},
        "folder": {**TEXT, "readOnly": True, "x-roles": {"": "none", "partner": "none"}},
        "member": {**TEXT, "readOnly": True, "x-private": True},
        "home": {
            "type": "object",
            "x-roles": {"partner": "none", "agent": "see"},
            "properties": {"street": TEXT, "visits": {"type": "array", "items": {"enum": ["CANARY-visit", "b"]}}},
        },
        "office": {"type": "object", "properties": {"city": {**TEXT, "x-roles": {"partner": "none"}}}},
    },
    "required": ["missing", "fullName"],
    "if": {"properties": {"rating": {"const": "CANARY-rating"}}},
    "then": {"properties": {"income": {"pattern": "CANARY"}}},
}
PREFILLED = {
    "iban": "CANARY-iban",
    "folder": "CANARY-folder",
    "member": "CANARY-member",
    "home": {"street": "CANARY-prefilled-street", "key": "CANARY-key"},
    "office": {"city": "CANARY-city"},
    "file": {"number": "CANARY-number"},
}
"""Data of the link. No question asks for `key` and `file`."""
WRITTEN: Mapping[str, tuple[str, object]] = {
    "/fullName": ("", "CANARY-name"),
    "/income": ("", "CANARY-income"),
    "/rating": ("agent", "CANARY-rating"),
    "/pin": ("partner", "CANARY-pin"),
    "/agentPin": ("agent", "CANARY-agent-pin"),
    "/home/street": ("", "CANARY-street"),
    "/home/visits": ("", ["CANARY-visit"]),
}
"""Role that writes each answer of the draft, and the answer."""
SECRETS: Mapping[str, frozenset[str]] = {
    "": frozenset({"CANARY-folder", "CANARY-pin", "CANARY-agent-pin"}),
    "agent": frozenset({"CANARY-income", "CANARY-iban", "CANARY-pin", "CANARY-member"}),
    "partner": frozenset(
        {
            *("CANARY-iban", "CANARY-agent-pin", "CANARY-folder", "CANARY-member", "street", "CANARY-prefilled-street"),
            *("CANARY-key", "CANARY-city", "city"),
        }
    ),
    "watcher": frozenset({"CANARY", "Full name", "Missing", "street", "city", "rating", "income", "agentPin"}),
}
"""Texts that no reply to a role may contain. Choices of a question are not secret, but which one was chosen is."""
HIDDEN_CHOICES: Mapping[str, frozenset[str]] = {
    "": frozenset({"CANARY-rating", "/rating"}),
    "agent": frozenset(),
    "partner": frozenset({"CANARY-rating", "/rating", "CANARY-visit", "/home", "CANARY-street"}),
    "watcher": frozenset(),
}


@dataclass
class Member:
    """A person of one role, with a browser and a program that share the visit."""

    role: str
    secret: str
    person: Visitor
    program: Visitor

    @property
    def rid(self) -> str:
        assert self.person.rid
        return self.person.rid


@pytest.fixture
def family(cloud: Cloud) -> dict[str, Member]:
    """Return the members of one form, each of whom has opened their link."""
    deps = wiring.deps()
    assert isinstance(deps.tenants, DynamoTenants)
    deps.tenants.put_definition(demo.DEMO.id, Process("shared", "Shared form", schema=SCHEMA))
    body = {
        **GENERATE.body,
        "processId": "shared",
        "serializedModel": PREFILLED,
        "coBrowsingRoles": [role for role in ROLES if role],
    }
    made = GENERATE.make(cloud, body)
    assert made.status == 200, made.text
    urls = {"": made.json()["link"], **made.json()["coBrowsing"]}
    members = {}
    for role in ROLES:
        rid, secret = parts(urls[role])
        person, program = Visitor(cloud, HTML), Visitor(cloud, JSON)
        assert program.open(urls[role]).status == 200
        person.cookies, person.rid = program.cookies, rid
        members[role] = Member(role, secret, person, program)
    plant(members)
    return members


def plant(family: Mapping[str, Member]) -> None:
    """Have each answer written by its role, over whatever is stored."""
    for pointer, (role, value) in WRITTEN.items():
        program = family[role].program
        stored = {row["f"]: row.get("n", 0) for row in program.get(f"{program.thing}/fields").json()["fields"]}
        written = {"f": pointer, "v": value, "base": stored.get(pointer, 0)}
        reply = program.post(f"{program.thing}/fields", {"set": [written]})
        assert reply.json()["fields"][0]["ok"], reply.text


def all_that_was_said(reply: HttpResponse) -> str:
    """Return the headers and the body of a reply, with its escapes taken away."""
    text = f"{reply.headers}\n{reply.text}"
    return f"{text}\n{html.unescape(text)}"


def assert_kept(member: Member, reply: HttpResponse, sent: str) -> None:
    assert reply.status < 500, (member.role, sent, reply.text)
    said = all_that_was_said(reply)
    # An error may repeat the pointer that it is about, as it was sent.
    kept = {each for each in SECRETS[member.role] | HIDDEN_CHOICES[member.role] if each not in sent}
    told = [secret for secret in kept if secret in said]
    assert not told, (member.role, sent, told, reply.text)


def requests(member: Member, page: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield bodies for a program and a browser that any POST may be sent: right, wrong, older and made up."""
    every = [*WRITTEN, "/iban", "/folder", "/member", "/home", "/missing", "/none"]
    seen = re.search(r'name="seen" value="([^"]*)"', page)
    texts = dict.fromkeys(every, "x")
    yield "program", {}
    yield "program", {"secret": member.secret}
    yield "program", {"code": "123456", "rid": member.rid}
    for pointer in every:
        yield "program", {"set": [{"f": pointer, "v": "x", "base": 0}]}
        yield "program", {"set": [{"f": pointer, "t": ["x"], "base": 1}]}
    for data in ({}, {"fullName": "x", "home": "x", "pin": 5}, {"missing": 5, "rating": "CANARY-other"}, "x"):
        yield "program", {"data": data}
        yield "program", {"data": data, "rid": member.rid}
    yield "browser", {}
    yield "browser", {"rid": member.rid}
    yield "browser", {"rid": member.rid, "secret": member.secret, **texts}
    yield (
        "browser",
        {"rid": member.rid, "confirmed": "true", "seen": json.dumps({pointer: [0, -1] for pointer in every}), **texts},
    )
    if seen:
        yield "browser", {"rid": member.rid, "seen": html.unescape(seen[1])}
        yield "browser", {"rid": member.rid, "confirmed": "true", "seen": html.unescape(seen[1]), "/fullName": "x"}


def walk(member: Member, family: Mapping[str, Member]) -> None:
    """Call every route as one member in many ways, and read each reply."""
    page = member.person.get(f"/v/{member.rid}").text
    for route in (*STEPS, *VISIT_STEPS):
        method, _, path = route.partition(" ")
        target = path.replace("{rid}", member.rid)
        if method != "POST":
            for visitor in (member.person, member.program):
                assert_kept(member, visitor.get(target, method), route)
                assert_kept(member, visitor.get(f"{target}?saved&score=5", method), route)
            continue
        plant_again = route.endswith(("draft", "fields"))
        for who, body in requests(member, page):
            visitor = member.program if who == "program" else member.person
            assert_kept(member, visitor.post(target, body), f"{route} {who} {body}")
            if "data" in body and plant_again:
                plant(family)


@pytest.mark.parametrize("role", ROLES)
def test_no_route_tells_a_role_what_it_may_not_see(family: dict[str, Member], role: str) -> None:
    walk(family[role], family)


@pytest.mark.parametrize("sender", ROLES[:3])
def test_no_receipt_and_no_route_after_it_tells_a_role_what_it_may_not_see(
    family: dict[str, Member], sender: str
) -> None:
    sent = family[sender].program
    data = {**sent.get(sent.thing).json().get("draft", {}), "missing": "x"}
    assert sent.post(f"{sent.thing}/submit", {"data": data}).status == 201

    for member in family.values():
        page = member.person.get(f"/v/{member.rid}")
        assert page.status == 200
        assert_kept(member, page, "receipt")
        for route in (*STEPS, *VISIT_STEPS):
            method, _, path = route.partition(" ")
            target = path.replace("{rid}", member.rid)
            for visitor in (member.person, member.program):
                reply = visitor.post(target, {"rid": member.rid}) if method == "POST" else visitor.get(target, method)
                assert_kept(member, reply, f"{route} after the submission")


@pytest.mark.parametrize("role", ROLES[:3])
def test_every_role_is_shown_what_it_may_see(family: dict[str, Member], role: str) -> None:
    # Without this, a form that shows nobody anything would pass the tests above.
    member = family[role]
    every = {str(value) for _, value in WRITTEN.values() if isinstance(value, str)} | {"CANARY-iban", "CANARY-folder"}
    hidden = SECRETS[role] | HIDDEN_CHOICES[role]

    page = html.unescape(member.person.get(f"/v/{member.rid}").text)
    view = member.program.get(f"/v/{member.rid}").text

    for value in every - hidden:
        assert value in page, value
        assert value in view, value
