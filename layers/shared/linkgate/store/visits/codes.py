"""One-time codes in their link's item. Sending, guessing and locking are one conditional write each."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.epoch import milliseconds
from linkgate.model.policy import CHALLENGES_KEPT, CODE_TRIES, CODES_PER_HOUR, CODES_PER_LINK, LINK_TRIES
from linkgate.ports.links import NotChanged
from linkgate.store.link_items import LINK, challenge_map, link_of
from linkgate.store.links import NOT_ENDED, stored_link
from linkgate.store.table import ConditionRefused, Update

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.link import Challenge, Link
    from linkgate.store.table import Table

_HOUR = timedelta(hours=1)
_CODES_LEFT = (
    f"attribute_not_exists(codes_sent[{CODES_PER_LINK - 1}])"
    f" AND (attribute_not_exists(codes_sent[{CODES_PER_HOUR - 1}]) OR codes_sent[{CODES_PER_HOUR - 1}] <= :hour_ago)"
)
"""Codes left. `codes_sent` is newest first, so its fifth entry is within the hour exactly if five codes were."""


class DynamoCodes:
    """`ports.visits.CodeStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(
        self, rid: str, secret_hash: str | None, browser: str, challenge: Challenge, *, forget: str | None = None
    ) -> Link:
        now = challenge.begun_at
        names = {"browser": browser, "views": "views"}
        values: dict[str, object] = {
            "now": milliseconds(now),
            "hour_ago": milliseconds(now - _HOUR),
            "sent_now": [milliseconds(now)],
            "challenge": challenge_map(challenge),
        }
        conditions = ["attribute_exists(code)", NOT_ENDED, "#views < max_views", _CODES_LEFT]
        remove = ""
        if secret_hash is not None:
            names["secret"] = secret_hash
            conditions.append("attribute_exists(secrets.#secret)")
        if challenge.sent > 1:
            values["before"] = challenge.sent - 1
            conditions.append("challenges.#browser.sent = :before AND challenges.#browser.next_at <= :now")
        elif forget is None:
            values["kept"] = CHALLENGES_KEPT
            conditions.append("attribute_not_exists(challenges.#browser) AND size(challenges) < :kept")
        else:
            names["forget"] = forget
            conditions.append("attribute_not_exists(challenges.#browser) AND attribute_exists(challenges.#forget)")
            remove = " REMOVE challenges.#forget"
        update = Update(
            "SET challenges.#browser = :challenge, codes_sent = list_append(:sent_now, codes_sent)" + remove,
            " AND ".join(conditions),
            names=names,
            values=values,
        )
        try:
            return link_of(self._table.update(rid, LINK, update))
        except ConditionRefused as refusal:
            stored = stored_link(refusal)
            kept = stored.challenges.get(browser) if stored else None
            if stored and kept and kept.claim == challenge.claim:
                return stored
            raise NotChanged(stored) from refusal

    def spend_try(self, rid: str, browser: str, code: str, claim: str, now: datetime) -> Link:
        update = Update(
            # The try takes the value of the code's entry: true if the code has one, false if it has none.
            "SET challenges.#browser.tries.#claim = if_not_exists(challenges.#browser.codes.#code, :wrong),"
            " code_tries = code_tries + :one REMOVE challenges.#browser.codes.#code",
            "attribute_exists(challenges.#browser) AND challenges.#browser.expires_at > :now"
            " AND attribute_not_exists(challenges.#browser.tries.#claim)"
            f" AND size(challenges.#browser.tries) < :tries AND code_tries < :link_tries AND {NOT_ENDED}",
            names={"browser": browser, "code": code, "claim": claim},
            values={
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
