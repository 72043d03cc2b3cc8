"""Forms of definitions in the table, as administrators change them: each change states the version that was seen."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from linkgate.model.epoch import epoch_seconds, milliseconds, moment
from linkgate.ports.staff import FormDraftKept, KeptForm
from linkgate.store.journal_items import beside, change
from linkgate.store.table import ConditionRefused, Update, is_possible_key, put_within_transaction
from linkgate.store.tenant_items import (
    TRIAL,
    definition_key,
    draft_key,
    record_item,
    record_of,
    version_key,
    versioned,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkgate.model.person import JournalEntry
    from linkgate.model.tenant import Campaign, Process
    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

DRAFT_KEPT = timedelta(days=90)
"""Time for which a draft is kept after its last change."""
TRIAL_KEPT = DRAFT_KEPT + timedelta(days=10)
"""Time for which a draft can be tried. The test links that are made of it live as long as they may."""


class DynamoForms:
    """`ports.staff.Forms` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, kind: type[Process | Campaign], tenant: str, id_: str) -> KeptForm | None:
        item = self._table.get(*definition_key(kind, tenant, id_))
        return _kept(kind, item) if item else None

    def put(self, tenant: str, definition: Process | Campaign, seen: str, entry: JournalEntry, draft: str = "") -> bool:
        kind, kept = type(definition), versioned(definition)
        who = {"changed_by": entry.person, "changed_at": milliseconds(entry.at)}
        newest = {**record_item(definition_key(kind, tenant, definition.id), kept), **who}
        version = {**record_item(version_key(kind, tenant, definition.id, kept.version or ""), kept), **who}
        condition = "version = :seen" if seen else "attribute_exists(pk) AND attribute_not_exists(version)"
        values = {"seen": seen} if seen else None
        writes = [put_within_transaction(newest, condition, values), put_within_transaction(version)]
        if draft:
            writes.append(_dropped(draft).within_transaction(*draft_key(kind, tenant, definition.id)))
        return self._written([*writes, *beside(tenant, entry)])

    def versions(self, kind: type[Process | Campaign], tenant: str, id_: str) -> Sequence[KeptForm]:
        pk, prefix = version_key(kind, tenant, id_, "")
        if not is_possible_key(pk, prefix):
            return []
        items = self._table.query_all(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": {"S": pk}, ":prefix": {"S": prefix}},
        )
        own = [item for item in items if item["sk"] == prefix + item.get("version", "#") and TRIAL not in item]
        return [_kept(kind, item) for item in sorted(own, key=lambda item: -item.get("changed_at", 0))]

    def draft(self, kind: type[Process | Campaign], tenant: str, id_: str) -> FormDraftKept | None:
        item = self._table.get(*draft_key(kind, tenant, id_))
        if item is None or "version" not in item:
            return None
        return FormDraftKept(
            json.loads(item["schema"]),
            item["base"],
            item["version"],
            item["changed_by"],
            moment(item["changed_at"]),
            sound="trial" in item,
        )

    def trial(self, kind: type[Process | Campaign], tenant: str, id_: str) -> str | None:
        item = self._table.get(*draft_key(kind, tenant, id_))
        trial: str | None = item.get("trial") if item else None
        return trial

    def keep_draft(
        self, tenant: str, definition: Process | Campaign, seen: str, draft: FormDraftKept, entry: JournalEntry
    ) -> bool:
        pk, sk = draft_key(type(definition), tenant, definition.id)
        item = {
            "pk": pk,
            "sk": sk,
            "schema": json.dumps(draft.schema),
            "base": draft.base,
            "version": draft.version,
            "changed_by": draft.by,
            "changed_at": milliseconds(draft.at),
            "trial": versioned(definition).version if draft.sound else None,
            "ttl": epoch_seconds(draft.at + DRAFT_KEPT),
        }
        condition = "version = :seen" if seen else "attribute_not_exists(version)"
        write = put_within_transaction(item, condition, {"seen": seen} if seen else None)
        trials = self._trial(tenant, definition, draft) if draft.sound else []
        return self._written([write, *trials, *beside(tenant, entry)])

    def drop_draft(self, tenant: str, kind: type[Process | Campaign], id_: str, seen: str, entry: JournalEntry) -> bool:
        return change(self._table, draft_key(kind, tenant, id_), _dropped(seen), tenant, entry)

    def _trial(self, tenant: str, trial: Process | Campaign, draft: FormDraftKept) -> list[dict[str, Any]]:
        """Return the write of a version that was never live, none if the same content was."""
        kept = versioned(trial)
        key = version_key(type(trial), tenant, trial.id, kept.version or "")
        known = self._table.get(*key)
        if known and TRIAL not in known:
            return []
        item = {**record_item(key, kept), TRIAL: True, "ttl": epoch_seconds(draft.at + TRIAL_KEPT)}
        return [put_within_transaction(item, f"attribute_not_exists(pk) OR attribute_exists({TRIAL})")]

    def _written(self, writes: Sequence[dict[str, Any]]) -> bool:
        try:
            self._table.transact(writes)
        except ConditionRefused:
            return False
        return True


def _dropped(seen: str) -> Update:
    """Return the change by which a draft is none any more. Its item stays, because nobody may delete there."""
    return Update(
        "REMOVE #schema, #base, version, trial, changed_by, changed_at",
        "version = :seen",
        names={"schema": "schema", "base": "base"},
        values={"seen": seen},
    )


def _kept(kind: type[Process | Campaign], item: Item) -> KeptForm:
    at = moment(item["changed_at"]) if "changed_at" in item else None
    return KeptForm(record_of(kind, item), item.get("changed_by"), at)
