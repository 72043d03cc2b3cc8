"""Check files that arrived, and copy those that may be read out of quarantine.

Each step may be repeated, and any step may be the last one of its call. A file that is gone takes its bytes with it.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.delivery_tasks import CheckDelivery
from linkgate.model.file import OF_RESOURCE, READABLE, SETTLED, FileState, place_of_key, prefix_of
from linkgate.model.file_events import Arrival, Erasure, Gone, Scan, ScanResult
from linkgate.model.file_kinds import kinds_of
from linkgate.model.file_names import safe_name
from linkgate.ports.files import Contents, Outcome
from linkgate.usecases.management.erasure import settle_erased

if TYPE_CHECKING:
    from linkgate.model.file import File
    from linkgate.model.file_events import FileEvent
    from linkgate.model.file_kinds import FileKind
    from linkgate.ports.deps import Deps


def take_event(event: FileEvent, deps: Deps) -> None:
    """Do what follows from an event. Raises Unavailable; then the event must come again."""
    match event:
        case Arrival(key, version):
            _with_file(key, version, Outcome(FileState.UNSCANNED) if not deps.scans_files else None, deps)
        case Scan():
            _with_file(event.key, event.version, _outcome(event.result), deps)
        case Gone():
            _clear(event, deps)
        case Erasure(rid):
            settle_erased(rid, deps)


def _clear(gone: Gone, deps: Deps) -> None:
    """Delete the bytes of a file whose item is gone, and give back its room. Not those of one with its id made anew."""
    if deps.files.store.find(gone.partition, gone.file_id) is None:
        deps.files.objects.delete(prefix_of(gone.partition, gone.tenant) + gone.file_id)
        deps.files.store.give_room_back(gone.partition, gone.file_id, gone.size)


def _outcome(result: ScanResult) -> Outcome:
    match result:
        case ScanResult.CLEAN:
            return Outcome(FileState.CLEAN)
        case ScanResult.INFECTED:
            return Outcome(FileState.INFECTED, "threats")
        case _:
            return Outcome(FileState.FAILED, result.value.lower())


def _with_file(key: str, version: str, outcome: Outcome | None, deps: Deps) -> None:
    """Bind the version to its file, and settle the file if the outcome of its check is known."""
    names = place_of_key(key)
    if names is None:
        deps.files.objects.drop_version(key, version)
        return
    partition, file_id = names
    file = deps.files.store.claim(partition, file_id, version)
    if file is not None and file.version != version:
        deps.files.objects.drop_version(key, version)
        return
    if file is not None and file.state not in SETTLED:
        if outcome is None:
            return  # the result of the search comes later
        file = _settled(_Version(partition, key, version), file, outcome, deps)
    if file is None:
        deps.files.objects.delete(key)
    elif file.state in SETTLED:
        if file.state in READABLE and partition.startswith(OF_RESOURCE):
            _tell_who_waits(partition, deps)
        _tidy(partition, key, file, deps)


def _tell_who_waits(partition: str, deps: Deps) -> None:
    """Let the delivery worker send the messages that wait for a document. It sends none twice."""
    waiting, now = deps.files.waiting.of(partition), deps.now()
    deps.queue.put([CheckDelivery(each.rid, each.channel, each.attempt, now) for each in waiting], now)
    for each in waiting:
        deps.files.waiting.remove(partition, each)


@dataclass(frozen=True, slots=True)
class _Version:
    """Names of a version of a file's bytes."""

    partition: str
    key: str
    id: str


def _settled(version: _Version, file: File, outcome: Outcome, deps: Deps) -> File | None:
    """Copy the version to where it may be read, if it may, and record the outcome. None means that the file is gone."""
    objects = deps.files.objects
    if outcome.state in READABLE:
        head = objects.head(version.key, version.id)
        found = kinds_of(head or b"")
        kind = next((each for each in file.kinds or (file.kind,) if each in found), None)
        if head is not None and kind is None:
            outcome = Outcome(FileState.FAILED, "kind")
        elif kind is None or not objects.promote(version.key, version.id, kind):
            # Another call of this event has deleted the version after it had settled or erased the file.
            return deps.files.store.find(version.partition, file.id)
        elif not file.sha256:
            measured = objects.measure(version.key, version.id)
            if measured is None:
                return deps.files.store.find(version.partition, file.id)
            outcome = dataclasses.replace(outcome, contents=Contents(_named(file, kind), kind, *measured))
        elif kind is not file.kind:
            contents = Contents(_named(file, kind), kind, file.size, file.sha256)
            outcome = dataclasses.replace(outcome, contents=contents)
    outcome = dataclasses.replace(outcome, at=deps.now())
    return deps.files.store.settle(version.partition, file.id, version.id, outcome)


def _named(file: File, kind: FileKind) -> str:
    """Return a file's name with the extension of the kind that it turned out to be."""
    return file.name if kind is file.kind else safe_name(file.name.rpartition(".")[0], kind)


def _tidy(partition: str, key: str, file: File, deps: Deps) -> None:
    """Delete what a settled file leaves in quarantine, and the file whose place it takes."""
    objects = deps.files.objects
    if file.replaces is not None and file.state in READABLE:
        deps.files.store.remove(partition, file.replaces)
        objects.delete(key.removesuffix(file.id) + file.replaces)
    objects.drop_incoming(key)
