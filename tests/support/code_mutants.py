"""Mutants of code: one part of a module is changed, and the tests that reached it run again.

This is a plugin of pytest for `make mutants OF=tokens.py`. It runs all tests once and notes which of them reached each
line. Then it tries each mutant: quick tests first, until one fails. A survivor is a change that no test of this run
notices. All this happens in copies of this process, so that nothing of a mutant stays. This process itself only runs a
few tests, so that copies find ready what is slow to start, and none that needs threads, which a copy lacks.
"""

from __future__ import annotations

import functools
import gc
import os
import pickle
import re
import resource
import signal
import sys
import time
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from _pytest import main
from _pytest.runner import runtestprotocol
from coverage import Coverage
from hypothesis import Phase, settings

from tests.support.chosen import sample
from tests.support.made_mutants import PACKAGE, Mutant, NotMade, mutants_of, put_in_place
from tests.support.needless_mutants import NEEDLESS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

SURVIVED, KILLED, NOT_MADE, TIMED_OUT = range(4)
TYPESETTING = PACKAGE / "pages/typesetting.py"
"""Its library keeps threads, for which a copy of a process that used it would wait for ever."""
WARM_S = 10
"""Seconds of tests that this process runs."""
START_S = 0.3
"""Seconds that a module's first test takes longer, about."""
PROBES = 4
"""Number of each module's tests that are tried before all others."""
MEMORY = 3 << 30
"""Bytes that a mutant may take beside what this process has."""
RESULTS = ("killed", "timed out", "not made", "listed", "survived")


@dataclass
class Hunt:
    """Tests of a run with what they reached, and the results of mutants."""

    durations: dict[str, float] = field(default_factory=dict)
    """CPU seconds of each test."""
    reached: dict[str, Mapping[int, Collection[str]]] = field(default_factory=dict)
    """Tests that ran a line, by path."""
    results: dict[str, Counter[str]] = field(default_factory=dict)
    """Numbers of results by module."""
    killers: dict[str, dict[str, None]] = field(default_factory=dict)
    """Tests that killed mutants, by the place of these."""


HUNT = Hunt()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mutants-in", action="append", default=[], help="module or folder of the package to change")
    parser.addoption("--mutants-of", default="", help="try only mutants in whose description this expression is found")
    parser.addoption("--mutants-sample", type=int, default=0, help="try as many mutants, chosen by the seed")
    parser.addoption("--mutants-seed", default="", help="word that chooses the sample")
    parser.addoption("--mutants-seconds", type=float, default=10, help="seconds of tests for one mutant, about")


