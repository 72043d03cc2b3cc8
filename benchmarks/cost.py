"""`python -m benchmarks.cost` writes docs/cost.md and its picture: dollars per million links, from units and prices."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import live_cost
from benchmarks.log_bytes import access_line
from benchmarks.pictures import Bar, Part, bars

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = Path(__file__).resolve().parents[1] / "docs" / "cost.md"
PICTURE = PAGE.parent / "pictures" / "cost.svg"
READ_ON = "2026-11-22"
PRICES = {
    "DynamoDB write unit": (
        0.625,
        "on demand, since November 2024: airbyte.com/data-engineering-resources/dynamodb-pricing",
    ),
    "DynamoDB read unit": (0.125, "the same"),
    "Lambda request": (0.20, "cloudchipr.com/blog/aws-lambda-pricing"),
    "Lambda GB-second": (13.3334, "the same, arm64, first tier"),
    "HTTP API request": (1.00, "first tier: AWS white paper on private APIs of API Gateway, cost optimization"),
    "REST API request": (3.50, "the same"),
    "event": (1.00, "custom events on EventBridge: cloudburn.io/blog/amazon-eventbridge-pricing"),
    "log kB": (0.50, "CloudWatch, standard class, ingestion: c3x.dev/blog/cloudwatch-logs-cost-optimization"),
    "signature": (3.00, "KMS, RSA_2048: wring.co/blog/aws-kms-pricing-guide; the key costs a dollar a month"),
    "state transition": (25.00, "Step Functions, standard: whosebug.com/question/5941408"),
    "S3 write": (5.00, "standard class: c3x.dev/blog/s3-request-fees-explained"),
    "S3 read": (0.40, "the same"),
    "e-mail": (100.00, "SES: acecloudinterviews.com/tutorials/aws/ses"),
}
"""Dollars per million in us-east-1, with the source, because programs cannot read AWS's own price pages."""
DOLLARS = {name: dollars for name, (dollars, _) in {**PRICES, **live_cost.PRICES}.items()}


@dataclass(frozen=True)
class Step:
    """Use of one call. tests/performance measures our units and bytes and compares; seconds are estimated."""

    writes: float = 0
    reads: float = 0
    seconds: float = 0.025
    log_bytes: int = 220
    """Bytes of the function's own lines and metrics. The gateway's line about a call comes on top."""
    signatures: float = 0


BATCH = 5
"""Number of changes in one call of a stream reader. The table's stream has two readers."""

OURS = {
    "create": Step(writes=4, log_bytes=270),
    # One transaction of the link and its data, which doubles the units.
    "create with a body": Step(writes=8, log_bytes=277),
    "deliver": Step(writes=3, reads=0.5, seconds=0.08, log_bytes=0),
    "open": Step(writes=1),
    "view": Step(reads=1),
    "view of a form": Step(reads=2),
    "code": Step(writes=6, reads=1, seconds=0.08),
    # Three answers. A page saves those that changed, at the latest five seconds after the first key.
    "draft": Step(writes=4, reads=1),
    "submit": Step(writes=2, reads=2),
    "revoke": Step(writes=1, log_bytes=275),
    "list": Step(reads=10.5, log_bytes=270),
    "provider's report": Step(writes=1, seconds=0.03, log_bytes=167),
    # The links of a batch share a signature, which takes 15 ms. Most of the bytes are metrics.
    "change told": Step(writes=1, reads=1, seconds=0.02 + 0.015 / BATCH, log_bytes=130, signatures=1 / BATCH),
}
NAIVE = {
    # Two writes for idempotency, a transaction of link and counter (twice the units), two indexes with all attributes.
    "create": Step(writes=2 + 4 + 4, seconds=0.06, log_bytes=2000),
    "create with a body": Step(writes=2 + 4 + 4, seconds=0.06, log_bytes=2000),
    "deliver": Step(writes=3, seconds=0.1, log_bytes=2000),
    # A read, then a write, and both indexes each time.
    "open": Step(writes=3, reads=1, seconds=0.05, log_bytes=2000),
    "view": Step(reads=2, seconds=0.05, log_bytes=2000),
    "view of a form": Step(reads=3, seconds=0.05, log_bytes=2000),
    "code": Step(writes=6, reads=2, seconds=0.1, log_bytes=2000),
    "draft": Step(writes=3, reads=1, seconds=0.05, log_bytes=2000),
    "submit": Step(writes=6, reads=2, seconds=0.05, log_bytes=2000),
    "revoke": Step(writes=3, reads=1, seconds=0.05, log_bytes=2000),
    "list": Step(reads=25, seconds=0.05, log_bytes=2000),
    "provider's report": Step(writes=3, reads=1, seconds=0.05, log_bytes=2000),
    # A record of each change, without a hash chain.
    "change told": Step(writes=1, seconds=0.02, log_bytes=500),
}
UNCALLED = {"deliver", "change told", "provider's report"}
"""Steps that are not requests to the API."""
MAILED = {"deliver", "code"}
MIXES = {
    "resource": ("a protected document, sent by e-mail and viewed twice; one in three needs a code", {
        "create": 1, "deliver": 1, "provider's report": 1, "open": 2, "view": 2, "code": 0.3, "revoke": 0.02,
        "list": 0.05, "change told": 5.3,
    }),
    "process": ("a form whose link the caller shares, opened twice and saved twice; half are submitted", {
        "create with a body": 1, "open": 2, "view of a form": 2, "draft": 2, "submit": 0.5, "revoke": 0.02,
        "change told": 5.5,
    }),
    "survey": ("a survey sent by e-mail; one in four recipients opens it and one in ten answers it", {
        "create": 1, "deliver": 1, "provider's report": 1, "open": 0.25, "view of a form": 0.25, "submit": 0.1,
        "change told": 3.4,
    }),
}  # fmt: skip


