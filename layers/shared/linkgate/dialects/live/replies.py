"""Messages that browsers get."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from linkgate import errors
from linkgate.dialects.live.messages import LONGEST
from linkgate.errors import LinkError
from linkgate.model.epoch import milliseconds
from linkgate.tokens import presence_name
from linkgate.wire.error_table import ErrorRow, row_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from linkgate.dialects.live.messages import Frame
    from linkgate.model.presence import Presence

    Reply = dict[str, object]

_SPARE = 512
"""Bytes that a part of a state may take besides its entries."""

REFUSALS: dict[type[LinkError], ErrorRow] = {
    errors.InvalidRequest: ErrorRow(400, "invalid", "A member is missing or wrong."),
    errors.MalformedBody: ErrorRow(400, "malformed", "The message is not a JSON object."),
    errors.BodyTooLarge: ErrorRow(413, "too-large", "The message is too large."),
    errors.Unauthorised: ErrorRow(401, "unauthorised", "The ticket is unknown, used or too old."),
    errors.Forbidden: ErrorRow(403, "forbidden", "This browser may not do that."),
    errors.ForeignOrigin: ErrorRow(403, "foreign-origin", "The page is another site's."),
    errors.NotFound: ErrorRow(404, "not-found", "There is no such thing."),
    errors.LinkExpired: ErrorRow(403, "expired", "The link has expired."),
    errors.LinkRevoked: ErrorRow(403, "revoked", "The link has been withdrawn."),
    errors.LinkSubmitted: ErrorRow(403, "submitted", "The form has been sent."),
    errors.LinkLocked: ErrorRow(403, "locked", "The link is locked."),
    errors.LinkClosed: ErrorRow(403, "ended", "The link has ended."),
    errors.VisitEnded: ErrorRow(401, "visit-ended", "The visit has ended."),
    errors.Throttled: ErrorRow(429, "too-many-requests", "Too many messages."),
    errors.Unavailable: ErrorRow(503, "unavailable", "The service is unavailable. Try again."),
    LinkError: ErrorRow(500, "internal", "Something went wrong."),
}


def refusal_row(error: LinkError) -> ErrorRow:
    """Return the code of an error, and the status with which a handshake is refused."""
    return row_of(error, REFUSALS)


def no(error: LinkError, frame: Frame | None) -> Reply:
    """Refuse a message. Nothing that it held is repeated but its id."""
    reply: Reply = {"t": "no", "code": refusal_row(error).code}
    if frame and frame.id:
        reply["id"] = frame.id
    if isinstance(error, errors.InvalidRequest):
        reply["fields"] = [{"field": problem.field, "code": problem.code} for problem in error.problems]
    return reply


def done(frame: Frame, **members: object) -> Reply:
    """Confirm a message."""
    return {"t": "ok", **({"id": frame.id} if frame.id else {}), **members}


def people(present: Sequence[Presence], now: datetime) -> Reply:
    """Say who is in the room."""
    return {"t": "people", "people": people_of(present), "now": milliseconds(now)}


def pulse(present: Sequence[Presence], now: datetime) -> Reply:
    """Answer a sign of life."""
    return {"t": "pulse", "people": people_of(present), "now": milliseconds(now)}


def people_of(present: Sequence[Presence]) -> list[dict[str, object]]:
    """Return each browser by a name that says nothing about it, with its role, in an order that does not change."""
    return [
        {
            "who": _name(each),
            "role": each.role,
            **({"desk": True} if each.agent is not None else {}),
            "state": "here" if each.connected else "away",
        }
        for each in sorted(present, key=lambda each: (each.role, each.visit))
    ]


def written(presence: Presence, rows: Sequence[object], given: Sequence[str], groups: Sequence[object] = ()) -> Reply:
    """Tell that answers were written, and entries of `groups` added or removed.

    `given` are private answers, which stay with who gave them.
    """
    return {
        "t": "set",
        "who": _name(presence),
        "fields": list(rows),
        **({"given": list(given)} if given else {}),
        **({"groups": list(groups)} if groups else {}),
    }


def typing(presence: Presence, pointer: str, shown: Sequence[str] | None) -> Reply:
    """Tell what somebody types, or only that they do."""
    return {"t": "typing", "who": _name(presence), "f": pointer, **({"x": list(shown)} if shown is not None else {})}


def focus(presence: Presence, pointer: str | None) -> Reply:
    """Tell at which field somebody is, None for none."""
    return {"t": "focus", "who": _name(presence), "f": pointer}


def view(presence: Presence, pointer: str) -> Reply:
    """Tell which part of the page somebody looks at."""
    return {"t": "view", "who": _name(presence), "s": pointer}


def sending(presence: Presence) -> Reply:
    """Tell that somebody is sending the form."""
    return {"t": "sending", "who": _name(presence)}


def states(
    me: Presence, present: Sequence[Presence], lists: Mapping[str, Sequence[object]], **members: object
) -> list[Reply]:
    """Return the state of a room in parts that fit into a message each. `lists` are divided where they are too long."""
    parts: list[dict[str, list[object]]] = [{}]
    size = _SPARE + len(_written(members)) + len(_written(people_of(present)))
    for name, entries in lists.items():
        for entry in entries:
            length = len(_written(entry)) + 1
            if size + length > LONGEST:
                parts.append({})
                size = _SPARE
            parts[-1].setdefault(name, []).append(entry)
            size += length
    first = {"me": _name(me), "role": me.role, "people": people_of(present), **members}
    return [
        {"t": "state", "k": number, "of": len(parts), **(first if number == 1 else {}), **part}
        for number, part in enumerate(parts, 1)
    ]


def _name(presence: Presence) -> str:
    return presence_name(presence.room, presence.visit)


def _written(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
