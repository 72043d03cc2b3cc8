"""`linkgate link recover`: catches up after readers of the table's stream gave up."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from cli.failures import MISUSED, CommandError
from cli.link_commands import pages
from cli.printing import print_json
from cli.progress import progress
from cli.rid_arguments import found_link
from cli.target import Operator, TenantOption, on_table

if TYPE_CHECKING:
    from linkgate.model.link import Link


@on_table(changes=True)
def recover(
    operator: Operator,
    rids: Annotated[
        list[str] | None, typer.Argument(metavar="[RID]...", help="The links to recover, unless --hours is given.")
    ] = None,
    hours: Annotated[
        int | None,
        typer.Option(min=1, max=8760, help="Recover all links created in the last HOURS instead.", metavar="HOURS"),
    ] = None,
    tenant: TenantOption = None,
) -> None:
    """Catch up on changes of links that the background functions gave up on, as an alarm reported.

    Queues unfinished messages, schedules reminders, and records and publishes events.
    Nothing is sent or recorded twice. A webhook may receive an event again, with the same id.
    """
    from linkgate.usecases.history.recovery import recover as recover_link

    if bool(rids) == (hours is not None):
        raise CommandError("Pass links, or a time span with --hours.", MISUSED)
    links = [found_link(operator, rid) for rid in rids] if rids else _made_since(operator, hours or 0, tenant)
    if not operator.dry_run:
        with progress("Links", len(links)) as advance:
            for link in links:
                recover_link(link, operator.sending_deps)
                advance(1)
    if operator.as_json:
        print_json({"links": [link.rid for link in links], "dry_run": operator.dry_run})
    else:
        print(f"{len(links)} links {'would be ' if operator.dry_run else ''}recovered")


def _made_since(operator: Operator, hours: int, tenant: str | None) -> "list[Link]":
    from linkgate.usecases.management.link_lists import ListLinks

    deps = operator.deps
    since = deps.now() - timedelta(hours=hours)
    return list(pages(ListLinks(caller=operator.caller(operator.tenant(tenant)), since=since), deps))
