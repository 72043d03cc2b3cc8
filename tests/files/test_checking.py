"""Files that arrive: every order of events, every stop between two calls, and erasure at any moment.

The buckets are a model of S3: versions in quarantine, one object for each key of checked files. The use case is the
real one, over a store whose rules are those that `test_store` proves of the table.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from linkgate.aws.file_tasks import SqsFileTasks
from linkgate.endpoint.file_events import file_event_of
from linkgate.model.file import READABLE, SETTLED, FileState
from linkgate.model.file_events import Arrival, Erasure, Gone, Scan, ScanResult
from linkgate.usecases.files.checking import take_event
from tests.support.sample_files import a_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from linkgate.aws.timed_messages import TimedMessage
    from linkgate.model.file import File
    from linkgate.model.file_events import FileEvent
    from linkgate.model.file_kinds import FileKind
    from linkgate.ports.files import Outcome

PLACE = "m" * 22
NOW = datetime(2026, 12, 1, tzinfo=UTC)
HEADS = {"good": b"%PDF-1.7", "bad": b"%PDF-1.7 EICAR", "page": b"<!doctype html>"}


class Stopped(Exception):
    """The function ended between two calls."""


@dataclass
class World:
    """Table and buckets. After `calls_left` more calls, the next one does not happen."""

    files: dict[str, File] = field(default_factory=dict)
    incoming: dict[tuple[str, str], bytes] = field(default_factory=dict)
    kept: dict[str, bytes] = field(default_factory=dict)
    calls_left: int | None = None
    stops_after: bool = False
    """True if the call that is one too many has its effect before the function ends."""

    def called(self, effect: Callable[[], Any]) -> Any:
        if self.calls_left is None:
            return effect()
        self.calls_left -= 1
        if self.calls_left < 0:
            if self.stops_after:
                effect()
            raise Stopped
        return effect()

    def changed(self, file_id: str, allowed: Callable[[File], bool], **change: Any) -> File | None:
        def effect() -> File | None:
            file = self.files.get(file_id)
            if file is not None and allowed(file):
                self.files[file_id] = file = replace(file, **change)
            return file

        found: File | None = self.called(effect)
        return found

    @property
    def deps(self) -> Any:
        return SimpleNamespace(
            files=SimpleNamespace(store=Store(self), objects=Buckets(self)), scans_files=True, now=lambda: NOW
        )


@dataclass
class Store:
    """`FileStore`, with its rules."""

    world: World

    def find(self, _: str, file_id: str) -> File | None:
        found: File | None = self.world.called(lambda: self.world.files.get(file_id))
        return found

    def claim(self, _: str, file_id: str, version: str) -> File | None:
        return self.world.changed(
            file_id,
            lambda file: file.state is FileState.AWAITED and file.version is None,
            version=version,
            state=FileState.RECEIVED,
        )

    def settle(self, _: str, file_id: str, version: str, outcome: Outcome) -> File | None:
        return self.world.changed(
            file_id,
            lambda file: file.state is FileState.RECEIVED and file.version == version,
            state=outcome.state,
            reason=outcome.reason,
        )

    def give_room_back(self, _: str, file_id: str, __: int) -> None:
        self.world.called(lambda: file_id)

    def remove(self, _: str, file_id: str) -> File | None:
        gone: File | None = self.world.called(lambda: self.world.files.pop(file_id, None))
        return gone


@dataclass
class Buckets:
    """`Objects` over the model of S3."""

    world: World

    def head(self, key: str, version: str) -> bytes | None:
        found: bytes | None = self.world.called(lambda: self.world.incoming.get((key, version)))
        return found

    def promote(self, key: str, version: str, _: FileKind) -> bool:
        def effect() -> bool:
            content = self.world.incoming.get((key, version))
            if content is not None:
                self.world.kept[key] = content
            return content is not None

        done: bool = self.world.called(effect)
        return done

    def drop_version(self, key: str, version: str) -> None:
        self.world.called(lambda: self.world.incoming.pop((key, version), None))

    def drop_incoming(self, key: str) -> None:
        for version in [version for name, version in self.world.incoming if name == key]:
            self.drop_version(key, version)

    def delete(self, key: str) -> None:
        self.drop_incoming(key)
        self.world.called(lambda: self.world.kept.pop(key, None))


FILE = a_file()
KEY = f"l/{PLACE}/{FILE.id}"


def scan(version: str, content: bytes) -> Scan:
    return Scan(KEY, version, ScanResult.INFECTED if b"EICAR" in content else ScanResult.CLEAN)


def deliver(world: World, event: FileEvent, take: Callable[..., None] = take_event) -> None:
    """Deliver an event until the function reaches its end, as the queue does."""
    try:
        take(event, world.deps)
    except Stopped:
        world.calls_left = None
        take(event, world.deps)


def uploads(first: str, second: str) -> dict[str, bytes]:
    """Return two versions: an address may be used again while it lasts."""
    return {"v1": HEADS[first], "v2": HEADS[second]}


GONE = Gone(PLACE, FILE.tenant, FILE.id, FILE.size)


def runs() -> Iterator[tuple[dict[str, bytes], tuple[FileEvent | str, ...]]]:
    """Yield every order of the events of two uploads, with erasure at any place or not at all."""
    for first, second in itertools.product(HEADS, HEADS):
        versions = uploads(first, second)
        events: list[FileEvent] = [
            event for name, content in versions.items() for event in (Arrival(KEY, name), scan(name, content))
        ]
        for order in itertools.permutations(events):
            yield versions, order
            # The stream tells of the item's end at once, or after everything else.
            for place in range(len(order) + 1):
                yield versions, (*order[:place], "erase", GONE, *order[place:])
                yield versions, (*order[:place], "erase", *order[place:], GONE)


def faults() -> Iterator[tuple[int | None, bool]]:
    yield None, False
    for calls in range(7):
        yield calls, False
        yield calls, True


def outcome_of(
    versions: dict[str, bytes],
    order: tuple[FileEvent | str, ...],
    fault: tuple[int | None, bool],
    take: Callable[..., None] = take_event,
) -> World:
    """Return the world after all events came, each of them twice."""
    world = World({FILE.id: FILE}, {(KEY, name): content for name, content in versions.items()})
    world.calls_left, world.stops_after = fault
    for step in order:
        if isinstance(step, str):
            world.files.clear()
        else:
            deliver(world, step, take)
    world.calls_left = None
    for step in order:
        if not isinstance(step, str):
            deliver(world, step, take)
    return world


def faults_of(world: World, *, erased: bool) -> str | None:
    """Return the rule that a settled world breaks, or None."""
    if erased:
        return "bytes after erasure" if world.incoming or world.kept or world.files else None
    file = world.files[FILE.id]
    if file.state not in SETTLED:
        return "stuck"
    if world.incoming:
        return "bytes in quarantine"
    if b"EICAR" in world.kept.get(KEY, b"") and file.state in READABLE:
        return "an infected file was let through"
    if (file.state in READABLE) != (KEY in world.kept):
        return "a readable file without bytes, or bytes that nobody may read"
    return None


def test_in_every_order_nothing_is_let_through_stuck_or_left_behind() -> None:
    seen = 0
    for (versions, order), fault in itertools.product(runs(), faults()):
        world = outcome_of(versions, order, fault)
        broken = faults_of(world, erased="erase" in order)
        assert broken is None, (broken, order, fault)
        seen += 1
    assert seen == 9 * 24 * 11 * 15


def obvious(event: FileEvent, deps: Any) -> None:
    """Stop when the item is gone, as a first draft would, instead of deleting the bytes."""
    key = getattr(event, "key", "")
    if deps.files.store.find(PLACE, key.rpartition("/")[2]) is None:
        return
    take_event(event, deps)


def test_the_obvious_version_leaves_bytes_of_an_erased_link() -> None:
    order = (Arrival(KEY, "v1"), "erase")
    world = World({FILE.id: FILE}, {(KEY, "v1"): HEADS["good"]})
    deliver(world, order[0], obvious)
    world.files.clear()
    world.kept[KEY] = HEADS["good"]  # copied by a call that had read the item before
    deliver(world, scan("v1", HEADS["good"]), obvious)
    assert faults_of(world, erased=True) == "bytes after erasure"

    deliver(world, scan("v1", HEADS["good"]))
    assert faults_of(world, erased=True) is None


@pytest.mark.parametrize(
    ("result", "state", "reason"),
    [
        (ScanResult.CLEAN, FileState.CLEAN, None),
        (ScanResult.INFECTED, FileState.INFECTED, "threats"),
        (ScanResult.UNSUPPORTED, FileState.FAILED, "unsupported"),
        (ScanResult.ACCESS_DENIED, FileState.FAILED, "access_denied"),
        (ScanResult.FAILED, FileState.FAILED, "failed"),
    ],
)
def test_a_search_settles_a_file(result: ScanResult, state: FileState, reason: str | None) -> None:
    world = World({FILE.id: FILE}, {(KEY, "v1"): HEADS["good"]})

    deliver(world, Scan(KEY, "v1", result))

    assert (world.files[FILE.id].state, world.files[FILE.id].reason) == (state, reason)
    assert world.kept == ({KEY: HEADS["good"]} if state is FileState.CLEAN else {})
    assert world.incoming == {}


def test_another_kind_than_was_said_is_refused() -> None:
    world = World({FILE.id: FILE}, {(KEY, "v1"): HEADS["page"]})

    deliver(world, Scan(KEY, "v1", ScanResult.CLEAN))

    assert (world.files[FILE.id].state, world.files[FILE.id].reason) == (FileState.FAILED, "kind")
    assert (world.kept, world.incoming) == ({}, {})


def test_without_a_search_an_arrival_settles_a_file() -> None:
    world = World({FILE.id: FILE}, {(KEY, "v1"): HEADS["good"]})
    deps = world.deps
    deps.scans_files = False

    take_event(Arrival(KEY, "v1"), deps)

    assert world.files[FILE.id].state is FileState.UNSCANNED
    assert world.kept == {KEY: HEADS["good"]}


def test_a_replaced_file_goes_when_its_successor_may_be_read() -> None:
    old, new = a_file(state=FileState.CLEAN), a_file(replaces="")
    new = replace(new, replaces=old.id)
    keys = [f"l/{PLACE}/{each.id}" for each in (old, new)]
    world = World({old.id: old, new.id: new}, {(keys[1], "v1"): HEADS["good"]}, {keys[0]: HEADS["good"]})

    deliver(world, Scan(keys[1], "v1", ScanResult.CLEAN))

    assert list(world.files) == [new.id]
    assert world.kept == {keys[1]: HEADS["good"]}


def test_an_infected_successor_replaces_nothing() -> None:
    old = a_file(state=FileState.CLEAN)
    new = replace(a_file(), replaces=old.id)
    keys = [f"l/{PLACE}/{each.id}" for each in (old, new)]
    world = World({old.id: old, new.id: new}, {(keys[1], "v1"): HEADS["bad"]}, {keys[0]: HEADS["good"]})

    deliver(world, Scan(keys[1], "v1", ScanResult.INFECTED))

    assert world.kept == {keys[0]: HEADS["good"]}
    assert world.files[old.id] == old


def test_strange_keys_leave_nothing() -> None:
    world = World({}, {("x/y", "v1"): b"?"}, {KEY: b"a"})

    deliver(world, Arrival("x/y", "v1"))
    deliver(world, GONE)

    assert (world.incoming, world.kept) == ({}, {})


def test_a_file_whose_id_was_made_anew_keeps_its_bytes() -> None:
    world = World({FILE.id: replace(FILE, state=FileState.CLEAN)}, {}, {KEY: HEADS["good"]})

    deliver(world, GONE)

    assert world.kept == {KEY: HEADS["good"]}


@pytest.mark.parametrize("body", ["{}", "[]", '{"source": "aws.s3", "detail-type": "Object Deleted", "detail": {}}'])
def test_an_unknown_event_is_a_failure(body: str) -> None:
    with pytest.raises(ValueError, match="unknown"):
        file_event_of(body)


def test_tasks_are_read_as_they_were_written() -> None:
    sent: list[TimedMessage] = []
    queue: Any = SimpleNamespace(put=lambda messages, _now: sent.extend(messages))
    now = datetime(2026, 12, 1, tzinfo=UTC)

    SqsFileTasks(queue).put([GONE, Erasure("r" * 22)], now, timedelta(seconds=30))

    assert [file_event_of(message.body) for message in sent] == [GONE, Erasure("r" * 22)]
    assert {message.not_before - now for message in sent} == {timedelta(seconds=30)}
