"""The description of the vendors' calls and of the recipient's JSON is valid, kept, complete and true."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import jsonschema_rs
import pytest
from openapi_spec_validator import validate

from cli.call_descriptions.document import CALLS, document
from linkgate.routes.unrouted import OWN_ROUTES, VENDOR_ROUTES
from local import demo
from local.template import read_template
from tests.support.cloud import TEMPLATE
from tests.support.vendor_calls import CUSTOMER_LINK, GENERATE, SEND, SESSION, SURVEY, Call
from tests.support.visitor import (
    JSON,
    Visitor,
    check,
    code_in,
    coded_link,
    opt_out_in,
    parts,
    process_link,
    sent_process_link,
    session_link,
    survey_link,
)
from tests.visits.test_handover import grant_in, handed_over, own_page

if TYPE_CHECKING:
    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

COMMITTED = Path(__file__).parents[2] / "docs" / "callers.openapi.json"

FOR_PAGES_ALONE = {"POST /v/{rid}/step"}
"""Routes that take no JSON."""


def test_the_committed_description_is_what_the_code_says() -> None:
    assert json.loads(COMMITTED.read_text()) == document(), "make openapi"


def test_it_is_valid() -> None:
    validate(document())


def test_it_has_every_route_that_answers_json() -> None:
    described = {call.route for call in CALLS}
    template = {route.key for route in read_template(TEMPLATE).routes}

    for routes in VENDOR_ROUTES.values():
        assert set(routes) <= described
    own = {route for route in OWN_ROUTES["recipient"] if not route.startswith("HEAD")}
    assert own - FOR_PAGES_ALONE <= described
    spelled = {route.replace("{ResourceType}", "{type}").replace("{ResourceUid}", "{uid}") for route in described}
    for route in spelled:
        assert any(shape(route) == shape(known) for known in template), route


def shape(route: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", route)


def schema(name: str) -> jsonschema_rs.Validator:
    whole = document()
    named = {"$ref": f"#/components/schemas/{name}", "components": whole["components"]}
    return jsonschema_rs.Draft202012Validator(named, validate_formats=True)


def answer_of(route: str, reply: HttpResponse) -> None:
    """Fail unless the description has this status for the route, and the reply's body is as it says."""
    method, _, path = route.partition(" ")
    described = document()["paths"][path][method.lower()]["responses"][str(reply.status)]
    if "content" not in described:
        assert reply.body == b""
        return
    media = reply.header("content-type").partition(";")[0]
    reference = described["content"][media]["schema"]["$ref"]
    schema(reference.rpartition("/")[2]).validate(reply.json())


VENDORS: list[tuple[str, str, Call]] = [
    ("POST /player/api/generate-link", "EasySendRequest", GENERATE),
    ("POST /player/api/send-link", "EasySendRequest", SEND),
    ("POST /v1/customerlink", "CustomerLinkCreateRequest", CUSTOMER_LINK),
    ("POST /api/survey_requests", "SurveyRequest", SURVEY),
    ("POST /v1/access/external/cammer/generate-session", "SessionRequest", SESSION),
]


@pytest.mark.parametrize(("route", "reads", "call"), VENDORS)
def test_calls_and_answers_are_as_described(cloud: Cloud, route: str, reads: str, call: Call) -> None:
    schema(reads).validate(call.body)
    answer_of(route, call.make(cloud))
    for missing in call.required:
        answer_of(route, call.make(cloud, {name: value for name, value in call.body.items() if name != missing}))
    answer_of(route, call.make(cloud, "no object"))
    wrong = {**call.body, "apiKey": "wrong"}
    answer_of(route, cloud.post(call.target, wrong, {**call.headers, "Authorization": "Bearer wrong"}))


NOT_FAULTS = {"apiKey", "customerId"}
"""Members whose wrong value is a refused credential."""


@pytest.mark.parametrize(("_route", "reads", "call"), VENDORS)
def test_every_described_member_is_read(cloud: Cloud, _route: str, reads: str, call: Call) -> None:
    for name in document()["components"]["schemas"][reads]["properties"]:
        if name in NOT_FAULTS:
            continue
        reply = call.make(cloud, {**call.body, name: [["no"]]})
        assert reply.status == 400, name
        assert name.lower() in reply.text.lower(), name


def test_required_members_are_required(cloud: Cloud) -> None:
    for _, reads, call in VENDORS:
        required = document()["components"]["schemas"][reads]["required"]
        for name in set(required) - NOT_FAULTS:
            reply = call.make(cloud, {member: value for member, value in call.body.items() if member != name})
            assert reply.status == 400, (reads, name)


def test_a_cancellation_and_a_list_are_as_described(cloud: Cloud) -> None:
    rid = GENERATE.make(cloud).json()["rid"]
    body = {"apiVersion": "1", "apiKey": demo.EASYSEND_KEY, "rid": rid}
    schema("EasySendCancellation").validate(body)
    answer_of("POST /player/api/cancel-request", cloud.post("/player/api/cancel-request", body))
    answer_of("POST /player/api/cancel-request", cloud.post("/player/api/cancel-request", {**body, "rid": "x"}))
    CUSTOMER_LINK.make(cloud)
    uid = CUSTOMER_LINK.body["resourceUid"]
    headers = {**CUSTOMER_LINK.headers, "Accept": "application/json"}
    listed = cloud.request("GET", f"/v1/customerlink/resource/Invoice/{uid}", headers=headers)
    assert listed.json()["links"]
    answer_of("GET /v1/customerlink/resource/{ResourceType}/{ResourceUid}", listed)


def test_a_survey_in_xml_is_described(cloud: Cloud) -> None:
    reply = SURVEY.make(cloud, {**SURVEY.body, "format": "xml"})

    described = document()["paths"]["/api/survey_requests"]["post"]["responses"]["201"]["content"]
    assert reply.header("content-type").partition(";")[0] in described


