"""Rows of imports as commands, and their results as the rows of a file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from linkgate.dialects.manage.bodies import ENTRIES
from linkgate.dialects.manage.fields import validated
from linkgate.dialects.manage.link_rows import KEY, members_of
from linkgate.dialects.manage.problems import problem_of
from linkgate.dialects.manage.requests import entry_command
from linkgate.errors import IdempotencyMismatch, InvalidRequest, LinkError, Problem
from linkgate.model.imports import FileFormat
from linkgate.usecases.issuing.process_links import RequestProcess
from linkgate.usecases.issuing.resource_links import ShareResource
from linkgate.wire.delivery_errors import delivery_errors
from linkgate.wire.spreadsheet_csv import BOM, write_csv

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from linkgate.dialects.manage.row_files import Row
    from linkgate.model.imports import Import, Subject
    from linkgate.usecases.authentication import Caller
    from linkgate.usecases.issuing.link_batches import Create, EntryResult

RESULT_COLUMNS = ("row", "result", "rid", "problem")
RESULT_HEAD = (BOM + write_csv(RESULT_COLUMNS, [])).encode()
_OF_THE_IMPORT = ("kind", "process", "campaign", "resourceType")


def kind_of(subject: Subject) -> str:
    """Return the kind of the entries that a subject makes."""
    return "process" if subject.process else "survey" if subject.campaign else "resource"


def command_of(number: int, row: Row, known: Import, caller: Caller) -> Create | LinkError:
    """Return the command of a row, or its error. The same content has the same key in every file of one name."""
    try:
        if isinstance(row, LinkError):
            return row
        entry = _entry(row, known.subject, known.format)
        command = entry_command(entry, caller, known.domain)
    except LinkError as error:
        return error
    if problem := _unheard(command):
        return InvalidRequest([problem])
    key = command.idempotency_key or hashlib.sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()
    return replace(command, idempotency_key=key, imported=f"{known.id}:{number}")


def row_fault(row: Row, subject: Subject, format_: FileFormat) -> str | None:
    """Return why a row cannot be read. Whether its address can be reached is only known when it is made."""
    try:
        if isinstance(row, LinkError):
            return _words(row)
        validated(ENTRIES[kind_of(subject)], _entry(row, subject, format_))
    except LinkError as error:
        return _words(error)
    return None


def result_rows(results: Iterable[tuple[int, EntryResult]]) -> bytes:
    """Render results as rows of a CSV, without a link: it is a secret, and leaves in a message only."""
    rows = [_result(number, result) for number, result in results]
    return write_csv(RESULT_COLUMNS, rows, header=False).encode()


def words_of(problems: Sequence[Problem]) -> list[dict[str, str]]:
    """Return faults of a file as callers read them."""
    faults = problem_of(InvalidRequest(problems)).get("fields", [])
    return [{"field": fault["field"], "reason": fault["reason"]} for fault in faults]


def _entry(row: Mapping[str, object], subject: Subject, format_: FileFormat) -> dict[str, object]:
    about: dict[str, object] = {"kind": kind_of(subject)}
    about |= {"process": subject.process} if subject.process else {}
    about |= {"campaign": subject.campaign} if subject.campaign else {}
    about |= {"resourceType": subject.resource_type} if subject.resource_type else {}
    if subject.channels and "channels" not in row:
        about["channels"] = list(subject.channels)
    if format_ is FileFormat.JSONL:
        given = [name for name in _OF_THE_IMPORT if name in row]
        if given:
            raise InvalidRequest([Problem.of(name, "conflict", other="an import, which has its own") for name in given])
        return {**about, **row}
    cells = {name: str(text) for name, text in row.items()}
    key = cells.pop(KEY, "").strip()
    return {**about, **members_of(cells, kind_of(subject)), **({"idempotencyKey": key} if key else {})}


def _unheard(command: Create) -> Problem | None:
    """Return the fault of a row whose link would reach nobody."""
    if isinstance(command, RequestProcess) and not command.notify:
        return Problem.of("notify", "format", expected="true, because only a message carries an imported link")
    if isinstance(command, ShareResource) and not command.channels:
        return Problem.of("channels", "required")
    return None


def _result(number: int, result: EntryResult) -> dict[str, object]:
    if result.issued is not None:
        link = result.issued.link
        # What waits for the worker is no problem yet.
        unsent = delivery_errors(replace(link, deliveries={}))
        return {"row": number, "result": "created", "rid": link.rid, "problem": "; ".join(unsent)}
    error = result.error or LinkError()
    if isinstance(error, IdempotencyMismatch):
        return {"row": number, "result": "duplicate", "rid": error.rid, "problem": "an earlier row made this link"}
    return {"row": number, "result": "failed", "rid": None, "problem": _words(error)}


def _words(error: LinkError) -> str:
    problem = problem_of(error)
    faults = "; ".join(f"{fault['field']} {fault['reason']}" for fault in problem.get("fields", []))
    return faults or problem["detail"]
