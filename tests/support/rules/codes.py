"""Rules of one-time codes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from linkgate.model.challenge import CodeFailure
from linkgate.model.link import DeliveryState
from linkgate.model.policy import CHALLENGES_KEPT, CODE_TRIES, LINK_TRIES
from linkgate.ports.visits import CodeStart
from linkgate.store.link_items import challenge_map
from linkgate.store.visits.codes import DynamoCodes
from tests.support.rules.links import (
    BROWSER,
    CHALLENGE,
    CODED,
    ENDS,
    OTHER_SECRET,
    RECEIPT_GONE,
    RID,
    SECRET,
    TRY,
    read,
    sent,
    stored,
)
from tests.support.rules.rule import GONE, HOUR, MINUTE, MS, NOW, Rule, Told, changed, through

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkgate.store.table import Table

STORED: Any = challenge_map(CHALLENGE)
ENDED: Any = {**STORED, "expires_at": MS}
ASKED = changed(CODED, {"challenges": {BROWSER: STORED}, "codes_sent": [MS]})
"""A link that sent a code to a browser."""
codes = through(DynamoCodes)


def beginning(**start: Any) -> Callable[[Table], object]:
    made = CodeStart(challenge=replace(CHALLENGE, claim="i" * 22), **{"secret_hash": SECRET, **start})
    return codes(lambda store: store.begin(RID, BROWSER, made))


RECENT = [MS - 9 * MINUTE, *([MS - 10 * MINUTE] * 4)]
NO_CODE_LEFT = {
    "guessed too often": {"code_tries": LINK_TRIES},
    "ten were sent": {"codes_sent": [MS - 24 * HOUR] * 10},
    "five were sent in the hour": {"codes_sent": RECENT},
    "too early after a change of address": {"codes_from": MS + 1},
}
STILL_LEFT: dict[str, dict[str, object]] = {
    "the fifth was sent an hour ago": {"codes_sent": [*RECENT[:4], MS - HOUR]},
    "the newest of five has ended": {"codes_sent": [MS - 10 * MINUTE] * 5},
    "late enough after a change of address": {"codes_from": MS},
}
CLOSED = {
    **ENDS,
    "asks for no code": {"code": GONE},
    "viewed as often as it may": {"views": 10},
    "shown as often as it may": {"max_shown": 2, "shown": 2},
}
TO_READ = {**RECEIPT_GONE, "a secret suffices to read": {"code": GONE, "receipt/access": "link"}}
UNASKED = {
    "four were unasked": {"unasked": [MS - 24 * HOUR] * 4},
    "two were unasked in the hour": {"unasked": [MS - MINUTE] * 2},
}
FULL = {f"{number}" * 22: STORED for number in range(CHALLENGES_KEPT)}
ROOM = {"full": {"challenges": FULL}, "asked before": {"challenges": {BROWSER: STORED}}}
OTHER = "z" * 22
SWAP = {
    "the one to forget is alive": {f"challenges/{OTHER}/expires_at": MS + 1},
    "the one to forget is gone": {"challenges": {}},
    "asked before": {"challenges": {OTHER: ENDED, BROWSER: STORED}},
}
AGAIN = {
    "one was sent meanwhile": {f"challenges/{BROWSER}/sent": 2},
    "too early again": {f"challenges/{BROWSER}/next_at": MS + 1},
    "the one before is gone": {"challenges": {}},
}
BEGINNINGS = {
    "send a code": Rule(beginning(), CODED, {**CLOSED, **NO_CODE_LEFT, **OTHER_SECRET, **ROOM}, kept={**STILL_LEFT}),
    "send a code without a secret": Rule(beginning(secret_hash=None), CODED, {**CLOSED, **NO_CODE_LEFT, **ROOM}),
    "send a code unasked": Rule(
        beginning(unasked=True),
        CODED,
        {**CLOSED, **NO_CODE_LEFT, **UNASKED, **OTHER_SECRET, **ROOM},
        kept={"two were unasked, one of them an hour ago": {"unasked": [MS - MINUTE, MS - HOUR]}},
    ),
    "send another code": Rule(
        beginning(secret_hash=None, earlier=CHALLENGE), ASKED, {**CLOSED, **NO_CODE_LEFT, **AGAIN}
    ),
    "send another code unasked": Rule(
        beginning(secret_hash=None, earlier=CHALLENGE, unasked=True),
        ASKED,
        {**CLOSED, **NO_CODE_LEFT, **UNASKED, **AGAIN},
    ),
    "send another code with a secret": Rule(
        beginning(earlier=CHALLENGE), ASKED, {**CLOSED, **NO_CODE_LEFT, **OTHER_SECRET, **AGAIN}
    ),
    "send a code in another's place": Rule(
        beginning(forget=OTHER),
        changed(CODED, {"challenges": {OTHER: ENDED}}),
        {**CLOSED, **NO_CODE_LEFT, **OTHER_SECRET, **SWAP},
    ),
    "send a code unasked in another's place": Rule(
        beginning(forget=OTHER, unasked=True),
        changed(CODED, {"challenges": {OTHER: ENDED}}),
        {**CLOSED, **NO_CODE_LEFT, **UNASKED, **OTHER_SECRET, **SWAP},
    ),
    "send a code to read again": Rule(
        beginning(),
        sent(CODED, "code"),
        {**TO_READ, **NO_CODE_LEFT, **OTHER_SECRET, **ROOM},
        kept={"a link that opened without one": {"code": GONE}},
    ),
    "send a code unasked to read again": Rule(beginning(unasked=True), sent(CODED, "code"), {**TO_READ, **UNASKED}),
    "send a code without a secret to read again": Rule(beginning(secret_hash=None), sent(CODED, "code"), TO_READ),
    "send another code to read again": Rule(
        beginning(secret_hash=None, earlier=CHALLENGE), sent(ASKED, "code"), {**TO_READ, **AGAIN}
    ),
    "send another code unasked to read again": Rule(
        beginning(secret_hash=None, earlier=CHALLENGE, unasked=True), sent(ASKED, "code"), TO_READ
    ),
    "send another code with a secret to read again": Rule(beginning(earlier=CHALLENGE), sent(ASKED, "code"), TO_READ),
    "send a code in another's place to read again": Rule(
        beginning(forget=OTHER), sent(changed(CODED, {"challenges": {OTHER: ENDED}}), "code"), TO_READ
    ),
    "send a code unasked in another's place to read again": Rule(
        beginning(forget=OTHER, unasked=True), sent(changed(CODED, {"challenges": {OTHER: ENDED}}), "code"), TO_READ
    ),
}

START = CodeStart(challenge=CHALLENGE, secret_hash=SECRET)
EARLIER = replace(CHALLENGE, claim="e" * 22, begun_at=NOW - timedelta(minutes=1))
FAILURE = CodeFailure(NOW, "blocked")
UNASKED_SENT = changed(ASKED, {"unasked": [MS]})
COUNTED_SINCE = {"one was sent meanwhile": {"codes_sent": [MS + 1, MS]}}
NOT_MINE = {"another challenge since": {f"challenges/{BROWSER}/claim": "z" * 22}, "forgotten": {"challenges": {}}}


def withdrawing(start: CodeStart, item: Any) -> Callable[[Table], object]:
    return codes(lambda store: store.withdraw(read(item), BROWSER, start, FAILURE))


def guessing() -> Callable[[Table], object]:
    return codes(lambda store: store.spend_try(RID, BROWSER, "k" * 22, TRY, NOW))


UNGUESSABLE = {
    "another browser's": {"challenges": {OTHER: STORED}},
    "ended": {f"challenges/{BROWSER}/expires_at": MS},
    "guessed too often": {f"challenges/{BROWSER}/tries": {f"{each}": False for each in range(CODE_TRIES)}},
    "the link was guessed too often": {"code_tries": LINK_TRIES},
    "a repeat": Told({f"challenges/{BROWSER}/tries": {TRY: False}}, ...),
}
AFTER = {
    "record a code": Rule(
        codes(lambda store: store.record(RID, BROWSER, CHALLENGE.claim, DeliveryState.SENT)), ASKED, NOT_MINE
    ),
    "withdraw a code": Rule(withdrawing(START, ASKED), ASKED, {**NOT_MINE, **COUNTED_SINCE}),
    "withdraw an unasked code": Rule(
        withdrawing(replace(START, unasked=True), UNASKED_SENT),
        UNASKED_SENT,
        {**NOT_MINE, **COUNTED_SINCE, "one was sent unasked meanwhile": {"unasked": [MS + 1, MS]}},
    ),
    "withdraw another code": Rule(
        withdrawing(replace(START, earlier=EARLIER), ASKED), ASKED, {**NOT_MINE, **COUNTED_SINCE}
    ),
    "withdraw another unasked code": Rule(
        withdrawing(replace(START, earlier=EARLIER, unasked=True), UNASKED_SENT),
        UNASKED_SENT,
        {**NOT_MINE, **COUNTED_SINCE, "one was sent unasked meanwhile": {"unasked": [MS + 1, MS]}},
    ),
    "guess": Rule(guessing(), ASKED, {**ENDS, **UNGUESSABLE}),
    "guess to read again": Rule(guessing(), sent(ASKED, "code"), {**RECEIPT_GONE, **UNGUESSABLE}),
    "lock": Rule(
        codes(lambda store: store.lock(RID, NOW)),
        changed(CODED, {"code_tries": LINK_TRIES}),
        {"guesses left": {"code_tries": LINK_TRIES - 1}, "a link without a code": [stored()]},
    ),
}
RULES = {**BEGINNINGS, **AFTER}