def test_what_a_recipients_program_gets_is_described(cloud: Cloud) -> None:
    url, program = sent_process_link(cloud, {"metadata": {"email": "ana@example.com"}}), Visitor(cloud, JSON)
    rid, secret = parts(url)
    answer_of("GET /l/{rid}", program.get(f"/l/{rid}"))
    answer_of("POST /l/{rid}", program.post(f"/l/{rid}", {"secret": "A" * 22}))
    answer_of("GET /l/{rid}/about", program.get(f"/l/{rid}/about"))
    answer_of("POST /l/{rid}/not-me", program.post(f"/l/{rid}/not-me", {"secret": "A" * 22}))
    answer_of("POST /l/{rid}/not-me", program.post(f"/l/{rid}/not-me", {"secret": secret}))
    answer_of("POST /l/{rid}/receipt", program.post(f"/l/{rid}/receipt", {"secret": secret}))
    answer_of("POST /l/{rid}/language", program.post(f"/l/{rid}/language", {"language": "es"}))
    answer_of("POST /l/{rid}", program.open(url))
    answer_of("POST /v/{rid}/language", program.post(f"/v/{rid}/language", {"language": "xx"}))
    answer_of("POST /v/{rid}/language", program.post(f"/v/{rid}/language", {"language": "en"}))
    answer_of("POST /l/{rid}/renew", program.post(f"/l/{rid}/renew", {"secret": secret}))
    answer_of("GET /v/{rid}", program.get(f"/v/{rid}"))
    write = {"set": [{"f": "/fullName", "v": "Ana", "base": 0}]}
    schema("Writes").validate(write)
    answer_of("POST /v/{rid}/fields", program.post(f"/v/{rid}/fields", write))
    answer_of(
        "POST /v/{rid}/fields", program.post(f"/v/{rid}/fields", {"set": [{"f": "/fullName", "v": 1, "base": 7}]})
    )
    answer_of("GET /v/{rid}/fields", program.get(f"/v/{rid}/fields"))
    answer_of("POST /v/{rid}/draft", program.post(f"/v/{rid}/draft", {"data": {"fullName": "Ana B"}}))
    answer_of("POST /v/{rid}/submit", program.post(f"/v/{rid}/submit", {"data": {"fullName": 5}}))
    answer_of("POST /v/{rid}/submit", program.post(f"/v/{rid}/submit", {"data": {"fullName": "Ana"}}))
    answer_of("POST /v/{rid}/submit", program.post(f"/v/{rid}/submit", {"data": {"fullName": "Ana"}}))
    answer_of("GET /v/{rid}", program.get(f"/v/{rid}"))
    answer_of("GET /v/{rid}", Visitor(cloud, JSON).get(f"/v/{rid}"))


def test_codes_and_renewals_are_described(cloud: Cloud) -> None:
    url, program = coded_link(cloud), Visitor(cloud, JSON)
    rid, secret = parts(url)
    answer_of("POST /l/{rid}", program.open(url))
    code = code_in(cloud)
    answer_of("POST /l/{rid}/code", program.post(f"/l/{rid}/code"))
    answer_of("POST /l/{rid}/code/check", check(program, url, "000000" if code != "000000" else "000001"))
    answer_of("POST /l/{rid}/code/check", check(program, url, code))
    cloud.post("/_local/clock", {"advance_seconds": 30 * 86_400})
    answer_of("POST /l/{rid}", Visitor(cloud, JSON).open(url))
    answer_of("POST /l/{rid}/renew", Visitor(cloud, JSON).post(f"/l/{rid}/renew", {"secret": secret}))


def test_a_ticket_of_the_live_channel_is_described(cloud: Cloud) -> None:
    for url in (process_link(cloud), session_link(cloud)):  # a form of one person has no channel
        program = Visitor(cloud, JSON)
        program.open(url)
        answer_of("POST /v/{rid}/live", program.post(f"{program.thing}/live"))
        answer_of("POST /v/{rid}/live/messages", program.post(f"{program.thing}/live/messages", {"t": "hello"}))
        answer_of("GET /v/{rid}/live/messages", program.get(f"{program.thing}/live/messages?after=0"))


def test_surveys_that_are_stopped_and_allowed_again_are_described(cloud: Cloud) -> None:
    url, program = survey_link(cloud), Visitor(cloud, JSON)
    (rid, secret), path = parts(url), urlsplit(opt_out_in(cloud)).path
    answer_of("POST /l/{rid}/opt-out", program.post(f"/l/{rid}/opt-out", {"secret": secret}))
    answer_of("GET /o/{rid}/{secret}", program.get(path))
    for body in ({}, {"undo": True}):
        schema("Undo").validate(body)
        answer_of("POST /o/{rid}/{secret}", program.post(path, body))
    answer_of("POST /o/{rid}/{secret}", program.post(f"/o/{rid}/{secret}"))


def test_a_hand_over_is_described(cloud: Cloud) -> None:
    program = handed_over(cloud, own_page(cloud))

    taken = cloud.post("/grants", {"grant": grant_in(program)}, {"Authorization": f"Bearer {demo.MANAGE_KEY}"})

    answer_of("POST /grants", taken)


def test_the_shared_addresses_answer_the_same(cloud: Cloud) -> None:
    program = Visitor(cloud, JSON)
    program.open(process_link(cloud))

    answer_of("GET /v", program.get("/v"))
    answer_of("POST /v/draft", program.post("/v/draft", {"data": {"fullName": "Ana"}}))
    answer_of("POST /v/submit", program.post("/v/submit", {"data": {"fullName": "Ana"}}))
