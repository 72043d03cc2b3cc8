"""Cost of each step on the real DynamoDB: requests, and units as DynamoDB counts them.

LINKGATE_LINKS_IN_TABLE=100000 first puts that many links into the table. The costs must stay the same.
"""

from __future__ import annotations

import json
import os
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from benchmarks.cost import BATCH, OURS, PDF
from linkgate import wiring
from linkgate.model.reference import reference_of
from linkgate.model.tenant import Process
from linkgate.model.timeline import Fact
from linkgate.ports.history import NewFacts
from linkgate.ports.management import LinkList
from linkgate.store.attribute_values import from_item
from linkgate.store.history.timelines import DynamoTimelines
from linkgate.store.table import Table
from linkgate.store.tenants import DynamoTenants
from linkgate.usecases.desk.calls import end
from linkgate.usecases.desk.duty import beat
from linkgate.usecases.desk.waiting import enter
from linkgate.usecases.history.link_facts import CREATED, OPENED, SENT, facts_of
from linkgate.usecases.management.link_lists import BEGINNING, each_link
from linkgate.usecases.visits.pdf_receipts import make_pdf
from local import demo
from tests.support.cloud import Cloud, StillClock, cloud_on
from tests.support.desk import Office
from tests.support.form_posts import sent_by
from tests.support.portal import LOAN
from tests.support.vendor_calls import CUSTOMER_LINK, GENERATE, SEND, SESSION, SURVEY
from tests.support.visitor import (
    HTML,
    JSON,
    Visitor,
    code_in,
    coded_link,
    opt_out_in,
    parts,
    process_link,
    resource_link,
    survey_link,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.performance.conftest import Meter, Used

    Recorder = Callable[[str, object], None]

QUIET = {**CUSTOMER_LINK.body, "deliverEmail": False}
CROWD = int(os.environ.get("LINKGATE_LINKS_IN_TABLE", "0"))
MODEL = {"metadata": {"name": "Ana", "email": "ana@example.com", "phone": "+447700900123"}}


@pytest.fixture(scope="module")
def cloud(meter: Meter, dynamodb_local: str) -> Iterator[Cloud]:  # noqa: ARG001 - it must come first
    """Yield a cloud full of links, with cached credentials and definitions, to measure the steady state."""
    with cloud_on(dynamodb_local, StillClock()) as started:
        if CROWD:
            _fill(started, CROWD)
        for call, body in ((CUSTOMER_LINK, QUIET), (GENERATE, GENERATE.body), (SESSION, SESSION.body)):
            assert call.make(started, body).status == call.status
        coded_link(started)
        yield started


def _fill(cloud: Cloud, count: int) -> None:
    """Put copies of one link, spread over resources like real links."""
    CUSTOMER_LINK.make(cloud, QUIET)
    client, table = cloud.aws.client("dynamodb"), cloud.environment()["TABLE_NAME"]
    (like,) = client.scan(
        TableName=table,
        FilterExpression="sk = :link",
        ExpressionAttributeValues={":link": {"S": "link"}},
    )["Items"]

    def write(start: int) -> None:
        puts = []
        for number in range(start, min(start + 25, count)):
            item = {**like, "pk": {"S": f"{number:022}"}, "resource_key": {"S": f"crowd|{number % 1000}"}}
            puts.append({"PutRequest": {"Item": item}})
        client.batch_write_item(RequestItems={table: puts})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(0, count, 25)))


BILLED_REFUSAL = 1
"""Cost of a refused condition in units, which DynamoDB Local does not report."""


def told(step: str, used: Used, record: Recorder) -> Used:
    record("measured", f"{step}: {used}")
    return used


def test_a_create_is_one_write_and_one_unit_per_list(meter: Meter, cloud: Cloud, record_property: Recorder) -> None:
    with meter.step() as used:
        CUSTOMER_LINK.make(cloud, QUIET)

    told("create, in three lists", used, record_property)
    assert used.calls == ["PutItem"]
    assert used.write_units == 1 + 3 == OURS["create"].writes


def test_a_create_with_a_body_is_one_transaction(meter: Meter, cloud: Cloud, record_property: Recorder) -> None:
    with meter.step() as used:
        process_link(cloud, MODEL)

    told("create with a body, in two lists", used, record_property)
    assert used.calls == ["TransactWriteItems"]
    # DynamoDB Local reports twice the units of a transaction whose items are in lists.
    assert used.write_units / 2 == 2 * (1 + 1 + 2) == OURS["create with a body"].writes


