"""Further changes by a recipient's browser in the table: drafts, renewed links, hand-over grants."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.epoch import epoch_seconds, milliseconds
from linkgate.model.policy import (
    CODE_LIFE,
    CODES_PER_HOUR,
    CODES_PER_LINK,
    DRAFTS_TOLD_EVERY,
    LINK_TRIES,
    SUBMIT_GRACE,
    VISIT_LIFE,
    VISITS_KEPT,
)
from linkgate.ports.links import Body, NotChanged
from linkgate.ports.visits import NO_RECEIPTS, CodeProof, SecretProof
from linkgate.store.link_items import LINK, body_item, callback_map, grant_map, link_of, look_map, receipt_map
from linkgate.store.links import (
    NOT_ENDED,
    RECEIPT_HAS_WAY,
    RECEIPT_NAMES,
    RECEIPT_READABLE,
    VIEWS_LEFT,
    keep_family,
    put_successor,
    receipt_values,
    stored_link,
)
from linkgate.store.table import ConditionRefused, Update
from linkgate.store.ways import looked_name, way_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from linkgate.model.callback import Callback
    from linkgate.model.link import Grant, Link, Look
    from linkgate.model.receipt import Receipt
    from linkgate.store.table import Table

_HOUR = timedelta(hours=1)
_STANDING = (
    "attribute_not_exists(revoked_at) AND attribute_not_exists(submitted_at) AND attribute_not_exists(locked_at)"
    " AND attribute_not_exists(renewed_as)"
)
"""Condition that the link has not ended, except that it may have expired."""
_NOT_REPLACED = "attribute_not_exists(renewed_as)"
_FILLABLE = (
    f"{_STANDING}"
    " AND (expires_at > :now OR (expires_at = :known_end AND expires_at > :latest AND visits.#visit > :at_end))"
)
"""Condition that a form on the screen may be submitted: the link has not ended, or it expired during the visit."""
_REPLACEABLE = (
    "attribute_exists(secrets.#secret) AND attribute_not_exists(revoked_at) AND attribute_not_exists(submitted_at)"
    " AND attribute_not_exists(locked_at) AND attribute_not_exists(renewed_as)"
    f" AND (expires_at <= :now OR #views >= max_views OR shown >= max_shown"
    f" OR attribute_exists(codes_sent[{CODES_PER_LINK - 1}])"
    f" OR (codes_sent[{CODES_PER_HOUR - 1}] > :hour_ago AND codes_sent[0] > :life_ago))"
)


class DynamoVisits:
    """`ports.visits.VisitStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def open(
        self, rid: str, proof: SecretProof | CodeProof, visit: str, now: datetime, *, forget: str | None = None
    ) -> None:
        begun = _begun(proof, visit, now, forget)
        update = Update(
            "SET visits.#visit = :end, #views = #views + :one, opened_at = if_not_exists(opened_at, :now),"
            f" opened_via = {begun.sent_via}, #way = {begun.sent_via}{begun.remove}",
            f"{begun.condition} AND {NOT_ENDED} AND {VIEWS_LEFT}",
            names={**begun.names, "views": "views"},
            values={**begun.values, "now": milliseconds(now)},
        )
        self._begin(rid, visit, update)

    def read_receipt(
        self, rid: str, proof: SecretProof | CodeProof, visit: str, now: datetime, *, forget: str | None = None
    ) -> None:
        begun = _begun(proof, visit, now, forget)
        alone = isinstance(proof, SecretProof)
        update = Update(
            f"SET visits.#visit = :end, receipt.#reads = receipt.#reads + :one, #way = {begun.sent_via}{begun.remove}",
            f"{begun.condition} AND {RECEIPT_READABLE} AND {'receipt.#access = :alone' if alone else RECEIPT_HAS_WAY}",
            names={**begun.names, **RECEIPT_NAMES},
            values={**begun.values, **receipt_values(now), **({"alone": "link"} if alone else {})},
        )
        self._begin(rid, visit, update)

    def _begin(self, rid: str, visit: str, update: Update) -> None:
        try:
            self._table.update(rid, LINK, update)
        except ConditionRefused as refusal:
            stored = stored_link(refusal)
            if stored is None or visit not in stored.visits:
                raise NotChanged(stored) from refusal

    def submit(  # noqa: PLR0913 - the facts of the record
        self,
        links: Sequence[Link],
        visit: str,
        bodies: Sequence[Body],
        claim: str,
        now: datetime,
        *,
        receipts: Mapping[str, Receipt] = NO_RECEIPTS,
    ) -> None:
        visited = links[0]
        # A role's link may end before the one that took the main link's place, and a body never before its links.
        ttl = epoch_seconds(max(link.ttl for link in links))
        for body in bodies:
            self._table.put(body_item(visited.master_rid, body, ttl))
        values: dict[str, object] = {"now": milliseconds(now), "body": bodies[0].name, "claim": claim}
        alive = visited.visits.get(visit, now) > now
        here = _sent(
            visited,
            receipts,
            f"{_FILLABLE} AND visits.#visit > :latest",
            {
                **values,
                **({"end": milliseconds(now + VISIT_LIFE)} if alive else {}),
                "latest": milliseconds(now - SUBMIT_GRACE),
                "known_end": milliseconds(visited.expires_at),
                "at_end": milliseconds(visited.expires_at - VISIT_LIFE),
            },
            visit,
        )
        there = "attribute_not_exists(submitted_at)"
        # A link that is replaced at this moment has a successor that this write does not know.
        newest = f"{there} AND {_NOT_REPLACED}"
        try:
            if len(links) == 1:
                self._table.update(visited.rid, LINK, here)
            else:
                self._table.transact(
                    [
                        here.within_transaction(visited.rid, LINK),
                        *(
                            _sent(link, receipts, there if link.renewed_as else newest, values).within_transaction(
                                link.rid, LINK
                            )
                            for link in links[1:]
                        ),
                    ]
                )
        except ConditionRefused as refusal:
            stored = stored_link(refusal)
            if stored is None or stored.submit_claim != claim:
                raise NotChanged(stored) from refusal

    def join(self, rid: str, now: datetime) -> None:
        update = Update(
            "SET joined_at = :now",
            "attribute_exists(pk) AND attribute_not_exists(joined_at)",
            values={"now": milliseconds(now)},
        )
        try:
            self._table.update(rid, LINK, update)
        except ConditionRefused as refusal:
            raise NotChanged(stored_link(refusal)) from refusal

    def prolong(self, rid: str, visit: str, now: datetime, *, drafted: bool = True) -> None:
        update = Update(
            f"SET visits.#visit = :end{', draft_at = :now' if drafted else ''}",
            f"{NOT_ENDED} AND visits.#visit > :now",
            names={"visit": visit},
            values={"now": milliseconds(now), "end": milliseconds(now + VISIT_LIFE)},
        )
        try:
            self._table.update(rid, LINK, update)
        except ConditionRefused as refusal:
            raise NotChanged(stored_link(refusal)) from refusal

    def note_draft(self, rid: str, visit: str, now: datetime) -> None:
        update = Update(
            "SET draft_at = :now",
            f"{_STANDING} AND attribute_exists(visits.#visit)"
            " AND (attribute_not_exists(draft_at) OR draft_at <= :before)",
            names={"visit": visit},
            values={"now": milliseconds(now), "before": milliseconds(now - DRAFTS_TOLD_EVERY)},
        )
        try:
            self._table.update(rid, LINK, update)
        except ConditionRefused as refusal:
            raise NotChanged(stored_link(refusal)) from refusal

    def renew(self, old: Link, secret_hash: str, new: Link, now: datetime) -> None:
        ttl = epoch_seconds(new.ttl)
        keep_family(self._table, old, ttl)
        values: dict[str, object] = {"now": milliseconds(now), "new": new.rid, "none": {}}
        values |= {"hour_ago": milliseconds(now - _HOUR), "life_ago": milliseconds(now - CODE_LIFE)}
        change, replaceable = "SET renewed_as = :new, renewed_at = :now, visits = :none", _REPLACEABLE
        if old.code:
            values |= {"tries": old.code_tries, "link_tries": LINK_TRIES, "sent": len(old.codes_sent)}
            change += ", challenges = :none"
            replaceable += " AND code_tries = :tries AND code_tries < :link_tries AND size(codes_sent) = :sent"
        replaced = Update(
            f"{change} REMOVE handover",
            replaceable,
            names={"secret": secret_hash, "views": "views"},
            values=values,
        )
        put_successor(self._table, old.rid, replaced, new)

    def disown(self, rid: str, secret_hash: str, now: datetime, *, revoke: bool) -> Link:
        values: dict[str, object] = {"now": milliseconds(now)}
        sets, condition = "disowned_at = if_not_exists(disowned_at, :now)", "attribute_exists(secrets.#secret)"
        if revoke:
            values["note"] = {"reason": "disowned"}
            sets += ", revoked_at = if_not_exists(revoked_at, :now), revoked_note = if_not_exists(revoked_note, :note)"
            condition += " AND attribute_not_exists(submitted_at)"
        update = Update(f"SET {sets}", condition, names={"secret": secret_hash}, values=values)
        try:
            return link_of(self._table.update(rid, LINK, update))
        except ConditionRefused as refusal:
            stored = stored_link(refusal)
            if revoke and stored and stored.submitted_at:
                # A submission is never undone.
                return self.disown(rid, secret_hash, now, revoke=False)
            raise NotChanged(stored) from refusal

    def ask_callback(self, rid: str, visit: str, callback: Callback, now: datetime) -> None:
        update = Update(
            "SET callback = :callback",
            f"{NOT_ENDED} AND visits.#visit > :latest"
            " AND (attribute_not_exists(callback) OR attribute_exists(callback.taken_at))",
            names={"visit": visit},
            values={
                "now": milliseconds(now),
                "latest": milliseconds(now - SUBMIT_GRACE),
                "callback": callback_map(callback),
            },
        )
        try:
            self._table.update(rid, LINK, update)
        except ConditionRefused as refusal:
            stored = stored_link(refusal)
            known = stored.callback if stored else None
            if known is None or not known.open or not known.says_the_same(callback):
                raise NotChanged(stored) from refusal

    def look(self, rid: str, visit: str, look: Look, *, counted: bool, now: datetime) -> Link:
        names = {"visit": visit, "seen": looked_name(visit)}
        values: dict[str, object] = {"now": milliseconds(now), "look": look_map(look), "one": 1, "none": 0}
        change = "SET looks = if_not_exists(looks, :none) + :one, look = :look"
        rule = f"{NOT_ENDED} AND visits.#visit > :now"
        if counted:
            values["true"] = True
            change += ", shown = shown + :one, #seen = :true"
            rule += " AND shown < max_shown AND attribute_not_exists(#seen)"
        else:
            values["claim"] = look.claim
            rule += (
                " AND (attribute_not_exists(max_shown) OR attribute_exists(#seen))"
                " AND (attribute_not_exists(look) OR look.claim <> :claim)"
            )
        try:
            return link_of(self._table.update(rid, LINK, Update(change, rule, names=names, values=values)))
        except ConditionRefused as refusal:
            stored = stored_link(refusal)
            if stored is not None and stored.look is not None and stored.look.claim == look.claim:
                return stored
            raise NotChanged(stored) from refusal

    def give_grant(self, rid: str, visit: str, grant: Grant, now: datetime) -> None:
        update = Update(
            "SET handover = :grant",
            f"{NOT_ENDED} AND visits.#visit > :now",
            names={"visit": visit},
            values={"now": milliseconds(now), "grant": grant_map(grant)},
        )
        try:
            self._table.update(rid, LINK, update)
        except ConditionRefused as refusal:
            raise NotChanged(stored_link(refusal)) from refusal

    def take_grant(self, tenant: str, rid: str, secret_hash: str, claim: str, now: datetime) -> Link:
        update = Update(
            "SET handover.claim = :claim",
            "tenant = :tenant AND handover.secret_hash = :secret AND handover.expires_at > :now"
            f" AND attribute_not_exists(handover.claim) AND {NOT_ENDED}",
            values={"now": milliseconds(now), "tenant": tenant, "secret": secret_hash, "claim": claim},
        )
        try:
            return link_of(self._table.update(rid, LINK, update))
        except ConditionRefused as refusal:
            stored = stored_link(refusal)
            if stored and stored.grant and stored.grant.claim == claim:
                return stored
            raise NotChanged(stored) from refusal


@dataclass(frozen=True, slots=True)
class _Begun:
    """Parts of an update that begins a visit."""

    condition: str
    sent_via: str
    """Place of the way that the visit came."""
    remove: str
    names: dict[str, str]
    values: dict[str, object]


def _begun(proof: SecretProof | CodeProof, visit: str, now: datetime, forget: str | None) -> _Begun:
    names = {"visit": visit, "way": way_name(visit)}
    values: dict[str, object] = {"end": milliseconds(now + VISIT_LIFE), "one": 1}
    match proof:
        case SecretProof(secret_hash=secret_hash, portals=portals):
            names["secret"] = secret_hash
            places = {f"portal{place}": portal for place, portal in enumerate(portals)}
            values |= places
            here = ", ".join(f":{place}" for place in places)
            proven = f"attribute_exists(secrets.#secret) AND attribute_not_exists(code) AND portal IN ({here})"
            sent_via = "secrets.#secret"
        case CodeProof(browser=browser, claim=claim):
            names |= {"browser": browser, "claim": claim}
            values |= {"right": True, "now": milliseconds(now)}
            proven = "challenges.#browser.tries.#claim = :right AND challenges.#browser.expires_at > :now"
            sent_via = "challenges.#browser.way"
    if forget is None:
        values["kept"] = VISITS_KEPT
        room, remove = "size(visits) < :kept", ""
    else:
        names |= {"forget": forget, "forgetway": way_name(forget), "forgetlook": looked_name(forget)}
        room, remove = "attribute_exists(visits.#forget)", " REMOVE visits.#forget, #forgetway, #forgetlook"
    condition = f"{proven} AND attribute_not_exists(visits.#visit) AND {room}"
    return _Begun(condition, sent_via, remove, names, values)


def _sent(
    link: Link, receipts: Mapping[str, Receipt], condition: str, values: Mapping[str, object], visit: str = ""
) -> Update:
    """Return the update that records a submission on a link. `visit` is the sender's, if it is this link's."""
    change, more = "SET submitted_at = :now, submission = :body, submit_claim = :claim", dict(values)
    if "end" in values:
        change += ", visits.#visit = :end"
    if receipt := receipts.get(link.rid):
        change += ", receipt = :receipt"
        more["receipt"] = receipt_map(receipt)
        if receipt.access == "code" and link.code is None:
            # The places for a code, which a link that opens without one does not have.
            change += ", challenges = :nothing, codes_sent = :nobody, code_tries = :zero"
            more |= {"nothing": {}, "nobody": [], "zero": 0}
    return Update(change, condition, names={"visit": visit} if visit else {}, values=more)
