"""`linkgate tier`: manages the limits for each level of sensitivity: life, views, and one-time codes."""

from pathlib import Path
from typing import Annotated

import typer

from cli.changes import FileArgument, only_document, print_example, say_deleted, written
from cli.failures import CommandError
from cli.printing import print_json, print_rows, print_yaml
from cli.target import Operator, TenantOption, on_table

app = typer.Typer(no_args_is_help=True)

SAMPLE = {"default_life": "2d", "greatest_life": "14d", "default_views": 20, "greatest_views": 50, "code_digits": 6}
COLUMNS = ("name", "default_life", "greatest_life", "default_views", "greatest_views", "code_digits", "own")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The tier's name, such as gold.")]


@app.command("list")
@on_table()
def list_tiers(operator: Operator, tenant: TenantOption = None) -> None:
    """List the built-in tiers and the tenant's own, which override them."""
    from cli.definitions import document_of
    from linkgate.model.policy import TIERS

    own = operator.tenant(tenant).tiers
    rows = [{**document_of(tier), "own": name in own} for name, tier in {**TIERS, **own}.items()]
    print_rows(rows, COLUMNS, as_json=operator.as_json, none="")


@app.command("show")
@on_table()
def show(operator: Operator, name: NameArgument, tenant: TenantOption = None) -> None:
    """Show a tier as a file that `update` accepts."""
    from cli.definitions import document_of
    from linkgate.model.policy import TIERS

    owner = operator.tenant(tenant)
    tier = owner.tiers.get(name) or TIERS.get(name)
    if tier is None:
        raise CommandError(f"{owner.name} has no tier {name!r}; see `linkgate tier list`")
    document = {key: value for key, value in document_of(tier).items() if key != "name"}
    print_json(document) if operator.as_json else print_yaml(document)


@app.command("create")
@on_table(changes=True)
def create(operator: Operator, name: NameArgument, file: FileArgument, tenant: TenantOption = None) -> None:
    """Create a tier for a tenant. It overrides a built-in tier of the same name."""
    _put(operator, name, file, tenant, new=True)


@app.command("update")
@on_table(changes=True)
def update(operator: Operator, name: NameArgument, file: FileArgument, tenant: TenantOption = None) -> None:
    """Replace one of the tenant's own tiers. Existing links keep the limits they were created with."""
    _put(operator, name, file, tenant, new=False)


@app.command("delete")
@on_table(changes=True)
def delete(operator: Operator, name: NameArgument, tenant: TenantOption = None) -> None:
    """Delete one of the tenant's own tiers.

    Definitions that name it use the built-in tier of that name or, if there is none, `restricted`.
    """
    from linkgate.store.table import ConditionRefused

    owner = operator.tenant(tenant)
    none = f"{owner.name} has no tier {name!r} of its own"
    if name not in owner.tiers:
        raise CommandError(none)
    if not operator.dry_run:
        try:
            operator.registry.delete_tier(owner.id, name)
        except ConditionRefused as error:
            raise CommandError(none) from error
    say_deleted(operator, f"tier {name}")


@app.command("example")
def example(
    file: Annotated[Path | None, typer.Argument(help="Write to this file instead of printing.")] = None,
) -> None:
    """Print a sample file."""
    from linkgate.model.policy import Tier

    print_example(Tier, SAMPLE, file, leave_out=frozenset({"name"}))


def _put(operator: Operator, name: str, file: Path, tenant: str | None, *, new: bool) -> None:
    from cli.definitions import tier_of

    owner = operator.tenant(tenant)
    before = None if new else owner.tiers.get(name)
    tier = tier_of(name, only_document(file))
    written(
        operator,
        f"tier {name}",
        before,
        tier,
        lambda: operator.registry.put_tier(owner.id, tier, new=new),
        possible=lambda: (name in owner.tiers) != new,
        refused="already exists; change it with `update`"
        if new
        else "is not one of the tenant's own tiers; create it with `create`",
    )
