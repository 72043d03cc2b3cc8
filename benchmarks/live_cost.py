"""Cost of live sessions, from units that tests/performance/test_call_units.py measures, and of their relays."""

from __future__ import annotations

from dataclasses import dataclass

PRICES = {
    "WebSocket message": (1.00, "each way, up to 32 KB: wring.co/blog/aws-api-gateway-pricing-guide"),
    "WebSocket minute": (0.25, "of a connection: the same"),
    "SQS request": (0.40, "standard queue: cloudburn.io/blog/amazon-sqs-pricing"),
    "relayed minute": (120.00, "Kinesis Video Streams, TURN: read in two public notes on its prices, second-hand"),
    "GB out": (90_000.00, "data transfer to the internet, first tier: the same notes"),
}
"""Dollars per million in us-east-1, besides those of benchmarks/cost.py."""


@dataclass(frozen=True)
class Message:
    """Use of one message: writes, reads and messages to browsers as measured, seconds and bytes as estimated."""

    writes: float
    reads: float
    pushes: int
    seconds: float = 0.025
    log_bytes: int = 400


MESSAGES = {
    "connect": Message(3, 1, 0),
    "hello": Message(2, 15, 3),
    "beat of who waits": Message(1, 7.5, 1),
    "beat of the customer": Message(1, 4, 1),
    "beat of the agent": Message(1, 3, 1),
    "accept": Message(3, 19, 4),
    "chat": Message(1, 9.5, 3),
    "live": Message(0, 7, 1),
    "signalling": Message(0, 7, 1),
    "media": Message(1, 8, 1),
    "end": Message(2, 11, 3),
    "disconnect": Message(2, 5, 0),
}
BEAT_SECONDS = 60
WAIT, TALK = 2, 8
"""Minutes of a session."""
SESSION = {
    "connect": 1,
    "hello": 1,
    "beat of who waits": WAIT * 60 / BEAT_SECONDS,
    "accept": 1,
    "beat of the customer": TALK * 60 / BEAT_SECONDS,
    "beat of the agent": TALK * 60 / BEAT_SECONDS,
    "chat": 10,
    # Offer, answer and candidates of both; tests/browser counts them.
    "signalling": 7,
    "media": 2,
    "end": 1,
    "disconnect": 1,
}
"""Messages of a session with picture, sound and ten lines, whose text in the making goes from browser to browser."""
FACTS, LOOKS = 3, 4
"""Facts (waiting, joined, ended), and looks of the worker: at a call that waits, and every three minutes of a talk."""
SHOWN_LIVE = 200
"""Messages with text in the making, if there is no way between the browsers for them."""
MEGABITS, RELAYED = 1.2, 0.2
"""Megabits a second of both pictures, and the share of calls that find no direct way: 15 to 22 % are reported."""
BITS_IN_GB = 8e3


def session(price: dict[str, float], fact: float) -> dict[str, float]:
    """Return micro-dollars of one session by what is done. `fact` is the price of a change that is told."""

    def computing(message: Message) -> float:
        computed = price["Lambda request"] + message.seconds * price["Lambda GB-second"]
        units = message.writes * price["DynamoDB write unit"] + message.reads * price["DynamoDB read unit"]
        return computed + units + message.log_bytes / 1e3 * price["log kB"]

    def cost(name: str) -> float:
        return computing(MESSAGES[name]) + (1 + MESSAGES[name].pushes) * price["WebSocket message"]

    told = {name: cost(name) * count for name, count in SESSION.items()}
    beats = sum(dollars for name, dollars in told.items() if name.startswith("beat"))
    # A ticket is a request to the API. It is not among the messages.
    ticket = price["HTTP API request"] + computing(Message(1, 1.5, 0))
    # Put, received and deleted; read the room, the links, both presences and the seat. Desks hear of who still waits.
    look = 3 * price["SQS request"] + computing(Message(0, 8, 0))
    return {
        "connection (ticket, connect, hello, disconnect)": ticket
        + sum(told[name] for name in ("connect", "hello", "disconnect")),
        "room (accept, end)": told["accept"] + told["end"],
        "facts on the timeline and their signatures": FACTS * fact,
        "signalling of picture and sound": told["signalling"] + told["media"],
        "ten lines of chat": told["chat"],
        "signs of life of both": beats,
        "looks of the worker": LOOKS * look + price["WebSocket message"],
        "connected minutes of both": (WAIT + 2 * TALK) * price["WebSocket minute"],
    }


def relaying() -> tuple[float, float]:
    """Return micro-dollars of a relayed call by KVS: minutes of both sides, and data out."""
    minutes, gigabyte = PRICES["relayed minute"][0], PRICES["GB out"][0]
    return 2 * TALK * minutes, MEGABITS * TALK * 60 / BITS_IN_GB * gigabyte * 2


def page_lines(price: dict[str, float], fact: float) -> list[str]:
    """Return the section of the page."""
    told = session(price, fact)
    whole = sum(told.values())
    minutes, out = relaying()
    live = MESSAGES["live"]
    shown = live.writes * price["DynamoDB write unit"] + live.reads * price["DynamoDB read unit"]
    shown += price["Lambda request"] + live.seconds * price["Lambda GB-second"] + 2 * price["WebSocket message"]
    beat = MESSAGES["beat of the agent"]
    waiting = beat.writes * price["DynamoDB write unit"] + beat.reads * price["DynamoDB read unit"]
    waiting += price["Lambda request"] + beat.seconds * price["Lambda GB-second"] + 2 * price["WebSocket message"]
    hour = 60 * (60 / BEAT_SECONDS * waiting + price["WebSocket minute"])
    rows = [
        *[(name, f"{dollars:.1f}") for name, dollars in told.items()],
        ("**all, without a relay**", f"**{whole:.0f}**"),
        (
            f"the same with {SHOWN_LIVE} messages of text in the making by the server",
            f"{whole + SHOWN_LIVE * shown:.0f}",
        ),
        (f"relays of `kvs`, if {RELAYED:.0%} of calls need one", f"{RELAYED * (minutes + out):.0f} more"),
        ("relays of `kvs` for every call, as with `relay: true`", f"{minutes + out:.0f} more"),
        ("an agent who is available, an hour", f"{hour:.0f}"),
    ]
    return [
        "## Live sessions",
        "",
        f"A session of Ocular, whose customer waits for {WAIT} minutes and then talks to an agent for {TALK}, with",
        "picture, sound and ten lines of chat, and with text in the making from browser to browser. Units and",
        "messages are those that `tests/performance/test_call_units.py` measures. Millionths of a dollar, which are",
        "dollars per million sessions:",
        "",
        "| done | micro-dollars |",
        "| --- | --: |",
        *[f"| {name} | {dollars} |" for name, dollars in rows],
        "",
        f"A relay carries {MEGABITS} megabits a second here, so it costs more than everything else: only calls that",
        "find no direct way, or must not take one, use it. `kvs` also costs 3 cents a month for its channel. Relays",
        "of your own (`secret`) cost what their machines and their data out cost. The requests of the page itself",
        "are those of a link above.",
        "",
    ]
