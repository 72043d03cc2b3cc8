"""Links in the table. Each change is one conditional write whose condition states the rule."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any, NoReturn

from linkgate.errors import InvalidRequest, Problem
from linkgate.model.epoch import epoch_seconds, milliseconds
from linkgate.model.policy import SUBMIT_GRACE, VISIT_LIFE, VISITS_KEPT
from linkgate.ports.links import CodeProof, NotChanged, Page, SecretProof
from linkgate.store.link_items import LINK, body_content, body_item, body_key, link_item, link_of, resource_key
from linkgate.store.table import ConditionRefused, Update, put_within_transaction

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.ports.links import Body
    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

_NEW = "attribute_not_exists(pk)"
NOT_ENDED = (
    "attribute_not_exists(revoked_at) AND attribute_not_exists(submitted_at) AND attribute_not_exists(locked_at)"
    " AND attribute_not_exists(renewed_as) AND expires_at > :now"
)
"""Condition that the link has not ended. Needs the value `now`."""


class DynamoLinks:
    """`ports.links.LinkStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def create(self, links: Sequence[Link], body: Body | None) -> None:
        main = links[0]
        if body:
            self._table.put(body_item(main.master_rid, body, epoch_seconds(main.ttl)))
        try:
            if len(links) == 1:
                self._table.put(link_item(main), _NEW)
            else:
                self._table.transact([put_within_transaction(link_item(link), _NEW) for link in links])
        except ConditionRefused as refusal:
            stored = stored_link(refusal)
            if stored is None or stored.claim != main.claim:
                raise NotChanged(stored) from refusal

    def get(self, rid: str) -> Link | None:
        item = self._table.get(rid, LINK)
        return link_of(item) if item else None

    def bodies(self, master_rid: str, names: Collection[str]) -> Mapping[str, Mapping[str, object]]:
        wanted = {body_key(name): name for name in names}
        items = self._table.batch_get([(master_rid, key) for key in wanted], consistent=True)
        return {wanted[item["sk"]]: body_content(item) for item in items}

    def open(
        self, rid: str, proof: SecretProof | CodeProof, visit: str, now: datetime, *, forget: str | None = None
    ) -> Link:
        names = {"visit": visit, "views": "views"}
        values: dict[str, object] = {"now": milliseconds(now), "end": milliseconds(now + VISIT_LIFE), "one": 1}
        match proof:
            case SecretProof(secret_hash):
                names["secret"] = secret_hash
                proven = "attribute_exists(secrets.#secret) AND attribute_not_exists(code)"
                way = "secrets.#secret"
            case CodeProof(browser, claim):
                names |= {"browser": browser, "claim": claim}
                values["right"] = True
                proven = "challenges.#browser.tries.#claim = :right AND challenges.#browser.expires_at > :now"
                way = "challenges.#browser.way"
        if forget is None:
            values["kept"] = VISITS_KEPT
            room, remove = "size(visits) < :kept", ""
        else:
            names["forget"] = forget
            room, remove = "attribute_exists(visits.#forget)", " REMOVE visits.#forget"
        update = Update(
            "SET visits.#visit = :end, #views = #views + :one, opened_at = if_not_exists(opened_at, :now),"
            f" opened_via = {way}{remove}",
            f"{proven} AND {NOT_ENDED} AND #views < max_views AND attribute_not_exists(visits.#visit) AND {room}",
            names=names,
            values=values,
        )
        try:
            return link_of(self._table.update(rid, LINK, update))
        except ConditionRefused as refusal:
            stored = stored_link(refusal)
            if stored and visit in stored.visits:
                return stored
            raise NotChanged(stored) from refusal

    def submit(self, links: Sequence[Link], visit: str, body: Body, claim: str, now: datetime) -> None:
        visited = links[0]
        self._table.put(body_item(visited.master_rid, body, epoch_seconds(visited.ttl)))
        values: dict[str, object] = {"now": milliseconds(now), "body": body.name, "claim": claim}
        change = "SET submitted_at = :now, submission = :body, submit_claim = :claim"
        here = Update(
            f"{change}, visits.#visit = :end",
            f"{NOT_ENDED} AND visits.#visit > :latest",
            names={"visit": visit},
            values={
                **values,
                "end": milliseconds(now + VISIT_LIFE),
                "latest": milliseconds(now - SUBMIT_GRACE),
            },
        )
        there = Update(change, "attribute_not_exists(submitted_at)", values=values)
        try:
            if len(links) == 1:
                self._table.update(visited.rid, LINK, here)
            else:
                self._table.transact(
                    [
                        here.within_transaction(visited.rid, LINK),
                        *(there.within_transaction(link.rid, LINK) for link in links[1:]),
                    ]
                )
        except ConditionRefused as refusal:
            stored = stored_link(refusal)
            if stored is None or stored.submit_claim != claim:
                raise NotChanged(stored) from refusal

    def revoke(self, tenant: str, rid: str, by: str, now: datetime) -> Link:
        update = Update(
            "SET revoked_at = if_not_exists(revoked_at, :now), revoked_by = if_not_exists(revoked_by, :by)",
            "tenant = :tenant AND attribute_not_exists(submitted_at)",
            values={"now": milliseconds(now), "by": by, "tenant": tenant},
        )
        try:
            return link_of(self._table.update(rid, LINK, update))
        except ConditionRefused as refusal:
            _not_changed(refusal)

    def list_by_resource(self, tenant: str, resource_type: str, uid: str, cursor: str | None, limit: int) -> Page:
        parameters: dict[str, Any] = {
            "IndexName": "by_resource",
            "KeyConditionExpression": "resource_key = :key",
            "ExpressionAttributeValues": {":key": {"S": resource_key(tenant, resource_type, uid)}},
            "ScanIndexForward": False,
            "Limit": limit,
        }
        if cursor:
            parameters["ExclusiveStartKey"] = _start_key(cursor, resource_key(tenant, resource_type, uid))
        keys, last = self._table.query(**parameters)
        order = {key["pk"]: place for place, key in enumerate(keys)}
        items = self._table.batch_get([(key["pk"], key["sk"]) for key in keys])
        links = sorted((link_of(item) for item in items), key=lambda link: order[link.rid])
        return Page(tuple(links), _cursor(last) if last else None)


def _cursor(last: Item) -> str:
    return base64.urlsafe_b64encode(json.dumps([last["pk"], last["created_at"]]).encode()).decode()


def _start_key(cursor: str, key: str) -> Item:
    """Return the end of a page, tied to its list, so that a cursor never shows anything of another list."""
    try:
        rid, created_at = json.loads(base64.urlsafe_b64decode(cursor))
        return {
            "pk": {"S": str(rid)},
            "sk": {"S": LINK},
            "resource_key": {"S": key},
            "created_at": {"N": str(int(created_at))},
        }
    except (binascii.Error, UnicodeDecodeError, ValueError, TypeError) as error:
        raise InvalidRequest([Problem.of("cursor", "format", expected="a cursor from an earlier page")]) from error


def stored_link(refusal: ConditionRefused) -> Link | None:
    """Return the link as it stood when a write to it was refused."""
    return link_of(refusal.item) if refusal.item else None


def _not_changed(refusal: ConditionRefused) -> NoReturn:
    raise NotChanged(stored_link(refusal)) from refusal