def test_a_delivery_is_one_read_of_the_suppressed_and_three_writes(
    meter: Meter, cloud: Cloud, record_property: Recorder
) -> None:
    SEND.make(cloud)
    body = {**CUSTOMER_LINK.body, "deliverEmail": True}
    with meter.step() as used:
        CUSTOMER_LINK.make(cloud, body)

    told("create and deliver", used, record_property)
    assert used.calls.count("UpdateItem") == 3  # the recipient's and the tenant's budget, and the outcome
    assert used.calls.count("PutItem") == 1
    assert used.write_units == OURS["create"].writes + OURS["deliver"].writes


def test_a_survey_reads_what_was_stopped_with_the_suppressions(
    meter: Meter, cloud: Cloud, record_property: Recorder
) -> None:
    SURVEY.make(cloud)
    with meter.step() as used:
        assert SURVEY.make(cloud).status == 201

    told("create and deliver a survey", used, record_property)
    # The link with its data, the suppressions, the recipient's and the tenant's budget, and the outcome.
    assert used.calls == ["TransactWriteItems", "BatchGetItem", *["UpdateItem"] * 3]


def test_an_opt_out_is_two_reads_and_one_transaction(meter: Meter, cloud: Cloud, record_property: Recorder) -> None:
    survey_link(cloud)
    path = urlsplit(opt_out_in(cloud)).path
    with meter.step() as seen:
        assert cloud.get(path, accept="text/html").status == 200
    with meter.step() as used:
        assert cloud.request("POST", path, headers={"Accept": "text/html"}).status == 200

    told("opt-out", used, record_property)
    assert seen.calls == ["GetItem", "BatchGetItem"]
    assert used.calls == ["GetItem", "BatchGetItem", "TransactWriteItems"]
    assert seen.write_units == 0
    assert used.write_units == 2 * (1 + 1)


def test_an_open_is_one_write_of_one_unit(meter: Meter, cloud: Cloud, record_property: Recorder) -> None:
    visitor, url = Visitor(cloud, JSON), process_link(cloud, MODEL)
    with meter.step() as used:
        assert visitor.open(url).status == 200

    told("open", used, record_property)
    assert used.calls == ["UpdateItem"]
    assert used.write_units == 1 == OURS["open"].writes


def test_a_view_only_reads(meter: Meter, cloud: Cloud, record_property: Recorder) -> None:
    visitor, url = Visitor(cloud, JSON), process_link(cloud, MODEL)
    visitor.open(url)
    with meter.step() as used:
        assert visitor.get(visitor.thing).status == 200

    told("view", used, record_property)
    assert used.write_units == 0
    # The link; its prefilled data, the draft's fields, and a draft that an earlier release saved whole.
    assert used.calls == ["GetItem", "Query"]
    assert used.read_units == OURS["view of a form"].reads


def test_a_view_without_a_form_asks_for_no_draft(meter: Meter, cloud: Cloud, record_property: Recorder) -> None:
    visitor, url = Visitor(cloud, JSON), resource_link(cloud)
    visitor.open(url)
    with meter.step() as used:
        assert visitor.get(visitor.thing).status == 200

    told("view of a document", used, record_property)
    assert used.calls == [
        "GetItem",
        "Query",
        "Query",
        "GetItem",
    ]  # the link, files of resource and link, and the resource
    assert used.read_units == OURS["view"].reads + 1  # AWS also bills a read that finds nothing


@pytest.mark.parametrize(("way", "opened"), [(JSON, 200), (HTML, 303)])
def test_a_code_check_is_one_write_of_one_unit(
    way: str, opened: int, meter: Meter, cloud: Cloud, record_property: Recorder
) -> None:
    visitor, url = Visitor(cloud, way), coded_link(cloud)
    with meter.step() as asked:
        assert visitor.open(url).status == 202
    check = f"/l/{parts(url)[0]}/code/check"
    right = code_in(cloud)
    with meter.step() as wrong:
        assert visitor.post(check, {"code": f"{(int(right) + 1) % 10**6:06}"}).status == 400
    with meter.step() as used:
        assert visitor.post(check, {"code": right}).status == opened

    told(f"asking for a code as {way}", asked, record_property)
    told("right code, and the view it earns", used, record_property)
    told("wrong code", wrong, record_property)
    # A refused open, the challenge, the contact's number now, the suppressions, the day's counts of the recipient's and
    # the tenant's SMS, and the outcome.
    assert asked.calls == ["UpdateItem", "UpdateItem", "GetItem", "BatchGetItem", *["UpdateItem"] * 3]
    assert asked.read_units == OURS["code"].reads
    # A page about a wrong code reads the link again, to say whose it is and where the code went.
    assert wrong.calls == (["UpdateItem", "GetItem"] if way == HTML else ["UpdateItem"])
    assert wrong.write_units == 1
    assert used.calls == ["UpdateItem", "UpdateItem"]
    assert used.write_units == 2
    beside_the_open = asked.write_units + BILLED_REFUSAL + used.write_units - OURS["open"].writes
    assert beside_the_open == OURS["code"].writes


