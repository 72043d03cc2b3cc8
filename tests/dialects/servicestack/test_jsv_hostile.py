from __future__ import annotations

import os
import random
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from linkgate.dialects.servicestack import jsv
from linkgate.errors import MalformedBody
from tests.support.customer_link_contract import CHILD, EVERYTHING, REQUEST, RESPONSE
from tests.support.pretty_jsv import PRETTY_REQUEST, PRETTY_RESPONSE

if TYPE_CHECKING:
    from collections.abc import Callable

FUZZ_INPUTS = int(os.environ.get("LINKGATE_FUZZ", "20000"))
PIECES = [
    *'{}[],:"  \n\r\ta5T-',
    '""',
    "{a:",
    '"x"',
    "ResourceType:",
    "MaxViews:5",
    "DeliverEmail:",
    "Unknown:[",
    "\ufeff",
    "é",
]
SEEDS = [
    PRETTY_REQUEST,
    PRETTY_RESPONSE,
    '{ResourceType:"a,""b",MaxViews:5,Unknown:{x:[1,{y:"z}"}]}}',
    '[{ResourceType:Invoice},{Items:[{A:1},{A:"2,3"}]}]',
]


def generated(random_source: random.Random) -> str:
    pieces = random_source.choices(PIECES, k=random_source.randrange(30))
    if random_source.random() < 0.5:
        return "".join(pieces)
    text = random_source.choice(SEEDS)
    start, end = sorted(random_source.choices(range(len(text) + 1), k=2))
    return text[:start] + "".join(pieces[:4]) + text[min(end, start + random_source.randrange(5)) :]


def walk(node: jsv.Node) -> None:
    """Read a node as every possible type."""
    node.string()
    children: list[jsv.Node | None] = []
    with suppress(MalformedBody):
        children += [value for _, value in node.members()]
    with suppress(MalformedBody):
        children += node.items()
    for child in children:
        if child and child.text != node.text:
            walk(child)


READERS: list[Callable[[str], object]] = [
    lambda text: jsv.read(REQUEST, text),
    lambda text: jsv.read(RESPONSE, text),
    lambda text: jsv.read_batch(CHILD, text),
]


def test_no_input_raises_anything_but_malformed_body() -> None:
    random_source = random.Random(20250102)
    readable = 0
    for _ in range(FUZZ_INPUTS):
        text = generated(random_source)
        for reader in READERS:
            with suppress(MalformedBody):
                reader(text)
                readable += 1
        walk(jsv.parse(text))
    assert readable > FUZZ_INPUTS // 20


@pytest.mark.parametrize(("opened", "closed"), [("{a:", "}"), ("[", "]"), ("[{a:", "}]"), ("{a:[", "]}")])
def test_nesting_ends_at_fifty_levels(opened: str, closed: str) -> None:
    levels = (jsv.DEPTH_LIMIT - 1) // len(closed)

    assert jsv.read(REQUEST, f"{{Unknown:{opened * levels}x{closed * levels}}}") == {}
    with pytest.raises(MalformedBody, match="deeper"):
        jsv.read(REQUEST, f"{{Unknown:{opened * (levels + 1)}x{closed * (levels + 1)}}}")


def test_stray_brackets_buy_no_further_nesting() -> None:
    with pytest.raises(MalformedBody, match="deeper"):
        jsv.read(REQUEST, "{Unknown:{" + "]" * 60 + "[" * 60 + "}}")


HOSTILE: dict[str, Callable[[int], str]] = {
    "members": lambda n: "{" + "MaxViews:5," * n + "MaxViews:5}",
    "names": lambda n: "{" + "a" * n,
    "blanks": lambda n: "{" + " " * n + "x",
    "blank values": lambda n: "{" + "a: ," * n + "}",
    "quotes": lambda n: '{A:"' + '"' * n,
    "doubled quotes": lambda n: '{A:"' + '""' * n + '"}',
    "quoted names": lambda n: "{" + '"a" ' * n,
    "open": lambda n: "{A:" + "{}[" * n,
    "closed": lambda n: "{A:{" + "}{".join("a" * n) + "}}",
    "stray": lambda n: "{A:{" + "]" * n + "}}",
    "items": lambda n: "{Texts:[" + "a," * n + "a]}",
    "digits": lambda n: "{MaxViews:" + "0" * n + "x}",
    "pretty": lambda n: "{\n" + "\n" * n + "A" + " " * n + ":" + "x \n" * n + "}",
}


@pytest.mark.parametrize("build", HOSTILE.values(), ids=HOSTILE.keys())
def test_time_grows_in_proportion_to_the_input(build: Callable[[int], str]) -> None:
    def seconds(text: str) -> float:
        start = time.process_time()
        with suppress(MalformedBody):
            jsv.read(EVERYTHING, text)
        return time.process_time() - start

    short, long = build(5_000), build(80_000)
    seconds(build(500))
    small = large = float("inf")
    for _ in range(10):  # repeats a disturbed measurement; slow code stays slow
        small, large = min(small, seconds(short)), min(large, seconds(long))
        if large < 16 * 3 * small + 0.02:  # quadratic time would take 256 times as long
            return
    pytest.fail(f"{small:.4f} s for 5,000 pieces, {large:.4f} s for 80,000")
