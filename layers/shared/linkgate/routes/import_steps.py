"""Steps of an import that its engine calls: check the file, make a part's rows, finish.

Each may be called any number of times, by engines of several runs at once, and may end anywhere.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from linkgate.dialects.manage.import_rows import RESULT_HEAD, command_of, kind_of, result_rows, words_of
from linkgate.dialects.manage.problems import FIELDS
from linkgate.dialects.manage.row_files import contents_of, rows_of
from linkgate.errors import InvalidRequest, Problem
from linkgate.model.imports import ImportState, Part, Pause
from linkgate.usecases.issuing.imported_rows import make_rows
from linkgate.usecases.issuing.imports import file_key, import_caller, part_key
from linkgate.wire.json_body import write_json
from linkgate.wire.spreadsheet_csv import MEDIA_TYPE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.imports import Import
    from linkgate.ports.deps import Deps

    Answer = dict[str, Any]


def act(event: Mapping[str, Any], deps: Deps) -> Answer:
    """Do the step that the engine asks for, if the import still is in the engine's run. Raises Unavailable."""
    known = deps.imports.store.get(event["tenant"], event["import"])
    if known is None or known.state is not ImportState.RUNNING or known.run != event["run"]:
        return {"parts": 0, "wait": 0, "complete": True}
    match event["step"]:
        case "check":
            return _check(known, deps)
        case "rows":
            return _rows(known, Part(**event["part"]), deps)
        case "finish":
            return _finish(known, deps)
        case other:
            raise ValueError(other)


def _check(known: Import, deps: Deps) -> Answer:
    """Read the whole file once. It makes no link if the file as a whole is wrong."""
    key = file_key(known, "parts.json")
    if not known.parts:
        try:
            contents = contents_of(
                deps.imports.files.chunks(file_key(known, "rows")), known.format, kind_of(known.subject)
            )
        except FileNotFoundError:
            return _refused(known, InvalidRequest([Problem.of("file", "required")]), deps)
        except InvalidRequest as error:
            return _refused(known, error, deps)
        deps.imports.files.write(key, write_json([asdict(part) for part in contents.parts]), "application/json")
        known = replace(known, columns=contents.columns, rows=contents.rows, parts=len(contents.parts))
        if not deps.imports.store.checked(known):
            return {"parts": 0}
    return {"parts": known.parts, "key": key}


def _refused(known: Import, error: InvalidRequest, deps: Deps) -> Answer:
    deps.imports.store.refuse(known, words_of(error.problems))
    return {"parts": 0}


def _rows(known: Import, part: Part, deps: Deps) -> Answer:
    """Make the rows of a part, unless they are recorded. Results are written first, and then recorded."""
    if deps.imports.store.is_done(known.id, part.number):
        return {"wait": 0}
    caller = import_caller(known, deps)
    if caller is None:
        deps.imports.store.pause(known, Pause.KEY)  # the other parts find it paused
        return {"wait": 0}
    content = deps.imports.files.read(file_key(known, "rows"), part.start, part.end)
    rows = list(rows_of(content, known.format, known.columns, part.row))
    commands = [command_of(number, row, known, caller) for number, row in rows]
    made = make_rows(known, commands, caller.tenant, deps, FIELDS)
    if made.wait:
        return {"wait": made.wait}
    results = zip((number for number, _ in rows), made.results, strict=True)
    deps.imports.files.write(part_key(known, part.number), result_rows(results), MEDIA_TYPE)
    deps.imports.store.record(known, part, made.tally)
    return {"wait": 0}


def _finish(known: Import, deps: Deps) -> Answer:
    """Join the results of all parts. If some are missing, the import is paused, and can go on later."""
    if known.parts and known.parts_done >= known.parts:
        keys = [part_key(known, number) for number in range(known.parts)]
        deps.imports.files.join(RESULT_HEAD, keys, file_key(known, "results.csv"), MEDIA_TYPE)
        if deps.imports.store.finish(known, deps.now()):
            deps.imports.files.delete(file_key(known, "rows"))
        return {"complete": True}
    deps.imports.store.pause(known, Pause.FAILED)
    return {"complete": False}