SEEN = json.dumps({"/fullName": [0, 0]})
"""State of the draft that a page showed: nobody had written it."""


def filled(way: str, url: str, seen: str = "{}", **answers: object) -> dict[str, object]:
    """Return fields as a program or a page sends them."""
    rid = parts(url)[0]
    if way == JSON:
        return {"rid": rid, "data": answers}
    return {"rid": rid, "confirmed": "true", "seen": seen, **{f"/{name}": text for name, text in answers.items()}}


def test_saved_answers_cost_a_read_and_a_unit_each(meter: Meter, cloud: Cloud, record_property: Recorder) -> None:
    visitor, url = Visitor(cloud, JSON), process_link(cloud, MODEL)
    visitor.open(url)
    answers = {"/fullName": "Ana", "/dateOfBirth": "2000-01-01", "/acceptTerms": True}
    rows = [{"f": pointer, "v": value, "base": 0} for pointer, value in answers.items()]
    with meter.step() as used:
        assert visitor.post(f"{visitor.thing}/fields", {"set": rows}).status == 200

    told("draft, three answers", used, record_property)
    # The first draft of five minutes is also noted on the link, whose visit it prolongs.
    assert used.calls == ["GetItem", *["UpdateItem"] * 4]
    assert used.write_units == 4 == OURS["draft"].writes
    assert used.read_units == OURS["draft"].reads


def test_reading_the_answers_reads_no_prefilled_data(meter: Meter, cloud: Cloud) -> None:
    visitor, url = Visitor(cloud, JSON), process_link(cloud, MODEL)
    visitor.open(url)
    with meter.step() as used:
        assert visitor.get(f"{visitor.thing}/fields").status == 200

    assert used.calls == ["GetItem", "Query"]


@pytest.mark.parametrize(("way", "status"), [(JSON, 204), (HTML, 303)])
def test_a_whole_draft_also_reads_what_is_stored(
    way: str, status: int, meter: Meter, cloud: Cloud, record_property: Recorder
) -> None:
    visitor, url = Visitor(cloud, way), process_link(cloud, MODEL)
    visitor.open(url)
    program = Visitor(cloud, JSON, cookies=visitor.cookies)
    program.post(f"{visitor.thing}/fields", {"set": [{"f": "/acceptTerms", "v": True, "base": 0}]})
    seen = json.dumps(
        {"/fullName": [0, 0], "/dateOfBirth": [0, 0], "/accountType": [0, 0], "/acceptTerms": [1, zlib.crc32(b"true")]}
    )
    answers = {"fullName": "Ana", "acceptTerms": True} if way == JSON else {"fullName": "Ana", "acceptTerms": "true"}
    with meter.step() as used:
        assert visitor.post(f"{visitor.thing}/draft", filled(way, url, seen, **answers)).status == status

    told(f"whole draft as {way}", used, record_property)
    assert used.calls == ["GetItem", "Query", "UpdateItem"]
    assert (used.write_units, used.read_units) == (1, 2)


def test_a_step_costs_no_more_than_its_answers(meter: Meter, cloud: Cloud, record_property: Recorder) -> None:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_definition(demo.DEMO.id, Process("steps", "Steps", schema=LOAN))
    visitor = Visitor(cloud)
    page = visitor.see(process_link(cloud, {"customer": "C-1"}, processId="steps")).text
    answers = {"/purpose": "home", "/amount": "5000", "/months": "12", "go": "next"}
    with meter.step() as saved:
        assert visitor.post(f"{visitor.thing}/step", {**sent_by(page), **answers}).status == 303
    with meter.step() as unchanged:
        page = visitor.get(f"{visitor.thing}?s=1").text
    with meter.step() as onwards:
        assert visitor.post(f"{visitor.thing}/step", {**sent_by(page), "go": "next"}).status == 303
    with meter.step() as review:
        page = visitor.get(f"{visitor.thing}?s=review").text
    with meter.step() as refused:
        assert visitor.post(f"{visitor.thing}/submit", sent_by(page)).status == 422

    told("step with three answers", saved, record_property)
    told("step page", unchanged, record_property)
    told("review", review, record_property)
    # A form with a group of entries is read before its answers are saved, because others may change its entries.
    # The last query is for its files.
    known, checked = ["Query", "BatchGetItem"], ["Query", "Query"]
    # The last three requests check the whole draft. The first draft of five minutes is also noted on the link.
    assert saved.calls == ["GetItem", *known, *["UpdateItem"] * 4, *checked]
    assert unchanged.calls == review.calls == refused.calls == ["GetItem", *checked]
    assert onwards.calls == ["GetItem", *known, *checked]


