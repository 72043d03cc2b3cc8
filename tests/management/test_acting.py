"""Acts of a person on a link's page, each in one press, and who did it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.dialects.console.requests import parse_act
from linkgate.dialects.console.words import Reader
from linkgate.errors import InvalidRequest, LinkRevoked, NotFound, Throttled
from linkgate.model.link import Channel
from linkgate.usecases.authentication import person_caller
from linkgate.usecases.delivery.suppression import barred, suppress
from linkgate.usecases.staff.acting import Acted, act_on_link
from linkgate.usecases.staff.link_view import view_link
from linkgate.usecases.staff.possible_acts import Act
from local.demo import DEMO, OTHER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.link import Link
    from tests.management.conftest import Manager

SAM = person_caller(DEMO, "5" * 32, "support", frozenset())
READER = Reader("en")
ADA = "ada@example.com"


def act(rid: str, name: str, form: Mapping[str, str]) -> Acted:
    return act_on_link(parse_act(name, rid, form, SAM, READER), wiring.deps())


def rested(manager: Manager, seconds: int = 3600, kind: str = "Invoice") -> str:
    """Make a link that was sent some time ago."""
    rid = manager.share(channels=["email"], resourceType=kind)
    manager.cloud.settle()
    manager.cloud.post("/_local/clock", {"advance_seconds": seconds})
    return rid


def told(manager: Manager, rid: str) -> dict[str, object]:
    """Return what the newest entry says."""
    manager.cloud.settle()
    details: dict[str, object] = json.loads(view_link(SAM, rid, wiring.deps()).facts[0].details)
    return details


def stored(rid: str) -> Link:
    link = wiring.deps().links.get(rid)
    assert link
    return link


def test_sending_again_names_the_person(manager: Manager) -> None:
    rid = rested(manager)

    acted = act(rid, "resend", {"channel": "email", "reason": " spam folder "})

    assert acted.unsent is None
    said = told(manager, rid)
    assert {name: said.get(name) for name in ("by", "as", "role", "reason")} == {
        "by": "5" * 32,
        "as": "person",
        "role": "support",
        "reason": "spam folder",
    }


def test_sending_again_can_end_the_earlier_messages(manager: Manager) -> None:
    rid = rested(manager)

    act(rid, "resend", {"earlier": "on"})

    assert sorted(stored(rid).secrets.values()) == ["api", "email:2"]


def test_an_expired_link_gets_time_and_is_sent_in_one_press(manager: Manager) -> None:
    rid = rested(manager, 8 * 86_400)
    seen = view_link(SAM, rid, wiring.deps())

    acted = act(rid, "extend", {"until": seen.longer.isoformat(), "send": "on"})

    assert acted.unsent is None
    assert (acted.link.expires_at, acted.link.resends) == (seen.longer, 1)


def test_time_is_given_even_if_it_is_too_soon_to_send(manager: Manager) -> None:
    rid = rested(manager, 1)
    end = stored(rid).expires_at + timedelta(days=1)

    acted = act(rid, "extend", {"until": end.isoformat(), "send": "on"})

    assert isinstance(acted.unsent, Throttled)
    assert stored(rid).expires_at == end


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ({"why": "fraud"}, "Somebody may misuse it"),
        ({"why": "wrong_person", "reason": "his brother"}, "It went to the wrong person: his brother"),
        ({"why": "other", "reason": "merger"}, "merger"),
    ],
)
def test_taking_back_says_why(manager: Manager, form: Mapping[str, str], reason: str) -> None:
    rid = rested(manager)

    act(rid, "revoke", form)

    assert told(manager, rid)["reason"] == reason


def test_an_address_that_bounced_is_sent_to_anyway(manager: Manager) -> None:
    rid = rested(manager)
    suppress(DEMO.id, ADA, "suppressed", wiring.deps())

    acted = act(rid, "unsuppress", {"channel": "email"})

    assert acted.unsent is None
    assert acted.link.resends == 1
    assert barred(DEMO, {Channel.EMAIL: ADA}, wiring.deps()) == {}


@pytest.mark.parametrize("reason", ["opted_out", "rejected"])
def test_what_the_recipient_stopped_stays_stopped(manager: Manager, reason: str) -> None:
    rid = rested(manager)
    suppress(DEMO.id, ADA, reason, wiring.deps())

    with pytest.raises(InvalidRequest):
        act(rid, "unsuppress", {"channel": "email"})

    assert barred(DEMO, {Channel.EMAIL: ADA}, wiring.deps()) == {Channel.EMAIL: reason}


@pytest.mark.usefixtures("manager")
def test_only_the_reason_that_was_seen_is_lifted() -> None:
    deps = wiring.deps()
    suppress(DEMO.id, ADA, "opted_out", deps)

    deps.suppressions.lift(DEMO.id, ADA, "suppressed")
    deps.suppressions.lift(DEMO.id, "nobody@example.com", "suppressed")

    assert deps.suppressions.among(DEMO.id, [ADA]) == {ADA: "opted_out"}


def test_an_ended_link_is_not_sent_anyway_and_nothing_is_lifted(manager: Manager) -> None:
    rid = rested(manager)
    suppress(DEMO.id, ADA, "suppressed", wiring.deps())
    act(rid, "revoke", {"why": "asked"})

    with pytest.raises(LinkRevoked):
        act(rid, "unsuppress", {"channel": "email"})

    assert barred(DEMO, {Channel.EMAIL: ADA}, wiring.deps())


def test_a_wrong_address_is_replaced_and_how_it_was_checked_is_on_record(manager: Manager) -> None:
    rid = rested(manager)

    acted = act(rid, "replace", {"email": "ada@example.org", "checked": "date of birth"})

    assert acted.link.rid != rid
    assert acted.link.recipient.email == "ada@example.org"
    assert told(manager, rid)["reason"] == "date of birth"


def test_an_address_that_gets_codes_is_not_changed_by_one_person(manager: Manager) -> None:
    rid = rested(manager, kind="MedicalReport")

    proposed = act(rid, "replace", {"phone": "+447700900002", "checked": "date of birth"})

    assert (proposed.proposed, proposed.link.rid, stored(rid).renewed_as) == (True, rid, None)
    with pytest.raises(InvalidRequest):
        act(rid, "replace", {"phone": "12", "checked": "date of birth"})
    assert act(rid, "replace", {}).link.rid != rid


def test_what_was_sent_in_too_early_is_opened_again_by_a_message(manager: Manager) -> None:
    made = manager.request_form()
    manager.submit(made["link"], {"fullName": "Ada"})
    manager.cloud.settle()

    acted = act(made["rid"], "reopen", {"reason": "wrong button"})

    assert acted.link.reopens == made["rid"]
    assert list(acted.link.deliveries) == [Channel.EMAIL]
    assert set(acted.link.secrets.values()) == {"email:1"}


def test_a_link_that_nobody_sent_is_replaced_by_one_that_is(manager: Manager) -> None:
    made = manager.request_form()

    assert set(act(made["rid"], "replace", {}).link.secrets.values()) == {"email:1"}


def test_no_new_link_is_made_that_reaches_nobody(manager: Manager) -> None:
    made = manager.request_form()
    suppress(DEMO.id, ADA, "complaint", wiring.deps())

    with pytest.raises(InvalidRequest):
        act(made["rid"], "replace", {})

    assert stored(made["rid"]).renewed_as is None


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("resend", {"channel": "pigeon"}),
        ("resend", {"reason": "x" * 201}),
        ("extend", {}),
        ("extend", {"until": "tomorrow"}),
        ("extend", {"until": "2026-12-01T00:00:00"}),
        ("revoke", {}),
        ("revoke", {"why": "whim"}),
        ("revoke", {"why": "other"}),
        ("replace", {"email": "ada@example.org"}),
        ("replace", {"email": "ada", "checked": "date of birth"}),
        ("unsuppress", {}),
        ("unsuppress", {"channel": "email"}),
    ],
)
def test_a_form_that_lacks_something_changes_nothing(manager: Manager, name: str, form: Mapping[str, str]) -> None:
    rid = rested(manager)
    before = stored(rid)

    with pytest.raises(InvalidRequest):
        act(rid, name, form)

    assert stored(rid) == before


def test_there_is_no_other_act(manager: Manager) -> None:
    with pytest.raises(NotFound):
        act(rested(manager), "destroy", {})


def test_a_view_has_what_the_record_lacks(manager: Manager) -> None:
    rid = manager.share()
    assert [fact.kind for fact in view_link(SAM, rid, wiring.deps()).pending] == ["link.created"]
    manager.cloud.settle()

    seen = view_link(SAM, rid, wiring.deps())

    assert (seen.pending, [fact.kind for fact in seen.facts]) == ([], ["link.created"])
    assert (seen.acts[Act.REVOKE], seen.open_in, [each.rid for each in seen.family]) == (None, 0, [rid])


def test_a_link_of_another_tenant_is_not_there(manager: Manager) -> None:
    rid = manager.share()

    with pytest.raises(NotFound):
        view_link(person_caller(OTHER, "6" * 32, "admin", frozenset()), rid, wiring.deps())
