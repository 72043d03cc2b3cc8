"""`linkgate import`: makes links from the rows of a file, however many there are."""

import base64
import hashlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.api_calls import Api, UrlOption
from cli.confirming import YesOption, confirm
from cli.failures import MISUSED, CommandError
from cli.printing import print_json, shown
from cli.progress import progress
from cli.rid_arguments import plain_id
from cli.subject_options import CampaignOption, ChannelOption, ProcessOption, ResourceTypeOption
from cli.target import Operator, on_table

if TYPE_CHECKING:
    from linkgate.model.imports import Subject

app = typer.Typer(no_args_is_help=True)

IdArgument = Annotated[
    str, typer.Argument(metavar="ID", help="The import's id, as `import create` prints it.", callback=plain_id)
]

_CHUNK = 1024 * 1024
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 3.0
_SHOWN = 20
"""Rows that were not made, as many as the command prints."""
_INTERRUPTED = 130


@app.command("create")
@on_table(changes=True)
def create(
    operator: Operator,
    source: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A CSV file with a header row, or JSON Lines (.jsonl): a row for a link."),
    ],
    *,
    process: ProcessOption = None,
    campaign: CampaignOption = None,
    resource_type: ResourceTypeOption = None,
    channel: ChannelOption = None,
    name: Annotated[
        str | None,
        typer.Option(help="No row is made twice under one name, in however many files. Default: the file's name."),
    ] = None,
    wait: Annotated[bool, typer.Option(help="Follow the import until it ends.")] = True,
    url: UrlOption = None,
) -> None:
    """Make a link from each row, up to a million, with the management key in LINKGATE_KEY, and send it.

    The links leave in their messages only. A row that is wrong does not stop the others, and a row that comes again is
    refused. Ctrl-C ends this command, not the import; run the same command again to follow it.
    """
    from linkgate.model.imports import Subject

    about = Subject(process=process, campaign=campaign, resource_type=resource_type, channels=tuple(channel or ()))
    if sum(map(bool, (process, campaign, resource_type))) != 1:
        raise CommandError("Pass exactly one of --process, --campaign and --resource-type.", MISUSED)
    if operator.dry_run:
        _check(source, about, as_json=operator.as_json)
        return
    api = Api.of(operator, url)
    asked = {**_file_facts(source), "name": name or source.name, **_subject_json(about)}
    made = api.post("/imports", asked)
    try:
        if made["upload"]:
            api.upload(made["upload"]["url"], made["upload"]["headers"], source)
            made = api.post(f"/imports/{made['id']}/start", {})
    except KeyboardInterrupt:
        print("\nNo link was made. To go on, run the same command again.", file=sys.stderr)
        raise typer.Exit(_INTERRUPTED) from None
    if made["state"] == "paused":
        _ended(api, made, operator)
    if wait:
        _ended(api, _followed(api, made), operator)
    _show(made, operator)


@app.command("show")
@on_table()
def show(operator: Operator, id_: IdArgument, url: UrlOption = None) -> None:
    """Show an import's state and the number of its rows by result."""
    _show(Api.of(operator, url).get(f"/imports/{id_}"), operator)


@app.command("pause")
@on_table()
def pause(operator: Operator, id_: IdArgument, url: UrlOption = None) -> None:
    """Pause an import. Links that were made stay, and their messages are sent."""
    _show(Api.of(operator, url).post(f"/imports/{id_}/pause", {}), operator)


@app.command("resume")
@on_table()
def resume(operator: Operator, id_: IdArgument, url: UrlOption = None) -> None:
    """Go on with a paused import. No row is made twice."""
    _show(Api.of(operator, url).post(f"/imports/{id_}/start", {}), operator)


@app.command("stop")
@on_table()
def stop(operator: Operator, id_: IdArgument, *, url: UrlOption = None, yes: YesOption = False) -> None:
    """Stop an import for ever, and delete its file. Links that were made stay."""
    confirm(operator, f"The import {id_} will make no more links. This cannot be undone.", yes=yes)
    _show(Api.of(operator, url).post(f"/imports/{id_}/stop", {}), operator)


@app.command("results")
@on_table()
def results(
    operator: Operator,
    id_: IdArgument,
    *,
    out: Annotated[Path | None, typer.Option(help="File to write to. Default: standard output.")] = None,
    url: UrlOption = None,
) -> None:
    """Print the result of each row of a finished import, as CSV: row, result, rid and problem. It contains no link."""
    content = _results(Api.of(operator, url), id_)
    if out is None:
        sys.stdout.write(content.decode("utf-8-sig"))
    else:
        out.write_bytes(content)


