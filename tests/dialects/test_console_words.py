"""Every state of a link, its messages and codes is put into sentences, in each language that is offered."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkgate import errors
from linkgate.dialects.console.words import Reader, fact_in_words, situation
from linkgate.model import delivery_rules, reports
from linkgate.model.challenge import CodeFailure, CodePolicy
from linkgate.model.link import Channel, Delivery, DeliveryState, Recipient
from linkgate.model.moments import in_words
from linkgate.model.timeline import Fact, details_of
from linkgate.sending import outcomes
from linkgate.texts import OFFERED, console_texts, plural_category
from linkgate.usecases.history.link_facts import EVENT_TYPES
from linkgate.usecases.staff.possible_acts import Act
from linkgate.wire import delivery_errors
from tests.support.fakes.links import NOW, link

LANGUAGES = sorted(OFFERED)
CODES = {
    value
    for module in (delivery_rules, reports, outcomes)
    for name, value in vars(module).items()
    if name.isupper() and not name.startswith("_") and isinstance(value, str)
}
REASONS = CODES | set(delivery_errors._REFUSALS)  # noqa: SLF001 - the codes of `refused`
HOUR = timedelta(hours=1)
STATES: dict[str, dict[str, Any]] = {
    "active": {},
    "opened": {"opened_at": NOW},
    "submitted": {"submitted_at": NOW},
    "expired": {"expires_at": NOW - HOUR},
    "exhausted": {"views": 100},
    "locked": {"locked_at": NOW},
    "revoked": {"revoked_at": NOW, "revoked_by": "k", "revoked_note": {"as": "operator", "who": "sam"}},
    "replaced": {"revoked_at": NOW, "renewed_at": NOW, "renewed_as": "B" * 22, "revoked_note": {"reason": "new phone"}},
    "reopened": {"submitted_at": NOW, "renewed_at": NOW, "renewed_as": "B" * 22, "reopened_by": "k"},
    "renewed": {"renewed_as": "B" * 22, "renewed_at": NOW},
    "erased": {"erased_at": NOW, "revoked_at": NOW, "recipient": Recipient()},
}
CODE_STATES: list[dict[str, Any]] = [
    {},
    {"code": CodePolicy(Channel.SMS, 6)},
    {"code": CodePolicy(Channel.SMS, 6), "codes_sent": (NOW, NOW - HOUR), "code_tries": 2},
    {"code": CodePolicy(Channel.EMAIL, 6), "code_failure": CodeFailure(NOW, "throttled"), "codes_from": NOW + HOUR},
]
REFUSALS = [
    None,
    errors.LinkSubmitted(NOW),
    errors.LinkRevoked(),
    errors.LinkLocked(),
    errors.LinkExpired(NOW, renewable=True),
    errors.LinkExhausted(renewable=True),
    errors.Throttled(60),
    errors.NotFound("link"),
    errors.InvalidRequest([errors.Problem.of("channel", "no_channel")]),
    errors.InvalidRequest([errors.Problem.of("hours", "anything")]),
    errors.Unavailable(1),
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_texts_with_the_same_gaps(language: str) -> None:
    def gaps(which: str) -> dict[str, list[str]]:
        return {
            key: sorted(re.findall(r"\{(\w+)\}", text))
            for key, text in console_texts(which).items()
            if not key.endswith("#many")
        }

    assert gaps(language) == gaps("en")
    counted = {key.partition("#")[0] for key in console_texts(language) if "#" in key}
    categories = {plural_category(number, language) for number in (*range(101), 1_000_000)}
    assert {f"{key}#{each}" for key in counted for each in categories} <= console_texts(language).keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_a_cause_and_a_next_step_and_every_fact_its_words(language: str) -> None:
    known = console_texts(language)

    assert {reason for reason in REASONS if f"reason.{reason}.cause" not in known} == set()
    assert {reason for reason in REASONS if f"reason.{reason}.next" not in known} == set()
    assert {kind for kind in EVENT_TYPES if f"fact.{kind}" not in known} == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_every_state_gives_sentences(language: str, state: str) -> None:
    for delivery, code, channel in product([None, *DeliveryState], CODE_STATES, Channel):
        made = link(recipient=Recipient(name="Ada", email="ada@example.com", phone="+447700900001"), **code)
        deliveries = {channel: Delivery(channel, delivery, 1, at=NOW, reason="hard_bounce")} if delivery else {}
        seen = situation(replace(made, deliveries=deliveries, **STATES[state]), NOW, {}, {}, Reader(language, UTC))

        assert seen.headline == console_texts(language)[f"state.{state}"]
        assert seen.sentences
        assert not [sentence for sentence in seen.sentences if not sentence.endswith(".") or "{" in sentence]


@given(
    refusals=st.lists(st.sampled_from(REFUSALS), min_size=len(Act), max_size=len(Act)),
    reason=st.sampled_from(sorted(REASONS)) | st.text(max_size=5),
    channel=st.sampled_from(Channel),
    language=st.sampled_from(LANGUAGES),
)
def test_each_act_is_offered_or_has_a_reason(refusals: list[Any], reason: str, channel: Channel, language: str) -> None:
    acts = dict(zip(Act, refusals, strict=True))
    made = link(refused=(f"{channel}:{reason}",))

    seen = situation(made, NOW, acts, {channel: reason}, Reader(language, UTC))

    assert {*seen.acts} == {act for act, refusal in acts.items() if refusal is None}
    assert {*seen.why_not} == set(Act) - {*seen.acts}
    assert all(seen.why_not.values())


def test_a_bounce_and_a_suppressed_address_name_cause_and_next_step() -> None:
    bounced = Delivery(Channel.EMAIL, DeliveryState.BOUNCED, 1, at=NOW, reason="hard_bounce")

    seen = situation(
        link(deliveries={Channel.EMAIL: bounced}), NOW, {}, {Channel.EMAIL: "suppressed"}, Reader("en", UTC)
    )
    later = situation(link(), NOW, {}, {Channel.EMAIL: "suppressed"}, Reader("en", UTC))

    # What the address gets from now on follows from the first sentence, and is not said twice.
    (told,) = seen.sentences[1:]
    assert told == (
        "The e-mail to ada@example.com did not arrive: that mailbox does not exist. Ask for another address; sending "
        "again to this one cannot help."
    )
    assert later.sentences[-1] == (
        "ada@example.com gets nothing from us: an earlier message to this address did not arrive, or was called spam. "
        "Ask for another address, or send it anyway if the customer says that this one works."
    )


@pytest.mark.parametrize(
    ("openings", "said"),
    [
        ([], None),
        ([(0, False)], None),
        ([(0, True)], "Probably only a mail scanner opened it, seconds after the e-mail left."),
        ([(0, True), (2, False), (1, False)], "Somebody last opened it on {at}. Another opening, seconds"),
        ([(0, False), (2, False), (1, False)], "It was last opened on {at}."),
    ],
)
def test_who_opened_a_link_is_told_as_far_as_it_is_known(openings: list[tuple[int, bool]], said: str | None) -> None:
    facts = [
        Fact("id", "link.opened", NOW + hours * HOUR, details_of(suspectedRobot=robot or None))
        for hours, robot in openings
    ]
    opened = link(opened_at=NOW, expires_at=NOW + 9 * HOUR)

    told = situation(opened, NOW, {}, {}, Reader("en", UTC), facts).sentences

    without = situation(opened, NOW, {}, {}, Reader("en", UTC)).sentences
    added = [sentence for sentence in told if sentence not in without]
    last = in_words(NOW + 2 * HOUR, "en")
    assert [sentence.startswith((said or "").format(at=last)) for sentence in added] == [True] * bool(said)
    sent_in = replace(opened, submitted_at=NOW)
    assert len(situation(sent_in, NOW, {}, {}, Reader("en", UTC), facts).sentences) == len(without)


def test_a_moment_on_a_page_is_one_that_its_script_converts() -> None:
    (made, *_) = situation(link(), NOW, {}, {}, Reader("en", UTC, on_page=True)).sentences
    hostile = replace(link(), revoked_at=NOW, revoked_by="k", revoked_note={"reason": "<b>"})
    (taken_back, *_) = situation(hostile, NOW, {}, {}, Reader("en", UTC, on_page=True)).sentences

    assert f'<time datetime="{NOW.isoformat()}">' in made
    assert "&lt;b&gt;" in taken_back


def test_an_e_mail_that_a_server_took_may_lie_among_unwanted_mail() -> None:
    taken = {channel: Delivery(channel, DeliveryState.DELIVERED, 1, at=NOW) for channel in Channel}

    _, email, sms = situation(link(deliveries=taken), NOW, {}, {}, Reader("en", UTC)).sentences

    assert email.endswith("If it cannot be found, it may be among unwanted mail.")
    assert " arrived on " in sms


def test_a_fact_says_who_did_it_and_why() -> None:
    def words(kind: str, **details: object) -> str:
        return fact_in_words(Fact("id", kind, NOW, details_of(**details)), Reader("en", UTC, names={"p1": "Sam"}))

    assert words("link.revoked", by="k1", who="sam", reason="asked for") == "Taken back by operator sam (asked for)"
    assert words("link.extended", by="k1") == "Got more time by key k1"
    person = {"as": "person", "role": "support"}
    assert words("link.revoked", by="p1", reason="fraud", **person) == "Taken back by Sam (support) (fraud)"
    assert words("link.erased", by="p2", **person) == "The recipient's data was erased by p2 (support)"
    assert words("link.bounced", channel="email", reason="hard_bounce") == (
        "E-mail did not arrive: that mailbox does not exist"
    )
    assert words("link.sent", channel="sms") == "SMS left"
    assert words("link.delivered", channel="sms") == "SMS arrived"
    assert words("link.delivered", channel="email") == "E-mail was handed to the mailbox's server"