@pytest.hookimpl(trylast=True)
def pytest_sessionstart() -> None:
    """Let property tests fail at once, without a search for the simplest example, and keep no examples."""
    phases = [phase for phase in Phase if phase not in {Phase.shrink, Phase.explain}]
    settings.register_profile("mutants", settings(), phases=phases, database=None)
    settings.load_profile("mutants")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Run the tests, then those of each mutant, if all passed."""
    option = session.config.getoption
    paths = [path for place in option("mutants_in") for path in _modules(PACKAGE / place)]
    code, told = in_a_copy(lambda: _all_tests(session, [*paths, TYPESETTING]))
    if code:
        session.testsfailed = 1
        return True
    HUNT.durations, HUNT.reached = pickle.loads(told)  # noqa: S301 - from a copy of this process
    _warm_up(session)
    items = {item.nodeid: item for item in session.items}
    wanted = option("mutants_of")
    named = [each for path in paths for each in mutants_of(path) if not wanted or re.search(wanted, str(each))]
    for mutant in sample(named, option("mutants_sample"), option("mutants_seed")):
        _judge(mutant, items, paths, option("mutants_seconds"))
    session._setupstate.teardown_exact(None)  # noqa: SLF001 - as the loop itself does
    return True


def _modules(path: Path) -> Iterator[Path]:
    yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def _all_tests(session: pytest.Session, paths: Iterable[Path]) -> tuple[int, bytes]:
    """Run all tests, and return whether one failed, and the duration and reach of each."""
    watched = Coverage(data_file=None, config_file=False, include=[str(path) for path in paths])
    durations: dict[str, float] = {}

    class Watch:
        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[Any]:
            watched.switch_context(item.nodeid)
            started = time.process_time()
            yield
            durations[item.nodeid] = time.process_time() - started

    session.config.pluginmanager.register(Watch())
    watched.start()
    main.pytest_runtestloop(session)
    watched.stop()
    if session.testsfailed:
        reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
        reporter.summary_failures()
    data = watched.get_data()
    reached = {path: data.contexts_by_lineno(path) for path in data.measured_files()}
    return int(session.testsfailed > 0), pickle.dumps((durations, reached))


def _warm_up(session: pytest.Session) -> None:
    """Run some tests, and leave ready what those of the last module share. Then forget what functions keep."""
    threads = {item.parent for item in session.items if item.nodeid in _tests_of(TYPESETTING, range(1000))}
    free = [item for item in session.items if item.parent not in threads]
    step = 1 + int(sum(HUNT.durations[item.nodeid] for item in free) / WARM_S)
    chosen = [*free[::step], free[-1]] if free else []
    for item, following in zip(chosen, [*chosen[1:], free[-1] if free else None], strict=False):
        runtestprotocol(item, log=False, nextitem=following)
    for each in gc.get_objects():
        if isinstance(each, functools._lru_cache_wrapper) and each.__module__.startswith("linkgate."):  # noqa: SLF001
            each.cache_clear()
    gc.freeze()


def _tests_of(path: Path, lines: Iterable[int]) -> set[str]:
    """Return the tests that ran one of these lines."""
    reached = HUNT.reached.get(str(path), {})
    return {test for line in lines for test in reached.get(line, ()) if test}


def _reached(mutant: Mutant, paths: Iterable[Path]) -> set[str]:
    """Return the tests that run what a mutant changes. Those of a constant run a line that names it."""
    if not mutant.names:
        return _tests_of(PACKAGE / mutant.path, mutant.lines)
    named = re.compile(rf"\b(?:{'|'.join(mutant.names)})\b")
    return {test for path in paths for test in _tests_of(path, _lines_with(named, path))}


@functools.cache
def _lines_with(named: re.Pattern[str], path: Path) -> list[int]:
    return [number for number, text in enumerate(path.read_text().splitlines(), 1) if named.search(text)]


def _judge(mutant: Mutant, items: Mapping[str, pytest.Item], paths: Iterable[Path], patience_s: float) -> None:
    """Run the tests of a mutant until one fails."""
    ordered = _ordered(_reached(mutant, paths), HUNT.killers.get(mutant.place, ()))
    chosen = [items[name] for name in _affordable(ordered, items, patience_s)]
    seconds = sum(HUNT.durations[item.nodeid] for item in chosen)
    code, killer = ending(mutant, lambda: _first_to_fail(chosen), seconds) if chosen else (SURVIVED, "")
    if code == SURVIVED:
        excuse = next((why for pattern, why in NEEDLESS.items() if re.search(pattern, str(mutant))), None)
        result = "listed" if excuse else "survived"
    else:
        result = {KILLED: "killed", TIMED_OUT: "timed out", NOT_MADE: "not made"}[code]
    if killer:
        HUNT.killers.setdefault(mutant.place, {})[killer] = None
    HUNT.results.setdefault(mutant.path, Counter())[result] += 1
    if result in {"survived", "timed out"}:
        print(f"\n{mutant}\n    {result} in {len(chosen)} of {len(ordered)} tests", flush=True)  # noqa: T201 - it takes long


def _ordered(names: set[str], killers: Iterable[str]) -> list[str]:
    """Return tests in the order in which to try them.

    Those that killed a mutant at the same place come first. Then come the quickest of each module. Tests of a module
    stay together, because they share what takes long to start.
    """
    modules: dict[str, list[str]] = {}
    for name in sorted(names, key=HUNT.durations.__getitem__):
        modules.setdefault(name.partition("::")[0], []).append(name)
    groups = sorted(modules.values(), key=lambda group: sum(map(HUNT.durations.__getitem__, group)) / len(group))
    quickest = [name for group in groups for name in group[:PROBES]]
    others = [name for group in groups for name in group[PROBES:]]
    return list(dict.fromkeys(name for name in [*reversed(list(killers)), *quickest, *others] if name in names))


def _affordable(names: Iterable[str], items: Mapping[str, pytest.Item], patience_s: float) -> Iterator[str]:
    """Yield tests until they took too long, with what their modules start."""
    seconds, module = 0.0, None
    for name in names:
        if seconds > patience_s:
            return
        seconds += HUNT.durations[name] + (START_S if items[name].parent is not module else 0)
        module = items[name].parent
        yield name


def _first_to_fail(chosen: Sequence[pytest.Item]) -> str:
    """Run tests until one fails, and return its name."""
    chosen[0].session._setupstate.teardown_exact(chosen[0])  # noqa: SLF001 - as pytest does between two tests
    for item, following in zip(chosen, [*chosen[1:], None], strict=True):
        if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
            return item.nodeid
    return ""


def ending(mutant: Mutant, run: Callable[[], str], seconds: float) -> tuple[int, str]:
    """Return how a mutant ended, and the test that noticed it, whose name `run` returns.

    `seconds` is how long the tests take without a mutant.
    """

    def live() -> tuple[int, bytes]:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(60 + int(20 * seconds))
        resource.setrlimit(resource.RLIMIT_CPU, (5 + int(5 * seconds),) * 2)
        if sys.platform == "linux":
            resource.setrlimit(resource.RLIMIT_AS, (_size() + MEMORY,) * 2)
        try:
            put_in_place(mutant)
            noticed = run()
        except NotMade:
            return NOT_MADE, b""
        return (KILLED if noticed else SURVIVED), noticed.encode()

    code, told = in_a_copy(live)
    if code in {SURVIVED, NOT_MADE}:
        return code, ""
    return (TIMED_OUT if -code in {signal.SIGALRM, signal.SIGXCPU} else KILLED), told.decode()


def in_a_copy(act: Callable[[], tuple[int, bytes]]) -> tuple[int, bytes]:
    """Do something in a copy of this process. Return the status with which that ended, and what it told.

    The status of one that an exception ended is 1, and of one that a signal ended, the signal's number below 0.
    """
    inlet, outlet = os.pipe()
    with warnings.catch_warnings():
        # Later versions of Python warn of threads. Those of a test run only wait for what the copy does not do.
        warnings.simplefilter("ignore", DeprecationWarning)
        process = os.fork()
    if not process:
        code = 1
        try:
            code, told = act()
            with os.fdopen(outlet, "wb") as pipe:
                pipe.write(told)
        finally:
            os._exit(code)
    os.close(outlet)
    with os.fdopen(inlet, "rb") as pipe:
        told = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), told


def _size() -> int:
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def pytest_sessionfinish(session: pytest.Session) -> None:
    if any(results["survived"] for results in HUNT.results.values()):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    total: Counter[str] = sum(HUNT.results.values(), Counter())
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    seconds = sum(each.ru_utime + each.ru_stime for each in used)
    killed, tried = total["killed"] + total["timed out"], total.total() - total["not made"]
    terminalreporter.section(f"{killed} of {tried} mutants of code were killed in {seconds:.0f} CPU seconds")
    for path, counts in sorted(HUNT.results.items()):
        terminalreporter.write_line(
            f"{path}: {', '.join(f'{counts[each]} {each}' for each in RESULTS if counts[each])}"
        )
