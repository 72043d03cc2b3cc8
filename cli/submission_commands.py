"""`linkgate submission`: shows what recipients submitted."""

from datetime import timedelta
from itertools import islice
from typing import Annotated

import typer

from cli.failures import CommandError
from cli.link_commands import pages, say_cut
from cli.printing import print_json, print_rows, shown
from cli.rid_arguments import RidArgument, found_link
from cli.target import Operator, TenantOption, on_table

app = typer.Typer(no_args_is_help=True)

_COLUMNS = ("rid", "submitted", "kind", "subject", "reference", "recipient")


@app.command("list")
@on_table()
def list_submissions(
    operator: Operator,
    *,
    subject: Annotated[str | None, typer.Option(help="Only of this process or campaign.")] = None,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days to look back for when links were made.")] = 31,
    most: Annotated[int, typer.Option("--limit", min=1, help="Maximum number of submissions to show.")] = 50,
    tenant: TenantOption = None,
) -> None:
    """List the links that were submitted, by when they were made, newest first. Their answers are not shown."""
    from linkgate.model.epoch import MILLISECOND
    from linkgate.model.link import Status
    from linkgate.model.reference import reference_of
    from linkgate.usecases.management.link_lists import ListLinks

    now = operator.now()
    command = ListLinks(
        caller=operator.caller(operator.tenant(tenant)),
        status=Status.SUBMITTED,
        since=now - timedelta(days=days),
        until=now + MILLISECOND,
    )
    links = (link for link in pages(command, operator.deps) if subject in {None, link.definition_id})
    found = list(islice(links, most + 1))
    rows = [
        {
            "rid": link.rid,
            "submitted": link.submitted_at,
            "kind": link.kind.value,
            "subject": link.definition_id,
            "reference": reference_of(link.master_rid),
            "recipient": link.recipient.name or link.recipient.email or link.recipient.phone,
        }
        for link in found[:most]
    ]
    none = f"Of the links made in the last {days} days, none was submitted."
    print_rows(rows, _COLUMNS, as_json=operator.as_json, none=none)
    if len(found) > most:
        say_cut(most)


@app.command("show")
@on_table()
def show(operator: Operator, rid: RidArgument) -> None:
    """Show what was submitted with a link, field by field. These are a customer's own answers."""
    from linkgate.errors import NotFound
    from linkgate.usecases.management.link_details import submission_of

    link = found_link(operator, rid)
    try:
        submission = submission_of(link, operator.deps)
    except NotFound as error:
        why = (
            "was erased" if link.erased_at else "ended with its retention" if link.submitted_at else "was not made yet"
        )
        raise CommandError(f"The submission of {link.rid} {why}.") from error
    if operator.as_json:
        print_json({"rid": link.rid, "submittedAtUtc": link.submitted_at, "data": submission.data})
        return
    print(f"{link.rid}  {shown(link.definition_id)}, submitted {shown(link.submitted_at)}")
    for name, value in submission.data.items():
        print(f"{shown(name)}: {shown(value)}")
