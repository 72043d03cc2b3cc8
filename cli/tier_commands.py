"""`linkgate tier`: how long links of a sensitivity live, how often they open, whether they ask for a code."""

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

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Such as gold.")]


@app.command("list")
@on_table()
def list_tiers(operator: Operator, tenant: TenantOption = None) -> None:
    """List the built-in tiers and the tenant's own, which win over them."""
    from cli.definitions import document_of
    from linkgate.model.policy import TIERS

    own = operator.tenant(tenant).tiers
    rows = [{**document_of(tier), "own": name in own} for name, tier in {**TIERS, **own}.items()]
    print_rows(rows, COLUMNS, as_json=operator.as_json, none="")


@app.command("show")
@on_table()
def show(operator: Operator, name: NameArgument, tenant: TenantOption = None) -> None:
    """Show a tier as a file that `update` takes."""
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
    """Give the tenant a tier of its own, also in place of a built-in one of that name."""
    _put(operator, name, file, tenant, new=True)


@app.command("update")
@on_table(changes=True)
def update(operator: Operator, name: NameArgument, file: FileArgument, tenant: TenantOption = None) -> None:
    """Replace one of the tenant's own tiers; links that exist keep what they were made with."""
    _put(operator, name, file, tenant, new=False)


@app.command("delete")
@on_table(changes=True)
def delete(operator: Operator, name: NameArgument, tenant: TenantOption = None) -> None:
    """Take one of the tenant's own tiers away; definitions that name it fall back to `restricted`."""
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
    file: Annotated[Path | None, typer.Argument(help="Write it there instead of printing it.")] = None,
) -> None:
    """Print a file to begin with."""
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
        refused="exists already; change it with `update`"
        if new
        else "is none of the tenant's own; make it with `create`",
    )
