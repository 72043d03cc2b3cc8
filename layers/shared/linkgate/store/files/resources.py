"""Resources in the table, each in the partition of its files."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from linkgate.model.epoch import epoch_seconds, moment
from linkgate.model.resource import Amount, Resource
from linkgate.ports.files import place_of_resource

if TYPE_CHECKING:
    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

_RESOURCE = "resource"
_PLAIN = ("tenant", "type", "uid", "title")
_OPTIONAL = ("number", "note")


class DynamoResources:
    """`ports.files.ResourceStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, resource: Resource) -> None:
        amount = resource.amount
        self._table.put(
            {
                "pk": place_of_resource(resource.tenant, resource.type, resource.uid).partition,
                "sk": _RESOURCE,
                **{name: getattr(resource, name) for name in (*_PLAIN, *_OPTIONAL)},
                "amount": {"value": amount.value, "currency": amount.currency} if amount else None,
                "due": resource.due.isoformat() if resource.due else None,
                "ttl": epoch_seconds(resource.ttl),
            }
        )

    def get(self, tenant: str, resource_type: str, uid: str) -> Resource | None:
        item = self._table.get(place_of_resource(tenant, resource_type, uid).partition, _RESOURCE)
        return _resource(item) if item else None

    def delete(self, tenant: str, resource_type: str, uid: str) -> bool:
        partition = place_of_resource(tenant, resource_type, uid).partition
        return self._table.delete(partition, _RESOURCE, ReturnValues="ALL_OLD") is not None


def _resource(item: Item) -> Resource:
    amount = item.get("amount")
    known: dict[str, Any] = {name: item[name] for name in _PLAIN}
    optional: dict[str, Any] = {name: item.get(name) for name in _OPTIONAL}
    return Resource(
        **known,
        **optional,
        amount=Amount(amount["value"], amount["currency"]) if amount else None,
        due=date.fromisoformat(item["due"]) if "due" in item else None,
        ttl=moment(item["ttl"] * 1000),
    )
