"""`linkgate retention`: checks that no link is kept longer than promised, and deletes those that are."""

from typing import Annotated

import typer

from cli.printing import print_rows
from cli.progress import progress
from cli.target import Operator, on_table

COLUMNS = ("tenant", "name", "retention_days", "looked_at", "overdue", "deleted")


@on_table(changes=True)
def retention(
    operator: Operator,
    tenant: Annotated[
        str | None, typer.Option("--tenant", "-t", help="Only the tenant with this id or name. Default: all tenants.")
    ] = None,
) -> None:
    """Delete links that are still stored three days after their retention ended. Normally there are none."""
    from linkgate.usecases.management.retention import sweep

    tenants = [operator.tenant(tenant)] if tenant else list(operator.registry.tenants())
    rows: list[dict[str, object]] = []
    with progress("Tenants", len(tenants)) as advance:
        for each in tenants:
            swept = sweep(each, operator.deps, delete=not operator.dry_run)
            rows.append(
                {
                    "tenant": each.id,
                    "name": each.name,
                    "retention_days": each.retention_days,
                    "looked_at": swept.looked_at,
                    "overdue": swept.overdue,
                    "deleted": swept.deleted,
                }
            )
            advance(1)
    print_rows(rows, COLUMNS, as_json=operator.as_json, none="There are no tenants yet.")
