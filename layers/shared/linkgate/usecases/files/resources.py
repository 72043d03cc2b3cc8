"""Descriptions of resources: title, number, amount and due date, as the tenant sends them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, NotFound, Problem
from linkgate.lazy_dataclass import dataclass
from linkgate.model.resource import Amount, Resource, is_currency, is_decimal
from linkgate.model.tenant import ResourceType
from linkgate.ports.files import place_of_resource

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from linkgate.model.file import File
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeResource:
    """Request to describe a resource. Parts that are left out are not kept."""

    caller: Caller
    type: str
    uid: str
    """32 lower-case hex digits."""
    title: str
    number: str | None = None
    amount: Amount | None = None
    due: date | None = None
    note: str | None = None
    keep_days: int | None = None
    """Days from now for which the resource and its files are kept, or None for the tenant's usual number."""


@dataclass(frozen=True, slots=True)
class KeptResource:
    """A resource with its files, the oldest first. A resource with files may be described by nothing."""

    description: Resource | None
    files: Sequence[File]


def describe_resource(command: DescribeResource, deps: Deps) -> KeptResource:
    """Keep the description, in place of an earlier one, and its files for as long.

    Raises NotFound for an unknown type of resource, and InvalidRequest.
    """
    described = checked_description(command, deps)
    place = place_of_resource(described.tenant, described.type, described.uid)
    deps.files.resources.put(described)
    deps.files.store.keep(place.partition, described.ttl)
    return KeptResource(described, deps.files.store.of(place))


def checked_description(command: DescribeResource, deps: Deps) -> Resource:
    """Return the resource as it is kept. Raises the errors of `describe_resource` and changes nothing."""
    tenant, amount = command.caller.tenant, command.amount
    known_type(tenant.id, command.type, deps)
    problems = []
    if amount is not None and not is_decimal(amount.value):
        problems.append(Problem.of("amount.value", "format", expected="a decimal number, such as 120.50"))
    if amount is not None and not is_currency(amount.currency):
        problems.append(Problem.of("amount.currency", "format", expected="a code of ISO 4217, such as EUR"))
    if problems:
        raise InvalidRequest(problems)
    return Resource(
        tenant.id,
        command.type,
        command.uid,
        command.title,
        deps.now().replace(microsecond=0) + timedelta(days=command.keep_days or tenant.document_days),
        number=command.number,
        amount=amount,
        due=command.due,
        note=command.note,
    )


def resource_of(tenant: Tenant, resource_type: str, uid: str, deps: Deps) -> KeptResource:
    """Return a resource of the tenant. Raises NotFound if nothing is known of it."""
    found = KeptResource(
        deps.files.resources.get(tenant.id, resource_type, uid),
        deps.files.store.of(place_of_resource(tenant.id, resource_type, uid)),
    )
    if found.description is None and not found.files:
        raise NotFound("resource")
    return found


def delete_resource(tenant: Tenant, resource_type: str, uid: str, deps: Deps) -> None:
    """Delete a resource and its files. Their bytes follow in the background."""
    place = place_of_resource(tenant.id, resource_type, uid)
    deps.files.resources.delete(tenant.id, resource_type, uid)
    for file in deps.files.store.of(place):
        deps.files.store.remove(place.partition, file.id)


def known_type(tenant: str, resource_type: str, deps: Deps) -> ResourceType:
    """Return a type of resource of the tenant. Raises NotFound."""
    found = deps.tenants.definition(ResourceType, tenant, resource_type)
    if found is None:
        raise NotFound("resource type")
    return found
