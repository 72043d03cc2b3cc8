"""Keys have 256 bits, are shown once and never stored. They end when they are revoked or rotated."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Shell


def works(bank: Shell, key: str) -> bool:
    """Tell whether Trendsic accepts the key. Only then does it report an unknown resource type."""
    response = bank.cloud.post(
        "/v1/customerlink", {"resourceType": "?", "resourceUid": "9" * 32}, {"Authorization": f"Bearer {key}"}
    )
    assert response.status in {400, 401}
    return response.status == 400


def test_a_made_key_works_and_is_kept_nowhere(bank: Shell) -> None:
    key = bank.stdout("key", "create", "trendsic").strip()

    assert works(bank, key)
    assert len(key) >= 43
    dump = json.dumps(bank.cloud.table())
    assert key not in dump
    assert key[5:20] not in dump
    assert key not in bank.run("key", "list")


def test_a_key_is_good_for_its_own_dialect_only(bank: Shell) -> None:
    key = bank.stdout("key", "create", "ocular").strip()

    assert not works(bank, key)


def test_a_revoked_key_ends(bank: Shell) -> None:
    made = json.loads(bank.stdout("key", "create", "trendsic", "--json"))

    assert bank.json("key", "show", made["id"])["valid"] is True
    bank.run("key", "revoke", made["id"], "--yes")
    assert bank.json("key", "show", made["id"])["valid"] is False

    assert not works(bank, made["key"])
    assert "had already ended" in bank.run("key", "revoke", made["id"], "--yes")
    (listed,) = bank.json("key", "list")
    assert listed["valid"] is False


def test_a_rotated_key_works_beside_the_new_one_until_its_end(bank: Shell) -> None:
    old = json.loads(bank.stdout("key", "create", "trendsic", "--json"))
    new = bank.stdout("key", "rotate", old["id"], "--overlap-hours", 2).strip()

    assert works(bank, old["key"])
    assert works(bank, new)
    bank.cloud.post("/_local/clock", {"advance_seconds": 2 * 3600 + 61})
    assert not works(bank, old["key"])
    assert works(bank, new)


def test_a_rotated_key_lasts_as_long_as_the_old_one_was_granted(bank: Shell) -> None:
    old = json.loads(bank.stdout("key", "create", "trendsic", "--days", 30, "--json"))

    new = json.loads(bank.stdout("key", "rotate", old["id"], "--json"))

    assert new["expires_at"] == old["expires_at"]
    assert works(bank, old["key"])
    bank.cloud.post("/_local/clock", {"advance_seconds": 24 * 3600 + 61})
    assert not works(bank, old["key"])
    assert works(bank, new["key"])
    bank.cloud.post("/_local/clock", {"advance_seconds": 29 * 24 * 3600})
    assert not works(bank, new["key"])


def test_no_rotation_lets_the_old_key_live_longer(bank: Shell) -> None:
    old = json.loads(bank.stdout("key", "create", "trendsic", "--days", 1, "--json"))

    bank.run("key", "rotate", old["id"], "--overlap-hours", 72)

    assert [key["expires_at"] for key in bank.json("key", "list")] == [old["expires_at"]] * 2


@pytest.mark.parametrize("dry_run", [(), ("--dry-run",)])
def test_what_has_ended_or_was_rotated_is_not_rotated(bank: Shell, dry_run: tuple[str, ...]) -> None:
    revoked, old = (json.loads(bank.stdout("key", "create", "trendsic", "--json")) for _ in range(2))
    bank.run("key", "revoke", revoked["id"], "--yes")
    new = json.loads(bank.stdout("key", "rotate", old["id"], "--json"))
    before = bank.json("key", "list")

    assert f"The key {revoked['id']} ended" in bank.run("key", "rotate", revoked["id"], *dry_run, code=1)
    said = bank.run("key", "rotate", old["id"], *dry_run, code=1)

    assert said == f"The key {old['id']} has already been rotated; the key {new['id']} replaced it.\n"
    assert bank.json("key", "list") == before


def test_a_vendors_key_is_imported_and_shown_to_nobody(bank: Shell) -> None:
    said = bank.run("key", "import", "trendsic", given="k9Fq2ZtR7wXb4LmN8vPdQe\n")

    assert works(bank, "k9Fq2ZtR7wXb4LmN8vPdQe")
    assert "k9Fq2ZtR7w" not in said


@pytest.mark.parametrize(
    ("dialect", "key"),
    [
        ("trendsic", "x" * 40),
        ("trendsic", "k9Fq2ZtR7wXb4LmN8vPdQ"),
        ("trendsic", "0123456789abcdefABCDEF"),
        ("trendsic", "qwertyuiopasdfghjklzxcvbnm"),
        ("trendsic", "correcthorsebatterystaple"),
        ("trendsic", "letmein" * 20),
        ("digidesk", "aaaabbbbccccdddd"),
        ("digidesk", "passwordpassword"),
        ("digidesk", "1234123412341234"),
        ("digidesk", "robotrobotrobotrobot"),
        ("digidesk", "k9Fq2ZtR7wXb4Lm"),
    ],
)
def test_what_can_be_guessed_is_not_imported(bank: Shell, dialect: str, key: str) -> None:
    user = ("--user", "robot") if dialect == "digidesk" else ()

    assert "too easy to guess" in bank.run("key", "import", dialect, *user, given=f"{key}\n", code=2)
    assert bank.json("key", "list") == []


@pytest.mark.parametrize("key", ["aB3$kL9@xQ2#mN7!", "0a1b2c3d4e5f6a7b8c9d0e", "k9Fq2ZtR7wXb4LmN" * 40])
def test_what_was_drawn_at_random_is_imported(bank: Shell, key: str) -> None:
    bank.run("key", "import", "digidesk", "--user", "robot", given=f"{key}\n")

    assert len(bank.json("key", "list")) == 1


def test_a_vendors_key_may_do_what_its_vendor_documents(bank: Shell) -> None:
    scopes = {}
    for dialect in ("easysend", "trendsic", "ocular", "manage"):
        made = json.loads(bank.stdout("key", "create", dialect, "--json"))
        scopes[dialect] = set(made["scopes"])

    assert scopes == {
        "easysend": {"links:create", "links:write"},
        "trendsic": {"links:create", "links:read"},
        "ocular": {"links:create"},
        "manage": {"links:read"},
    }


def test_a_key_has_a_name_and_the_day_of_its_last_use(bank: Shell) -> None:
    made = json.loads(bank.stdout("key", "create", "trendsic", "--name", "CRM", "--json"))
    assert "at most 60 characters" in bank.run("key", "create", "trendsic", "--name", "x" * 61, code=2)
    (listed,) = [each for each in bank.json("key", "list") if each["id"] == made["id"]]
    assert (listed["name"], listed["last_used"]) == ("CRM", None)

    assert works(bank, made["key"])

    (listed,) = [each for each in bank.json("key", "list") if each["id"] == made["id"]]
    assert listed["last_used"] == f"{bank.cloud.clock.now():%Y-%m-%d}"
    fresh = json.loads(bank.stdout("key", "rotate", made["id"], "--json"))
    assert bank.json("key", "show", fresh["id"])["name"] == "CRM"


def test_the_scopes_of_a_key_are_replaced(bank: Shell) -> None:
    made = json.loads(bank.stdout("key", "create", "trendsic", "--json"))

    assert "would have results:read" in bank.run("key", "scope", made["id"], "--scope", "results:read", "--dry-run")
    assert works(bank, made["key"])
    assert "has results:read" in bank.run("key", "scope", made["id"], "--scope", "results:read")
    assert bank.json("key", "list")[0]["scopes"] == ["results:read"]
    bank.cloud.post("/_local/clock", {"advance_seconds": 61})
    headers = {"Authorization": f"Bearer {made['key']}"}
    assert bank.cloud.post("/v1/customerlink", {}, headers).status == 403


def test_a_blank_that_was_pasted_along_is_told(bank: Shell) -> None:
    said = bank.run("key", "import", "trendsic", given="the-key-the-vendor-gave-us-1234 \n", code=2)

    assert "must not begin or end with a blank" in said
    assert bank.json("key", "list") == []


def test_the_same_key_is_nobody_elses(bank: Shell) -> None:
    bank.run("tenant", "create", "-", given="name: Other\n")
    bank.run("key", "import", "trendsic", "-t", "Other", given="k9Fq2ZtR7wXb4LmN8vPdQe\n")

    said = bank.run("key", "import", "trendsic", "-t", "Example Bank", given="k9Fq2ZtR7wXb4LmN8vPdQe\n", code=1)

    assert "already in use" in said


def test_digidesk_needs_a_user_and_nobody_else_has_one(bank: Shell) -> None:
    assert "--user" in bank.run("key", "create", "digidesk", code=2)
    assert "Only DigiDesk" in bank.run("key", "create", "ocular", "--user", "x", code=2)
    password = bank.stdout("key", "create", "digidesk", "--user", "robot").strip()

    reply = bank.cloud.post("/api/survey_requests/", {}, basic=("robot", password))

    assert reply.status == 400


def test_a_dry_run_makes_no_key(bank: Shell) -> None:
    assert "lg_" not in bank.run("key", "create", "manage", "--scope", "all", "--dry-run")
    assert bank.json("key", "list") == []


def test_a_dry_run_answers_programs_in_json(bank: Shell) -> None:
    assert bank.json("key", "create", "manage", "--dry-run") == {
        "would_make": {"dialect": "manage", "scopes": ["links:read"]}
    }


def test_an_unknown_scope_is_refused(bank: Shell) -> None:
    assert "no such scope" in bank.run("key", "create", "manage", "--scope", "everything", code=2)
