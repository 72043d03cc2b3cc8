"""`linkgate submission`: shows what recipients submitted."""

from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from cli.api_calls import Api, UrlOption
from cli.failures import MISUSED, CommandError
from cli.file_commands import save
from cli.link_commands import pages, say_cut
from cli.printing import json_text, print_json, print_rows, shown
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
    most: Annotated[
        int, typer.Option("--limit", min=1, max=1_000_000, help="Maximum number of submissions to show.")
    ] = 50,
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
    from linkgate.dialects.manage.replies import submitted_file
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
        print_json(
            {
                "rid": link.rid,
                "submittedAtUtc": link.submitted_at,
                "data": submission.data,
                "files": [submitted_file(pointer, file) for pointer, file in submission.files],
            }
        )
        return
    print(f"{link.rid}  {shown(link.definition_id)}, submitted {shown(link.submitted_at)}")
    for name, value in submission.data.items():
        print(f"{shown(name)}: {shown(value)}")
    for pointer, file in submission.files:
        print(f"file {file.id} of {shown(pointer)}: {shown(file.name)}, {file.size:,} bytes, {file.state.value}")


@app.command("save")
@on_table()
def save_files(
    operator: Operator,
    rid: RidArgument,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder, which must be empty or not exist.")],
    *,
    url: UrlOption = None,
) -> None:
    """Save a submission, its files and its PDF to a folder, with the management key in LINKGATE_KEY.

    Each file is checked against its hash. One that is still being checked, or was refused, is named and not saved.
    """
    left = save_submission(Api.of(operator, url, "results:read", "files:read"), rid, folder)
    if left:
        raise CommandError(f"Not saved: {', '.join(left)}.")


def save_submission(api: Api, rid: str, folder: Path) -> list[str]:
    """Save a submission, its files and its PDF to a folder. Returns the files that may not be read, as they are."""
    from linkgate.model.file_kinds import FileKind
    from linkgate.model.file_names import safe_name

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CommandError(f"{folder} must be an empty folder.", MISUSED)
    link = f"/links/{quote(rid, safe='')}"
    found = api.get(f"{link}/submission")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "submission.json").write_text(json_text(found) + "\n", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{folder}: {error.strerror}", MISUSED) from error
    if found["receipt"]:
        save(api, f"{link}/files/{found['receipt']}", folder / "receipt.pdf")
    left = []
    for number, each in enumerate(found["files"], 1):
        if each["state"] in {"clean", "unscanned"}:
            # The number keeps two files of the same name apart.
            name = safe_name(each["name"], FileKind(each["kind"]))
            save(api, f"{link}/files/{quote(each['id'], safe='')}", folder / f"{number}-{name}")
        else:
            left.append(f"{shown(each['name'])} ({each['state']})")
    return left