GOALS = {"resource": 29.0, "process": 22.5, "survey": 16.5}
"""Dollars per million links without e-mail, which are to cost no more, by mix."""
UNSAVED = {**MIXES["process"][1], "draft": 0, "change told": 3.5}
"""Mix of a process on which its goal was set: nobody saves what is filled in, and so nobody is told."""

SERVICES = ("DynamoDB", "API Gateway", "Lambda", "logs", "events", "signatures", "e-mail")


@dataclass(frozen=True)
class Design:
    """A way to build it: what its steps use, its kind of API, and the bytes that the gateway logs about a call."""

    steps: dict[str, Step]
    api: str
    access_bytes: int = 0
    events: float = 1
    """Share of the changes that go to the event bus."""


def _told() -> str:
    """Return the dollars of all events, in words."""
    return ", ".join(f"{mix['change told']:.2f} for {name}" for name, (_, mix) in MIXES.items())


@cache
def designs() -> dict[str, Design]:
    """Return the designs that the page compares."""
    return {
        # By default, no fact of a link goes to the bus.
        "ours": Design(OURS, "HTTP API request", len(access_line()), events=0),
        # Its verbose logs include the gateway's.
        "naive": Design(NAIVE, "REST API request"),
    }


def parts(design: Design, mix: dict[str, float]) -> dict[str, float]:
    """Return dollars per million links, by service."""
    calls = sum(count for name, count in mix.items() if name not in UNCALLED)

    def total(of: Callable[[Step], float]) -> float:
        return sum(of(design.steps[name]) * count for name, count in mix.items())

    units = total(lambda step: step.writes) * DOLLARS["DynamoDB write unit"]
    units += total(lambda step: step.reads) * DOLLARS["DynamoDB read unit"]
    told = mix["change told"]
    invocations = calls + mix.get("provider's report", 0) + 2 * told / BATCH
    logged = total(lambda step: step.log_bytes) + calls * design.access_bytes
    return {
        "DynamoDB": units,
        "API Gateway": calls * DOLLARS[design.api],
        "Lambda": invocations * DOLLARS["Lambda request"]
        + total(lambda step: step.seconds) * DOLLARS["Lambda GB-second"],
        "logs": logged / 1e3 * DOLLARS["log kB"],
        "events": told * design.events * DOLLARS["event"],
        "signatures": total(lambda step: step.signatures) * DOLLARS["signature"],
        "e-mail": sum(mix.get(step, 0) for step in MAILED) * DOLLARS["e-mail"],
    }


def told_change() -> float:
    """Return dollars per million changes that are told: on the timeline, signed, and counted."""
    step = OURS["change told"]
    units = step.writes * DOLLARS["DynamoDB write unit"] + step.reads * DOLLARS["DynamoDB read unit"]
    computed = 2 / BATCH * DOLLARS["Lambda request"] + step.seconds * DOLLARS["Lambda GB-second"]
    return units + computed + step.log_bytes / 1e3 * DOLLARS["log kB"] + step.signatures * DOLLARS["signature"]


PDF = {
    # The item of the file, before its bytes and twice after them; the link, what was prefilled and what was sent.
    "DynamoDB write unit": 3,
    "DynamoDB read unit": 3,
    "S3 write": 1,
    # A message of the queue is put, taken and deleted.
    "SQS request": 3,
    "Lambda request": 1,
    # A warm function sets a page in about 0.1 seconds, measured on a shared machine, and writes it to S3.
    "Lambda GB-second": 0.25,
}
"""Use of one PDF of a form that was sent, besides that it is told. tests/performance measures the units."""


