"""One-time codes in their link's item. Sending, guessing and locking are one conditional write each."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.epoch import milliseconds
from linkgate.model.policy import (
    CHALLENGES_KEPT,
    CODE_LIFE,
    CODE_TRIES,
    CODES_PER_HOUR,
    CODES_PER_LINK,
    LINK_TRIES,
    UNASKED_PER_HOUR,
    UNASKED_PER_LINK,
)
from linkgate.ports.links import NotChanged
from linkgate.store.link_items import LINK, challenge_map, failure_map, link_of
from linkgate.store.links import (
    NOT_ENDED,
    RECEIPT_HAS_WAY,
    RECEIPT_NAMES,
    RECEIPT_READABLE,
    VIEWS_LEFT,
    receipt_values,
    stored_link,
)
from linkgate.store.table import ConditionRefused, Update

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.challenge import CodeFailure
    from linkgate.model.link import DeliveryState, Link
    from linkgate.ports.visits import CodeStart
    from linkgate.store.table import Table

_HOUR = timedelta(hours=1)
# Lists of times are newest first, so an entry is within the hour exactly if as many codes as its place says were.
_CODES_LEFT = (
    f"code_tries < :link_tries AND attribute_not_exists(codes_sent[{CODES_PER_LINK - 1}])"
    f" AND (attribute_not_exists(codes_sent[{CODES_PER_HOUR - 1}]) OR codes_sent[{CODES_PER_HOUR - 1}] <= :hour_ago"
    " OR codes_sent[0] <= :life_ago)"
)
_NOT_TOO_EARLY = "(attribute_not_exists(codes_from) OR codes_from <= :now)"
_UNASKED_LEFT = (
    f"attribute_not_exists(unasked[{UNASKED_PER_LINK - 1}])"
    f" AND (attribute_not_exists(unasked[{UNASKED_PER_HOUR - 1}])"
    f" OR unasked[{UNASKED_PER_HOUR - 1}] <= :hour_ago)"
)

_MAY_ASK = (
    f"((attribute_exists(code) AND {NOT_ENDED} AND {VIEWS_LEFT})"
    f" OR ({RECEIPT_READABLE} AND {RECEIPT_HAS_WAY} AND (attribute_exists(code) OR receipt.#access = :by_code)))"
)
"""Condition that a code may open the link, or what was sent by it."""


class DynamoCodes:
    """`ports.visits.CodeStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self, rid: str, browser: str, start: CodeStart) -> Link:
        challenge, now = start.challenge, start.challenge.begun_at
        names = {"browser": browser, "views": "views", **RECEIPT_NAMES}
        values: dict[str, object] = {
            **receipt_values(now),
            "by_code": "code",
            "now": milliseconds(now),
            "hour_ago": milliseconds(now - _HOUR),
            "life_ago": milliseconds(now - CODE_LIFE),
            "sent_now": [milliseconds(now)],
            "challenge": challenge_map(challenge),
            "link_tries": LINK_TRIES,
        }
        sets = ["challenges.#browser = :challenge", "codes_sent = list_append(:sent_now, codes_sent)"]
        conditions = [_MAY_ASK, _CODES_LEFT, _NOT_TOO_EARLY]
        remove = ""
        if start.unasked:
            values["none"] = []
            sets.append("unasked = list_append(:sent_now, if_not_exists(unasked, :none))")
            conditions.append(_UNASKED_LEFT)
        if start.secret_hash is not None:
            names["secret"] = start.secret_hash
            conditions.append("attribute_exists(secrets.#secret)")
        if start.earlier is not None:
            values["before"] = start.earlier.sent
            conditions.append("challenges.#browser.sent = :before AND challenges.#browser.next_at <= :now")
        elif start.forget is None:
            values["kept"] = CHALLENGES_KEPT
            conditions.append("attribute_not_exists(challenges.#browser) AND size(challenges) < :kept")
        else:
            names["forget"] = start.forget
            conditions.append("attribute_not_exists(challenges.#browser) AND challenges.#forget.expires_at <= :now")
            remove = " REMOVE challenges.#forget"
        update = Update(f"SET {', '.join(sets)}{remove}", " AND ".join(conditions), names=names, values=values)
        try:
            return link_of(self._table.update(rid, LINK, update))
        except ConditionRefused as refusal:
            stored = stored_link(refusal)
            kept = stored.challenges.get(browser) if stored else None
            if stored and kept and kept.claim == challenge.claim:
                return stored
            raise NotChanged(stored) from refusal

    def record(self, rid: str, browser: str, claim: str, outcome: DeliveryState) -> None:
        update = Update(
            "SET challenges.#browser.#out = :outcome",
            "challenges.#browser.claim = :claim",
            names={"browser": browser, "out": "out"},
            values={"claim": claim, "outcome": outcome.value},
        )
        try:
            self._table.update(rid, LINK, update)
        except ConditionRefused as refusal:
            raise NotChanged(stored_link(refusal)) from refusal

    def withdraw(self, link: Link, browser: str, start: CodeStart, failure: CodeFailure) -> None:
        values: dict[str, object] = {
            "failure": failure_map(failure),
            "begun": milliseconds(start.challenge.begun_at),
            "claim": start.challenge.claim,
        }
        sets, removes, conditions = ["code_failure = :failure"], [], ["challenges.#browser.claim = :claim"]
        counts = {"codes_sent": link.codes_sent} | ({"unasked": link.codes_unasked} if start.unasked else {})
        for name, times in counts.items():
            entry = f"{name}[{times.index(start.challenge.begun_at)}]"
            conditions.append(f"{entry} = :begun")
            removes.append(entry)
        if start.earlier:
            values["earlier"] = challenge_map(start.earlier)
            sets.append("challenges.#browser = :earlier")
        else:
            removes.append("challenges.#browser")
        update = Update(
            f"SET {', '.join(sets)} REMOVE {', '.join(removes)}",
            " AND ".join(conditions),
            names={"browser": browser},
            values=values,
        )
        try:
            self._table.update(link.rid, LINK, update)
        except ConditionRefused as refusal:
            raise NotChanged(stored_link(refusal)) from refusal

    def spend_try(self, rid: str, browser: str, code: str, claim: str, now: datetime) -> Link:
        update = Update(
            # The try takes the value of the code's entry: true if the code has one, false if it has none.
            "SET challenges.#browser.tries.#claim = if_not_exists(challenges.#browser.codes.#code, :wrong),"
            " code_tries = code_tries + :one REMOVE challenges.#browser.codes.#code",
            "challenges.#browser.expires_at > :now"
            " AND attribute_not_exists(challenges.#browser.tries.#claim)"
            f" AND size(challenges.#browser.tries) < :tries AND code_tries < :link_tries"
            f" AND (({NOT_ENDED}) OR ({RECEIPT_READABLE} AND {RECEIPT_HAS_WAY}))",
            names={"browser": browser, "code": code, "claim": claim, **RECEIPT_NAMES},
            values={
                **receipt_values(now),
                "now": milliseconds(now),
                "wrong": False,
                "one": 1,
                "tries": CODE_TRIES,
                "link_tries": LINK_TRIES,
            },
        )
        try:
            return link_of(self._table.update(rid, LINK, update))
        except ConditionRefused as refusal:
            stored = stored_link(refusal)
            challenge = stored.challenges.get(browser) if stored else None
            if stored and challenge and claim in challenge.tries:
                return stored
            raise NotChanged(stored) from refusal

    def lock(self, rid: str, now: datetime) -> None:
        update = Update(
            "SET locked_at = if_not_exists(locked_at, :now)",
            "code_tries >= :link_tries",
            values={"now": milliseconds(now), "link_tries": LINK_TRIES},
        )
        try:
            self._table.update(rid, LINK, update)
        except ConditionRefused as refusal:
            raise NotChanged(stored_link(refusal)) from refusal
