"""Test links: made by a test key, sent to nobody, apart from real ones in every list and count, and gone in 7 days."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.dialects.recipient.receipt_content import receipt_content
from linkgate.model.epoch import epoch_seconds
from linkgate.model.file import FileState
from linkgate.model.link import Channel
from linkgate.model.policy import TEST_KEPT
from linkgate.model.simulation import Outcome, outcome_for
from linkgate.model.tenant import ResourceType
from linkgate.model.webhook import Webhook
from linkgate.ports.delivery import AddressNotice, ReceiptMessage
from linkgate.ports.files import Outcome as Checked
from linkgate.ports.files import place_of_resource
from linkgate.sending.emails import code_email, link_email, notice_email
from linkgate.sending.receipts import receipt_email
from linkgate.sending.sms import code_text, link_text, notice_text, receipt_text
from linkgate.store.history.webhooks import DynamoWebhooks
from linkgate.store.table import Table
from linkgate.store.tenants import DynamoTenants
from linkgate.tokens import credential_hash
from linkgate.usecases.history.timeline import evidence_of
from linkgate.usecases.history.webhook_replay import events_between
from linkgate.usecases.management.retention import sweep
from linkgate.usecases.visits.documents import Documents, documents_of
from linkgate.usecases.visits.viewing import seen
from local import demo
from tests.cli.conftest import Shell
from tests.management.conftest import UID, Manager
from tests.support.sample_files import a_file
from tests.support.sample_messages import ACME, RID, code_message, link_message, sms_code, sms_message
from tests.support.vendor_calls import CUSTOMER_LINK, GENERATE, SEND, SESSION
from tests.support.visitor import JSON, Visitor, outbox, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linkgate.model.link import Link
    from linkgate.ports.history import Event
    from linkgate.ports.measures import Measure
    from tests.support.cloud import Cloud

KEY, TEST_KEY = demo.MANAGE_KEY, "test-manage-key"
EMAIL = "ada@example.com"


def put_test_key(dialect: str, key: str, fresh: str) -> None:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    known = tenants.credential(credential_hash(dialect, key))
    assert known
    changed = {"hash": credential_hash(dialect, fresh), "id": f"{known.id[:-4]}7e57", "test": True}
    tenants.put_credential(dataclasses.replace(known, **changed))  # type: ignore[arg-type]  # its fields


@pytest.fixture
def tester(cloud: Cloud) -> Manager:
    put_test_key("manage", KEY, TEST_KEY)
    return Manager(cloud, TEST_KEY)


@pytest.fixture
def told(cloud: Cloud) -> Iterator[tuple[list[Measure], list[Event]]]:  # noqa: ARG001 - it must be running
    """Return every measure that is taken, and every event on the bus."""
    measures: list[Measure] = []
    events: list[Event] = []

    class Bus:
        def publish(self, published: Sequence[Event]) -> None:
            events.extend(published)

    before = wiring.deps()
    wiring.use(dataclasses.replace(before, measure=measures.extend, events=Bus()))
    yield measures, events
    wiring.use(before)


def form(manager: Manager, email: str = EMAIL, phone: str | None = None, *, notify: bool = True) -> dict[str, Any]:
    model = {"metadata": {"email": email, **({"phone": phone} if phone else {})}}
    entry = {"kind": "process", "process": demo.PROCESS, "data": model, "notify": notify}
    return manager.make(entry)[0]


def stored(rid: str) -> Link:
    link = wiring.deps().links.get(rid)
    assert link
    return link


@pytest.mark.parametrize(
    ("address", "state", "reason"),
    [
        ("delivered@linkgate.test", "delivered", None),
        ("bounced@linkgate.test", "bounced", "hard_bounce"),
        ("complained@linkgate.test", "complained", "complaint"),
        ("slow@linkgate.test", "delivered", None),
        ("full@linkgate.test", "bounced", "soft_bounce"),
        ("Somebody@example.com", "delivered", None),
        ("+447700900120", "delivered", None),
        ("+447700900121", "bounced", "invalid_number"),
        ("+447700900122", "bounced", "blocked"),
        ("+447700900124", "bounced", "unreachable"),
        ("+447700900129", "delivered", None),
    ],
)
def test_the_address_decides_what_becomes_of_a_message_and_no_provider_is_asked(
    tester: Manager, told: tuple[list[Measure], list[Event]], address: str, state: str, reason: str | None
) -> None:
    cloud, by_mail = tester.cloud, "@" in address
    rid = form(tester, *([address] if by_mail else [EMAIL, address]))["rid"]
    for _ in range(6):
        cloud.settle()
        cloud.clock.advance(timedelta(minutes=2))

    delivery = stored(rid).deliveries[Channel.EMAIL if by_mail else Channel.SMS]

    assert (delivery.state.value, delivery.reason) == (state, reason)
    assert delivery.attempt == (2 if address.startswith("slow") else 1)
    assert outbox(cloud) == []
    assert told == ([], [])
    kinds = [event["type"] for event in tester.get(f"/links/{rid}/events")["events"]]
    assert kinds[0] == "link.created"
    assert "link.sent" in kinds
    written = {str(item["pk"]).partition("#")[0] for item in cloud.table()}
    assert not written & {"suppressed", "email", "sms"}


@pytest.mark.parametrize(
    ("address", "outcome"),
    [
        ("+12025550103", Outcome.SLOW),
        ("+12025550203", Outcome.DELIVERED),
        ("+447700900003", Outcome.SLOW),
        ("+447700901003", Outcome.DELIVERED),
        ("BOUNCED@linkgate.test", Outcome.BOUNCED),
        ("bounced@linkgate.test.example.com", Outcome.DELIVERED),
        ("other@linkgate.test", Outcome.DELIVERED),
        ("", Outcome.DELIVERED),
    ],
)
def test_only_addresses_for_tests_have_an_outcome_of_their_own(address: str, outcome: Outcome) -> None:
    assert outcome_for(address) is outcome


def test_a_real_link_to_an_address_for_tests_asks_no_provider(cloud: Cloud) -> None:
    rid = form(Manager(cloud), "delivered@linkgate.test")["rid"]
    cloud.settle()

    delivery = stored(rid).deliveries[Channel.EMAIL]

    assert (delivery.state.value, delivery.reason) == ("refused", "invalid_address")
    assert outbox(cloud) == []


def test_lists_and_results_keep_test_links_and_real_ones_apart(tester: Manager) -> None:
    real = Manager(tester.cloud)
    tried = [form(tester)["rid"], tester.ask(EMAIL)["rid"]]
    used = [form(real)["rid"], real.ask("grace@example.com")["rid"]]
    tester.cloud.settle()
    results = "/campaigns/My%20Survey%20Campaign/results"

    for manager, own in ((tester, tried), (real, used)):
        assert {link["rid"] for link in manager.get("/links")["links"]} == set(own)
        assert [each["rid"] for each in manager.get(results)["results"]] == [own[1]]
    assert {link["test"] for link in tester.get("/links")["links"]} == {True}
    assert [link["rid"] for link in tester.get(f"/links?recipient={EMAIL}")["links"]] == tried[::-1]
    assert [link["rid"] for link in real.get(f"/links?recipient={EMAIL}")["links"]] == used[:1]
    assert real.get(f"/links/{tried[0]}")["test"] is True
    number = stored(tried[1]).number
    assert tester.get(f"/links/{number}")["rid"] == tried[1]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/links/{rid}", "", 404),
        ("GET", "/links/{rid}/events", "", 404),
        ("POST", "/links/{rid}/revoke", "", 404),
        ("POST", "/links/{rid}/reopen", "", 404),
        ("POST", "/links/{rid}/files", "{}", 404),
        ("PUT", "/contacts/7", '{"name": "Ana"}', 403),
        ("DELETE", "/contacts/1", "", 403),
        ("GET", "/contacts/1", "", 403),
        ("GET", "/imports/AAAAAAAAAAAAAAAAAAAAAA", "", 403),
        ("GET", "/imports/AAAAAAAAAAAAAAAAAAAAAA/results", "", 403),
        ("GET", "/resources/Invoice/0123456789abcdef0123456789abcdef", "", 403),
        ("GET", "/resources/Invoice/0123456789abcdef0123456789abcdef/files/AAAAAAAAAAAAAAAAAAAAAA", "", 403),
        ("POST", "/recipients/erase", f'{{"recipient": "{EMAIL}"}}', 403),
        ("POST", "/imports", "{}", 403),
        ("PUT", "/agents/ana", "{}", 403),
        ("POST", "/agents/ana/desk", "", 403),
        ("DELETE", "/resources/Invoice/0123456789abcdef0123456789abcdef", "", 403),
    ],
)
def test_a_test_key_reaches_no_real_link_and_changes_nothing_that_real_links_use(
    tester: Manager, method: str, path: str, body: str, status: int
) -> None:
    rid = form(Manager(tester.cloud), notify=False)["rid"]

    reply = tester.raw(method, path.format(rid=rid), body)

    assert reply.status == status, reply.text
    if status == 403:
        assert reply.json()["detail"] == "The key lacks the scope live."


def test_a_vendors_test_key_makes_test_links_and_cancels_no_real_one(cloud: Cloud) -> None:
    put_test_key("easysend", demo.EASYSEND_KEY, "99999999-2222-3333-4444-123456789000")
    body = {**SEND.body, "apiKey": "99999999-2222-3333-4444-123456789000"}
    made, real = SEND.url(SEND.make(cloud, body)), GENERATE.url(GENERATE.make(cloud))
    rids = [url.partition("/l/")[2][:22] for url in (made, real)]

    assert [stored(rid).test for rid in rids] == [True, False]
    assert outbox(cloud) == []
    cancel = {name: body[name] for name in ("apiVersion", "apiKey", "customerId")}
    replies = [cloud.post("/player/api/cancel-request", {**cancel, "rid": rid}) for rid in rids]
    assert [reply.status for reply in replies] == [200, 404], [reply.text for reply in replies]


def test_every_page_says_that_it_is_a_test(tester: Manager) -> None:
    url, person = form(tester, notify=False)["link"], Visitor(tester.cloud)
    real = form(Manager(tester.cloud), notify=False)["link"]
    says = "This is a test. Nothing here is real."

    assert says in words(person.get(f"/l/{url.partition('/l/')[2][:22]}"))
    assert says in words(person.see(url))
    tester.post(f"/links/{person.rid}/revoke")
    assert says in words(Visitor(tester.cloud).open(url))
    assert says not in words(Visitor(tester.cloud).see(real))


def test_every_message_says_that_it_is_a_test() -> None:
    about = {"tenant": ACME, "rid": RID, "portal": "https://links.acme.example", "locale": "en", "test": True}
    arrived = {"reference": "XK7M-4QRD", "at": wiring.system_now()}
    email, sms = {"channel": Channel.EMAIL, "to": EMAIL}, {"channel": Channel.SMS, "to": "+447700900001"}
    mails = [
        link_email(link_message(test=True), "a@example.com"),
        code_email(code_message(test=True), "a@example.com"),
        notice_email(AddressNotice(**about, **email), "a@example.com"),  # type: ignore[arg-type]  # its fields
        receipt_email(ReceiptMessage(**about, **email, **arrived), "a@example.com", None),  # type: ignore[arg-type]
    ]
    for mail in mails:
        assert "This is a test message. Nothing in it is real." in mail.text
        assert "This is a test message. Nothing in it is real." in mail.html
    texts = [
        link_text(sms_message(test=True)),
        code_text(sms_code(test=True)),
        notice_text(AddressNotice(**about, **sms)),  # type: ignore[arg-type]
        receipt_text(ReceiptMessage(**about, **sms, **arrived)),  # type: ignore[arg-type]
    ]
    assert all(text.startswith("TEST ") and len(text) <= 160 for text in texts)
    assert not link_text(sms_message()).startswith("TEST")


def test_a_test_links_code_is_known(tester: Manager) -> None:
    put_test_key("trendsic", demo.TRENDSIC_KEY, "test-trendsic-key")
    body = {"resourceType": "MedicalReport", "resourceUid": CUSTOMER_LINK.body["resourceUid"], "recipientContactId": 1}
    made = tester.cloud.post("/v1/customerlink", body, {"Authorization": "Bearer test-trendsic-key"})
    url, program = CUSTOMER_LINK.url(made), Visitor(tester.cloud, JSON)

    assert program.open(url).status == 202
    assert program.post(f"/l/{program.rid}/code/check", {"code": "123456"}).status == 200
    assert outbox(tester.cloud) == []


def test_a_test_link_shows_nothing_of_a_real_resource(tester: Manager) -> None:
    """Its code is known, so it would show a customer's documents to whoever tries something out."""
    deps = wiring.deps()
    assert isinstance(deps.tenants, DynamoTenants)
    deps.tenants.put_definition(demo.DEMO.id, ResourceType("Contract", "Contract", "restricted", documents="required"))
    place = place_of_resource(demo.DEMO.id, "Contract", UID)
    file = deps.files.store.reserve(place, a_file(tenant=demo.DEMO.id, added_at=deps.now()))
    deps.files.store.claim(place.partition, file.id, "v1")
    deps.files.store.settle(place.partition, file.id, "v1", Checked(FileState.CLEAN))
    real = Manager(tester.cloud)
    real.put(f"/resources/Contract/{UID}", {"title": "Ada's contract"})

    tried, used = (stored(each.share(resourceType="Contract")) for each in (tester, real))

    assert documents_of(tried, deps) == Documents([], None)
    assert [each.id for each in documents_of(used, deps).files] == [file.id]
    assert evidence_of(tried, deps, deps.now())["files"] == []
    real.raw("DELETE", f"/resources/Contract/{UID}")
    assert stored(tester.share(resourceType="Contract")).test


