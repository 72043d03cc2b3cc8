"""Messages of calls: agents come on duty, accept, put through and end; both sides find each other's picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.live import replies
from linkgate.dialects.live.messages import media_of
from linkgate.errors import NotFound
from linkgate.model.link import Kind
from linkgate.usecases.desk import calls, duty, waiting
from linkgate.usecases.desk.answering import Refused, accept
from linkgate.usecases.desk.chatting import (
    frames_for_customer,
    frames_of,
    write_as_agent,
    write_as_customer,
    write_note,
)
from linkgate.usecases.desk.ending import close_room
from linkgate.usecases.desk.looking import look
from linkgate.usecases.desk.means import ice_asked, means_of, note_media
from linkgate.usecases.desk.reaching import (
    attendance,
    desk_of,
    joined_call,
    peer_of,
    settle,
    tell_all,
    tell_of_side,
)
from linkgate.usecases.desk.telling import Customer, Desk, Tell, customer_frame, ice_for, position_of, tell_both
from linkgate.usecases.live.telling import confide, dismiss, reply, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from linkgate.dialects.live.messages import Frame
    from linkgate.model.live import Room
    from linkgate.model.live_tasks import Look
    from linkgate.model.presence import Presence
    from linkgate.ports.deps import Deps
    from linkgate.usecases.desk.duty import AtDesk
    from linkgate.usecases.live.senders import Sender

    Step = Callable[[Frame, Sender, Deps], Mapping[str, object] | None]


def arrive(sender: Sender, deps: Deps, *, calls: bool) -> None:
    """Let a customer who calls wait, and tell an agent how the desk stands. Others are left alone.

    A page that no person has touched does not call. It is told of a call that goes on.
    """
    if at := desk_of(sender):
        for each in duty.open_desk(at, sender.presence.visit, sender.connection.id, deps):
            dismiss(each, "elsewhere", deps)
        _tell_desk(at, sender, deps)
    elif sender.link.kind is Kind.SESSION and (calls or _goes_on(sender, deps)):
        step = waiting.enter(sender.link, sender.presence.visit, deps)
        settle(step, deps)
        _tell_customer(sender, deps, arrives=True)
        _tell_chat(step.room, sender, deps)
        if step.room.on and step.room.seat:
            tell_of_side(sender.presence, deps)


def _goes_on(sender: Sender, deps: Deps) -> bool:
    room = deps.rooms.get(sender.link.rid)
    return room is not None and room.on


def means_shown(sender: Sender, deps: Deps) -> Mapping[str, str]:
    """Return what the state of a room says about the means of its calls. Empty for other rooms than a session's."""
    return {"media": means_of(sender.link, deps).media.value} if sender.link.kind is Kind.SESSION else {}


def stay(sender: Sender, deps: Deps) -> Mapping[str, object]:
    """Keep an agent's seat. Returns what a customer hears with the answer: how their call stands."""
    if at := desk_of(sender):
        if not duty.beat(at, deps):
            reply(sender.connection.id, {"t": "duty", "on": False}, deps)
        return {}
    room = deps.rooms.get(sender.link.rid) if sender.link.kind is Kind.SESSION else None
    return {"room": _customer_frame(sender, room, deps)} if room else {}


def leave(sender: Sender, deps: Deps) -> None:
    """End the call of a customer who leaves, and take an agent who does off duty."""
    if at := desk_of(sender):
        duty.go_off_duty(at, deps)
    elif sender.link.kind is Kind.SESSION:
        settle(waiting.leave(sender.link.rid, deps), deps)


def lose(left: Sequence[Presence], deps: Deps) -> None:
    """Tell the other end of a call that this one lost its connection. The first is the browser that did."""
    if left:
        tell_of_side(left[0], deps)


def look_at(task: Look, deps: Deps) -> None:
    """Look at a call, as a task of the worker."""
    room = deps.rooms.get(task.rid)
    settle(look(task, attendance(room, deps), deps) if room else None, deps)


def close(rid: str, deps: Deps) -> None:
    """End the call of a link that has ended, as a task of the worker."""
    settle(close_room(rid, deps), deps)


def _tell_customer(sender: Sender, deps: Deps, *, arrives: bool = False) -> None:
    room = deps.rooms.get(sender.link.rid)
    if room is None:
        return
    frame = _customer_frame(sender, room, deps)
    reply(sender.connection.id, frame, deps, ice_for(room, sender.link, deps) if arrives else None)


def _customer_frame(sender: Sender, room: Room, deps: Deps) -> Mapping[str, object]:
    place = position_of(room, deps) if room.waiting else None
    return {**customer_frame(room, sender.link, deps), **({"position": place} if place else {})}


def _tell_desk(at: AtDesk, sender: Sender, deps: Deps) -> None:
    seat = deps.seats.get(at.tenant, at.agent)
    on = seat is not None and seat.there(deps.now())
    reply(sender.connection.id, {"t": "duty", "on": on}, deps)
    if seat is not None and seat.on_duty and not on:
        duty.go_off_duty(at, deps)  # or the next beat would ring an agent who reads that nothing does
    if seat is not None and on:
        # The newest desk is the one that is rung.
        for each in duty.come_on_duty(at, seat.queues, deps):
            reply(sender.connection.id, each.frame, deps)
    if room := calls.call_of(at, deps):
        tell_all(tell_both(room, deps)[1:], deps)
        _tell_chat(room, sender, deps)
        tell_of_side(sender.presence, deps)


