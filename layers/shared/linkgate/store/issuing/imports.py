"""Imports in the table: an item each, and an item for each part that is done."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds, milliseconds, moment
from linkgate.model.imports import FileFormat, Hold, Import, ImportState, Pause, Subject, Tally
from linkgate.store.table import ConditionRefused, Update, put_within_transaction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from linkgate.model.imports import Part
    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

_NEW = "attribute_not_exists(pk)"
_RUNS = "#state = :running AND #run = :run"
_PLAIN = ("id", "tenant", "name", "salt", "digest", "size", "domain", "created_by", "key", "run", "parts", "parts_done")


class DynamoImports:
    """`ports.issuing.ImportStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def salt(self, tenant: str, name: str, fresh: bytes, ttl: datetime) -> bytes:
        update = Update(
            "SET salt = if_not_exists(salt, :fresh), #ttl = :ttl",
            None,
            names={"ttl": "ttl"},
            values={"fresh": fresh, "ttl": epoch_seconds(ttl)},
        )
        digest = hashlib.sha256(name.encode()).hexdigest()[:32]
        return bytes(self._table.update(f"tenant#{tenant}", f"import_name#{digest}", update)["salt"])

    def add(self, made: Import) -> Import:
        try:
            self._table.put(_item(made), _NEW)
        except ConditionRefused as refusal:
            return _import(refusal.item) if refusal.item else made
        return made

    def get(self, tenant: str, id_: str) -> Import | None:
        item = self._table.get(*_key(tenant, id_))
        return _import(item) if item else None

    def start(self, known: Import, by: str, key: str) -> Import | None:
        return self._changed(
            known,
            "SET #state = :running, #run = :next, created_by = :by, #key = :key REMOVE #pause, problems, held",
            "#state IN (:waiting, :paused, :refused) AND #run = :run",
            names={"key": "key", "pause": "pause"},
            values={
                "waiting": ImportState.WAITING.value,
                "paused": ImportState.PAUSED.value,
                "refused": ImportState.REFUSED.value,
                "next": known.run + 1,
                "by": by,
                "key": key,
            },
        )

    def pause(self, known: Import, why: Pause) -> Import | None:
        return self._changed(
            known,
            "SET #state = :paused, #pause = :why REMOVE held",
            _RUNS,
            names={"pause": "pause"},
            values={"paused": ImportState.PAUSED.value, "why": why.value},
        )

    def stop(self, known: Import) -> Import | None:
        update = Update(
            "SET #state = :stopped REMOVE held, #pause",
            "attribute_exists(pk) AND #state <> :finished",
            names={"state": "state", "pause": "pause"},
            values={"stopped": ImportState.STOPPED.value, "finished": ImportState.FINISHED.value},
        )
        try:
            return _import(self._table.update(*_key(known.tenant, known.id), update))
        except ConditionRefused:
            return None

    def checked(self, known: Import) -> bool:
        found = {"columns": list(known.columns), "rows": known.rows, "parts": known.parts}
        return bool(
            self._changed(
                known,
                "SET #columns = :columns, #rows = :rows, parts = :parts",
                _RUNS,
                names={"columns": "columns", "rows": "rows"},
                values=found,
            )
        )

    def refuse(self, known: Import, problems: Sequence[Mapping[str, str]]) -> bool:
        return bool(
            self._changed(
                known,
                "SET #state = :refused, problems = :problems REMOVE held",
                _RUNS,
                values={"refused": ImportState.REFUSED.value, "problems": json.dumps(list(problems))},
            )
        )

    def is_done(self, id_: str, part: int) -> bool:
        return self._table.get(*_part_key(id_, part)) is not None

    def record(self, known: Import, part: Part, tally: Tally) -> None:
        pk, sk = _part_key(known.id, part.number)
        counted = Update(
            "ADD parts_done :one, created :created, duplicates :duplicates, failed :failed REMOVE held",
            "attribute_exists(pk)",
            values={"one": 1, **dataclasses.asdict(tally)},
        )
        done = {"pk": pk, "sk": sk, **dataclasses.asdict(tally), "ttl": epoch_seconds(known.ttl)}
        try:
            self._table.transact(
                [put_within_transaction(done, _NEW), counted.within_transaction(*_key(known.tenant, known.id))]
            )
        except ConditionRefused:
            return  # another call recorded the same part, or the import has outlived its time

    def hold(self, known: Import, hold: Hold) -> None:
        held = {"limit": hold.limit, "until": milliseconds(hold.until)}
        self._changed(known, "SET held = :held", _RUNS, values={"held": held})

    def finish(self, known: Import, now: datetime) -> bool:
        return bool(
            self._changed(
                known,
                "SET #state = :finished, finished_at = :now REMOVE held",
                f"{_RUNS} AND parts_done >= parts",
                values={"finished": ImportState.FINISHED.value, "now": milliseconds(now)},
            )
        )

    def _changed(
        self,
        known: Import,
        expression: str,
        condition: str,
        *,
        values: Mapping[str, object],
        names: Mapping[str, str] | None = None,
    ) -> Import | None:
        update = Update(
            expression,
            condition,
            names={"state": "state", "run": "run", **(names or {})},
            values={"running": ImportState.RUNNING.value, "run": known.run, **values},
        )
        try:
            return _import(self._table.update(*_key(known.tenant, known.id), update))
        except ConditionRefused:
            return None


def _key(tenant: str, id_: str) -> tuple[str, str]:
    return f"tenant#{tenant}", f"import#{id_}"


def _part_key(id_: str, part: int) -> tuple[str, str]:
    return f"import#{id_}", f"part#{part:06}"


def _item(made: Import) -> Item:
    pk, sk = _key(made.tenant, made.id)
    plain = {name: getattr(made, name) for name in _PLAIN}
    subject = {name: value for name, value in dataclasses.asdict(made.subject).items() if value}
    return {
        "pk": pk,
        "sk": sk,
        **plain,
        **dataclasses.asdict(made.tally),
        "format": made.format.value,
        "state": made.state.value,
        "subject": {**subject, **({"channels": list(made.subject.channels)} if made.subject.channels else {})},
        "created_at": milliseconds(made.created_at),
        "ttl": epoch_seconds(made.ttl),
    }


def _import(item: Item) -> Import:
    subject, hold = item["subject"], item.get("held")
    return Import(
        **{name: item[name] for name in _PLAIN},
        format=FileFormat(item["format"]),
        state=ImportState(item["state"]),
        subject=Subject(**{**subject, "channels": tuple(subject.get("channels", ()))}),
        created_at=moment(item["created_at"]),
        ttl=moment(item["ttl"] * 1000),
        pause=Pause(item["pause"]) if "pause" in item else None,
        columns=tuple(item.get("columns", ())),
        rows=item.get("rows"),
        tally=Tally(item["created"], item["duplicates"], item["failed"]),
        problems=tuple(json.loads(item.get("problems", "[]"))),
        hold=Hold(hold["limit"], moment(hold["until"])) if hold else None,
        finished_at=moment(item["finished_at"]) if "finished_at" in item else None,
    )
