"""`linkgate verify` and `linkgate export`: check and export the proof of what happened to a link."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.failures import MISUSED, CommandError, told_plainly
from cli.printing import print_json, shown
from cli.rid_arguments import RidArgument, found_link
from cli.target import EndpointOption, JsonOption, Operator, StackOption, TableOption, on_table

if TYPE_CHECKING:
    from linkgate.model.timeline import Entry, Head


def verify(  # noqa: PLR0913 - one parameter for each option
    rid: Annotated[
        str | None, typer.Argument(metavar="[RID]", help="The link to check, unless --file is given.")
    ] = None,
    *,
    file: Annotated[Path | None, typer.Option(help="Check an exported file instead; needs no AWS.")] = None,
    stack: StackOption = None,
    table: TableOption = None,
    endpoint_url: EndpointOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check that a link's timeline is complete and unchanged. Exits with code 1 if it is not."""
    with told_plainly():
        if (rid is None) == (file is None):
            raise CommandError("Pass a link, or a file with --file.", MISUSED)
        if file is not None:
            entries, faults = _file_faults(file)
        else:
            operator = Operator(stack, table, endpoint_url, as_json, dry_run=False)
            entries, faults = _table_faults(operator, str(rid))
    if as_json:
        print_json({"entries": entries, "faults": faults})
    else:
        for fault in faults:
            print(shown(fault))
        if not faults:
            print(f"{entries} entries, complete and unchanged")
    if faults:
        raise typer.Exit(1)


@on_table()
def export(
    operator: Operator,
    rid: RidArgument,
    out: Annotated[Path | None, typer.Option(help="Write to this file instead of printing.")] = None,
) -> None:
    """Export a link's timeline as one file, which `linkgate verify --file` can check anywhere."""
    from linkgate.usecases.history.timeline import evidence_of

    link = found_link(operator, rid)
    evidence = evidence_of(link, operator.deps, operator.deps.now())
    if out is None:
        print_json(evidence)
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            json.dump(evidence, file, ensure_ascii=False, indent=2)
            file.write("\n")
    except OSError as error:
        raise CommandError(f"{out}: {error.strerror}", MISUSED) from error
    print(f"{out} written")


def _table_faults(operator: Operator, rid: str) -> tuple[int, list[str]]:
    from linkgate.usecases.history.timeline import verify_timeline

    verdict = verify_timeline(found_link(operator, rid), operator.deps)
    return verdict.entries, list(verdict.faults)


def _file_faults(path: Path) -> tuple[int, list[str]]:
    from linkgate.model.timeline import faults_of

    try:
        evidence = json.loads(path.read_text(encoding="utf-8"))
        entries = [_entry(entry) for entry in evidence["entries"]]
        return len(entries), faults_of(str(evidence["rid"]), entries, _head(evidence["head"]))
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", MISUSED) from error
    except (KeyError, OverflowError, RecursionError, TypeError, ValueError) as error:
        raise CommandError(f"{path}: is not a file from `linkgate export`", MISUSED) from error


def _entry(value: dict[str, Any]) -> "Entry":
    from linkgate.model.timeline import Entry, Fact

    fact = Fact(value["id"], value["type"], datetime.fromisoformat(value["atUtc"]), value["details"])
    return Entry(fact, int(value["sequence"]), value["previous"], value["hash"])


def _head(value: dict[str, Any]) -> "Head":
    from linkgate.model.timeline import Head

    return Head(int(value["sequence"]), value["hash"])
