"""A file becomes links: each row makes one, once, and says what became of it."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from linkgate import wiring
from linkgate.model.imports import UPLOAD_TIME
from linkgate.store.registry import Registry
from linkgate.store.table import Table
from local import demo
from local.object_list import listed_objects
from tests.support.imports import (
    KEY,
    OTHER,
    act,
    asked,
    counts,
    links,
    people,
    reserved,
    results,
    run,
    started,
    state,
    step,
    upload,
)

if TYPE_CHECKING:
    from tests.support.cloud import Cloud


def settings(cloud: Cloud, **changes: int) -> None:
    """Change settings of the demo tenant, and let its cached copies age."""
    tenants: Any = wiring.deps().tenants
    tenants.put_tenant(dataclasses.replace(demo.DEMO, **cast("dict[str, Any]", changes)))
    cloud.clock.advance(timedelta(minutes=2))


def registry(cloud: Cloud) -> Registry:
    client = cloud.aws.client("dynamodb")
    return Registry(Table(cloud.environment()["TABLE_NAME"], lambda: client))


def test_every_row_makes_a_link_and_a_wrong_one_stops_no_other(cloud: Cloud) -> None:
    content = people(1, 2) + b"nonsense,X\n" + people(1).partition(b"\n")[2] + b"short\n"

    id_ = run(cloud, content)

    assert counts(cloud, id_) == ("finished", 2, 1, 2)
    rows = results(cloud, id_)
    assert [(row["row"], row["result"], row["problem"]) for row in rows] == [
        ("2", "created", ""),
        ("3", "created", ""),
        ("4", "failed", "contact must be a valid phone number"),
        ("5", "duplicate", "an earlier row made this link"),
        ("6", "failed", "row must be 2 cells long, not 1"),
    ]
    assert rows[3]["rid"] == rows[0]["rid"]
    assert {item["pk"] for item in links(cloud)} == {rows[0]["rid"], rows[1]["rid"]}
    assert {message["to"] for message in cloud.get("/_local/outbox").json()} == {"p1@example.com", "p2@example.com"}


def test_json_lines_are_entries_of_a_batch(cloud: Cloud) -> None:
    lines: list[dict[str, object]] = [
        {"contact": "a@example.com", "miscData": {"branch": "Leeds"}},
        {"contact": "b@example.com", "kind": "survey"},
        {"contact": "c@example.com", "colour": "red"},
    ]
    content = "\n".join(map(json.dumps, lines)).encode()

    id_ = run(cloud, content, format="jsonl")

    assert [row["problem"] for row in results(cloud, id_)] == [
        "",
        "kind must not be sent together with an import, which has its own",
        "colour is unknown",
    ]


def test_forms_and_resources_are_imported_too(cloud: Cloud) -> None:
    form = run(cloud, b"email,name\na@example.com,Ana\n", campaign=None, process=demo.PROCESS)
    uid = "0123456789abcdef0123456789abcdef"
    content = f"resource_uid,email\n{uid},a@example.com\n".encode()
    resource = run(cloud, content, campaign=None, resourceType="Invoice", channels=["email"])
    unsent = run(cloud, content, campaign=None, resourceType="Invoice")

    assert [counts(cloud, id_) for id_ in (form, resource)] == [("finished", 1, 0, 0)] * 2
    assert [row["problem"] for row in results(cloud, unsent)] == ["channels is required"]


def test_a_link_is_in_its_message_only(cloud: Cloud) -> None:
    id_ = run(cloud, people(1))

    (message,) = cloud.get("/_local/outbox").json()
    (item,) = links(cloud)
    rid, _, secret = message["text"].partition("/l/")[2].split()[0].partition("#")
    assert rid == item["pk"]
    assert list(item["secrets"].values()) == ["email:1"]
    everything = json.dumps([cloud.table(), state(cloud, id_), results(cloud, id_)])
    assert secret
    assert secret not in everything
    assert "p1@example.com" not in json.dumps(results(cloud, id_))


def test_a_corrected_file_makes_only_what_is_new(cloud: Cloud) -> None:
    first = run(cloud, people(1, 2) + b"nonsense,P 3\n")
    second = run(cloud, people(3, 2, 1))

    assert counts(cloud, first) == ("finished", 2, 0, 1)
    assert counts(cloud, second) == ("finished", 1, 2, 0)
    assert len(links(cloud)) == 3
    assert len(cloud.get("/_local/outbox").json()) == 3


def test_the_same_file_again_is_the_same_import(cloud: Cloud) -> None:
    id_ = run(cloud, people(1))

    again = reserved(cloud, people(1))
    act(cloud, id_, "start")
    cloud.settle()

    assert (again["id"], again["state"], again["upload"]) == (id_, "finished", None)
    assert counts(cloud, id_) == ("finished", 1, 0, 0)


def test_another_name_asks_the_same_people_again(cloud: Cloud) -> None:
    run(cloud, people(1))
    again = run(cloud, people(1), name="september")

    assert counts(cloud, again) == ("finished", 1, 0, 0)
    assert len(links(cloud)) == 2


def test_a_row_may_have_a_key_of_its_own(cloud: Cloud) -> None:
    id_ = run(cloud, b"email,idempotency_key\na@example.com,7\nb@example.com,7\na@example.com,8\n")

    assert [row["result"] for row in results(cloud, id_)] == ["created", "duplicate", "created"]


def test_a_file_that_is_wrong_as_a_whole_makes_nothing(cloud: Cloud) -> None:
    id_ = run(cloud, b"email,email\na@example.com,b@example.com\n")

    known = state(cloud, id_)
    assert (known["state"], known["created"]) == ("refused", 0)
    reason = "must not be sent together with another column of the same name"
    assert known["problems"] == [{"field": "email", "reason": reason}]
    assert links(cloud) == []


def test_a_file_that_was_forgotten_can_still_be_sent(cloud: Cloud) -> None:
    made = reserved(cloud, people(1))
    act(cloud, made["id"], "start")
    cloud.settle()
    assert state(cloud, made["id"])["problems"] == [{"field": "file", "reason": "is required"}]

    upload(cloud, reserved(cloud, people(1)), people(1))
    act(cloud, made["id"], "start")
    cloud.settle()

    assert counts(cloud, made["id"]) == ("finished", 1, 0, 0)


def test_only_the_file_that_was_named_can_be_sent_and_only_in_time(cloud: Cloud) -> None:
    made = reserved(cloud, people(1))

    assert upload(cloud, made, people(2)).status == 400
    unsigned = {**made, "upload": {**made["upload"], "headers": {}}}
    assert upload(cloud, unsigned, people(1)).status == 403
    cloud.clock.advance(UPLOAD_TIME + timedelta(seconds=1))
    assert upload(cloud, made, people(1)).status == 403


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"campaign": "none"}, "campaign is unknown"),
        ({"campaign": None}, "campaign is required"),
        ({"process": demo.PROCESS}, "campaign must not be sent together with process"),
        ({"channels": ["email"]}, "channels must not be sent together with campaign"),
        ({"format": "xlsx"}, "format must be csv or jsonl"),
        ({"sha256": "x"}, "sha256 must be the SHA-256 of the file in base64"),
        ({"size": 0}, "size must be between 1 and 536870912"),
        ({"name": " "}, "name is required"),
    ],
)
def test_a_bad_request_says_what_is_wrong(cloud: Cloud, changes: dict[str, object], told: str) -> None:
    reply = cloud.post("/imports", asked(people(1), **changes), KEY)

    assert reply.status == 400
    assert [f"{fault['field']} {fault['reason']}" for fault in reply.json()["fields"]] == [told]


def test_nobody_else_sees_or_touches_an_import(cloud: Cloud) -> None:
    id_ = run(cloud, people(1))

    replies = [cloud.get(f"/imports/{id_}{rest}", **OTHER).status for rest in ("", "/results")]
    replies += [cloud.post(f"/imports/{id_}/{verb}", None, OTHER).status for verb in ("start", "pause", "stop")]
    unknown = [cloud.get(f"/imports/{name}", **KEY).status for name in ("A" * 22, "x", "x" * 5000, "%20")]

    assert replies == [404] * 5
    assert unknown == [404] * 4


def test_a_paused_import_goes_on_where_it_was(cloud: Cloud) -> None:
    id_ = started(cloud, people(*range(250)))
    step(cloud, id_, "check")
    step(cloud, id_, "rows", part=0)
    act(cloud, id_, "pause")
    cloud.pump.run_machines()
    paused = state(cloud, id_)
    assert (paused["state"], paused["pausedBecause"]) == ("paused", "asked")
    assert paused["created"] == 100

    act(cloud, id_, "start")
    cloud.pump.run_machines()

    assert counts(cloud, id_) == ("finished", 250, 0, 0)
    assert len(results(cloud, id_)) == len(links(cloud)) == 250
    assert sorted(cloud.aws.executions.statuses().values()) == ["ABORTED", "SUCCEEDED"]


def holds_rows(cloud: Cloud) -> bool:
    return any(each["key"].endswith("/rows") for each in listed_objects(cloud.aws))


def test_a_stopped_import_never_goes_on_and_its_file_is_gone(cloud: Cloud) -> None:
    made = reserved(cloud, people(1))
    upload(cloud, made, people(1))
    act(cloud, made["id"], "start")

    act(cloud, made["id"], "stop")
    cloud.settle()
    act(cloud, made["id"], "start")
    cloud.settle()

    assert counts(cloud, made["id"]) == ("stopped", 0, 0, 0)
    assert not holds_rows(cloud)
    assert cloud.get(f"/imports/{made['id']}/results", **KEY).status == 404


def test_an_ended_import_keeps_no_file_of_people(cloud: Cloud) -> None:
    made = reserved(cloud, people(1))
    upload(cloud, made, people(1))
    act(cloud, made["id"], "start")
    cloud.settle()

    assert not holds_rows(cloud)
    assert [act(cloud, made["id"], verb)["state"] for verb in ("pause", "stop", "start")] == ["finished"] * 3


def test_a_revoked_key_makes_no_further_links_and_another_one_goes_on(cloud: Cloud) -> None:
    id_ = started(cloud, people(1))
    operators = registry(cloud)
    (key,) = [each for each in operators.credentials(demo.DEMO.id) if each.dialect == "manage"]
    operators.expire_credential(key, cloud.clock.now())
    cloud.clock.advance(timedelta(minutes=2))
    cloud.settle()

    known = wiring.deps().imports.store.get(demo.DEMO.id, id_)
    assert known
    assert (known.state, known.pause) == ("paused", "key")
    assert links(cloud) == []


def made(cloud: Cloud, id_: str) -> tuple[str, int, str | None]:
    """Return state, created rows and the limit that others wait for. It asks no API, whose calls count as creates."""
    cloud.pump.run_machines()
    known = wiring.deps().imports.store.get(demo.DEMO.id, id_)
    assert known
    return known.state, known.tally.created, known.hold.limit if known.hold else None


def test_an_import_keeps_to_the_creates_of_a_minute(cloud: Cloud) -> None:
    settings(cloud, creates_per_minute=150)
    id_ = started(cloud, people(*range(250)))

    assert made(cloud, id_) == ("running", 100, "creates_per_minute")
    cloud.clock.advance(timedelta(minutes=1))
    assert made(cloud, id_) == ("finished", 250, None)


def test_an_import_leaves_a_fifth_of_the_days_messages_to_others(cloud: Cloud) -> None:
    settings(cloud, emails_per_day=250)
    id_ = started(cloud, people(*range(300)))

    assert made(cloud, id_) == ("running", 200, "emails_per_day")
    cloud.clock.advance(timedelta(days=1))
    assert made(cloud, id_) == ("finished", 300, None)


def test_a_channel_that_may_send_nothing_makes_nobody_wait(cloud: Cloud) -> None:
    settings(cloud, emails_per_day=0)

    assert made(cloud, started(cloud, people(1))) == ("finished", 1, None)
