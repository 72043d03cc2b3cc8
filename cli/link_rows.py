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
    """Convert a row to an entry, without its empty cells. Raises InvalidRequest for an unknown column."""
    from linkgate.dialects.manage.link_rows import members_of

    if about.process:
        return {"kind": "process", "process": about.process, **members_of(row, "process"), "notify": about.notify}
    if about.campaign:
        return {"kind": "survey", "campaign": about.campaign, **members_of(row, "survey")}
    if about.resource_type:
        channels = {"channels": list(about.channels)} if about.channels else {}
        return {"kind": "resource", "resourceType": about.resource_type, **channels, **members_of(row, "resource")}
    return {"kind": "session", **members_of(row, "session")}


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
