"""Categories of a tenant: where sessions lead, when their desk is open, and who answers there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, NotFound, Problem
from linkgate.model.policy import TIERS
from linkgate.model.tenant import Agent, Category

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps


def category_of(tenant: Tenant, name: str, deps: Deps) -> Category:
    """Return a category of the tenant. Raises NotFound."""
    found = deps.tenants.definition(Category, tenant.id, name)
    if found is None:
        raise NotFound("category")
    return found


def answering(tenant: Tenant, deps: Deps) -> Mapping[str, Sequence[str]]:
    """Return the ids of the agents who answer each category, those without an agent left out."""
    found: dict[str, list[str]] = {}
    for agent in deps.tenants.definitions(Agent, tenant.id):
        for queue in agent.queues:
            found.setdefault(queue, []).append(agent.id)
    return found


def keep_category(tenant: Tenant, category: Category, deps: Deps) -> Category:
    """Write the category over any earlier one with its id, and return it. Links keep the one they were made with.

    Raises InvalidRequest for a tier that the tenant does not have.
    """
    check_category(tenant, category)
    deps.tenants.put_definition(tenant.id, category)
    return category


def check_category(tenant: Tenant, category: Category) -> None:
    """Raise the errors of `keep_category`, and change nothing."""
    if category.tier not in TIERS and category.tier not in tenant.tiers:
        raise InvalidRequest([Problem.of("tier", "unknown")])
