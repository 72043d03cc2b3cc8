"""Signatures follow the review, are bound to what was signed, and a later change asks for another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.model.tenant import Process
from linkgate.store.tenants import DynamoTenants
from linkgate.usecases.canonical import canonical_hash
from linkgate.usecases.form_rules import faults_of
from linkgate.usecases.form_signatures import LONGEST, signature_in
from local import demo
from tests.support.form_posts import sent_by
from tests.support.visitor import JSON, Visitor, process_link

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

SIGN = {
    "type": "string",
    "format": "signature",
    "title": "Signature",
    "x-sign": {"statement": "I apply for this loan."},
    "x-i18n": {"es": {"title": "Firma", "statement": "Solicito este préstamo."}},
}
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "required": ["name", "sign"],
    "properties": {"name": {"type": "string", "title": "Name"}, "sign": SIGN},
    "x-steps": [{"title": "You", "fields": ["/name"]}],
}
STROKES = "path:M10 100L200 50M30 30L40 40"
AGAIN = "You changed something after signing. Please sign again."


@pytest.fixture(autouse=True)
def process(cloud: Cloud) -> None:  # noqa: ARG001 - its table
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_definition(demo.DEMO.id, Process("signed", "Loan", schema=SCHEMA))


def reviewed(cloud: Cloud, **cookies: str) -> tuple[Visitor, str]:  # noqa: ARG001
    """Fill in the form, and return its review page."""
    visitor = Visitor(cloud)
    page = visitor.see(process_link(cloud, {}, processId="signed")).text
    visitor.post(f"{visitor.thing}/step", {**sent_by(page), "/name": "Ada", "go": "next"})
    return visitor, visitor.get(f"{visitor.thing}?s=review").text


def submit(visitor: Visitor, page: str, **signature: str) -> HttpResponse:
    fields = {"path": "/sign", "name": "name:/sign"}
    return visitor.post(
        f"{visitor.thing}/submit", {**sent_by(page), **{fields[way]: text for way, text in signature.items()}}
    )


def recorded(visitor: Visitor) -> Mapping[str, object]:
    stored = wiring.deps().links.get(visitor.rid or "")
    assert stored
    assert stored.submission
    return wiring.deps().links.bodies(stored.master_rid, [stored.submission])[stored.submission]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (STROKES, True),
        ("name:Ada Lovelace", True),
        ("name:Ada#" + "0" * 64, True),
        ("path:M600 200L0 0", True),
        ("path:M601 200L0 0", False),
        ("path:M10 100L5 201", False),
        ("path:M10 100", False),
        ("path:L10 100L20 20", False),
        ("path:M10 100LNaN 5", False),
        ("path:M10 100L-5 5", False),
        ("path:M10 100L5.5 5", False),
        ("path:M1000 100L5 5", False),
        ('path:M1 1L2 2"/><script>', False),
        ("path:M1 1" + "L2 2" * (LONGEST // 4), False),
        ("name: ", False),
        ("name:\u200b", False),
        ("name:\u05d0", True),
        ("name:Ada\u0000", False),
        ("name:" + "x" * 201, False),
        ("name:Ada#0", False),
        ("data:image/png;base64,AAAA", False),
        ("", False),
        (7, False),
    ],
)
def test_a_signature_is_strokes_or_a_name_and_nothing_else(text: object, *, is_one: bool) -> None:
    assert (signature_in(text) is not None) is is_one


def test_equal_json_has_one_hash() -> None:
    assert canonical_hash({"b": [1, "é"], "a": None}) == canonical_hash({"a": None, "b": [1, "é"]})
    assert canonical_hash({"a": 1}) != canonical_hash({"a": "1"})


@pytest.mark.parametrize(
    ("signature", "value"), [({"name": " Ada  Lovelace "}, "name:Ada Lovelace"), ({"path": STROKES}, STROKES)]
)
def test_a_form_is_signed_after_its_review(cloud: Cloud, signature: dict[str, str], value: str) -> None:
    visitor, page = reviewed(cloud)
    assert "I apply for this loan." in page

    assert submit(visitor, page, **signature).status == 303

    signed = recorded(visitor)["sign"]
    assert re.fullmatch(re.escape(value) + "#[0-9a-f]{64}", str(signed))
    receipt = visitor.get(visitor.thing).text
    assert ("Ada Lovelace" if "name" in signature else 'd="M10 100L200 50M30 30L40 40"') in receipt


def test_a_form_without_its_signature_is_not_sent(cloud: Cloud) -> None:
    visitor, page = reviewed(cloud)

    refused = submit(visitor, page)

    assert refused.status == 422
    assert "Sign here, or type your name." in refused.text


def test_a_change_after_signing_asks_for_another_signature(cloud: Cloud) -> None:
    visitor, page = reviewed(cloud)
    signed = page.partition('name="of:/sign" value="')[2][:64]
    script = Visitor(cloud, JSON)
    script.cookies, script.rid = visitor.cookies, visitor.rid
    kept = {"set": [{"f": "/sign", "v": f"{STROKES}#{signed}", "base": 0}]}
    assert script.post(f"{script.thing}/fields", kept).json()["fields"][0]["ok"]
    assert 'd="M10 100L200 50M30 30L40 40"' in visitor.get(f"{visitor.thing}?s=review").text

    script.post(f"{script.thing}/fields", {"set": [{"f": "/name", "v": "Eve", "base": 1}]})
    changed = visitor.get(f"{visitor.thing}?s=review").text

    assert AGAIN in changed
    assert STROKES not in changed
    refused = submit(visitor, changed)
    assert refused.status == 422
    assert submit(visitor, page, path=STROKES).status == 422  # the older page, with its older hash
    newest = visitor.get(f"{visitor.thing}?s=review").text
    assert submit(visitor, newest, name="Eve").status == 303


def test_a_refused_form_keeps_the_signature(cloud: Cloud) -> None:
    visitor, page = reviewed(cloud)
    fields = {name: text for name, text in sent_by(page).items() if name != "seen"}

    refused = visitor.post(f"{visitor.thing}/submit", {**fields, "name:/sign": "Ada Lovelace", "seen": "{}"})

    assert refused.status == 422
    assert 'value="Ada Lovelace"' in refused.text


def test_a_program_signs_what_it_sends(cloud: Cloud) -> None:
    visitor = Visitor(cloud, JSON)
    visitor.open(process_link(cloud, {}, processId="signed"))
    stolen = {"data": {"name": "Ada", "sign": "name:Ada#" + "0" * 64}}

    assert visitor.post(f"{visitor.thing}/submit", stolen).json()["fields"] == [
        {"field": "/sign", "reason": "was signed before something else was changed"}
    ]
    assert visitor.post(f"{visitor.thing}/submit", {"data": {"name": "Ada", "sign": "name:Ada"}}).status == 201
    assert re.fullmatch("name:Ada#[0-9a-f]{64}", str(recorded(visitor)["sign"]))


@pytest.mark.parametrize(
    ("part", "pointer", "sentence"),
    [
        ({**SIGN, "x-sign": "yes"}, "/x-sign", "must say how to sign"),
        ({**SIGN, "x-sign": {"draw": 1}}, "/x-sign/draw", "must be true or false"),
        ({**SIGN, "x-sign": {"type": False}}, "/x-sign/type", "must be true"),
        ({**SIGN, "x-sign": {"statement": ""}}, "/x-sign/statement", "must be a text"),
        ({**SIGN, "x-sign": {"ink": "blue"}}, "/x-sign/ink", "is nothing that a signature has"),
        ({"type": "string", "x-sign": {}}, "/x-sign", "is for a text with `format: signature`"),
        ({"type": "object", "title": "S", "properties": {"sign": SIGN}}, "/properties/sign", "inside a section"),
        ({"type": "array", "items": SIGN}, "", "asks for a list of signatures"),
    ],
)
def test_a_signature_that_cannot_be_given_is_a_fault(part: dict[str, Any], pointer: str, sentence: str) -> None:
    steps = [{"title": "You", "fields": ["/name", "/x"] if part.get("format") != "signature" else ["/name"]}]
    schema = {**SCHEMA, "properties": {**SCHEMA["properties"], "x": part}, "x-steps": steps}

    assert [(place, said) for place, said in faults_of(schema) if sentence in said and place.endswith(pointer)]
    assert faults_of(SCHEMA) == []


def test_a_signature_needs_steps() -> None:
    schema = {name: value for name, value in SCHEMA.items() if name != "x-steps"}

    assert faults_of(schema) == [
        ("/properties/sign", "asks for a signature, which follows a review, so the form needs `x-steps`")
    ]


def test_a_submission_lists_its_signatures(cloud: Cloud) -> None:
    visitor, page = reviewed(cloud)
    submit(visitor, page, path=STROKES)

    headers = {"authorization": f"Bearer {demo.MANAGE_KEY}"}
    found = cloud.get(f"/links/{visitor.rid}/submission", **headers).json()

    (signature,) = found["signatures"]
    assert signature | {"sha256": ""} == {
        "field": "/sign",
        "path": STROKES.removeprefix("path:"),
        "name": None,
        "statement": "I apply for this loan.",
        "sha256": "",
    }
    assert signature["sha256"] == str(found["data"]["sign"]).rpartition("#")[2]