def test_a_test_link_is_kept_for_seven_days_whatever_is_done_with_it(tester: Manager) -> None:
    made = form(tester, notify=False)
    link, now = stored(made["rid"]), wiring.deps().now()

    assert link.ttl - link.created_at <= TEST_KEPT
    assert link.expires_at - link.ttl < timedelta(seconds=1)
    tester.post(f"/links/{made['rid']}/extend", {"hours": 24 * 8}, 400)
    following = stored(tester.post(f"/links/{made['rid']}/replace", {"channels": []})["rid"])
    assert following.test
    assert following.ttl - now <= TEST_KEPT + timedelta(minutes=1)
    tester.cloud.settle()
    items = [item for item in tester.cloud.table() if item["pk"] in {made["rid"], following.rid}]
    latest = epoch_seconds(now + TEST_KEPT + timedelta(minutes=1))
    assert all(item["ttl"] <= latest for item in items), items


def test_what_became_of_a_test_link_stays_a_test(tester: Manager) -> None:
    made = form(tester, "delivered@linkgate.test")
    tester.cloud.settle()
    opened = form(tester, notify=False)
    tester.submit(opened["link"], {"fullName": "Ana"})

    renewed = tester.post(f"/links/{made['rid']}/replace")
    again = tester.post(f"/links/{opened['rid']}/reopen")

    assert (renewed["test"], again["test"]) == (True, True)
    assert outbox(tester.cloud) == []