def _check(source: Path, about: "Subject", *, as_json: bool) -> None:
    """Print the rows that cannot be read. Exits with 1 if there are any."""
    from linkgate.dialects.manage.import_rows import kind_of, row_fault
    from linkgate.dialects.manage.row_files import contents_of, rows_of

    format_, kind = _format(source), kind_of(about)
    contents = contents_of(_chunks(source), format_, kind)
    faults = []
    with source.open("rb") as file:
        for part in contents.parts:
            file.seek(part.start)
            for number, row in rows_of(file.read(part.end - part.start), format_, contents.columns, part.row):
                if fault := row_fault(row, about, format_):
                    faults.append({"row": number, "problem": fault})
    if as_json:
        print_json({"rows": contents.rows, "faults": faults})
    else:
        for each in faults[:_SHOWN]:
            print(f"row {each['row']}: {each['problem']}")
        if len(faults) > _SHOWN:
            print(f"and {len(faults) - _SHOWN} more")
        print(f"{contents.rows} rows, {len(faults)} of them wrong. Nothing was sent or made.")
    if faults:
        raise typer.Exit(1)


def _file_facts(source: Path) -> dict[str, object]:
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(source):
        digest.update(chunk)
        size += len(chunk)
    if not size:
        raise CommandError(f"{source} is empty.", MISUSED)
    return {"format": _format(source).value, "sha256": base64.b64encode(digest.digest()).decode(), "size": size}


def _chunks(source: Path) -> Iterator[bytes]:
    try:
        with source.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise CommandError(f"{source}: {error.strerror}", MISUSED) from error


def _format(source: Path) -> Any:  # noqa: ANN401 - loaded where it is used
    from linkgate.model.imports import FileFormat

    return FileFormat.JSONL if source.suffix.lower() in {".jsonl", ".ndjson"} else FileFormat.CSV


def _subject_json(about: "Subject") -> dict[str, object]:
    named = {"process": about.process, "campaign": about.campaign, "resourceType": about.resource_type}
    channels = {"channels": list(about.channels)} if about.channels else {}
    return {**{field: value for field, value in named.items() if value}, **channels}


def _followed(api: Api, known: dict[str, Any]) -> dict[str, Any]:
    """Wait until an import ends or is paused. Ctrl-C leaves it to itself."""
    pause, told = _FIRST_PAUSE, None
    try:
        while known["rows"] is None and known["state"] == "running":
            time.sleep(pause)
            known = api.get(f"/imports/{known['id']}")
        with progress("Making links", known["rows"]) as advance:
            advance(before := _done(known))
            while known["state"] == "running":
                time.sleep(pause)
                pause = min(pause * 1.3, _LONGEST_PAUSE)
                known = api.get(f"/imports/{known['id']}")
                advance(_done(known) - before)
                before = _done(known)
                if known["waitsFor"] and known["waitsUntilUtc"] != told:
                    told = known["waitsUntilUtc"]
                    print(f"The tenant's {known['waitsFor']} is used up until {told}.", file=sys.stderr)
    except KeyboardInterrupt:
        id_ = known["id"]
        print(
            f"\nThe import goes on without this command, and nothing is lost.\n"
            f"  To follow it: run the same command again, or linkgate import show {id_}\n"
            f"  To hold it:   linkgate import pause {id_}",
            file=sys.stderr,
        )
        raise typer.Exit(_INTERRUPTED) from None
    return known


def _ended(api: Api, known: dict[str, Any], operator: Operator) -> None:
    """Tell how an import ended, and the first rows that were not made. Exits with 1 unless all were."""
    _show(known, operator)
    finished, missed = known["state"] == "finished", known["failed"] + known["duplicates"]
    if finished and missed and not operator.as_json:
        lines = _results(api, known["id"]).decode("utf-8-sig").splitlines()
        unmade = [line for line in lines if '"failed"' in line or '"duplicate"' in line]
        print("\n".join(unmade[:_SHOWN]), file=sys.stderr)
        print(f"All rows: linkgate import results {known['id']} --out results.csv", file=sys.stderr)
    raise typer.Exit(0 if finished and not known["failed"] else 1)


def _results(api: Api, id_: str) -> bytes:
    return api.download(api.get(f"/imports/{id_}/results")["url"])


def _done(known: dict[str, Any]) -> int:
    return int(known["created"] + known["duplicates"] + known["failed"])


_NEXT = {
    "asked": "It was paused. To go on: linkgate import resume {id}",
    "key": "The key that started it has ended. To go on with this key: linkgate import resume {id}",
    "failed": "Some rows could not be made, although they were tried again. To go on: linkgate import resume {id}",
}


def _show(known: dict[str, Any], operator: Operator) -> None:
    if operator.as_json:
        print_json({name: value for name, value in known.items() if name != "upload"})
        return
    print(f"{known['id']}  {known['state']}  {shown(known['name'])}, about {shown(known['subject'])}")
    if known["rows"] is not None:
        counts = f"{known['created']} created, {known['duplicates']} duplicates, {known['failed']} failed"
        print(f"{_done(known)} of {known['rows']} rows: {counts}")
    for problem in known["problems"]:
        print(f"{shown(problem['field'])} {problem['reason']}")
    if known["waitsFor"]:
        print(f"It waits until {known['waitsUntilUtc']}: the tenant's {known['waitsFor']} is used up.")
    if known["pausedBecause"]:
        print(_NEXT[known["pausedBecause"]].format(id=known["id"]))
