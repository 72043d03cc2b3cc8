"""Mutants of conditions: each part of what a write or a search demands is left out, and its tests run again.

This is a plugin of pytest for `make mutants`. It listens where calls leave the store, at the SDK, so it finds each
condition in the running code. A mutant is killed if one of the tests that reached its condition fails. A survivor is a
part that no test of this run needs.
"""

from __future__ import annotations

import re
import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from _pytest.runner import runtestprotocol
from botocore.handlers import BUILTIN_HANDLERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KINDS = ("ConditionExpression", "FilterExpression")
ALWAYS = "attribute_exists(pk) OR attribute_not_exists(pk)"
PATIENCE_S = 60
"""Seconds for one test. A mutant may make one wait for ever, which kills it."""
_BREAKS = re.compile(r"[()]|\b(?:AND|OR|BETWEEN)\b")


@dataclass(frozen=True)
class Mutant:
    """A condition without one of its parts."""

    condition: str
    left_out: str
    rest: str


@dataclass
class Hunt:
    """Conditions of a run with the tests that reached them, and the mutant that calls have now."""

    reached: dict[str, dict[str, pytest.Item]] = field(default_factory=dict)
    running: pytest.Item | None = None
    mutant: Mutant | None = None
    killed: int = 0
    survivors: list[Mutant] = field(default_factory=list)

    def change(self, params: Mapping[str, Any], **_: object) -> dict[str, Any]:
        """Note the conditions of a call, and put the mutant in the place of its condition."""
        return {name: self._changed(value) for name, value in self._condition(params).items()}

    def _changed(self, value: Any) -> Any:
        """Change the writes of a transaction."""
        if not isinstance(value, list):
            return value
        return [
            {verb: self._condition(write) if isinstance(write, dict) else write for verb, write in entry.items()}
            if isinstance(entry, dict)
            else entry
            for entry in value
        ]

    def _condition(self, holder: Mapping[str, Any]) -> dict[str, Any]:
        for kind in KINDS:
            condition = holder.get(kind)
            if condition and self.running:
                self.reached.setdefault(condition, {})[self.running.nodeid] = self.running
            if condition and self.mutant and condition == self.mutant.condition:
                return without_unused({**holder, kind: self.mutant.rest})
        return dict(holder)


def split(expression: str, word: str) -> list[str]:
    """Split an expression at a word that stands in no parentheses. The AND of a BETWEEN splits nothing."""
    pieces, start, depth, between = [], 0, 0, False
    for found in _BREAKS.finditer(expression):
        match found[0]:
            case "(":
                depth += 1
            case ")":
                depth -= 1
            case "BETWEEN" if not depth:
                between = True
            case "AND" if not depth and between:
                between = False
            case text if not depth and text == word:
                pieces.append(expression[start : found.start()].strip())
                start = found.end()
    return [*pieces, expression[start:].strip()]


def weakened(expression: str) -> Iterator[tuple[str, str]]:
    """Yield each part that an expression demands, and the rest of it, which is empty if that was all."""
    options = split(expression, "OR")
    if len(options) > 1:
        for index, option in enumerate(options):
            for part, rest in weakened(option):
                if rest:
                    yield part, " OR ".join([*options[:index], rest, *options[index + 1 :]])
        return
    demands = split(expression, "AND")
    for index, demand in enumerate(demands):
        yield demand, " AND ".join([*demands[:index], *demands[index + 1 :]])
        if demand.startswith("(") and demand.endswith(")"):
            for part, rest in weakened(demand[1:-1]):
                if rest:
                    yield part, " AND ".join([*demands[:index], f"({rest})", *demands[index + 1 :]])


def without_unused(call: dict[str, Any]) -> dict[str, Any]:
    """Leave out the names and values that no expression of a call uses, which DynamoDB would refuse."""
    text = " ".join(value for name, value in call.items() if name.endswith("Expression"))
    for group in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        used = {name: value for name, value in call.pop(group, {}).items() if re.search(rf"{name}\b", text)}
        if used:
            call[group] = used
    return call


HUNT = Hunt()


def pytest_configure() -> None:
    BUILTIN_HANDLERS.append(("provide-client-params.dynamodb.*", HUNT.change))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mutants-of", default="", help="leave out only parts in which this regular expression is found")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[Any]:
    HUNT.running = item
    try:
        return (yield)
    finally:
        HUNT.running = None


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Iterator[Any]:
    """Run the tests, then those of each mutant, if all passed."""
    outcome = yield
    mutants = [Mutant(each, part, rest or ALWAYS) for each in sorted(HUNT.reached) for part, rest in weakened(each)]
    if not session.testsfailed:
        for mutant in mutants:
            if re.search(session.config.getoption("mutants_of"), mutant.left_out):
                _judge(mutant)
    return outcome


def _judge(mutant: Mutant) -> None:
    HUNT.mutant = mutant
    try:
        if any(_fails(item) for item in HUNT.reached[mutant.condition].values()):
            HUNT.killed += 1
        else:
            HUNT.survivors.append(mutant)
    finally:
        HUNT.mutant = None


def _fails(item: pytest.Item) -> bool:
    def give_up(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(PATIENCE_S)
    try:
        return any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))
    except TimeoutError:
        return True
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if HUNT.survivors:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    tried = HUNT.killed + len(HUNT.survivors)
    terminalreporter.section(f"{HUNT.killed} of {tried} mutants of {len(HUNT.reached)} conditions were killed")
    for mutant in HUNT.survivors:
        tests = len(HUNT.reached[mutant.condition])
        terminalreporter.write_line(f"{mutant.left_out}\n    is needed by none of {tests} tests: {mutant.condition}")
