"""`linkgate contact import`: creates contacts from a CSV file and changes those that exist."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.failures import MISUSED, CommandError
from cli.located_yaml import Located
from cli.printing import print_json
from cli.target import Operator, TenantOption, on_table

if TYPE_CHECKING:
    from cli.definition_commands import Noun
    from linkgate.model.tenant import Tenant

_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

SourceArgument = Annotated[
    Path,
    typer.Argument(
        metavar="FILE.csv",
        help="UTF-8 with a header row. Columns are the fields of `linkgate contact example`; id and name are needed.",
    ),
]


@on_table(changes=True)
def import_contacts(operator: Operator, file: SourceArgument, tenant: TenantOption = None) -> None:
    """Create a contact for each row of a CSV file, or change the one that has its id.

    Columns that the file leaves out stay as they are. An empty cell empties its field. If rows are wrong, each is
    named by its line and nothing is written. If the command is interrupted, run it again.
    """
    from cli.definition_commands import CONTACT

    owner = operator.tenant(tenant)
    made = _contacts(file, CONTACT, operator, owner)
    counts = Counter({"created": 0, "changed": 0, "unchanged": 0})
    for before, contact in made:
        result = "created" if before is None else "unchanged" if before == contact else "changed"
        counts[result] += 1
        if result != "unchanged" and not operator.dry_run:
            operator.tenants.put_contact(owner.id, contact)
    if operator.as_json:
        print_json({**counts, "dry_run": operator.dry_run})
    else:
        told = ", ".join(f"{number} {what}" for what, number in counts.items())
        print(f"{told}{' (dry run: nothing was written)' if operator.dry_run else ''}")


def _contacts(file: Path, noun: "Noun", operator: Operator, owner: "Tenant") -> list[tuple[Any, Any]]:
    """Return each row's contact as it is now (or None) and as it will be. Raises CommandError with every fault."""
    from cli.definitions import document_of

    known = {each.id: each for each in noun.listed(operator, owner)}
    made, faults, lines = [], [], dict[int, int]()
    for line, row in _rows(file):
        try:
            values = _values(row)
            before = known.get(values.get("id"))
            kept = document_of(before) if before else {}
            contact = noun.defined(_document(file, line, {**kept, **values}), owner)
        except CommandError as error:
            faults.append(str(error))
            continue
        if first := lines.get(contact.id):
            faults.append(f"{file}:{line}: id: {contact.id} is also in line {first}")
            continue
        lines[contact.id] = line
        made.append((before, contact))
    if faults:
        raise CommandError("\n".join([*faults, f"{len(faults)} rows are wrong. Nothing was written."]), MISUSED)
    return made


def _rows(file: Path) -> list[tuple[int, Mapping[str, str]]]:
    """Return the rows with the number of the line that each ends on. Raises CommandError."""
    import csv
    from dataclasses import fields

    from linkgate.model.tenant import Contact

    names = [field.name for field in fields(Contact)]
    try:
        with file.open(encoding="utf-8-sig", newline="") as source:
            reader = csv.DictReader(source, strict=True)
            header = [*(reader.fieldnames or ())]
            if wrong := [name for name in header if name not in names or header.count(name) > 1]:
                known = ", ".join(names)
                raise CommandError(
                    f"{file}:1: {', '.join(wrong)}: no such column, or twice. There are {known}.", MISUSED
                )
            if "id" not in header:
                raise CommandError(f"{file}:1: the column id is missing.", MISUSED)
            rows: list[tuple[int, Mapping[str, str]]] = []
            for row in reader:
                if None in row or None in row.values():
                    raise CommandError(f"{file}:{reader.line_num}: must have {len(header)} cells", MISUSED)
                rows.append((reader.line_num, row))
            return rows
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"{file}: {error}", MISUSED) from error


def _values(row: Mapping[str, str]) -> dict[str, object]:
    """Return the cells as a definition file would hold them. An empty cell is the field's default."""
    defaults: dict[str, object] = {"contact_type": "Customer", "sms_consent": False}
    values: dict[str, object] = {}
    for name, cell in row.items():
        text = cell.strip()
        if not text:
            values[name] = defaults.get(name)
        elif name == "id" and text.isascii() and text.isdigit():
            values[name] = int(text)
        elif name == "sms_consent":
            values[name] = _BOOLEANS.get(text.lower(), text)
        else:
            values[name] = text
    return values


def _document(file: Path, line: int, values: Mapping[str, object]) -> Located:
    """Return a row as a document. Raises CommandError if it leaves the contact without a name."""
    if not values.get("name"):
        raise CommandError(f"{file}:{line}: name: must not be empty", MISUSED)
    return Located(str(file), dict(values), {(): line})
