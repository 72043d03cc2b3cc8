"""Conditional writes of what a file defines, and reports of what changed."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.failures import MISUSED, CommandError
from cli.located_yaml import Located, read_documents
from cli.printing import print_json, shown
from cli.target import Operator

FileArgument = Annotated[Path, typer.Argument(help="A YAML or JSON file; - reads standard input.", metavar="FILE")]


def only_document(file: Path) -> Located:
    """Return the only document of a file; raises CommandError."""
    documents = read_documents(file)
    if len(documents) != 1:
        raise CommandError(f"{file}: must define exactly one thing, but defines {len(documents)}", MISUSED)
    return documents[0]


def written(  # noqa: PLR0913 - every write needs all of them
    operator: Operator,
    what: str,
    before: object | None,
    after: object,
    write: Callable[[], None],
    *,
    possible: Callable[[], bool],
    refused: str,
    page: Sequence[str] = (),
) -> None:
    """Write unless it is a dry run, and print what changed, followed by the lines of `page`.

    Raises CommandError if the table refuses the write. In a dry run, `possible` stands in for the write's condition.
    """
    from cli.definitions import document_of
    from linkgate.store.table import ConditionRefused

    old: Mapping[str, Any] = document_of(before) if before is not None else {}
    new: Mapping[str, Any] = document_of(after)
    changes = {name: (old.get(name), new.get(name)) for name in sorted({*old, *new}) if old.get(name) != new.get(name)}
    if operator.dry_run:
        if not possible():
            raise CommandError(f"{what} {refused}")
    else:
        try:
            write()
        except ConditionRefused as error:
            raise CommandError(f"{what} {refused}") from error
    if operator.as_json:
        verb = "would_change" if operator.dry_run else "changed"
        told: dict[str, object] = {name: {"from": a, "to": b} for name, (a, b) in changes.items()}
        print_json({"what": what, verb: told, **({"page": [line.strip() for line in page]} if page else {})})
        return
    doing = "would be " if operator.dry_run else ""
    print(f"{what} {doing}{'created' if before is None else 'changed' if changes else 'unchanged'}")
    if before is not None:
        for name, (was, becomes) in changes.items():
            print(f"  {name}: {shown(was)} -> {shown(becomes)}")
    if page:
        print("  Its page asks for:")
    for line in page:
        print(f"  {shown(line)}")


def say_deleted(operator: Operator, what: str) -> None:
    """Print that something was deleted, or would be in a dry run."""
    if operator.as_json:
        print_json({"what": what, "would_delete" if operator.dry_run else "deleted": True})
    else:
        print(f"{what} {'would be ' if operator.dry_run else ''}deleted")


def print_example(
    kind: type, sample: Mapping[str, object], file: Path | None, leave_out: AbstractSet[str] = frozenset()
) -> None:
    """Print a sample file, or write it to a file that does not exist yet."""
    from cli.definitions import example

    print_sample(example(kind, sample, leave_out), file)


def print_sample(text: str, file: Path | None) -> None:
    """Print a text, or write it to a file that does not exist yet."""
    if file is None:
        print(text, end="")
        return
    try:
        with file.open("x", encoding="utf-8") as written_file:
            written_file.write(text)
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}", MISUSED) from error
    print(f"{file} written")
