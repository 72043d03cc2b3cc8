"""`linkgate tenant`: manages the organisation's units, each with its own links, keys and settings."""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.changes import FileArgument, only_document, written
from cli.failures import MISUSED, CommandError
from cli.printing import print_json, print_rows, shown
from cli.target import Operator, TenantOption, on_table

if TYPE_CHECKING:
    from linkgate.model.tenant import Tenant

app = typer.Typer(no_args_is_help=True)

SAMPLE = {"name": "Example Bank", "customer_names": ["example-bank"], "region": "US"}


@app.command("list")
@on_table()
def list_tenants(operator: Operator) -> None:
    """List the tenants."""
    rows = [
        {"id": tenant.id, "name": tenant.name, "customer_names": sorted(tenant.customer_names), "region": tenant.region}
        for tenant in operator.registry.tenants()
    ]
    print_rows(
        rows,
        ("id", "name", "customer_names", "region"),
        as_json=operator.as_json,
        none="There are no tenants yet. Create one: linkgate tenant create --help",
    )


@app.command("show")
@on_table()
def show(operator: Operator, tenant: TenantOption = None) -> None:
    """Show a tenant as a file that `update` accepts."""
    from cli.definitions import document_of
    from cli.printing import print_yaml

    document = document_of(operator.tenant(tenant))
    print_json(document) if operator.as_json else print_yaml(document)


@app.command("create")
@on_table(changes=True)
def create(operator: Operator, file: FileArgument) -> None:
    """Create a tenant from a file. `linkgate tenant example` prints a sample."""
    from cli.definitions import record
    from linkgate.model.tenant import Tenant
    from linkgate.store.tenants import Only

    tenant = record(Tenant, only_document(file), id=secrets.token_hex(16))
    _check_name(operator, tenant)
    written(
        operator,
        f"tenant {tenant.id}",
        None,
        tenant,
        lambda: operator.tenants.put_tenant(tenant, Only.NEW),
        possible=lambda: operator.tenants.tenant(tenant.id) is None,
        refused="already exists; change it with `linkgate tenant update`",
    )


@app.command("update")
@on_table(changes=True)
def update(operator: Operator, file: FileArgument, tenant: TenantOption = None) -> None:
    """Replace a tenant's settings with those in a file. Settings that the file leaves out get their defaults."""
    from cli.definitions import record
    from linkgate.model.tenant import Tenant
    from linkgate.store.tenants import Only

    document = only_document(file)
    named = document.value.get("id") if isinstance(document.value, dict) else None
    known = operator.tenant(tenant or named)
    if named not in {None, known.id}:
        raise CommandError(document.fault(("id",), f"must be the id of {known.name}, {known.id}"), MISUSED)
    changed = record(Tenant, document, id=known.id)
    if changed.name.casefold() != known.name.casefold():
        _check_name(operator, changed)
    written(
        operator,
        f"tenant {known.id}",
        known,
        changed,
        lambda: operator.tenants.put_tenant(changed, Only.KNOWN),
        possible=lambda: True,
        refused="no longer exists",
    )


def _check_name(operator: Operator, tenant: "Tenant") -> None:
    """Refuse a name that another tenant has: `--tenant NAME` would be ambiguous.

    Two operators working at the same moment may still create two such tenants; their ids tell them apart.
    """
    name = tenant.name.strip().casefold()
    for other in operator.registry.tenants():
        if other.id != tenant.id and other.name.strip().casefold() == name:
            raise CommandError(
                f"The tenant {other.id} already has the name {shown(other.name)}. Rename it with "
                "`linkgate tenant update`, or choose another name."
            )


@app.command("example")
def example(
    file: Annotated[Path | None, typer.Argument(help="Write to this file instead of printing.")] = None,
) -> None:
    """Print a sample file with every setting, its meaning and its default."""
    from cli.changes import print_example
    from linkgate.model.tenant import Tenant

    print_example(Tenant, SAMPLE, file, leave_out=frozenset({"id"}))