def pdf_costs() -> dict[str, float]:
    """Return dollars per million PDFs, by what is billed."""
    costs = {name: count * DOLLARS[name] for name, count in PDF.items()}
    return {**costs, "the change that is told": told_change()}


PART_ROWS = 100
"""Rows of an import that are made in one call."""
PART = {
    # The map starts the part, and the part makes its rows, looks whether it must wait, and ends.
    "state transition": 4,
    # The import, and whether the part is done; the tenant's budget, and the transaction that records the part.
    "DynamoDB read unit": 2,
    "DynamoDB write unit": 2 + 4,
    # The rows, and their results at the end; the results of the part.
    "S3 read": 2,
    "S3 write": 1,
    "Lambda request": 1,
    "log kB": 0.4,
}
"""Use of one part, besides the links themselves, counted by hand from the code and the state machine."""
ROW_SECONDS = 0.025
"""Seconds of a row, as of any create."""


def import_costs() -> dict[str, float]:
    """Return dollars per million rows of an import, by what is billed, besides what the links cost anyway."""
    costs = {name: count * DOLLARS[name] / PART_ROWS for name, count in PART.items()}
    return {**costs, "Lambda GB-second": ROW_SECONDS * DOLLARS["Lambda GB-second"]}


def page() -> str:
    """Return the whole page."""
    return "\n".join([
        *_opening(),
        *_mixes(),
        *_billed("Imports", IMPORTS, import_costs(), AFTER_IMPORTS),
        *_billed("PDFs", PDFS, pdf_costs(), ""),
        *live_cost.page_lines(DOLLARS, told_change()),
        SNAPSTART,
        *_prices(),
        "",
    ])  # fmt: skip


def _opening() -> list[str]:
    return ["# What a million links cost", "", f"![{_summary()}](pictures/cost.svg)", "", ABOUT]


def _summary() -> str:
    """Return the picture in words."""
    return "Dollars per million links without e-mail, ours and the naive design: " + "; ".join(
        f"{mix} {found['ours']:.0f} and {found['naive']:.0f}" for mix, found in without_email().items()
    )


def without_email() -> dict[str, dict[str, float]]:
    """Return dollars per million links besides e-mail, by mix and design."""
    return {
        name: {which: _without_email(parts(design, mix)) for which, design in designs().items()}
        for name, (_, mix) in MIXES.items()
    }


def _without_email(costs: dict[str, float]) -> float:
    return sum(costs.values()) - costs["e-mail"]


def _mixes() -> list[str]:
    lines = [f"| mix | design | {' | '.join(SERVICES)} | without e-mail | all |", "| --- | --- |" + " --: |" * 9]
    for name, (_, mix) in MIXES.items():
        for which, design in designs().items():
            found = parts(design, mix)
            cells = [f"{found[service]:.2f}" for service in SERVICES]
            cells += [f"{_without_email(found):.2f}", f"{sum(found.values()):.2f}"]
            lines.append(f"| {name} | {which} | {' | '.join(cells)} |")
    lines += ["", "Dollars per million links. The mixes:", ""]
    return [*lines, *[f"- **{name}**: {words}." for name, (words, _) in MIXES.items()], "", *_goals(), NOTES]


def _goals() -> list[str]:
    """Return what each mix was to cost, and by what a process costs more."""
    ours = designs()["ours"]
    found = {name: _without_email(parts(ours, mix)) for name, (_, mix) in MIXES.items()}
    rows = [
        f"| {name} | {goal:.2f} | {found[name]:.2f} | {'met' if found[name] <= goal else 'not met'} |"
        for name, goal in GOALS.items()
    ]
    unsaved = parts(ours, UNSAVED)
    doubled = OURS["create with a body"].writes / 2 * DOLLARS["DynamoDB write unit"]
    return [
        "| goal, without e-mail | at most | now | |",
        "| --- | --: | --: | --- |",
        *rows,
        "",
        PROCESS.format(
            saved=found["process"] - _without_email(unsaved),
            unsaved=_without_email(unsaved),
            signatures=unsaved["signatures"],
            unsigned=_without_email(unsaved) - unsaved["signatures"],
            doubled=doubled,
        ),
    ]


def _billed(title: str, before: str, costs: dict[str, float], after: str) -> list[str]:
    rows = [f"| {name} | {dollars:.2f} |" for name, dollars in costs.items()]
    table = ["| billed | dollars |", "| --- | --: |", *rows, f"| all | {sum(costs.values()):.2f} |", ""]
    return [f"## {title}", "", before, *table, *([after] if after else [])]


