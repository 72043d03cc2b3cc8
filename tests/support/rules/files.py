"""Rules of files and of the room that they take."""

from __future__ import annotations

from datetime import timedelta

from linkgate.model.epoch import epoch_seconds
from linkgate.model.file import File, FileState, Place
from linkgate.model.file_kinds import FileKind
from linkgate.ports.files import NoRoom, Outcome
from linkgate.store.files.files import DynamoFiles
from tests.support.rules.rule import ELSEWHERE, GONE, NOW, SECONDS, Rule, Stale, Told, through

PLACE = Place("p" * 22, "l/p/", most=2, room=100)
FILE = File("f" * 22, "7e" * 16, "a.pdf", FileKind.PDF, 40, "a" * 64, b"s" * 16, NOW, NOW + timedelta(days=3))
AWAITED = {
    "pk": PLACE.partition, "sk": f"file#{FILE.id}", "id": FILE.id, "tenant": FILE.tenant, "name": FILE.name, "size": 40,
    "sha256": FILE.sha256, "salt": FILE.salt, "kind": "pdf", "state": "awaited", "added_at": 0,
    "kept_until": SECONDS + 60, "ttl": SECONDS + 30,
}  # fmt: skip
RECEIVED = {**AWAITED, "state": "received", "version": "v1", "ttl": SECONDS + 60}
ROOM = {"pk": PLACE.partition, "sk": "files", "ids": frozenset({"o" * 22}), "bytes": 60, "ttl": SECONDS}
KEPT = {**ROOM, "kept_until": SECONDS + 60}
UNTIL = NOW + timedelta(days=9)
UNTIL_SECONDS = epoch_seconds(UNTIL)
files = through(DynamoFiles)
RULES = {
    "keep a file": Rule(
        files(lambda store: store.put(PLACE, FILE)), ELSEWHERE, {"there already": Told([AWAITED], ...)}
    ),
    "take room": Rule(
        files(lambda store: store.reserve(PLACE, FILE)),
        ROOM,
        {
            "taken before": Told([{**ROOM, "ids": frozenset({FILE.id})}, AWAITED], ...),
            "too many files": {"ids": frozenset({"o" * 22, "q" * 22})},
            "too many bytes": {"bytes": 61},
        },
        kept={"the first": {"pk": "elsewhere"}},
        told=NoRoom,
    ),
    "claim a file": Rule(
        files(lambda store: store.claim(PLACE.partition, FILE.id, "v1")),
        AWAITED,
        {"another version": Told({"version": "v0"}, ...), "checked": Told({"state": "clean"}, ...)},
    ),
    "settle a file": Rule(
        files(lambda store: store.settle(PLACE.partition, FILE.id, "v1", Outcome(FileState.CLEAN))),
        RECEIVED,
        {"another version": Told({"version": "v0"}, ...), "settled": Told({"state": "infected"}, ...)},
    ),
    "keep an awaited file longer": Rule(
        files(lambda store: store.keep(PLACE.partition, UNTIL, shorten=False)),
        AWAITED,
        {"kept longer": Told({"kept_until": SECONDS + 10**7}, None)},
        then={"kept_until": UNTIL_SECONDS, "ttl": AWAITED["ttl"]},
    ),
    "keep an awaited file as long": Rule(
        files(lambda store: store.keep(PLACE.partition, UNTIL)),
        AWAITED,
        then={"kept_until": UNTIL_SECONDS, "ttl": AWAITED["ttl"]},
    ),
    "keep a file as long": Rule(
        files(lambda store: store.keep(PLACE.partition, UNTIL)),
        RECEIVED,
        {"nothing": Told([ELSEWHERE], None)},
        then={"kept_until": UNTIL_SECONDS, "ttl": UNTIL_SECONDS},
    ),
    "keep a file that arrives meanwhile": Rule(
        lambda table: DynamoFiles(Stale(table, AWAITED)).keep(PLACE.partition, UNTIL, shorten=False),
        RECEIVED,
        then={"kept_until": UNTIL_SECONDS, "ttl": UNTIL_SECONDS},
    ),
    "keep a file as long that arrives meanwhile": Rule(
        lambda table: DynamoFiles(Stale(table, AWAITED)).keep(PLACE.partition, UNTIL),
        RECEIVED,
        then={"kept_until": UNTIL_SECONDS, "ttl": UNTIL_SECONDS},
    ),
    "keep a file longer": Rule(
        files(lambda store: store.keep(PLACE.partition, UNTIL, shorten=False)),
        RECEIVED,
        {"kept longer": Told({"kept_until": SECONDS + 10**7}, None)},
    ),
    "keep the room longer": Rule(
        files(lambda store: store.keep(PLACE.partition, UNTIL, shorten=False)),
        ROOM,
        {"kept longer": Told({"kept_until": SECONDS + 10**7}, None)},
    ),
    "give room back": Rule(
        files(lambda store: store.give_room_back(PLACE.partition, "o" * 22, 60)),
        ROOM,
        {"given back before": Told({"ids": frozenset({"q" * 22})}, None), "no room": Told({"ids": GONE}, None)},
    ),
}
