"""People in the table: each in the partition of their tenant's staff, to which a provider's name of them leads."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from linkgate.model.epoch import milliseconds
from linkgate.model.person import Person
from linkgate.store.journal_items import change
from linkgate.store.table import ConditionRefused, Update, put_within_transaction
from linkgate.store.tenant_items import record_item, record_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from linkgate.model.person import JournalEntry
    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table


def person_key(tenant: str, person: str) -> tuple[str, str]:
    """Return the key of a person."""
    return f"staff#{tenant}", f"person#{person}"


def person_of(item: Item) -> Person:
    """Read a person back."""
    return dataclasses.replace(record_of(Person, item), roles=frozenset(item["roles"]))


class DynamoPeople:
    """`ports.staff.PeopleStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, person: Person) -> bool:
        entry = {"pk": f"who#{person.subject}", "sk": person.tenant, "person": person.id}
        try:
            self._table.transact(
                [
                    put_within_transaction(record_item(person_key(person.tenant, person.id), person)),
                    put_within_transaction(entry, "attribute_not_exists(pk)"),
                ]
            )
        except ConditionRefused:
            return False
        return True

    def of_subject(self, tenant: str, subject: str) -> Person | None:
        entry = self._table.get(f"who#{subject}", tenant)
        return self.get(tenant, entry["person"]) if entry else None

    def signed_in(self, person: Person, now: datetime) -> Person | None:
        update = Update(
            "SET #name = :name, email = :email, verified = :verified, #roles = :roles, seen_at = :now",
            "attribute_exists(pk) AND attribute_not_exists(ended_at)",
            names={"name": "name", "roles": "roles"},
            values={
                "name": person.name,
                "email": person.email,
                "verified": person.verified,
                "roles": sorted(person.roles),
                "now": milliseconds(now),
            },
        )
        try:
            return person_of(self._table.update(*person_key(person.tenant, person.id), update))
        except ConditionRefused:
            return None

    def get(self, tenant: str, person: str) -> Person | None:
        item = self._table.get(*person_key(tenant, person))
        return person_of(item) if item else None

    def of(self, tenant: str) -> Iterator[Person]:
        items = self._table.query_all(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": {"S": f"staff#{tenant}"}, ":prefix": {"S": "person#"}},
            ConsistentRead=True,
        )
        return map(person_of, items)

    def set_roles(self, person: Person, roles: frozenset[str], entry: JournalEntry | None = None) -> bool:
        update = Update(
            "SET #roles = :roles",
            "#roles = :known AND attribute_not_exists(ended_at)",
            names={"roles": "roles"},
            values={"roles": sorted(roles), "known": sorted(person.roles)},
        )
        return self._changed(person, update, entry)

    def end(self, person: Person, now: datetime, entry: JournalEntry | None = None) -> bool:
        update = Update(
            "SET ended_at = :now",
            "attribute_exists(pk) AND attribute_not_exists(ended_at)",
            values={"now": milliseconds(now)},
        )
        return self._changed(person, update, entry)

    def _changed(self, person: Person, update: Update, entry: JournalEntry | None) -> bool:
        return change(self._table, person_key(person.tenant, person.id), update, person.tenant, entry)