def test_erasing_a_person_covers_test_links(tester: Manager) -> None:
    rid = form(tester)["rid"]
    tester.cloud.settle()

    assert Manager(tester.cloud).post("/recipients/erase", {"recipient": EMAIL})["links"] == 1

    assert stored(rid).recipient.email is None


def test_a_sweep_covers_test_links(tester: Manager) -> None:
    form(tester)
    tester.cloud.clock.advance(timedelta(days=45))

    assert sweep(demo.DEMO, wiring.deps()).overdue == 1
    assert sweep(demo.DEMO, wiring.deps()).overdue == 0


def test_only_test_webhooks_hear_of_test_links(tester: Manager) -> None:
    deps = wiring.deps()
    cloud = tester.cloud
    table = Table(cloud.environment()["TABLE_NAME"], lambda: cloud.aws.client("dynamodb"))
    store = DynamoWebhooks(table, cloud.clock.now)
    real = Webhook(id="wh_real", tenant=demo.DEMO.id, url="https://a.example.com/", created_at=deps.now())
    tried = dataclasses.replace(real, id="wh_test", test=True)
    store.add(real)
    store.add(tried)
    heard: list[tuple[str, bool]] = []

    class Queue:
        def put(self, notices: Sequence[Any], _now: object) -> None:
            heard.extend((notice.webhook, '"test":true' in notice.body) for notice in notices)

    wiring.use(dataclasses.replace(deps, webhook_queue=Queue()))
    form(tester, notify=False)
    form(Manager(tester.cloud), notify=False)
    tester.cloud.settle()
    wiring.use(deps)

    assert sorted(set(heard)) == [("wh_real", False), ("wh_test", True)]
    assert store.get(demo.DEMO.id, "wh_test") == tried
    since, until = deps.now() - timedelta(days=1), deps.now() + timedelta(days=1)
    for webhook in (real, tried):
        ((_, events),) = events_between(demo.DEMO, webhook, since, until, deps)
        assert {event.test for event in events} == {webhook.test}


