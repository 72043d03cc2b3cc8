"""Page of docs/ with the measurements."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.packages import HERE, ROOT
from benchmarks.pictures import Bar, Part, bars

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from benchmarks.measure import Figures

CREATE, OPEN, PUT = "create (Trendsic)", "open", "a link's put alone, botocore's client"
CREATES = (CREATE, "create (Ocular)", "create with a body (EasySend)", "create and e-mail (DigiDesk)")

LIMITS = {
    "create (Trendsic)": (0.45, 0.60, 0.42),
    "create (Ocular)": (0.50, 0.60, 0.58),
    "create with a body (EasySend)": (0.45, 0.60, 0.53),
    "create and e-mail (DigiDesk)": (0.50, 0.60, 1.60),
    "landing page": (0.43, 0.55, 0.50),
    "open": (0.43, 0.55, 0.35),
    "view": (0.45, 0.55, 1.05),
    "submit": (0.45, 0.55, 1.00),
}
"""Goals of each scenario as shares of P: cold instructions, cold wall time, warm instructions."""

SHOWN = (*CREATES, "landing page", OPEN, "view", "submit")
"""Scenarios of the picture."""

HEADINGS = (
    "| | cold wall ms | x P | warm CPU µs | x P | cold M instr. | x P | x NV | warm k instr. | x P | modules"
    " | files opened | compiled | RSS MB |"
)

UNITS = HERE / "units.md"
"""Figures that `make bench` does not measure."""

INTRODUCTION = """\
`make bench` writes this page; do not edit it. Each figure comes from one execution environment. A cold figure runs from
the start of the process to the first response, and a warm figure is another call in the same process. A stub replaces
AWS: it runs in its own process, uses plain HTTP and responds at once. Our handlers are packaged with the same recipe as
`sam build`. The yardsticks are compiled to bytecode, which SAM itself would not do:

- **P**: the simplest Lambda that creates a link: `json`, `boto3.client`, one put. No validation, credentials or log.
- **FM**: the same with FastAPI behind Mangum.
- **NV**: the same with every Powertools utility that its documentation shows for such a Lambda.

Functions that somebody waits for call DynamoDB and SES without botocore's clients
(`layers/shared/linkgate/aws/direct_clients.py`). All other functions use botocore's. For one step of each kind, the
table also shows the other variant. A cold call of ours also reads the credential, the tenant and the link's definition;
warm calls have them cached for 60 s.

Times are medians of one interleaved run. A ratio of times is the median of each round's ratio, so that a busy moment of
the machine meets both sides. Instruction counts (valgrind, user space) are exact, so they show a regression that no
clock would. The goals are shares of P, and each is marked as kept or missed.
"""

FLOOR = """
The floor of a warm create is the put of one link. Without botocore's client it is {put:.2f} of P in instructions,
although P writes an item of half the size and does nothing else. Authentication, validation, creating the link, the
log line and the reply are the other {ours:.2f}. With the client, configured as ours (fixed user agent, no second check
of the parameters), the put is {client_put:.2f} of P and the same create {client:.2f}.
"""


def report(
    figures: Mapping[str, Figures], imports: Mapping[str, int], repeated: float, python: str, layer: Path
) -> str:
    """Return the whole page."""
    plain, naive = figures["P"], figures["NV"]
    lines = [
        "# Benchmarks",
        "",
        f"![{_summary(figures)}](pictures/benchmarks.svg)",
        "",
        INTRODUCTION,
        _conditions(python, layer, repeated),
        HEADINGS,
        "| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for name, of in figures.items():
        cells = [
            name,
            f"{median(of.walls) * 1e3:.0f}",
            f"{_ratio(of.walls, plain.walls):.2f}",
            f"{median(of.cpu) * 1e6:.0f}",
            f"{_ratio(of.cpu, plain.cpu):.2f}",
            f"{of.cold / 1e6:.0f}",
            f"{of.cold / plain.cold:.2f}",
            f"{of.cold / naive.cold:.2f}",
            f"{of.warm / 1e3:.0f}",
            f"{of.warm / plain.warm:.2f}",
            str(len(of.modules)),
            str(of.opened),
            str(len(of.compiled)),
            f"{of.rss / 1024:.0f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(
        [*lines, "", *_limits(figures), *_goals(figures), _floor(figures), *_imported(imports), "", UNITS.read_text()]
    )


def picture(figures: Mapping[str, Figures]) -> str:
    """Return the picture of what a caller or a recipient waits for, each as a share of P."""
    rows = []
    for name in SHOWN:
        cold, wall, warm = _of_plain(figures, name)
        rows += [
            Bar(name, [Part("cold instructions", cold)]),
            Bar("", [Part("cold time", wall)]),
            Bar("", [Part("warm instructions", warm)]),
        ]
    return bars("Of P, the simplest Lambda that creates a link", rows, _summary(figures), mark=(1, "P"))


def _of_plain(figures: Mapping[str, Figures], name: str) -> tuple[float, float, float]:
    """Return cold instructions, cold wall time and warm instructions of a scenario as shares of P."""
    found, plain = figures[name], figures["P"]
    return found.cold / plain.cold, _ratio(found.walls, plain.walls), found.warm / plain.warm


def _summary(figures: Mapping[str, Figures]) -> str:
    """Return the picture in words."""
    shares = [name + " {:.2f}, {:.2f} and {:.2f}".format(*_of_plain(figures, name)) for name in SHOWN]
    return f"Cold instructions, cold time and warm instructions as shares of P: {'; '.join(shares)}"


def _ratio(ours: Sequence[float], plain: Sequence[float]) -> float:
    """Return the median ratio of two scenarios' times in the same round."""
    return median(our / other for our, other in zip(ours, plain, strict=True))


