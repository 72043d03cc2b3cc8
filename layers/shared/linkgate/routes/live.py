"""Events of the live channel's sockets: each is checked, acted on, and told to those whom it concerns."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from linkgate.dialects.live import replies
from linkgate.dialects.live.messages import frame_of
from linkgate.dialects.recipient.drafts import given_rows, group_rows, groups_json, rows_json, saved_json, writes_in
from linkgate.errors import LinkClosed, LinkError, Unavailable, VisitEnded
from linkgate.model.live_tasks import Look
from linkgate.routes import live_desk
from linkgate.usecases.desk.reaching import desk_of
from linkgate.usecases.live import meeting
from linkgate.usecases.live.budget import Spent, count_messages
from linkgate.usecases.live.closing import close_connections
from linkgate.usecases.live.cobrowsing import draft_for, learned, looked_at, set_fields, told_of_sending, typed
from linkgate.usecases.live.joining import Connect, connect, disconnect
from linkgate.usecases.live.senders import sender_of, sender_without
from linkgate.usecases.live.telling import dismiss, reply, tell
from linkgate.wire.socket import Answer, Event

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from linkgate.dialects.live.messages import Frame
    from linkgate.model.live_tasks import LiveTask
    from linkgate.model.presence import Presence
    from linkgate.ports.deps import Deps
    from linkgate.usecases.live.senders import Sender
    from linkgate.usecases.visits.fields import SavedFields
    from linkgate.wire.socket import Message

    Step = Callable[[Frame, Sender, Deps], Mapping[str, object] | None]
    """Takes a message. What it returns is confided to a browser that polls."""

PROTOCOL = "linkgate.v1"
TICKET = "ticket."
"""Beginning of the subprotocol that carries a ticket. No address of ours holds a secret, so it is not in the query."""


def answer(message: Message, deps: Deps) -> Answer:
    """Answer an event of a connection. Raises LinkError only for a handshake that is refused."""
    if message.event is Event.CONNECT:
        return _connect(message, deps)
    if message.event is Event.DISCONNECT:
        left = disconnect(message.connection, deps)
        _tell_who_is_there(left, deps)
        live_desk.lose(left, deps)
        return Answer()
    return _take(message, deps)


def work(task: LiveTask, deps: Deps) -> None:
    """Do a task of the worker."""
    if isinstance(task, Look):
        live_desk.look_at(task, deps)
        return
    _tell_who_is_there(close_connections(task, deps), deps)
    live_desk.close(task.rid, deps)


def _connect(message: Message, deps: Deps) -> Answer:
    ticket = next((each.removeprefix(TICKET) for each in message.protocols if each.startswith(TICKET)), "")
    host = urlsplit(message.origin).netloc.lower()
    connection = connect(Connect(message.connection, ticket, host), deps)
    return Answer(protocol=PROTOCOL if PROTOCOL in message.protocols else None, rid=connection.rid)


def _take(message: Message, deps: Deps) -> Answer:
    frame = confided = None
    try:
        deps.message_rates.take(message.connection, deps.now())
        frame = frame_of(message.text)
        sender = sender_of(message.connection, deps)
        spent = count_messages(sender.link.tenant, 1 + len(sender.people), deps)
        if spent is Spent.TWICE:
            dismiss(message.connection, "budget", deps)
        elif spent is Spent.PART or frame.type not in FLEETING:
            confided = STEPS[frame.type](frame, sender, deps)
    except (LinkClosed, VisitEnded) as error:
        dismiss(message.connection, replies.refusal_row(error).code, deps)
        return Answer(replies.refusal_row(error).status, type=frame.type if frame else None)
    except LinkError as error:
        _refuse(message, frame, error, deps)
        return Answer(replies.refusal_row(error).status, type=frame.type if frame else None)
    return Answer(type=frame.type, rid=sender.link.rid, confided=confided)


def _refuse(message: Message, frame: Frame | None, error: LinkError, deps: Deps) -> None:
    if deps.message_rates.refuse(message.connection, deps.now()):
        dismiss(message.connection, "abuse", deps)
    else:
        reply(message.connection, replies.no(error, frame), deps)


def _tell_who_is_there(people: Sequence[Presence], deps: Deps) -> None:
    now = deps.now()
    tell(people, replies.people([each for each in people if each.here(now)], now), deps)


def _hello(frame: Frame, sender: Sender, deps: Deps) -> None:
    present = meeting.greet(sender, deps)
    draft = draft_for(sender, deps)
    rows = [*rows_json(draft.fields, draft.schema), *given_rows(draft.given)]
    lists = {"fields": rows, "groups": groups_json(draft)}
    for part in replies.states(sender.presence, present, lists, **live_desk.means_shown(sender, deps)):
        reply(sender.connection.id, part, deps)
    live_desk.arrive(sender, deps, calls=frame.values.get("wait") is not False)
    tell(sender.people, replies.people(present, deps.now()), deps)


def _beat(_frame: Frame, sender: Sender, deps: Deps) -> None:
    present = meeting.everybody(sender, deps) if desk_of(sender) else meeting.beat(sender, deps)
    pulse = replies.pulse(present, deps.now())
    reply(sender.connection.id, {**pulse, **live_desk.stay(sender, deps)}, deps)


def _leave(_frame: Frame, sender: Sender, deps: Deps) -> None:
    live_desk.leave(sender, deps)
    meeting.leave(sender, deps)
    _tell_who_is_there(sender.people, deps)


def _set(frame: Frame, sender: Sender, deps: Deps) -> None:
    saved = set_fields(sender, writes_in(frame.values), deps)
    reply(sender.connection.id, replies.done(frame, **saved_json(saved)), deps)
    _tell_what_was_written(sender, saved, deps)


def tell_saved(visit: str, saved: SavedFields, deps: Deps) -> None:
    """Tell a room what was saved without the channel. Nothing is lost if it cannot be told: it is in the next state."""
    with contextlib.suppress(Unavailable):
        _tell_what_was_written(sender_without(saved.link, visit, deps), saved, deps)


def _tell_what_was_written(sender: Sender, saved: SavedFields, deps: Deps) -> None:
    for told in learned(sender, saved):
        rows = rows_json(told.shown, saved.form)
        tell([told.presence], replies.written(sender.presence, rows, told.given, group_rows(told.shown)), deps)


def _typing(frame: Frame, sender: Sender, deps: Deps) -> None:
    pointer, shown = str(frame.values["f"]), cast("list[str]", frame.values["x"])
    watched = typed(sender, pointer, deps)
    tell(watched.with_text, replies.typing(sender.presence, pointer, shown), deps)
    tell(watched.without, replies.typing(sender.presence, pointer, None), deps)


def _focus(frame: Frame, sender: Sender, deps: Deps) -> None:
    pointer = frame.values.get("f")
    people = looked_at(sender, str(pointer), deps) if pointer else sender.people
    tell(people, replies.focus(sender.presence, str(pointer) if pointer else None), deps)


def _view(frame: Frame, sender: Sender, deps: Deps) -> None:
    pointer = str(frame.values["s"])
    tell(looked_at(sender, pointer, deps), replies.view(sender.presence, pointer), deps)


def _sending(_frame: Frame, sender: Sender, deps: Deps) -> None:
    tell(told_of_sending(sender, deps), replies.sending(sender.presence), deps)


FLEETING = frozenset({"typing", "focus", "view", "sending", "live"})
"""Types that a tenant over its budget of the day does without. Nothing is lost with them."""

STEPS: Mapping[str, Step] = {
    "hello": _hello,
    "beat": _beat,
    "leave": _leave,
    "set": _set,
    "typing": _typing,
    "focus": _focus,
    "view": _view,
    "sending": _sending,
    **live_desk.STEPS,
}
"""Step for each type of message."""
