"""`python -m benchmarks.cost` writes docs/cost.md: dollars per million links, from measured units and prices."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = Path(__file__).resolve().parents[1] / "docs" / "cost.md"
READ_ON = "2026-11-21"
PRICES = {
    "DynamoDB write unit": (0.625, "on demand, us-east-1, since November 2024 (airbyte.com, DynamoDB pricing)"),
    "DynamoDB read unit": (0.125, "same"),
    "Lambda request": (0.20, "AWS Lambda pricing, arm64"),
    "Lambda GB-second": (13.33, "same, arm64, first tier"),
    "HTTP API request": (1.00, "Amazon API Gateway pricing, HTTP API, first tier"),
    "REST API request": (3.50, "same, REST API, first tier"),
    "log kB": (0.50, "Amazon CloudWatch pricing, ingestion"),
    "e-mail": (100.00, "Amazon SES pricing"),
}
"""Dollars per million of each, and where that stands."""


@dataclass(frozen=True)
class Step:
    """What one call uses. Units are asserted by tests/lean/test_units.py; seconds are billed ones, estimated."""

    writes: float = 0
    reads: float = 0
    seconds: float = 0.025
    log_bytes: int = 400


OURS = {
    "create": Step(writes=4),
    "create with a body": Step(writes=4),
    "deliver": Step(writes=1, reads=0.5, seconds=0.08, log_bytes=0),
    "open": Step(writes=1),
    "view": Step(reads=3),
    "code": Step(writes=4, reads=0.5, seconds=0.08),
    "submit": Step(writes=2, reads=2),
    "revoke": Step(writes=1),
    "list": Step(reads=12),
    # Each change reaches the stream's two readers and the timeline; a batch holds several.
    "change told": Step(writes=1, seconds=0.01, log_bytes=50),
}
NAIVE = {
    # Idempotency's two writes, a transaction of link and counter (twice the units), two indexes with all attributes.
    "create": Step(writes=2 + 4 + 4, seconds=0.06, log_bytes=2000),
    "create with a body": Step(writes=2 + 4 + 4, seconds=0.06, log_bytes=2000),
    "deliver": Step(writes=3, seconds=0.1, log_bytes=2000),
    # Read, then write, and both indexes each time.
    "open": Step(writes=3, reads=1, seconds=0.05, log_bytes=2000),
    "view": Step(reads=3, seconds=0.05, log_bytes=2000),
    "code": Step(writes=6, reads=2, seconds=0.1, log_bytes=2000),
    "submit": Step(writes=6, reads=2, seconds=0.05, log_bytes=2000),
    "revoke": Step(writes=3, reads=1, seconds=0.05, log_bytes=2000),
    "list": Step(reads=25, seconds=0.05, log_bytes=2000),
    "change told": Step(writes=1, seconds=0.02, log_bytes=500),
}
UNCALLED = {"deliver", "change told"}
"""Steps that are no request to the API of their own."""

MIXES = {
    "resource": ("a guarded document, e-mailed, seen twice, one in three with a code", {
        "create": 1, "deliver": 1, "open": 2, "view": 2, "code": 0.3, "revoke": 0.02, "list": 0.05, "change told": 4.3,
    }),
    "process": ("a form, handed over by the caller, opened twice, sent in by half", {
        "create with a body": 1, "open": 2, "view": 2, "submit": 0.5, "revoke": 0.02, "change told": 3.5,
    }),
    "survey": ("an e-mailed survey that one in four opens and one in ten answers", {
        "create": 1, "deliver": 1, "open": 0.25, "view": 0.25, "submit": 0.1, "change told": 2.4,
    }),
}  # fmt: skip


def parts(steps: dict[str, Step], mix: dict[str, float], *, api: str) -> dict[str, float]:
    """Dollars per million links, by service."""
    price = {name: dollars for name, (dollars, _) in PRICES.items()}
    calls = sum(count for name, count in mix.items() if name not in UNCALLED)

    def total(of: Callable[[Step], float]) -> float:
        return sum(of(steps[name]) * count for name, count in mix.items())

    units = total(lambda step: step.writes) * price["DynamoDB write unit"]
    units += total(lambda step: step.reads) * price["DynamoDB read unit"]
    invocations = calls + mix["change told"] / 5
    return {
        "DynamoDB": units,
        "API Gateway": calls * price[api],
        "Lambda": invocations * price["Lambda request"] + total(lambda step: step.seconds) * price["Lambda GB-second"],
        "logs": total(lambda step: step.log_bytes) / 1e3 * price["log kB"],
        "e-mail": mix.get("deliver", 0) * price["e-mail"],
    }


def page() -> str:
    """The whole page."""
    lines = [
        "# What a million links cost",
        "",
        "Written by `python -m benchmarks.cost`; do not edit. Requests and units are those that",
        "`tests/lean/test_units.py` measures and asserts on the real DynamoDB Local; billed seconds (1 GB, arm64), log",
        "bytes and what the background does are estimates. Beside it the design that most first versions have, whose",
        "units are counted by hand: idempotency records, counters in transactions, indexes with all attributes, a read",
        "before each write, a REST API, verbose logs.",
        "",
    ]
    services = ["DynamoDB", "API Gateway", "Lambda", "logs", "e-mail"]
    lines += [f"| mix | design | {' | '.join(services)} | without e-mail | all |", "| --- | --- |" + " --: |" * 7]
    for name, (_, mix) in MIXES.items():
        for design, steps, api in (("ours", OURS, "HTTP API request"), ("naive", NAIVE, "REST API request")):
            found = parts(steps, mix, api=api)
            cells = [f"{found[service]:.2f}" for service in services]
            whole = sum(found.values())
            lines.append(f"| {name} | {design} | {' | '.join(cells)} | {whole - found['e-mail']:.2f} | {whole:.2f} |")
    lines += ["", "Dollars per million links. The mixes:", ""]
    lines += [f"- **{name}**: {words}." for name, (words, _) in MIXES.items()]
    lines += [
        "",
        "Once mail is sent, it is nearly the whole bill: not sending twice is worth more than all else here. SMS are",
        "dearer by far (in the United States about 6,450 dollars a million and the carriers' fees) and are in no mix.",
        "Nothing is billed by the hour. Storage (0.25 dollars per GB and month) and free tiers are left out. Each list",
        "that a link appears in costs one unit of its create; opening, submitting and revoking never pay for lists.",
        "",
        f"| price of a million | dollars | source, read {READ_ON} |",
        "| --- | --: | --- |",
    ]
    lines += [f"| {name} | {dollars:,.3f} | {source} |" for name, (dollars, source) in PRICES.items()]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    PAGE.write_text(page())