def _limits(figures: Mapping[str, Figures]) -> list[str]:
    """Return the goals of each scenario beside its figures. A miss is in bold."""
    rows, missed = [], 0
    for name, limits in LIMITS.items():
        cells = []
        for found, limit in zip(_of_plain(figures, name), limits, strict=True):
            over = round(found, 2) > limit
            missed += over
            cells += [f"**{found:.2f}**" if over else f"{found:.2f}", f"{limit:.2f}", "missed" if over else "kept"]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return [
        "| goal, of P | cold instr. | at most | | cold wall | at most | | warm instr. | at most | |",
        "| --- |" + " --: | --: | --- |" * 3,
        *rows,
        "",
        f"Of these {3 * len(LIMITS)} goals, {3 * len(LIMITS) - missed} are kept. Older goals:",
        "",
    ]


def _goals(figures: Mapping[str, Figures]) -> list[str]:
    plain, create, opened = figures["P"], figures[CREATE], figures[OPEN]
    live = figures["connect (live)"]
    goals = [(f"{name}, cold wall, of P", _ratio(figures[name].walls, plain.walls), 1.00) for name in CREATES]
    goals += [
        ("create, one put and nothing sent, warm CPU, of P", _ratio(create.cpu, plain.cpu), 1.10),
        ("open, cold instructions, of P", opened.cold / plain.cold, 0.65),
        ("open, warm instructions, of P", opened.warm / plain.warm, 0.80),
        ("connect (live), cold instructions, of the recipient's view", live.cold / figures["view"].cold, 1.05),
    ]
    rows = [
        f"| {name} | {goal:.2f} | {found:.2f} | {'kept' if found <= goal else 'missed'} |"
        for name, found, goal in goals
    ]
    return ["| goal | at most | measured | |", "| --- | --: | --: | --- |", *rows]


def _floor(figures: Mapping[str, Figures]) -> str:
    plain = figures["P"].warm
    names = (CREATE, "a link's put alone, direct", f"{CREATE}, with botocore's client", PUT)
    create, put, client, client_put = (figures[name].warm / plain for name in names)
    return FLOOR.format(put=put, ours=create - put, client=client, client_put=client_put)


def _imported(imports: Mapping[str, int]) -> list[str]:
    rows = [f"| {name} | {count / 1e6:.0f} |" for name, count in sorted(imports.items(), key=lambda each: each[1])]
    return [
        "Instructions from the start of the process until the handler is imported. A snapshot (SnapStart) saves these.",
        "Modules that only the first call needs, above all the SDK, are loaded by that call:",
        "",
        "| function | M instr. |",
        "| --- | --: |",
        *rows,
    ]


def _conditions(python: str, layer: Path, repeated: float) -> str:
    version = _said([python, "-c", "import platform; print(platform.python_version())"])
    packages = ", ".join(
        f"{name} {found.name.removesuffix('.dist-info').partition('-')[2]}"
        for name in ("botocore", "aws_lambda_powertools", "pydantic")
        for found in sorted(layer.parent.parent.glob(f"yardsticks/{name}-*.dist-info"))
    )
    commit = _said(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"])
    changed = " with uncommitted changes" if _said(["git", "-C", str(ROOT), "status", "--porcelain", "-uno"]) else ""
    load = os.getloadavg()[2] / (os.cpu_count() or 1)
    size = sum(path.stat().st_size for path in layer.rglob("*") if path.is_file())
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, commit {commit}{changed}, Python {version} on {platform.machine()}, {packages}."
        f" Layer unzipped with bytecode: {size / 1e6:.1f} MB. P counted twice differs by"
        f" {abs(repeated):.2%}. The machine's load in the last 15 minutes was {load:.1f} per processor.\n"
    )


def _said(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603 - our own
