"""Webhooks in the table, in the partition of their tenant: `pk = tenant#<id>, sk = webhook#<id>`."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.epoch import milliseconds, moment
from linkgate.model.webhook import DisableReason, Webhook
from linkgate.store.journal_items import NEW, beside, change
from linkgate.store.table import ConditionRefused, Update, put_within_transaction
from linkgate.store.tenant_items import TENANTS, record_item, tenant_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from linkgate.model.person import JournalEntry
    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

CACHE_LIFE = timedelta(seconds=60)
"""Longest time until a tenant's new or changed webhooks take effect."""

_PREFIX = "webhook#"
_KNOWN = "attribute_exists(pk)"
_NOT_DISABLED = "attribute_not_exists(disabled_at)"
_ENABLED = f"{_KNOWN} AND {_NOT_DISABLED}"
_CACHE_LIMIT = 10_000


class DynamoWebhooks:
    """`ports.history.WebhookStore` and `ports.staff.WebhookSettings` over the table."""

    def __init__(self, table: Table, now: Callable[[], datetime]) -> None:
        self._table = table
        self._now = now
        self._cache: dict[str, tuple[datetime, Sequence[Webhook]]] = {}

    def of(self, tenant: str) -> Sequence[Webhook]:
        now = self._now()
        known = self._cache.get(tenant)
        if known and known[0] > now:
            return known[1]
        if len(self._cache) >= _CACHE_LIMIT:
            self._cache.clear()
        found = self._query(tenant, consistent=False)
        self._cache[tenant] = (now + CACHE_LIFE, found)
        return found

    def get(self, tenant: str, webhook: str) -> Webhook | None:
        item = self._table.get(*_key(tenant, webhook))
        return _webhook_of(item) if item else None

    def begin_failing(self, webhook: Webhook, since: datetime) -> None:
        update = Update(
            "SET failing_since = :since",
            f"{_ENABLED} AND attribute_not_exists(failing_since)",
            values={"since": milliseconds(since)},
        )
        self._changed(webhook, update)

    def end_failing(self, webhook: Webhook) -> None:
        if webhook.failing_since is None:
            return
        update = Update(
            "REMOVE failing_since",
            f"{_NOT_DISABLED} AND failing_since = :seen",
            values={"seen": milliseconds(webhook.failing_since)},
        )
        self._changed(webhook, update)

    def disable(
        self,
        webhook: Webhook,
        reason: DisableReason,
        event: str,
        now: datetime,
        *,
        failing_since: datetime | None = None,
    ) -> bool:
        values = {"now": milliseconds(now), "because": reason.value, "event": event, "url": webhook.url}
        condition = f"{_NOT_DISABLED} AND #url = :url"
        if failing_since is not None:
            condition += " AND failing_since <= :since"
            values["since"] = milliseconds(failing_since)
        update = Update(
            "SET disabled_at = :now, disabled_because = :because, disabled_by = :event",
            condition,
            names={"url": "url"},
            values=values,
        )
        return self._changed(webhook, update) is not None

    def listed(self, tenant: str) -> Sequence[Webhook]:
        return sorted(self._query(tenant, consistent=True), key=lambda webhook: webhook.created_at)

    def any(self) -> bool:
        tenants = self._table.query_all(
            KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": TENANTS}}, ConsistentRead=True
        )
        return any(self._query(entry["sk"], consistent=True) for entry in tenants)

    def add(self, webhook: Webhook, entry: JournalEntry | None = None) -> None:
        item = record_item(_key(webhook.tenant, webhook.id), webhook)
        if entry is None:
            self._table.put(item, NEW)
        else:
            self._table.transact([put_within_transaction(item, NEW), *beside(webhook.tenant, entry)])
        self._cache.pop(webhook.tenant, None)

    def change(
        self, webhook: Webhook, url: str, events: frozenset[str], entry: JournalEntry | None = None
    ) -> Webhook | None:
        update = Update(
            "SET #url = :url, events = :events" + (" REMOVE failing_since" if url != webhook.url else ""),
            "#url = :seen_url AND events = :seen_events",
            names={"url": "url"},
            values={
                "url": url,
                "events": sorted(events),
                "seen_url": webhook.url,
                "seen_events": sorted(webhook.events),
            },
        )
        return self._changed(webhook, update, entry)

    def enable(self, webhook: Webhook, entry: JournalEntry | None = None) -> Webhook | None:
        removed = "REMOVE disabled_at, disabled_because, disabled_by, failing_since"
        return self._changed(webhook, Update(removed, "attribute_exists(disabled_at)"), entry)

    def disable_by_operator(self, webhook: Webhook, now: datetime, entry: JournalEntry | None = None) -> Webhook | None:
        update = Update(
            "SET disabled_at = :now, disabled_because = :because",
            _ENABLED,
            values={"now": milliseconds(now), "because": DisableReason.OPERATOR.value},
        )
        return self._changed(webhook, update, entry)

    def rotate(
        self, webhook: Webhook, now: datetime, overlap: timedelta, entry: JournalEntry | None = None
    ) -> Webhook | None:
        ends = {version: min(until, now + overlap) for version, until in webhook.earlier_versions.items()}
        ends[str(webhook.secret_version)] = now + overlap
        update = Update(
            "SET secret_version = :next, earlier_versions = :earlier",
            "secret_version = :seen",
            values={
                "next": webhook.secret_version + 1,
                "seen": webhook.secret_version,
                "earlier": {version: milliseconds(until) for version, until in ends.items() if until > now},
            },
        )
        return self._changed(webhook, update, entry)

    def remove(self, webhook: Webhook) -> None:
        """Delete a webhook, which only operators do."""
        self._table.delete(*_key(webhook.tenant, webhook.id))
        self._cache.pop(webhook.tenant, None)

    def _changed(self, webhook: Webhook, update: Update, entry: JournalEntry | None = None) -> Webhook | None:
        self._cache.pop(webhook.tenant, None)
        if entry:
            # A transaction does not return what it wrote.
            done = change(self._table, _key(webhook.tenant, webhook.id), update, webhook.tenant, entry)
            return self.get(webhook.tenant, webhook.id) if done else None
        try:
            return _webhook_of(self._table.update(*_key(webhook.tenant, webhook.id), update))
        except ConditionRefused:
            return None

    def _query(self, tenant: str, *, consistent: bool) -> Sequence[Webhook]:
        items = self._table.query_all(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": {"S": tenant_key(tenant)[0]}, ":prefix": {"S": _PREFIX}},
            ConsistentRead=consistent,
        )
        return [_webhook_of(item) for item in items]


def _key(tenant: str, webhook: str) -> tuple[str, str]:
    return tenant_key(tenant)[0], f"{_PREFIX}{webhook}"


def _webhook_of(item: Item) -> Webhook:
    values = {field.name: item[field.name] for field in fields(Webhook) if field.name in item}
    for name, restore in _RESTORED.items():
        if name in values:
            values[name] = restore(values[name])
    return Webhook(**values)


_RESTORED: dict[str, Callable[..., object]] = {
    "events": frozenset,
    "created_at": moment,
    "earlier_versions": lambda value: {version: moment(until) for version, until in value.items()},
    "disabled_at": moment,
    "disabled_because": DisableReason,
    "failing_since": moment,
}