def _duty(frame: Frame, sender: Sender, deps: Deps) -> None:
    at, on = _agent(sender), frame.values["on"] is True
    if on:
        tells = duty.come_on_duty(at, duty.queues_of(at, deps), deps)
        reply(sender.connection.id, replies.done(frame, on=True), deps)
        for each in tells:
            reply(sender.connection.id, each.frame, deps)
        tell_all(duty.told_who_wait(at, deps), deps)
    else:
        duty.go_off_duty(at, deps)
        reply(sender.connection.id, replies.done(frame, on=False), deps)


def _accept(frame: Frame, sender: Sender, deps: Deps) -> None:
    rid = str(frame.values["rid"])
    outcome = accept(_agent(sender), rid, deps)
    if isinstance(outcome, Refused):
        by = {"by": outcome.by} if outcome.by else {}
        named = {"id": frame.id} if frame.id else {}
        reply(sender.connection.id, {"t": "taken", "rid": rid, "why": outcome.why.value, **by, **named}, deps)
        return
    reply(sender.connection.id, replies.done(frame), deps)
    settle(outcome, deps)
    _tell_chat(outcome.room, sender, deps)


def _transfer(frame: Frame, sender: Sender, deps: Deps) -> None:
    step = calls.transfer(_agent(sender), str(frame.values["to"]), deps)
    if step is None:
        raise NotFound("call")
    reply(sender.connection.id, replies.done(frame), deps)
    settle(step, deps)


def _end(frame: Frame, sender: Sender, deps: Deps) -> None:
    step = calls.end(_agent(sender), deps)
    if step is None:
        raise NotFound("call")
    reply(sender.connection.id, replies.done(frame), deps)
    settle(step, deps)


def _wait(frame: Frame, sender: Sender, deps: Deps) -> None:
    if desk_of(sender) or sender.link.kind is not Kind.SESSION:
        raise NotFound("call")
    step = waiting.enter(sender.link, sender.presence.visit, deps, again=True)
    reply(sender.connection.id, replies.done(frame), deps)
    settle(step, deps)
    _tell_customer(sender, deps)


def _chat(frame: Frame, sender: Sender, deps: Deps) -> None:
    text, at = str(frame.values["text"]), desk_of(sender)
    written = write_as_agent(at, text, frame.id, deps) if at else write_as_customer(sender.link, text, frame.id, deps)
    if written is None:
        raise NotFound("call")
    room, line = written
    reply(sender.connection.id, replies.done(frame), deps)
    for each in frames_of([line]):
        tell_all([Tell(Customer(room.rid), each)], deps)
        tell_all([Tell(Desk(room.tenant, room.seat), each)] if room.seat else [], deps)


def _note(frame: Frame, sender: Sender, deps: Deps) -> None:
    written = write_note(_agent(sender), str(frame.values["text"]), frame.id, deps)
    if written is None:
        raise NotFound("call")
    reply(sender.connection.id, replies.done(frame), deps)
    for each in frames_of([written[1]]):
        tell_all([Tell(Desk(sender.link.tenant, _agent(sender).agent), each)], deps)


def _tell_chat(room: Room, sender: Sender, deps: Deps) -> None:
    lines = deps.chats.of(room.rid, room.call)
    for each in frames_of(lines) if desk_of(sender) else frames_for_customer(lines):
        reply(sender.connection.id, each, deps)


def _pass_on(frame: Frame, sender: Sender, deps: Deps) -> None:
    """Hand a message on to the other end of the call, which nothing else reads. It is not kept."""
    peer = peer_of(sender, deps)
    if peer is None:
        raise NotFound("call")
    room, people = peer
    tell(people, {"t": frame.type, "call": room.call, **frame.values}, deps)


def _media(frame: Frame, sender: Sender, deps: Deps) -> None:
    """Note what a customer turned on, also while waiting, and tell the other end of the call."""
    noted = None
    if desk_of(sender) is None:
        seen, relayed = (frame.values.get(name) is True for name in ("seen", "relayed"))
        noted = note_media(sender.link, media_of(frame), deps, seen=seen, relayed=relayed)
    if noted is None or noted.seat:
        _pass_on(frame, sender, deps)


def _ice_servers(frame: Frame, sender: Sender, deps: Deps) -> Mapping[str, object] | None:
    """Give a side of a call that found no way to the other the servers for one."""
    room = joined_call(sender, deps)
    link = sender.link if room and room.rid == sender.link.rid else deps.links.get(room.rid) if room else None
    if link is None:
        raise NotFound("call")
    named = {"id": frame.id} if frame.id else {}
    return confide(sender.connection.id, {"t": "ice-servers", **ice_asked(means_of(link, deps), deps), **named}, deps)


def _agent(sender: Sender) -> AtDesk:
    at = desk_of(sender)
    if at is None:
        raise NotFound("desk")
    return at


STEPS: Mapping[str, Step] = {
    "duty": _duty,
    "accept": _accept,
    "transfer": _transfer,
    "end": _end,
    "wait": _wait,
    "chat": _chat,
    "note": _note,
    "live": _pass_on,
    "sdp": _pass_on,
    "ice": _pass_on,
    "media": _media,
    "relay": _ice_servers,
}
"""Step for each type of message about calls."""
