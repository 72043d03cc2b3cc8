"""`linkgate campaign results`: writes the results of a campaign as CSV or JSON lines."""

import contextlib
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from cli.api_calls import Api, UrlOption
from cli.failures import CommandError
from cli.printing import json_text, terminal_safe
from cli.progress import progress
from cli.submission_commands import save_submission
from cli.target import Operator, TenantOption, on_table

CampaignArgument = Annotated[
    str, typer.Argument(metavar="CAMPAIGN", help="The id that `linkgate campaign list` shows.")
]


@on_table()
def results(
    operator: Operator,
    campaign: CampaignArgument,
    *,
    tenant: TenantOption = None,
    submitted: Annotated[bool, typer.Option(help="Only answered surveys.")] = False,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days to look back.")] = 366,
    out: Annotated[
        typer.FileTextWrite | None, typer.Option(encoding="utf-8", help="Write to this file instead of printing.")
    ] = None,
    files: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Save the files of each answer below this folder, with LINKGATE_KEY."),
    ] = None,
    url: UrlOption = None,
) -> None:
    """Write a campaign's surveys and answers as CSV, or with --json as one JSON object per line.

    The CSV has a column for each question of any version of the campaign, and `other` for the rest. With --out it
    starts with a byte order mark.
    It is safe to open in a spreadsheet: a cell that looks like a formula begins with an apostrophe. Among these are
    phone numbers (+44...) and one rid in 64. --json adds no apostrophe.
    With --files, each submitted survey with files gets a folder named by its rid. A file is checked against its hash.
    """
    from linkgate.usecases.management.campaign_results import campaign_versions
    from linkgate.wire.spreadsheet_csv import BOM

    owner = operator.tenant(tenant)
    target: IO[str] = out or sys.stdout
    command = _command(operator, owner, campaign, submitted=submitted, days=days)
    saved: list[str] = []
    rows = _rows(operator, command)
    if files is not None:
        rows = _noting(rows, saved)
    if operator.as_json:
        for row in rows:
            target.write(json_text(row) + "\n")
    else:
        first = BOM if out else ""
        for text in _csv(rows, campaign_versions(command, operator.deps)):
            target.write(first + (text if out else terminal_safe(text, keep="\r\n\t")))
            first = ""
    if files is not None:
        _save_files(Api.of(operator, url, "results:read", "files:read"), saved, files)


def _noting(rows: Iterator[dict[str, Any]], rids: list[str]) -> Iterator[dict[str, Any]]:
    for row in rows:
        if row["submittedAtUtc"]:
            rids.append(row["rid"])
        yield row


def _save_files(api: Api, rids: Sequence[str], folder: Path) -> None:
    """Save the files of submissions, each in a folder of its own. Those without files get none."""
    left = []
    with contextlib.redirect_stdout(sys.stderr):  # the rows may be on the output
        for rid in rids:
            if api.get(f"/links/{rid}/submission")["files"]:
                left += [f"{rid}: {each}" for each in save_submission(api, rid, folder / rid)]
    if left:
        raise CommandError(f"Not saved: {', '.join(left)}.")


def _csv(rows: Iterator[dict[str, Any]], versions: Sequence[Any]) -> Iterator[str]:
    """Yield a header and any number of rows. They go through a temporary file, because a later row may add a column."""
    from linkgate.dialects.manage.replies import own_columns, result_columns, result_row
    from linkgate.wire.spreadsheet_csv import write_csv

    with tempfile.TemporaryFile("w+", encoding="utf-8") as spool:
        own: dict[str, None] = {}
        for row in rows:
            own |= dict.fromkeys(own_columns([row]))  # type: ignore[list-item] # what result_json gave
            spool.write(json.dumps(row, ensure_ascii=False) + "\n")
        columns = result_columns(list(own), versions)
        spool.seek(0)
        yield write_csv(columns, [])
        for line in spool:
            yield write_csv(columns, [result_row(json.loads(line), columns)], header=False)


def _command(operator: Operator, tenant: Any, campaign: str, *, submitted: bool, days: int) -> Any:  # noqa: ANN401 - loaded where they are made
    from linkgate.usecases.management.campaign_results import CampaignResults

    now = operator.deps.now()
    return CampaignResults(
        caller=operator.caller(tenant),
        campaign=campaign,
        submitted=submitted,
        since=now - timedelta(days=days),
        until=now + timedelta(milliseconds=1),
    )


def _rows(operator: Operator, command: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - as above
    from dataclasses import replace

    from linkgate.dialects.manage.replies import result_json
    from linkgate.errors import NotFound
    from linkgate.usecases.management.campaign_results import campaign_results

    now = operator.deps.now()
    with progress("Reading surveys", None) as advance:
        while True:
            try:
                page = campaign_results(command, operator.deps)
            except NotFound as error:
                unknown = f"There is no campaign {command.campaign!r}; see `linkgate campaign list`"
                raise CommandError(unknown) from error
            for result in page.results:
                yield dict(result_json(result, now))
            advance(len(page.results))
            if page.cursor is None:
                return
            command = replace(command, cursor=page.cursor)
