"""Reading again what was sent works behind the link, with a code or without, twenty times, and changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.model.challenge import Challenge
from linkgate.model.receipt import READS
from linkgate.model.tenant import Process, ReceiptAccess
from linkgate.ports.links import NotChanged
from linkgate.ports.visits import CodeProof, CodeStart, SecretProof
from linkgate.tokens import secret_hash
from linkgate.usecases.history.timeline import verify_timeline
from local import demo
from tests.support.visitor import HTML, JSON, Visitor, code_in, parts, process_link, words

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from tests.support.cloud import Cloud

ANA = {"metadata": {"name": "Ana", "email": "ana@example.com"}}


def sent(cloud: Cloud, access: ReceiptAccess = "code", tier: str = "standard", model: object = None) -> str:
    """Return a link whose form was sent."""
    process = Process("again", "Open an account", tier=tier, schema=demo.PROCESS_SCHEMA, receipt_access=access)
    wiring.deps().tenants.put_definition(demo.DEMO.id, process)
    url, program = process_link(cloud, model or ANA, processId="again"), Visitor(cloud, JSON)  # type: ignore[arg-type] # JSON
    if program.open(url).status == 202:
        program.post(f"/l/{parts(url)[0]}/code/check", {"code": code_in(cloud)})
    data = {"rid": parts(url)[0], "data": {"fullName": "Ana Díaz"}}
    assert program.post(f"{program.thing}/submit", data).status == 201
    return url


def again(url: str) -> tuple[str, dict[str, object]]:
    """Return the address and the fields with which a browser asks to read again."""
    rid, secret = parts(url)
    return f"/l/{rid}/receipt", {"secret": secret}


def stored(url: str) -> Link:
    found = wiring.deps().links.get(parts(url)[0])
    assert found
    return found


def change(cloud: Cloud, url: str, expression: str, **values: object) -> None:
    """Change a link's item past every rule."""
    names = {f"#{name}": name for name in ("ttl", "reads") if f"#{name}" in expression}
    cloud.aws.client("dynamodb").update_item(
        TableName=cloud.environment()["TABLE_NAME"],
        Key={"pk": {"S": parts(url)[0]}, "sk": {"S": "link"}},
        UpdateExpression=expression,
        ExpressionAttributeValues={f":{name}": value for name, value in values.items()},
        **({"ExpressionAttributeNames": names} if names else {}),
    )


@pytest.mark.parametrize("tier", ["standard", "confidential"])
def test_a_code_to_the_channel_on_file_shows_what_was_sent(cloud: Cloud, tier: str) -> None:
    url, person = sent(cloud, tier=tier), Visitor(cloud)
    rid = parts(url)[0]
    ended = person.open(url)
    assert ended.status == 409
    assert "See what you sent" in words(ended)
    cloud.outbox.clear()

    asked = person.post(*again(url))
    assert asked.status == 202
    page = words(person.get(f"/l/{rid}"))
    assert "code" in page
    wrong = person.post(f"/l/{rid}/code/check", {"code": "000000" if code_in(cloud) != "000000" else "111111"})
    assert wrong.status == 400
    right = person.post(f"/l/{rid}/code/check", {"code": code_in(cloud)})
    assert right.status == 303

    assert "Full name Ana Díaz" in words(person.get(f"/v/{parts(url)[0]}"))
    link = stored(url)
    assert link.receipt
    assert (link.receipt.reads, link.views) == (1, 1)
    cloud.settle()
    assert verify_timeline(stored(url), wiring.deps()).faults == []
    kinds = [entry.fact.kind for entry in wiring.deps().timeline.read(rid)[0]]
    assert (kinds.count("receipt.viewed"), kinds.count("link.opened"), kinds.count("link.code_sent")) == (
        1,
        1,
        1 if tier == "standard" else 2,
    )


def test_the_link_alone_is_enough_where_the_process_says_so(cloud: Cloud) -> None:
    url, person = sent(cloud, "link"), Visitor(cloud)

    assert person.post(*again(url)).status == 303
    assert "Full name Ana Díaz" in words(person.get(f"/v/{parts(url)[0]}"))
    # The browser comes back without spending another reading.
    person.post(*again(url))
    receipt = stored(url).receipt
    assert receipt
    assert receipt.reads == 1


def test_a_link_with_a_code_always_takes_one(cloud: Cloud) -> None:
    url, program = sent(cloud, "link", "confidential"), Visitor(cloud, JSON)

    assert program.post(*again(url)).status == 202


@pytest.mark.parametrize("access", ["none", "link", "code"])
def test_programs_are_told_whether_it_can_be_read_again(cloud: Cloud, access: ReceiptAccess) -> None:
    url, program = sent(cloud, access), Visitor(cloud, JSON)

    problem = program.open(url)

    assert problem.status == 409
    assert problem.json().get("receipt") == (None if access == "none" else True)
    if access == "none":
        assert program.post(*again(url)).status == 409


def test_without_an_address_on_file_no_code_is_promised(cloud: Cloud) -> None:
    url, program = sent(cloud, model={"metadata": {"name": "Ana"}}), Visitor(cloud, JSON)

    assert "receipt" not in program.open(url).json()


def test_a_link_that_was_not_sent_has_nothing_to_read_again(cloud: Cloud) -> None:
    url, program = process_link(cloud, ANA), Visitor(cloud, JSON)

    assert program.post(*again(url)).json()["type"].endswith("still-opens")
    assert program.post(f"/l/{parts(url)[0]}/receipt", {"secret": "A" * 22}).status == 404
    assert program.post(f"/l/{parts(url)[0]}/receipt", {}).status == 422


