"""Measurements of a scenario: instructions (valgrind), wall and CPU time, and imported, opened and compiled files."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

INVOKE = Path(__file__).resolve().parent / "invoke.py"
WARM_CALLS = 20


@dataclass(slots=True)
class Figures:
    """Measurements of one scenario. Times are in seconds."""

    cold: int = 0
    """Instructions from the start of the process to its end after the first response."""
    warm: int = 0
    """Instructions of one further call."""
    walls: list[float] = field(default_factory=list)
    """Wall times from the start of the process to the first response."""
    cpu: list[float] = field(default_factory=list)
    """Medians of the CPU time of a further call."""
    modules: list[str] = field(default_factory=list)
    """Names of all imported modules."""
    opened: int = 0
    compiled: list[str] = field(default_factory=list)
    """Source files that were compiled because their bytecode was missing."""
    rss: int = 0
    """Maximum resident set size in KB."""


@dataclass(frozen=True, slots=True)
class Execution:
    """Parts of an execution environment, and its measurements."""

    python: str
    function: Path
    layer: Path
    event: Path
    environment: Mapping[str, str]

    def count(self, figures: Figures) -> None:
        """Set the numbers of instructions."""
        few, many = (self.instructions(str(calls)) for calls in (1, 1 + WARM_CALLS))
        figures.warm = (many - few) // WARM_CALLS
        figures.cold = self.instructions("0")

    def look(self, figures: Figures) -> None:
        """Set the numbers that need no valgrind."""
        _, facts = self._run(["0"], FACTS="1")
        found = json.loads(facts)
        figures.modules, figures.opened, figures.compiled = found["modules"], found["opened"], found["compiled"]

    def time(self, figures: Figures) -> None:
        """Add one run's times."""
        started = time.time()
        first, cpu = self._run([str(WARM_CALLS)])
        figures.walls.append(float(first) - started)
        figures.cpu.append(json.loads(cpu))

    def weigh(self, figures: Figures) -> None:
        """Set the resident set size."""
        process = subprocess.Popen(self._command("0"), env=dict(self.environment), stdout=subprocess.DEVNULL)  # noqa: S603
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        figures.rss = usage.ru_maxrss

    def instructions(self, calls: str) -> int:
        """Count the instructions of a process with this many further calls; `import` only imports the handler."""
        tool = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
        done = self._finished([*tool, *self._command(calls)], {})
        found = re.search(r"I\s+refs:\s+([0-9,]+)", done.stderr)
        return int(found[1].replace(",", "")) if found else sys.exit(done.stderr)

    def _run(self, arguments: list[str], **further: str) -> tuple[str, str]:
        """Run the handler and return the first and the last line of output, without log lines."""
        done = self._finished(self._command(*arguments), further)
        own = [line for line in done.stdout.splitlines() if re.match(r"[0-9.e-]+$|\{\"modules\"", line)]
        return own[0], own[-1]

    def _command(self, *arguments: str) -> list[str]:
        return [self.python, "-s", str(INVOKE), str(self.function), str(self.layer), str(self.event), *arguments]

    def _finished(self, command: list[str], further: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        environment = {**self.environment, **further}
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)  # noqa: S603
        if done.returncode:
            sys.exit(f"{self.function}: {done.stdout}{done.stderr}")
        return done
