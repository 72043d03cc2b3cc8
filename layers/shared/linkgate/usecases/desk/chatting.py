"""Write to the other side of a call. What is written is kept with the link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.epoch import milliseconds
from linkgate.model.live import ChatLine, Side
from linkgate.tokens import token
from linkgate.usecases.desk.calls import call_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from linkgate.model.link import Link
    from linkgate.model.live import Room
    from linkgate.ports.deps import Deps
    from linkgate.usecases.desk.duty import AtDesk

IN_A_FRAME = 2
"""Most lines in one frame. A line of 2,000 letters takes at most 12 KB, and a frame holds 24."""


def write_as_customer(link: Link, text: str, id_: str | None, deps: Deps) -> tuple[Room, ChatLine] | None:
    """Write a line, also while waiting: the agent who comes reads it. Returns None if no call goes on."""
    room = deps.rooms.get(link.rid)
    return _write(room, Side.CUSTOMER, text, id_, deps) if room and room.on else None


def write_as_agent(at: AtDesk, text: str, id_: str | None, deps: Deps) -> tuple[Room, ChatLine] | None:
    """Write a line. Returns None if the agent is in no call."""
    room = call_of(at, deps)
    return _write(room, Side.AGENT, text, id_, deps) if room else None


def write_note(at: AtDesk, text: str, id_: str | None, deps: Deps) -> tuple[Room, ChatLine] | None:
    """Write a note about the agent's call, which only agents see. Returns None if the agent is in no call."""
    room = call_of(at, deps)
    return _write(room, Side.AGENT, text, id_, deps, note=True) if room else None


def _write(  # noqa: PLR0913 - what makes a line
    room: Room, side: Side, text: str, id_: str | None, deps: Deps, *, note: bool = False
) -> tuple[Room, ChatLine]:
    line = ChatLine(
        rid=room.rid,
        call=room.call,
        id=id_ or token(deps.random(16)),
        side=side,
        at=deps.now(),
        text=text,
        agent=room.seat if side is Side.AGENT else None,
        note=note,
    )
    return room, deps.chats.add(line, room.ttl)


def frames_of(lines: Sequence[ChatLine]) -> Iterator[Mapping[str, object]]:
    """Yield the frames that hold these lines, and then those that hold the notes among them."""
    said = [line for line in lines if not line.note]
    for kind, chosen in (("chat", said), ("note", [line for line in lines if line.note])):
        for start in range(0, len(chosen), IN_A_FRAME):
            yield {"t": kind, "lines": [_json(line) for line in chosen[start : start + IN_A_FRAME]]}


def frames_for_customer(lines: Sequence[ChatLine]) -> Iterator[Mapping[str, object]]:
    """Yield the frames that hold these lines without notes."""
    return frames_of([line for line in lines if not line.note])


def _json(line: ChatLine) -> Mapping[str, object]:
    written = {"id": line.id, "by": line.side.value, "written": milliseconds(line.at), "text": line.text}
    return {**written, **({"agent": line.agent} if line.agent else {})}
