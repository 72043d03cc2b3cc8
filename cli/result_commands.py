"""`linkgate results`: what came of a campaign, as CSV or JSON lines."""

import json
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from typing import IO, Annotated, Any

import typer

from cli.failures import CommandError
from cli.progress import progress
from cli.target import Operator, TenantOption, on_table

CampaignArgument = Annotated[str, typer.Argument(metavar="CAMPAIGN", help="As `linkgate campaign list` names it.")]


@on_table()
def results(  # noqa: PLR0913 - one parameter for each option
    operator: Operator,
    campaign: CampaignArgument,
    *,
    tenant: TenantOption = None,
    submitted: Annotated[bool, typer.Option(help="Only surveys that were answered.")] = False,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Made in the last so many days.")] = 366,
    out: Annotated[
        typer.FileTextWrite | None, typer.Option(encoding="utf-8", help="Write it there instead of printing it.")
    ] = None,
) -> None:
    """Write a campaign's surveys and answers as CSV that a spreadsheet may open; with --json as JSON, a line each.

    In the CSV, cells that a spreadsheet would take for a formula (+44...,
    one link's name in 64) begin with an apostrophe; --json gives them bare.
    """
    owner = operator.tenant(tenant)
    target: IO[str] = out or sys.stdout
    rows = _rows(operator, operator.caller(owner), campaign, submitted=submitted, days=days)
    if operator.as_json:
        for row in rows:
            target.write(json.dumps(row, ensure_ascii=False) + "\n")
        return
    _write_csv(rows, target)


def _write_csv(rows: Iterator[dict[str, Any]], target: IO[str]) -> None:
    """Whatever their number: pages go through a temporary file, because a later row may bring another column."""
    from linkgate.dialects.manage.replies import result_columns, result_row
    from linkgate.wire.spreadsheet_csv import write_csv

    with tempfile.TemporaryFile("w+", encoding="utf-8") as spool:
        columns: list[str] = result_columns([])
        for row in rows:
            flat = result_row(row)  # type: ignore[arg-type] # what result_json gave, by way of JSON
            columns += [column for column in result_columns([flat]) if column not in columns]
            spool.write(json.dumps(flat, ensure_ascii=False) + "\n")
        columns = result_columns([dict.fromkeys(columns)])
        spool.seek(0)
        target.write(write_csv(columns, []))
        for line in spool:
            target.write(write_csv(columns, [json.loads(line)], header=False))


def _rows(operator: Operator, caller: Any, campaign: str, *, submitted: bool, days: int) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - loaded where it is made
    from dataclasses import replace

    from linkgate.dialects.manage.replies import result_json
    from linkgate.errors import NotFound
    from linkgate.usecases.management.campaign_results import CampaignResults, campaign_results

    now = operator.deps.now()
    command = CampaignResults(
        caller=caller,
        campaign=campaign,
        submitted=submitted,
        since=now - timedelta(days=days),
        until=now + timedelta(milliseconds=1),
    )
    with progress("Reading surveys", None) as advance:
        while True:
            try:
                page = campaign_results(command, operator.deps)
            except NotFound as error:
                raise CommandError(f"There is no campaign {campaign!r}; see `linkgate campaign list`") from error
            for result in page.results:
                yield dict(result_json(result, now))
            advance(len(page.results))
            if page.cursor is None:
                return
            command = replace(command, cursor=page.cursor)
