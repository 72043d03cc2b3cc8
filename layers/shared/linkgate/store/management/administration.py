"""Changes to links by their owner, in the table."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds, milliseconds
from linkgate.model.link import CONSOLE, Recipient
from linkgate.model.reference import reference_of
from linkgate.ports.links import NotChanged
from linkgate.ports.management import NO_NOTE, Data
from linkgate.store.link_items import CHAT, FIELD, FILE, FILES, LINK, body_key, link_of, recipient_map
from linkgate.store.link_keys import recipient_key, reference_key
from linkgate.store.links import NOT_ENDED, keep_family, put_successor, stored_link
from linkgate.store.management.link_lists import LISTED, further_entries
from linkgate.store.table import ConditionRefused, Update
from linkgate.store.tenant_items import contact_id_of
from linkgate.store.ways import ways_ended

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.ports.management import Note
    from linkgate.store.table import Table

_EXTENDABLE = (
    "attribute_not_exists(submitted_at) AND attribute_not_exists(revoked_at) AND attribute_not_exists(locked_at)"
    " AND attribute_not_exists(renewed_as) AND attribute_not_exists(erased_at) AND expires_at < :expires_at"
)

_REPLACEABLE = (
    "tenant = :tenant AND attribute_not_exists(submitted_at) AND attribute_not_exists(revoked_at)"
    " AND attribute_not_exists(renewed_as) AND attribute_not_exists(erased_at)"
)

_REOPENABLE = (
    "tenant = :tenant AND attribute_exists(submitted_at) AND attribute_exists(submission)"
    " AND attribute_not_exists(revoked_at) AND attribute_not_exists(renewed_as) AND attribute_not_exists(erased_at)"
)

_REVOKED = (
    "revoked_at = if_not_exists(revoked_at, :now), revoked_by = if_not_exists(revoked_by, :by),"
    " revoked_note = if_not_exists(revoked_note, :note)"
)
_BODIES = (body_key(""), FIELD)
"""Beginnings of the sort keys under which a person's words are kept."""


