"""Operations of the management API on categories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linkgate.dialects.manage import categories as formats
from linkgate.dialects.manage.problems import FIELDS
from linkgate.dialects.manage.replies import render_nothing
from linkgate.model.tenant import Category
from linkgate.usecases.issuing.every_fault import with_every_fault
from linkgate.usecases.management.categories import answering, category_of, check_category, keep_category

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller
    from linkgate.wire.message import Reply, Request


def list_categories(_request: Request, caller: Caller, _values: Mapping[str, Any], deps: Deps) -> Reply:
    """List all categories."""
    found = deps.tenants.definitions(Category, caller.tenant.id)
    return formats.render_categories(found, answering(caller.tenant, deps))


def get_category(_request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    """Get a category."""
    found = category_of(caller.tenant, values["category"], deps)
    return formats.render_category(found, answering(caller.tenant, deps))


def put_category(request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    """Create a category, or replace one."""
    kept = with_every_fault(
        lambda: formats.parse_category(values["category"], request),
        lambda category, deps: keep_category(caller.tenant, category, deps),
        deps,
        FIELDS,
        lambda category, _: check_category(caller.tenant, category),
    )
    return formats.render_category(kept, answering(caller.tenant, deps))


def delete_category(_request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    """Delete a category."""
    deps.tenants.delete_definition(Category, caller.tenant.id, values["category"])
    return render_nothing()
