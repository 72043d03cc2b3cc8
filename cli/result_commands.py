"""`linkgate results`: writes the results of a campaign as CSV or JSON lines."""

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

CampaignArgument = Annotated[
    str, typer.Argument(metavar="CAMPAIGN", help="The id that `linkgate campaign list` shows.")
]


@on_table()
def results(  # noqa: PLR0913 - one parameter for each option
    operator: Operator,
    campaign: CampaignArgument,
    *,
    tenant: TenantOption = None,
    submitted: Annotated[bool, typer.Option(help="Only answered surveys.")] = False,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days to look back.")] = 366,
    out: Annotated[
        typer.FileTextWrite | None, typer.Option(encoding="utf-8", help="Write to this file instead of printing.")
    ] = None,
) -> None:
    """Write a campaign's surveys and answers as CSV, or with --json as one JSON object per line.

    The CSV is safe to open in a spreadsheet: a cell that looks like a formula begins with an apostrophe.
    Among these are phone numbers (+44...) and one rid in 64. --json adds no apostrophe.
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
    """Write any number of rows. They go through a temporary file, because a later row may add a column."""
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
