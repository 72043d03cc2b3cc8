"""Conversion of CSV rows to entries of the API's batches."""

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cli.failures import MISUSED, CommandError

Row = Mapping[str, str]

_METADATA = {"name": "/metadata/name", "email": "/metadata/email", "phone": "/metadata/phone"}
"""Short column names for the pointers at which a process looks for the customer by default."""

_SURVEY = {
    "contact": "contact",
    "email": "contact",
    "phone": "contact",
    "name": "customerName",
    "customer_name": "customerName",
    "account_number": "accountNumber",
    "agent_name": "agentName",
    "agent": "agentName",
}
_RESOURCE = {
    "resource_uid": "resourceUid",
    "contact_id": "contactId",
    "email": "email",
    "phone": "phone",
    "hours": "hours",
    "max_views": "maxViews",
}
_SESSION = {
    "name": "name",
    "phone": "cellphone",
    "cellphone": "cellphone",
    "email": "email",
    "category": "category",
    "user": "user",
}
_WHOLE = frozenset({"contactId", "hours", "maxViews"})

BATCH_BYTES = 255 * 1024
"""Bytes of entries that fit in one call: the body limit of 256 KiB, less the JSON around them."""


@dataclass(frozen=True)
class About:
    """The subject of a table's links: exactly one of the first four fields is set."""

    process: str | None = None
    campaign: str | None = None
    resource_type: str | None = None
    session: bool = False
    channels: tuple[str, ...] = ()
    notify: bool = True

    def check(self) -> None:
        """Raise CommandError unless exactly one subject is set."""
        if sum(map(bool, (self.process, self.campaign, self.resource_type, self.session))) != 1:
            raise CommandError("Pass exactly one of --process, --campaign, --resource-type, --session.", MISUSED)


def entry_of(row: Row, about: About) -> dict[str, object]:
    """Convert a row to an entry, without its empty cells. Raises CommandError for an unknown column."""
    cells = {column.strip(): text.strip() for column, text in row.items() if text and text.strip()}
    if about.process:
        return {"kind": "process", "process": about.process, "data": _model(cells), "notify": about.notify}
    if about.campaign:
        return {"kind": "survey", "campaign": about.campaign, **_survey(cells)}
    if about.resource_type:
        channels = {"channels": list(about.channels)} if about.channels else {}
        return {"kind": "resource", "resourceType": about.resource_type, **channels, **_fields(cells, _RESOURCE)}
    return {"kind": "session", **_fields(cells, _SESSION)}


def read_table(path: Path) -> Iterator[Row]:
    """Yield the rows of a CSV file with a header; raises CommandError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            twice = [column for column, times in Counter(reader.fieldnames or ()).items() if times > 1]
            if twice:
                raise CommandError(f"{path}:1: {', '.join(twice)}: duplicate column", MISUSED)
            for row in reader:
                if None in row or None in row.values():
                    raise CommandError(
                        f"{path}:{reader.line_num}: must have {len(reader.fieldnames or ())} cells", MISUSED
                    )
                yield row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"{path}: {error}", MISUSED) from error


def keyed(entries: Iterable[Mapping[str, object]], run: str) -> list[dict[str, object]]:
    """Give each entry an idempotency key, derived from its content and its position among equal entries.

    A table can therefore be run again after an interruption, or after rows were added anywhere in it.
    """
    seen: Counter[str] = Counter()
    result = []
    for entry in entries:
        text = json.dumps(entry, sort_keys=True)
        seen[text] += 1
        key = hashlib.sha256(json.dumps([run, text, seen[text]]).encode()).hexdigest()[:40]
        result.append({**entry, "idempotencyKey": f"bulk-{key}"})
    return result


def batches(entries: Iterable[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    """Yield the entries in order, in batches that fit in one call. An entry too large for any call comes alone."""
    from linkgate.usecases.issuing.link_batches import BATCH_LIMIT

    some: list[dict[str, object]] = []
    size = 0
    for entry in entries:
        length = size_of(entry)
        if some and (len(some) == BATCH_LIMIT or size + length > BATCH_BYTES):
            yield some
            some, size = [], 0
        some.append(entry)
        size += length
    if some:
        yield some


def size_of(entry: Mapping[str, object]) -> int:
    """Return the bytes of an entry and its comma in the body of a call."""
    return len(json.dumps(entry)) + len(", ")


def _fields(cells: Mapping[str, str], known: Mapping[str, str]) -> dict[str, object]:
    unknown = [column for column in cells if column not in known]
    if unknown:
        raise CommandError(f"{', '.join(unknown)}: no such column here; the columns are {', '.join(known)}.", MISUSED)
    fields: dict[str, object] = {}
    for column, text in cells.items():
        name = known[column]
        if name in fields:
            raise CommandError(f"{column}: another column of this row already gives {name}", MISUSED)
        # Text that is not a number is left to the API, which refuses that row only.
        fields[name] = int(text) if name in _WHOLE and text.isascii() and text.isdigit() else text
    return fields


def _survey(cells: Mapping[str, str]) -> dict[str, object]:
    """Return the fields of a survey. Unknown columns become columns of the results."""
    known = {column: text for column, text in cells.items() if column in _SURVEY}
    further = {column: text for column, text in cells.items() if column not in _SURVEY}
    return {**_fields(known, _SURVEY), **({"miscData": further} if further else {})}


def _model(cells: Mapping[str, str]) -> dict[str, object]:
    model: dict[str, object] = {}
    for column, text in cells.items():
        pointer = _METADATA.get(column, column)
        if not pointer.startswith("/"):
            short = ", ".join(_METADATA)
            raise CommandError(
                f"{column}: a column must be {short}, or a JSON Pointer into the model: /{column}", MISUSED
            )
        _put(model, [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]], text)
    return model


def _put(model: dict[str, object], steps: list[str], text: str) -> None:
    *path, last = steps
    place = model
    for step in path:
        inner = place.setdefault(step, {})
        if not isinstance(inner, dict):
            raise CommandError(f"/{'/'.join(steps)}: another column already gives {step} a text", MISUSED)
        place = inner
    place[last] = text
