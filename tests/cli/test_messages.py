"""Operators can see messages before anybody gets them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.model.delivery_rules import SUPPRESSED
from linkgate.model.link import Kind, Occasion
from linkgate.texts import OFFERED
from linkgate.usecases.delivery.suppression import suppress

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Shell


def test_every_message_is_written_in_each_language(bank: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "preview"

    assert "index.html" in bank.run("message", "preview", folder)

    index = (folder / "index.html").read_text()
    for language in OFFERED:
        for name in [*(f"{kind}.{occasion}" for kind in Kind for occasion in Occasion), "code", "receipt"]:
            for form in ("html", "txt", "sms.txt"):
                file = f"{language}.{name}.{form}"
                assert "Example Bank" in (folder / file).read_text()
                assert file in index
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in (folder / "en.survey.first.txt").read_text()
    assert "Recordatorio" in (folder / "es.survey.reminder.txt").read_text()
    assert not bank.cloud.outbox.messages()


def test_a_tenants_own_words_are_shown(bank: Shell, tmp_path: Path) -> None:
    document = bank.run("tenant", "show") + "texts: {es.survey.body: '{tenant} quiere oírle.'}\n"
    bank.run("tenant", "update", "-", given=document.replace("texts: {}\n", ""))

    bank.run("message", "preview", tmp_path)

    assert "Example Bank quiere oírle." in (tmp_path / "es.survey.first.txt").read_text()
    assert "Example Bank quiere oírle." not in (tmp_path / "en.survey.first.txt").read_text()
    (row,) = [row for row in bank.json("message", "texts") if row["own"]]
    assert (row["key"], row["text"]) == ("es.survey.body", "{tenant} quiere oírle.")


@pytest.mark.parametrize(
    ("wording", "reason"),
    [
        ("survey.boddy: Hello", "survey.boddy: unknown text key"),
        ("survey.sms: Hello", "survey.sms: must contain {link} once"),
        ("survey.body: See https://example.com", "survey.body: must not contain a link"),
    ],
)
def test_words_that_could_not_be_used_are_refused_with_their_line(bank: Shell, wording: str, reason: str) -> None:
    said = bank.run("tenant", "create", "-", given=f"name: Second\ntexts:\n  {wording}\n", code=2)

    assert reason in said
    assert said.startswith("stdin:2: ")


def test_a_folder_that_cannot_be_made_is_told(bank: Shell, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("")

    assert str(taken) in bank.run("message", "preview", taken, code=2)


@pytest.mark.parametrize(
    ("spelling", "address"), [("Ada@Example.com", "Ada@example.com"), ("07700 900001", "+447700900001")]
)
def test_a_suppressed_address_gets_messages_again(bank: Shell, spelling: str, address: str) -> None:
    tenant = bank.json("tenant", "list")[0]["id"]
    suppress(tenant, address, SUPPRESSED, wiring.deps())

    assert "would get messages again" in bank.run("suppression", "delete", spelling, "--dry-run")
    assert wiring.deps().suppressions.among(tenant, [address])
    lifted = bank.json("suppression", "delete", spelling)

    assert lifted == {"address": address, "reason": SUPPRESSED, "dry_run": False}
    assert not wiring.deps().suppressions.among(tenant, [address])
    assert "is not suppressed" in bank.run("suppression", "delete", spelling)


def test_what_is_no_address_cannot_be_unsuppressed(bank: Shell) -> None:
    assert "an e-mail address or a phone number" in bank.run("suppression", "delete", "nobody", code=2)


def test_an_operator_stops_surveys_for_somebody_who_wrote(bank: Shell) -> None:
    tenant, suppressions = bank.json("tenant", "list")[0]["id"], wiring.deps().suppressions
    assert "would get no more surveys" in bank.run("suppression", "create", "Ada@Example.com", "--dry-run")
    assert suppressions.unsubscribed(tenant, ["ada@example.com"]) == {}

    assert "gets no more surveys" in bank.run("suppression", "create", "Ada@Example.com")

    assert suppressions.among(tenant, ["ada@example.com"], surveys=True) == {"ada@example.com": "unsubscribed"}
    assert suppressions.among(tenant, ["ada@example.com"]) == {}


def test_lifting_a_bounce_does_not_lift_what_the_owner_stopped(bank: Shell) -> None:
    tenant, address = bank.json("tenant", "list")[0]["id"], "ada@example.com"
    suppressions = wiring.deps().suppressions
    bank.run("suppression", "create", address)
    suppress(tenant, address, SUPPRESSED, wiring.deps())

    said = bank.run("suppression", "delete", address)
    assert "gets messages again" in said
    assert "wants no surveys, and still gets none" in said
    assert suppressions.among(tenant, [address], surveys=True) == {address: "unsubscribed"}

    assert "would get surveys again" in bank.run("suppression", "delete", address, "--surveys", "--dry-run")
    assert "gets surveys again" in bank.run("suppression", "delete", address, "--surveys")
    assert suppressions.among(tenant, [address], surveys=True) == {}
    assert "is not unsubscribed from surveys" in bank.run("suppression", "delete", address, "--surveys")