@pytest.mark.parametrize("way", [HTML, JSON])
def test_nothing_can_be_sent_or_changed_while_reading(cloud: Cloud, way: str) -> None:
    url, visitor = sent(cloud, "link"), Visitor(cloud, way)
    visitor.post(*again(url))
    before = stored(url)
    data = {"rid": parts(url)[0], "data": {"fullName": "Eve"}}
    fields = {"rid": parts(url)[0], "confirmed": "true", "/fullName": "Eve"}
    for route in ("submit", "draft", "fields", "handover", "step"):
        reply = visitor.post(f"/v/{parts(url)[0]}/{route}", fields if way == HTML else data)
        assert reply.status >= 400, (route, reply.text)

    assert stored(url) == before


def test_it_can_be_read_until_retention_ends_though_the_link_has_expired(cloud: Cloud) -> None:
    url, program = sent(cloud, "link"), Visitor(cloud, JSON)
    cloud.clock.advance(timedelta(days=30))
    assert program.post(*again(url)).status == 200
    later = Visitor(cloud, JSON)
    cloud.clock.advance(stored(url).ttl - cloud.clock.now())

    assert later.post(*again(url)).status == 409


def challenged() -> Challenge:
    """Return a challenge that begins now."""
    now = wiring.deps().now()
    return Challenge(
        codes=frozenset({"right"}),
        tries={},
        begun_at=now,
        expires_at=now + timedelta(minutes=10),
        next_at=now,
        sent=1,
        claim="claim",
        sent_via="api",
    )


def ask(url: str, browser: str) -> None:
    """Begin a challenge past the use case."""
    start = CodeStart(challenge=challenged(), secret_hash=None)
    wiring.deps().codes.begin(parts(url)[0], browser, start)


FACTS = {
    "revoked": ("SET revoked_at = :v", {"N": "1"}),
    "locked": ("SET locked_at = :v", {"N": "1"}),
    "erased": ("SET erased_at = :v", {"N": "1"}),
    "replaced": ("SET renewed_as = :v", {"S": "A" * 22}),
    "over": ("SET #ttl = :v", {"N": "1"}),
    "read twenty times": ("SET receipt.#reads = :v", {"N": str(READS)}),
}


@pytest.mark.parametrize("fact", [None, *FACTS])
@pytest.mark.parametrize("tier", ["standard", "confidential"])
def test_each_write_of_a_code_refuses_what_the_use_case_would_have_refused(
    cloud: Cloud, tier: str, fact: str | None
) -> None:
    url, deps = sent(cloud, tier=tier), wiring.deps()
    rid = parts(url)[0]
    ask(url, "passed")
    deps.codes.spend_try(rid, "passed", "right", "try", deps.now())
    ask(url, "asked")

    if fact is None:
        ask(url, "new")
        deps.codes.spend_try(rid, "asked", "right", "try", deps.now())
        deps.visits.read_receipt(rid, CodeProof("passed", "try"), "visit", deps.now())
        return
    expression, value = FACTS[fact]
    change(cloud, url, expression, v=value)
    with pytest.raises(NotChanged):
        ask(url, "new")
    with pytest.raises(NotChanged):
        deps.codes.spend_try(rid, "asked", "right", "try", deps.now())
    with pytest.raises(NotChanged):
        deps.visits.read_receipt(rid, CodeProof("passed", "try"), "visit", deps.now())


@pytest.mark.parametrize("fact", FACTS)
def test_the_write_of_a_reading_refuses_what_the_use_case_would_have_refused(cloud: Cloud, fact: str) -> None:
    url, deps = sent(cloud, "link"), wiring.deps()
    expression, value = FACTS[fact]
    change(cloud, url, expression, v=value)

    with pytest.raises(NotChanged):
        deps.visits.read_receipt(parts(url)[0], proof_of(url), "visit", deps.now())


def test_no_code_begins_where_the_link_alone_is_enough_or_nothing_can_be_read(cloud: Cloud) -> None:
    for access in ("link", "none"):
        url = sent(cloud, access)
        with pytest.raises(NotChanged):
            ask(url, "new")


def proof_of(url: str) -> SecretProof:
    return SecretProof(secret_hash(*parts(url)), (stored(url).portal,))


def test_a_secret_alone_is_no_proof_where_a_code_is_needed(cloud: Cloud) -> None:
    url, deps = sent(cloud, "code"), wiring.deps()
    with pytest.raises(NotChanged):
        deps.visits.read_receipt(parts(url)[0], proof_of(url), "visit", deps.now())
    other = sent(cloud, "link", "confidential")
    with pytest.raises(NotChanged):
        deps.visits.read_receipt(parts(other)[0], proof_of(other), "visit", deps.now())


def test_a_link_that_was_not_sent_begins_no_reading(cloud: Cloud) -> None:
    url, deps = process_link(cloud, ANA), wiring.deps()
    with pytest.raises(NotChanged):
        deps.visits.read_receipt(parts(url)[0], proof_of(url), "visit", deps.now())


def test_a_reading_never_ends_a_fifth_browsers_visit_unasked(cloud: Cloud) -> None:
    url, deps = sent(cloud, "link"), wiring.deps()
    for number in range(3):
        deps.visits.read_receipt(parts(url)[0], proof_of(url), f"visit{number}", deps.now())
    assert len(stored(url).visits) == 4
    with pytest.raises(NotChanged):
        deps.visits.read_receipt(parts(url)[0], proof_of(url), "visit9", deps.now())
    deps.visits.read_receipt(parts(url)[0], proof_of(url), "visit9", deps.now(), forget="visit0")
    assert "visit0" not in stored(url).visits