def test_a_survey_as_a_test_keeps_nobody_from_a_real_one(tester: Manager) -> None:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_tenant(dataclasses.replace(demo.DEMO, survey_pause_days=30))

    tested, asked = tester.ask(EMAIL), Manager(tester.cloud).ask(EMAIL)

    assert [stored(each["rid"]).refused for each in (tested, asked)] == [(), ()]


def test_who_wants_no_more_test_surveys_still_gets_real_ones(tester: Manager) -> None:
    link = stored(tester.ask(EMAIL)["rid"])
    deps = wiring.deps()
    secret = next(iter(link.opt_outs))
    deps.suppressions.unsubscribe(link, [EMAIL], secret, deps.now())
    tester.cloud.outbox.clear()

    Manager(tester.cloud).ask(EMAIL)
    tester.cloud.settle()

    assert stored(link.rid).unsubscribed
    assert deps.suppressions.unsubscribed(link.lists, [EMAIL]) == {EMAIL: secret}
    assert [message["to"] for message in outbox(tester.cloud)] == [EMAIL]


def test_the_pdf_of_a_test_says_so(tester: Manager) -> None:
    made = form(tester, notify=False)
    tester.submit(made["link"], {"fullName": "Ana"})

    content = receipt_content(seen(stored(made["rid"]), wiring.deps()))

    assert content["lead"]["text"].startswith("This is a test. Nothing here is real.\n")
    assert content["footer"].endswith("This is a test. Nothing here is real.")