@pytest.mark.parametrize(("way", "status"), [(JSON, 201), (HTML, 303)])
def test_a_submission_reads_once_and_writes_the_data_and_one_unit(
    way: str, status: int, meter: Meter, cloud: Cloud, record_property: Recorder
) -> None:
    visitor, url = Visitor(cloud, way), process_link(cloud, MODEL)
    visitor.open(url)
    with meter.step() as used:
        answer = visitor.post(f"{visitor.thing}/submit", filled(way, url, SEEN, fullName="Ana"))
        assert answer.status == status, answer.text

    told(f"submit as {way}", used, record_property)
    # A page is also compared with what others wrote since it was shown.
    assert used.calls == ["GetItem", "Query" if way == HTML else "BatchGetItem", "PutItem", "UpdateItem"]
    assert used.write_units == 1 + 1 == OURS["submit"].writes
    assert used.read_units == OURS["submit"].reads


@pytest.mark.parametrize("way", [JSON, HTML])
def test_a_refused_submission_reads_what_an_accepted_one_does(
    way: str, meter: Meter, cloud: Cloud, record_property: Recorder
) -> None:
    visitor, url = Visitor(cloud, way), process_link(cloud, MODEL)
    visitor.open(url)
    with meter.step() as used:
        refused = visitor.post(f"{visitor.thing}/submit", filled(way, url, SEEN, dateOfBirth="yesterday"))
        assert refused.status == 422

    told(f"refused submit as {way}", used, record_property)
    assert used.calls == ["GetItem", "Query" if way == HTML else "BatchGetItem"]
    assert used.write_units == 0
    assert used.read_units == OURS["submit"].reads


def test_a_revocation_is_one_write_of_one_unit(meter: Meter, cloud: Cloud, record_property: Recorder) -> None:
    rid = parts(process_link(cloud, MODEL))[0]
    body = {"apiVersion": "1", "apiKey": demo.EASYSEND_KEY, "customerId": demo.EASYSEND_CUSTOMER, "rid": rid}
    with meter.step() as used:
        assert cloud.post("/player/api/cancel-request", body).status == 200

    told("revoke", used, record_property)
    assert used.calls == ["UpdateItem"]
    assert used.write_units == 1 == OURS["revoke"].writes


def test_a_list_page_is_two_reads(meter: Meter, cloud: Cloud, record_property: Recorder) -> None:
    uid = "5b1c2d3e-0000-4000-8000-0123456789ab"
    for _ in range(20):
        CUSTOMER_LINK.make(cloud, {**QUIET, "resourceUid": uid})
    path = f"/v1/customerlink/resource/Invoice/{uid}"
    with meter.step() as used:
        assert cloud.request("GET", path, headers=CUSTOMER_LINK.headers).status == 200

    told("a list of 20 links", used, record_property)
    assert used.calls == ["Query", "BatchGetItem"]
    assert used.write_units == 0
    assert used.read_units == OURS["list"].reads


def test_a_change_told_is_one_read_and_one_write(meter: Meter, cloud: Cloud, record_property: Recorder) -> None:
    link = wiring.deps().links.get(parts(process_link(cloud, MODEL))[0])
    assert link
    timeline, at = wiring.deps().timeline, link.created_at
    list(timeline.append([NewFacts(link.rid, facts_of(None, link), link.ttl)]))
    with meter.step() as used:
        list(timeline.append([NewFacts(link.rid, [Fact("opened:1", OPENED, at, '{"view":1}')], link.ttl)]))

    told("a change told", used, record_property)
    assert used.calls == ["Query", "PutItem"]
    assert used.write_units == OURS["change told"].writes
    assert used.read_units == OURS["change told"].reads


class _Signer:
    """Signer of nothing, whose key and signatures are as long as those of AWS KMS."""

    key = "arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"

    def sign(self, _statement: bytes) -> bytes:
        return bytes(256)


