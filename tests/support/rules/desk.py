"""Rules of rooms, seats, chats and requests to be called back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.live import ChatLine, Ending, Reason, Seat, Side
from linkgate.model.tenant import Media
from linkgate.ports.desk import RoomChanged, SeatChanged
from linkgate.store.desk.callbacks import DynamoCallbacks
from linkgate.store.desk.chats import DynamoChats
from linkgate.store.desk.rooms import DynamoRooms, room_of
from linkgate.store.desk.seats import DynamoSeats
from tests.support.rules.links import FOREIGN, LINK, RID, TENANT, stored
from tests.support.rules.rule import ELSEWHERE, GONE, MINUTE, MS, NOW, SECONDS, Rule, Stale, Told, changed, through

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

LATER = NOW + timedelta(minutes=1)
QUEUE = "sales"
WAITING = {
    "pk": RID, "sk": "live", "tenant": TENANT, "call": 2, "visit": "v", "queue": QUEUE, "entered_at": MS - MINUTE,
    "waiting_at": MS - MINUTE, "ttl": SECONDS + 60,
}  # fmt: skip
JOINED = {"seat": "ana", "joined_at": MS - 1, "accept_claim": "claim", "first_joined_at": MS - 1}
TALKING = {**WAITING, **JOINED}
OVER = {**WAITING, "ended_at": MS - 1, "ended_by": "customer", "reason": "left"}
ENDED = {"ended": {"ended_at": MS - 1, "ended_by": "customer", "reason": "left"}}
NEXT = {"the next call": {"call": 3}}
SEAT = Seat(tenant=TENANT, agent="ana", on_duty=True, lease=LATER, desk="d", queues=frozenset({QUEUE, "@ana"}))
ENDING = Ending(NOW, Side.AGENT, Reason.ENDED)
rooms = through(DynamoRooms)
seats = through(DynamoSeats)
ROOMS = {
    "enter": Rule(
        rooms(lambda store: store.enter(LINK, "v", QUEUE, None, NOW)), ELSEWHERE, {"a call": [OVER]}, told=RoomChanged
    ),
    "enter again": Rule(
        rooms(lambda store: store.enter(LINK, "v", QUEUE, room_of(OVER), NOW)),
        OVER,
        {**NEXT, "it goes on": {"ended_at": GONE}},
        told=RoomChanged,
    ),
    "join": Rule(
        rooms(lambda store: store.join(SEAT, RID, "claim", NOW)),
        WAITING,
        {
            **ENDED,
            "answered": {"seat": "ben"},
            **FOREIGN,
            "another queue": {"queue": "support"},
            "joined before": {"accept_claim": "claim"},
            "joined already": Told(JOINED, room_of(TALKING)),
            "joined already by another claim": {**JOINED, "accept_claim": "z"},
            "joined already by another": {**JOINED, "seat": "ben"},
        },
        kept={"joined before by another": {"accept_claim": "another"}},
        told=RoomChanged,
    ),
    "transfer": Rule(
        rooms(lambda store: store.transfer(room_of(TALKING), "@ben", NOW)),
        TALKING,
        {**ENDED, **NEXT, "another agent": {"seat": "ben"}, "another claim": {"accept_claim": "z"}},
        told=RoomChanged,
    ),
    "end a talk": Rule(
        rooms(lambda store: store.end(room_of(TALKING), ENDING)),
        TALKING,
        {**ENDED, **NEXT, "another agent": {"seat": "ben"}},
        told=RoomChanged,
    ),
    "end a wait": Rule(
        rooms(lambda store: store.end(room_of(WAITING), ENDING)),
        WAITING,
        {**ENDED, **NEXT, "answered": {"seat": "ben"}},
        told=RoomChanged,
    ),
    "turn video on": Rule(
        rooms(lambda store: store.turn_on(room_of(TALKING), Media.VIDEO)),
        TALKING,
        {**ENDED, **NEXT, "on": Told({"media": "video"}, ...)},
        kept={"wider": {"media": "audio"}},
        told=RoomChanged,
    ),
    "turn audio on": Rule(
        rooms(lambda store: store.turn_on(room_of(TALKING), Media.AUDIO)),
        TALKING,
        {**ENDED, **NEXT, "narrower": {"media": "video"}},
        told=RoomChanged,
    ),
    "see": Rule(
        rooms(lambda store: store.see(room_of(TALKING))),
        TALKING,
        {**ENDED, **NEXT},
        then={"seen": True},
        told=RoomChanged,
    ),
    "miss": Rule(
        rooms(lambda store: store.miss(room_of(WAITING), NOW)),
        WAITING,
        {**ENDED, **NEXT, "answered": {"seat": "ben"}, "missed": {"missed_at": MS - 1}},
        told=RoomChanged,
    ),
}

FREE = {
    "pk": f"seat#{TENANT}#ana", "sk": "seat", "tenant": TENANT, "agent": "ana", "on_duty": True, "lease": MS + 1,
    "desk": "d", "queues": [QUEUE], "ttl": SECONDS + 60, "free_since": MS - MINUTE,
}  # fmt: skip
BUSY = changed({**FREE, "busy": RID, "busy_claim": "c", "busy_until": MS}, {"free_since": GONE})
NOBODY = [ELSEWHERE]
OFF = {"off duty": {"on_duty": GONE}, "no sign of life": {"lease": MS}}
SEATS = {
    "rise": Rule(seats(lambda store: store.rise(TENANT, "ana")), FREE, {"never sat": NOBODY}, told=SeatChanged),
    "beat": Rule(
        seats(lambda store: store.beat(TENANT, "ana", "d", LATER)),
        FREE,
        {"another desk": {"desk": "e"}},
        told=SeatChanged,
    ),
    "claim": Rule(
        seats(lambda store: store.claim(SEAT, RID, "mine", NOW)),
        FREE,
        {**OFF, "in a call": {"busy_claim": "another"}},
        told=SeatChanged,
    ),
    "claim in place of a stale claim": Rule(
        seats(lambda store: store.claim(replace(SEAT, claim="c"), RID, "mine", NOW)),
        BUSY,
        {**OFF, "in another call": {"busy_claim": "another"}, "released": {"busy_claim": GONE}},
        told=SeatChanged,
    ),
    "release": Rule(
        seats(lambda store: store.release(TENANT, "ana", "c", NOW)),
        BUSY,
        {"in another call": {"busy_claim": "another"}},
        told=False,
    ),
}

DESKS = {"pk": f"seat#{TENANT}#ana", "sk": "desks", "open": [{"visit": "m", "connection": "m"}], "version": 2, "ttl": 1}
OPEN = [{"visit": "m", "connection": "m"}, {"visit": "v", "connection": "c"}]


def opening(earlier: Item | None) -> Callable[[Table], object]:
    """Open a desk, while another one is opened since `earlier`."""
    return lambda table: DynamoSeats(Stale(table, earlier)).open_desk(TENANT, "ana", "v", "c", NOW)


DESK = {
    "open the first desk": Rule(opening(None), DESKS, then={"version": 3, "open": OPEN}),
    "open another desk": Rule(opening({**DESKS, "open": [], "version": 1}), DESKS, then={"version": 3, "open": OPEN}),
}

LINE = ChatLine(rid=RID, call=1, id="1", side=Side.CUSTOMER, at=NOW, text="first")
SAID = {
    "pk": RID, "sk": "chat#1#customer#1", "call": 1, "id": "1", "side": "customer", "at": MS - 1, "text": "before",
    "ttl": SECONDS,
}  # fmt: skip
ASKED = changed(
    stored(),
    {"callback": {"asked_at": MS, "name": "Ada", "phone": "+447700900001", "wanted": "", "note": ""}},
)
TAKEN = changed(ASKED, {"callback/taken_at": MS, "callback/taken_by": "ana"})
BACK = {
    "say": Rule(lambda table: DynamoChats(table).add(LINE, LATER), ELSEWHERE, {"said before": Told([SAID], ...)}),
    "take a callback": Rule(
        lambda table: DynamoCallbacks(table).take(TENANT, RID, NOW, "ana", NOW),
        ASKED,
        {
            **FOREIGN,
            "another request": {"callback/asked_at": MS - 1},
            "taken": {"callback/taken_at": MS - 1, "callback/taken_by": "ben"},
            "revoked": {"revoked_at": MS},
            "erased": {"erased_at": MS},
        },
    ),
    "finish a callback": Rule(
        lambda table: DynamoCallbacks(table).finish(TENANT, RID, "ana", NOW),
        TAKEN,
        {**FOREIGN, "another agent's": {"callback/taken_by": "ben"}},
    ),
}
RULES = {**ROOMS, **SEATS, **DESK, **BACK}