class DynamoAdministration:
    """`ports.management.Administration` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def revoke(  # noqa: PLR0913 - the facts of the record
        self, tenant: str, rid: str, by: str, now: datetime, dialect: str | None = None, *, note: Note = NO_NOTE
    ) -> Link:
        values: dict[str, object] = {"now": milliseconds(now), "by": by, "tenant": tenant, "note": dict(note)}
        update = Update(
            f"SET {_REVOKED}",
            "tenant = :tenant AND attribute_not_exists(submitted_at)" + (" AND dialect = :dialect" if dialect else ""),
            values=values | ({"dialect": dialect} if dialect else {}),
        )
        try:
            return link_of(self._table.update(rid, LINK, update))
        except ConditionRefused as refusal:
            raise NotChanged(stored_link(refusal)) from refusal

    def revoke_ways(self, link: Link, ways: Collection[str], by: str, now: datetime, *, note: Note = NO_NOTE) -> Link:
        ended = ways_ended(link, ways, now, by)
        update = Update(
            f"SET {', '.join([*ended.sets, 'ways_revoked_note = :note'])} REMOVE {', '.join(ended.removes)}",
            " AND ".join(ended.conditions),
            names=ended.names,
            values={**ended.values, "note": dict(note)},
        )
        try:
            return link_of(self._table.update(link.rid, LINK, update))
        except ConditionRefused as refusal:
            raise NotChanged(stored_link(refusal)) from refusal

    def extend(  # noqa: PLR0913 - the facts of the record
        self, link: Link, expires_at: datetime, ttl: datetime, by: str, now: datetime, *, note: Note = NO_NOTE
    ) -> Link:
        seconds = epoch_seconds(ttl)
        # Keep the family first, because a body must never end before its link.
        keep_family(self._table, link, seconds)
        update = Update(
            "SET expires_at = :expires_at, #ttl = :ttl, extended_at = :now, extended_by = :by, extended_note = :note",
            _EXTENDABLE,
            names={"ttl": "ttl"},
            values={
                "expires_at": milliseconds(expires_at),
                "ttl": seconds,
                "now": milliseconds(now),
                "by": by,
                "note": dict(note),
            },
        )
        try:
            return link_of(self._table.update(link.rid, LINK, update))
        except ConditionRefused as refusal:
            stored = stored_link(refusal)
            if stored and stored.expires_at == expires_at and stored.extended_at:
                return stored
            raise NotChanged(stored) from refusal

    def replace(self, old: Link, new: Link, by: str, now: datetime, *, note: Note = NO_NOTE) -> None:
        # Keep the family first, because a body must never end before its link.
        keep_family(self._table, old, epoch_seconds(new.ttl))
        replaced = Update(
            f"SET {_REVOKED}, renewed_as = :new, renewed_at = :now",
            _REPLACEABLE,
            values={"now": milliseconds(now), "by": by, "note": dict(note), "new": new.rid, "tenant": old.tenant},
        )
        put_successor(self._table, old.rid, replaced, new)

    def reopen(self, old: Link, new: Link, by: str, now: datetime, *, note: Note = NO_NOTE) -> None:
        # Keep the family first, because a body must never end before its link.
        keep_family(self._table, old, epoch_seconds(new.ttl))
        reopened = Update(
            "SET renewed_as = :new, renewed_at = :now, reopened_by = :by, reopened_note = :note",
            _REOPENABLE,
            values={"now": milliseconds(now), "by": by, "note": dict(note), "new": new.rid, "tenant": old.tenant},
        )
        put_successor(self._table, old.rid, reopened, new)

    def open_test(self, link: Link, secret_hash: str, now: datetime) -> Link:
        before = {f"before{n}": each for n, each in enumerate(h for h, way in link.secrets.items() if way == CONSOLE)}
        removes = f" REMOVE {', '.join(f'secrets.#{name}' for name in before)}" if before else ""
        update = Update(
            f"SET secrets.#secret = :way{removes}",
            f"tenant = :tenant AND #test = :true AND {NOT_ENDED}",
            names={"secret": secret_hash, "test": "test", **before},
            values={"way": CONSOLE, "tenant": link.tenant, "true": True, "now": milliseconds(now)},
        )
        try:
            return link_of(self._table.update(link.rid, LINK, update))
        except ConditionRefused as refusal:
            raise NotChanged(stored_link(refusal)) from refusal

    def attach(self, tenant: str, rid: str, now: datetime) -> None:
        update = Update(
            "SET attached = :true",
            f"tenant = :tenant AND {NOT_ENDED}",
            values={"true": True, "tenant": tenant, "now": milliseconds(now)},
        )
        try:
            self._table.update(rid, LINK, update)
        except ConditionRefused as refusal:
            raise NotChanged(stored_link(refusal)) from refusal

    def erase(self, link: Link, by: str, now: datetime, *, note: Note = NO_NOTE) -> Data:
        # Erase the link first. From then on nothing can be submitted.
        values: dict[str, object] = {
            "now": milliseconds(now),
            "nobody": recipient_map(Recipient(locale=link.recipient.locale, locale_said=link.recipient.locale_said)),
            "erasure": {"by": by, **note},
        }
        forget = (
            "SET recipient = :nobody, erased_at = if_not_exists(erased_at, :now),"
            " erased_note = if_not_exists(erased_note, :erasure){revoke}"
            " REMOVE recipient_key, body, submission, opt_outs, callback"
        )
        revoking = {**values, "by": by, "note": dict(note)}
        changes = (
            (f", {_REVOKED}", "attribute_exists(pk) AND attribute_not_exists(submitted_at)", revoking),
            # A submission is never undone, so a submitted link is not revoked.
            ("", "attribute_exists(submitted_at)", values),
        )
        for revoke, condition, given in changes:
            with suppress(ConditionRefused):
                self._table.update(link.rid, LINK, Update(forget.format(revoke=revoke), condition, values=given))
                break
        else:
            raise NotChanged(None)
        self._unlist(link)
        return self._delete_data(link)

    def count_data(self, link: Link) -> Data:
        chat = self._table.sort_keys(link.rid, CHAT)
        bodies = sum(len(self._table.sort_keys(link.master_rid, prefix)) for prefix in _BODIES)
        return Data(bodies + len(chat), len(self._table.sort_keys(link.master_rid, FILE)))

    def settle_erased(self, link: Link) -> None:
        self._unlist(link)
        self._delete_data(link)

    def list_further(self, link: Link, addresses: Collection[str]) -> None:
        for entry in further_entries(link, addresses) if link.role is None else ():
            self._table.put(entry)

    def list_reference(self, link: Link) -> None:
        pk = reference_key(link.lists, reference_of(link.master_rid))
        self._table.put({"pk": pk, "sk": link.rid, "ttl": epoch_seconds(link.ttl)})

    def _unlist(self, link: Link) -> None:
        self._delete(link.rid, LISTED)
        self._table.delete(reference_key(link.lists, reference_of(link.master_rid)), link.rid)

    def _delete_data(self, link: Link) -> Data:
        bodies = self._delete(link.rid, CHAT) + sum(self._delete(link.master_rid, prefix) for prefix in _BODIES)
        # The room of the files goes last, because each file that is deleted gives a part of it back.
        files = self._delete(link.master_rid, FILE)
        self._table.delete(link.master_rid, FILES)
        return Data(bodies, files)

    def _delete(self, pk: str, prefix: str) -> int:
        sort_keys = self._table.sort_keys(pk, prefix)
        for sk in sort_keys:
            self._table.delete(pk, sk)
        return len(sort_keys)

    def contacts_at(self, tenant: str, address: str) -> Sequence[int]:
        parameters: dict[str, object] = {
            "IndexName": "by_recipient",
            "KeyConditionExpression": "recipient_key = :key",
            "ExpressionAttributeValues": {":key": {"S": recipient_key(tenant, address)}},
        }
        found = (contact_id_of(entry["sk"]) for entry in self._table.query_all(**parameters))
        return sorted({number for number in found if number is not None})
