"""Sessions of signed-in people, and ways back from a provider, in the table. Their secrets are stored as hashes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds, milliseconds, moment
from linkgate.model.person import SESSION_LIFE, Session
from linkgate.store.staff.people import person_key, person_of
from linkgate.store.table import ConditionRefused, Update

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.person import Person
    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

_KEPT = timedelta(hours=1)


class DynamoSignings:
    """`ports.staff.SigningStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def spend(self, state_hash: str, now: datetime) -> bool:
        item = {"pk": f"signing#{state_hash}", "sk": "signing", "ttl": epoch_seconds(now + _KEPT)}
        try:
            self._table.put(item, "attribute_not_exists(pk)")
        except ConditionRefused:
            return False
        return True


class DynamoSessions:
    """`ports.staff.SessionStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self, session: Session) -> None:
        item = {
            **_key(session.hash),
            "person": session.person,
            "tenant": session.tenant,
            "sign_in": session.sign_in,
            "began_at": milliseconds(session.began_at),
            "checked_at": milliseconds(session.checked_at),
            "authenticated_at": milliseconds(session.authenticated_at),
            "seen_at": milliseconds(session.seen_at),
            "ttl": epoch_seconds(session.began_at + SESSION_LIFE + _KEPT),
        }
        self._table.put(item, "attribute_not_exists(pk)")

    def find(self, session_hash: str, tenant: str, person: str) -> tuple[Session, Person] | None:
        own, theirs = _key(session_hash), person_key(tenant, person)
        items = self._table.batch_get([(own["pk"], own["sk"]), theirs], consistent=True)
        found = {item["sk"]: item for item in items}
        session, somebody = found.get("session"), found.get(theirs[1])
        if session is None or somebody is None or (session["tenant"], session["person"]) != (tenant, person):
            return None
        return _session(session_hash, session), person_of(somebody)

    def seen(self, session: Session, now: datetime) -> None:
        key = _key(session.hash)
        update = Update("SET seen_at = :now", "attribute_exists(pk)", values={"now": milliseconds(now)})
        try:
            self._table.update(key["pk"], key["sk"], update)
        except ConditionRefused:
            return

    def end(self, session_hash: str) -> None:
        key = _key(session_hash)
        self._table.delete(key["pk"], key["sk"])


def _key(session_hash: str) -> dict[str, str]:
    return {"pk": f"session#{session_hash}", "sk": "session"}


def _session(session_hash: str, item: Item) -> Session:
    times = {name: moment(item[name]) for name in ("began_at", "checked_at", "authenticated_at", "seen_at")}
    return Session(session_hash, item["person"], item["tenant"], item["sign_in"], **times)