def _prices() -> list[str]:
    lines = [f"| price of a million | dollars | source, read {READ_ON} |", "| --- | --: | --- |"]
    every = {**PRICES, **live_cost.PRICES}
    return [*lines, *[f"| {name} | {dollars:,.3f} | {source} |" for name, (dollars, source) in every.items()]]


def picture() -> str:
    """Return the picture of the mixes: what is billed besides e-mail, by service."""
    drawn = [
        Bar(f"{name}, {which}", [Part(service, parts(design, mix)[service]) for service in SERVICES[:-1]])
        for name, (_, mix) in MIXES.items()
        for which, design in designs().items()
    ]
    return bars("Dollars per million links, without e-mail", drawn, _summary())


ABOUT = """\
`python -m benchmarks.cost` writes this page and its picture; do not edit it. The requests and units are the ones that
`tests/performance/test_units.py` measures on the real DynamoDB Local, and the bytes of logs those that
`tests/performance/test_log_bytes.py` counts. These tests compare them with the table from which this page is
calculated. Where AWS bills more than DynamoDB Local reports (a failed condition, a read of a missing item), AWS's rule
applies. Billed seconds (1 GB, arm64) and background batches are estimates. The naive design is the one that most first
versions have: idempotency records, counters in transactions, indexes with all attributes, a read before each write, a
REST API, verbose logs, and a record and an event of each change without a hash chain. Its units are counted by hand.
"""

PROCESS = """\
A **process** costs more than its goal. That was set on a mix in which nobody saves a form, and before timelines were
signed. Saving is {saved:.2f} dollars: each of a save's three answers is a write of its own, so that nobody overwrites
what somebody else wrote in another field, and the link notes that something was saved, which is told. Without saving,
the mix costs {unsaved:.2f}. Of that, signatures are {signatures:.2f}, and {doubled:.2f} is paid because a link and its
data are written in one transaction: so there is no link without its data, and no person's data without a link by which
it can be erased. All of this stays. Without saving and signatures, the mix costs {unsigned:.2f}.
"""

NOTES = f"""\
Once e-mail is sent, it makes up almost the whole bill, so avoiding duplicate e-mails saves more than anything else on
this page. SMS are far more expensive (in the United States about 6,450 dollars a million plus the carriers' fees). They
are in none of the mixes: codes are counted as e-mails. Webhooks, reminders and failed messages add cost per use.
Nothing is billed by the hour. Storage (0.25 dollars per GB and month), alarms, metrics and free tiers are not included.
Each list that contains a link adds one unit to its create. Opening, submitting and revoking never pay for lists.

**Events** cost nothing, because facts of links do not go to the event bus unless `BusEvents` names them. With
`BusEvents=all`, each change that is told adds a millionth of a dollar: {_told()}.

**Signatures** show that nobody has rewritten a timeline (`linkgate link verify --key`). Up to eight links that change
together share one; here {BATCH} changes do. With little traffic, a change is alone and costs a whole signature.
`SignEvidence=false` leaves them out. Then the command says that it detects accidents, not forgery.

**Logs** are our line about each call and the gateway's. Lambda itself logs failures only: with `SystemLogLevel=INFO` it
adds about 260 bytes to each call.
"""

IMPORTS = """\
A million rows of an import cost this instead of a million calls of the API, which are 1.00 dollar for API Gateway and
0.20 for requests to Lambda. The links themselves and their messages cost the same. The calls of a part are counted by
hand, and the seconds of a row are estimated.
"""

AFTER_IMPORTS = """\
Pausing and going on adds a read and a call for each part that is done. A part that waits for a limit of its tenant adds
three transitions, a call and a write each time. Files are kept for 30 days at most.
"""

PDFS = """\
A million PDFs of forms that were sent cost this. They are in none of the mixes. `Receipts=None` leaves them out. The
seconds are estimated.
"""

SNAPSTART = """\
**SnapStart** (off by default) reduces latency, not cost. A million restores of one GB cost 140 dollars. The snapshot of
each published version costs 3.90 dollars per GB and month, for as long as the version exists. Each deployment publishes
a version of every function, and SAM keeps the older ones. With SnapStart on, delete the versions that no alias names.
(Source of the rates, 0.0001397998 dollars per GB restored and 0.0000015046 per GB and second stored, and of a bill that
grew with forgotten versions: dev.to, 'The hidden cost of AWS Lambda SnapStart for Python', April 2026.)
"""


if __name__ == "__main__":
    PAGE.write_text(page())
    PICTURE.write_text(picture())