def test_what_is_told_of_a_new_link_and_its_message_is_one_unit(
    meter: Meter, cloud: Cloud, record_property: Recorder
) -> None:
    client, deps = cloud.aws.client("dynamodb"), wiring.deps()
    timelines = DynamoTimelines(Table(cloud.environment()["TABLE_NAME"], lambda: client), _Signer())
    body = {**CUSTOMER_LINK.body, "deliverEmail": True}
    rids = [parts(CUSTOMER_LINK.url(CUSTOMER_LINK.make(cloud, body)))[0] for _ in range(BATCH)]
    links = [link for rid in rids if (link := deps.links.get(rid))]
    news = [NewFacts(link.rid, facts_of(None, link), link.ttl) for link in links]
    with meter.step() as used:
        list(timelines.append(news))

    told("five new links told, signed together", used, record_property)
    assert [fact.kind for fact in news[0].facts] == [CREATED, SENT]
    assert used.calls == [*["Query"] * BATCH, *["PutItem"] * BATCH]
    assert used.write_units == BATCH


def test_a_pdf_is_three_reads_and_three_writes(meter: Meter, cloud: Cloud, record_property: Recorder) -> None:
    visitor, url = Visitor(cloud, JSON), process_link(cloud, MODEL)
    visitor.open(url)
    assert visitor.post(f"{visitor.thing}/submit", {"data": {"fullName": "Ada"}}).status == 201
    with meter.step() as used:
        make_pdf(parts(url)[0], lambda _: b"%PDF-1.7", wiring.deps())

    told("a PDF", used, record_property)
    assert used.write_units == PDF["DynamoDB write unit"]
    assert used.read_units == PDF["DynamoDB read unit"]


def test_finding_a_reference_is_two_reads_and_keeping_it_one_unit(meter: Meter, cloud: Cloud) -> None:
    deps = wiring.deps()
    link = deps.links.get(parts(process_link(cloud, MODEL))[0])
    assert link
    with meter.step() as kept:
        deps.administration.list_reference(link)
    with meter.step() as found:
        assert deps.lists.referenced(link.tenant, reference_of(link.master_rid)) == [link]

    assert (kept.calls, kept.write_units) == (["PutItem"], 1)
    assert found.calls == ["Query", "BatchGetItem"]


def test_each_way_to_find_a_link_is_two_units_and_a_search_two_reads(meter: Meter, cloud: Cloud) -> None:
    deps = wiring.deps()
    link = deps.links.get(parts(process_link(cloud, {"metadata": {"email": "ana@example.com"}}))[0])
    assert link
    with meter.step() as kept:
        deps.administration.list_further(link, ["account:es1234"])
    with meter.step() as found:
        which = LinkList(
            lists=link.tenant, since=BEGINNING, until=link.created_at + timedelta(seconds=1), recipient="account:es1234"
        )
        assert [each.rid for each in each_link(which, deps)] == [link.rid]

    assert (kept.calls, kept.write_units) == (["PutItem"], 2)
    assert found.calls == ["Query", "BatchGetItem"]


def test_a_link_in_ordinary_use_stays_below_a_kilobyte(cloud: Cloud, record_property: Recorder) -> None:
    url = process_link(cloud, MODEL)
    visitor = Visitor(cloud, JSON)
    made = _size(cloud, url)
    visitor.open(url)
    opened = _size(cloud, url)

    record_property("measured", f"item: {made} bytes when made, {opened} when opened")
    assert opened <= 1024


def _size(cloud: Cloud, url: str) -> int:
    """Return an item's size, slightly more than DynamoDB's count, because DynamoDB packs numbers."""
    key = {"pk": {"S": parts(url)[0]}, "sk": {"S": "link"}}
    reply = cloud.aws.client("dynamodb").get_item(TableName=cloud.environment()["TABLE_NAME"], Key=key)
    item = from_item(reply["Item"])
    return sum(len(name) + len(json.dumps(value, separators=(",", ":"))) for name, value in item.items())


def test_an_accept_is_three_writes_an_end_two_and_a_beat_one(meter: Meter, cloud: Cloud) -> None:
    office = Office(cloud)
    link, ana = office.session(), office.agent()

    with meter.step() as came:
        enter(link, "visit", office.deps)
    with meter.step() as accepted:
        office.accepted(ana, link)
    with meter.step() as beaten:
        beat(ana, office.deps)
    with meter.step() as ended:
        end(ana, office.deps)

    assert [used.write_units for used in (came, accepted, beaten, ended)] == [2, 3, 1, 2]