def test_operators_make_test_keys_and_list_test_links(cloud: Cloud) -> None:
    shell = Shell(cloud)
    made = shell.json("key", "create", "manage", "--test", "--scope", "all", "--tenant", demo.DEMO.id)
    tried, real = form(Manager(cloud, made["key"]), notify=False)["rid"], form(Manager(cloud), notify=False)["rid"]
    owner = ("--tenant", demo.DEMO.id)

    assert [link["rid"] for link in shell.json("link", "list", "--test", *owner)] == [tried]
    assert [link["rid"] for link in shell.json("link", "list", *owner)] == [real]
    assert {key["id"]: key["test"] for key in shell.json("key", "list", *owner)}[made["id"]] is True
    rotated = shell.json("key", "rotate", made["id"], *owner)
    assert shell.json("key", "show", rotated["id"], *owner)["test"] is True
    assert "It is a test link" in shell.run("link", "show", tried)


def test_agents_see_no_test_session(cloud: Cloud) -> None:
    put_test_key("ocular", demo.OCULAR_KEY, "987654321")
    made = cloud.post(SESSION.target, SESSION.body, {**SESSION.headers, "Authorization": "987654321"})
    program, person = Visitor(cloud, JSON), Visitor(cloud)
    program.see(SESSION.url(made))
    assert "This is a test. Nothing here is real." in words(person.see(SESSION.url(made)))

    assert stored(program.rid or "").test
    assert program.post(f"{program.thing}/live", {}).status in {404, 409, 410}
    asked = program.post(f"{program.thing}/callback", {"name": "Ada", "phone": "+447700900001"})
    assert asked.status == 201, asked.text
    cloud.settle()
    assert not [item for item in cloud.table() if str(item["pk"]).startswith("callback")]
