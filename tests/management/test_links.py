"""Single links are shown, revoked, extended and resent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate.model.tenant import SCOPE_READ
from tests.management.conftest import UID
from tests.support.command_line import invoke

if TYPE_CHECKING:
    from tests.management.conftest import Manager

NO_LINK = "AAAAAAAAAAAAAAAAAAAAAA"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_link_is_shown_without_anything_that_opens_it(manager: Manager) -> None:
    made = manager.request_form(fullName="Ada Lovelace")
    secret = made["link"].partition("#")[2]

    response = manager.raw("GET", f"/links/{made['rid']}")

    link = response.json()
    assert link["rid"] == made["rid"]
    assert link["status"] == "Active"
    assert link["recipient"]["email"] == "ada@example.com"
    assert secret.encode() not in response.body
    assert b"Lovelace" not in response.body


def test_what_happened_shows_in_the_status(manager: Manager) -> None:
    made = manager.request_form()
    manager.open(made["link"])
    assert manager.get(f"/links/{made['rid']}")["status"] == "Opened"

    manager.submit(made["link"], {"fullName": "Ada"})

    link = manager.get(f"/links/{made['rid']}")
    assert link["status"] == "Submitted"
    assert link["viewCount"] == 2
    sent_in = manager.get(f"/links/{made['rid']}/submission")
    assert sent_in == {
        "rid": made["rid"],
        "version": link["version"],
        "submittedAtUtc": link["submittedAtUtc"],
        "data": {"fullName": "Ada"},
        "filledBy": None,
        "files": [],
        "signatures": [],
        "receipt": None,
    }


def test_what_was_not_sent_in_is_not_found(manager: Manager) -> None:
    assert manager.get(f"/links/{manager.share()}/submission", 404)["detail"] == "There is no such submission."


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "/events"),
        ("GET", "/submission"),
        ("POST", "/revoke"),
        ("POST", "/resend"),
        ("POST", "/replace"),
        ("POST", "/reopen"),
        ("POST", "/extend"),
        ("POST", "/revoke-way"),
    ],
)
def test_unknown_and_foreign_links_are_told_apart_by_nobody(
    manager: Manager, other: Manager, method: str, path: str
) -> None:
    foreign = other.share()
    body = {"/extend": '{"hours": 2}', "/revoke-way": '{"way": "api"}'}.get(path, "")

    replies = [manager.raw(method, f"/links/{rid}{path}", body) for rid in (foreign, NO_LINK, "nonsense", "%20")]

    assert {reply.status for reply in replies} == {404}
    assert len({reply.body for reply in replies}) == 1
    assert other.get(f"/links/{foreign}")["status"] == "Active"


def test_a_revoked_link_stays_revoked(manager: Manager) -> None:
    rid = manager.share()

    first = manager.post(f"/links/{rid}/revoke")
    manager.cloud.post("/_local/clock", {"advance_seconds": 60})
    second = manager.post(f"/links/{rid}/revoke")

    assert first["status"] == "Revoked"
    assert second["revokedAtUtc"] == first["revokedAtUtc"]
    assert manager.post(f"/links/{rid}/extend", {"hours": 24}, 409)["type"] == "urn:linkgate:revoked"


def test_what_was_submitted_is_not_revoked(manager: Manager) -> None:
    made = manager.request_form()
    manager.submit(made["link"], {})

    assert manager.post(f"/links/{made['rid']}/revoke", status=409)["type"] == "urn:linkgate:submitted"


def test_an_extended_link_opens_after_its_first_end(manager: Manager) -> None:
    made = manager.request_form(fullName="Ada")
    rid = made["rid"]
    before = manager.get(f"/links/{rid}")
    manager.cloud.post("/_local/clock", {"advance_seconds": 8 * 86400})
    assert manager.get(f"/links/{rid}")["status"] == "Expired"

    after = manager.post(f"/links/{rid}/extend", {"hours": 24})

    assert after["status"] == "Active"
    assert moment(after["expiresAtUtc"]) > moment(before["expiresAtUtc"]) + timedelta(days=1)
    view = manager.cloud.request("GET", "/v", headers=manager.open(made["link"]))
    assert view.json()["data"]["fullName"] == "Ada"


def test_nothing_that_belongs_to_an_extended_link_ends_before_it(manager: Manager) -> None:
    made = manager.request_form(fullName="Ada")
    manager.cloud.settle()

    manager.post(f"/links/{made['rid']}/extend", {"hours": 80 * 24})
    manager.cloud.settle()

    items = [item for item in manager.cloud.table() if item["pk"] == made["rid"]]
    (link,) = (item for item in items if item["sk"] == "link")
    assert len(items) >= 4
    assert {item["ttl"] for item in items} == {link["ttl"]}
    assert link["ttl"] * 1000 > link["expires_at"]


def test_a_tiers_greatest_life_counts_from_the_links_making(manager: Manager) -> None:
    rid = manager.share()
    created = moment(manager.get(f"/links/{rid}")["createdAtUtc"])

    problem = manager.post(f"/links/{rid}/extend", {"hours": 91 * 24}, 400)
    latest = (created + timedelta(days=90)).isoformat()

    assert problem["fields"] == [{"field": "hours", "reason": "must be between 168 and 2159"}]
    assert manager.post(f"/links/{rid}/extend", {"expiresAtUtc": latest})["status"] == "Active"


@pytest.mark.parametrize("later", [{"hours": 24}, {"hours": 91 * 24}, {"expiresAtUtc": "2100-01-01T00:00:00Z"}])
def test_a_link_with_its_tiers_longest_life_is_not_told_of_an_empty_range(
    manager: Manager, later: dict[str, object]
) -> None:
    rid = manager.share()
    latest = moment(manager.get(f"/links/{rid}")["createdAtUtc"]) + timedelta(days=90)
    manager.post(f"/links/{rid}/extend", {"expiresAtUtc": latest.isoformat()})

    problem = manager.post(f"/links/{rid}/extend", later, 400)

    (field,) = later
    reason = "cannot be granted: the link already has the longest life that its tier allows"
    assert problem["fields"] == [{"field": field, "reason": reason}]


def test_an_extension_never_shortens(manager: Manager) -> None:
    rid = manager.share()
    before = manager.get(f"/links/{rid}")["expiresAtUtc"]

    problem = manager.post(f"/links/{rid}/extend", {"hours": 1}, 400)

    assert problem["fields"][0]["field"] == "hours"
    assert manager.get(f"/links/{rid}")["expiresAtUtc"] == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "hours"),
        ({"hours": 2, "expiresAtUtc": "2030-01-01T00:00:00Z"}, "hours"),
        ({"hours": 0}, "hours"),
        ({"hours": "2"}, "hours"),
        ({"hours": True}, "hours"),
        ({"hours": 1e400}, None),
        ({"expiresAtUtc": "tomorrow"}, "expiresAtUtc"),
        ({"expiresAtUtc": "2030-01-01T00:00:00"}, "expiresAtUtc"),
        ({"expiresAtUtc": "2001-01-01T00:00:00Z"}, "expiresAtUtc"),
        ({"expiresAtUtc": "9999-12-31T23:59:59-23:59"}, "expiresAtUtc"),
    ],
)
def test_an_unusable_extension_is_told(manager: Manager, body: dict[str, object], field: str | None) -> None:
    problem = manager.post(f"/links/{manager.share()}/extend", body, 400)

    assert [fault["field"] for fault in problem.get("fields", [])] == ([field] if field else [])


@pytest.mark.parametrize("way", [None, "", "fax", "email:", "email:0", "api\n", 1])
def test_an_unusable_way_is_told(manager: Manager, way: object) -> None:
    rid = manager.share()

    problem = manager.post(f"/links/{rid}/revoke-way", {"way": way}, 400)

    assert [fault["field"] for fault in problem["fields"]] == ["way"]
    assert manager.get(f"/links/{rid}")["ways"] == ["api"]


def test_a_message_is_sent_again_with_a_secret_of_its_own(manager: Manager) -> None:
    rid = manager.share(channels=["email"])
    manager.cloud.settle()
    (first,) = manager.cloud.get("/_local/outbox").json()
    manager.cloud.post("/_local/clock", {"advance_seconds": 61})

    link = manager.post(f"/links/{rid}/resend", {"channel": "email"})

    second, _ = manager.cloud.get("/_local/outbox").json()
    assert link["deliveries"][0]["state"] == "sent"
    assert second["rid"] == first["rid"] == rid
    assert second["text"] != first["text"]


def test_resending_too_soon_is_throttled(manager: Manager) -> None:
    rid = manager.share(channels=["email"])
    manager.cloud.settle()

    response = manager.raw("POST", f"/links/{rid}/resend")

    assert response.status == 429
    assert 0 < int(response.header("retry-after")) <= 60
    assert response.json()["retryAfter"] == int(response.header("retry-after"))


def test_a_key_without_the_scope_is_told_which_one(manager: Manager) -> None:
    shell_made = manager.share(UID)
    key = limited_key(manager, SCOPE_READ)
    reader = type(manager)(manager.cloud, key)

    assert reader.get(f"/links/{shell_made}")["rid"] == shell_made
    assert reader.post(f"/links/{shell_made}/revoke", status=403)["detail"] == "The key lacks the scope links:write."
    assert reader.get(f"/links/{shell_made}/submission", 403)["detail"] == "The key lacks the scope results:read."


def limited_key(manager: Manager, *scopes: str) -> str:
    """Create another key of the demo tenant."""
    table = manager.cloud.template.tables[0]["TableName"]
    options = [option for scope in scopes for option in ("--scope", scope)]
    made = invoke("key", "create", "manage", "-t", "Example Bank", "--table", table, *options)
    return made.stdout.strip()


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer ", "Bearer nonsense", "Basic bG9jYWw6a2V5", "local-manage-key"]
)
def test_wrong_credentials_are_all_alike(manager: Manager, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}

    response = manager.cloud.request("GET", "/links", headers=headers)

    assert response.status == 401
    assert response.header("www-authenticate") == 'Bearer realm="Linkgate"'
    assert response.json() == {
        "type": "urn:linkgate:unauthorised",
        "title": "The key is missing or incorrect.",
        "status": 401,
        "detail": "The key is missing or incorrect.",
    }


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/links", "GET"),
        ("PUT", f"/links/{NO_LINK}", "GET"),
        ("GET", f"/links/{NO_LINK}/revoke", "POST"),
        ("DELETE", "/links/batch", "POST"),
        ("POST", "/campaigns/x/results", "GET"),
        ("PATCH", "/contacts/1", "GET, PUT, DELETE"),
        ("GET", "/recipients/erase", "POST"),
        ("POST", "/openapi.json", "GET"),
    ],
)
def test_a_wrong_verb_is_told_which_there_are(manager: Manager, method: str, path: str, allowed: str) -> None:
    response = manager.raw(method, path)

    assert response.status == 405
    assert response.header("allow") == allowed
    assert response.header("content-type") == "application/problem+json"
