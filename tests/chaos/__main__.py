"""Load the runner, break it at random, then audit every link: `python -m tests.chaos --minutes 30 --seed 1`.

It needs Java and npm, for the real DynamoDB Local, because the table must outlive the runner. The exit code is 1 if
anything differs from what clients were told.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import boto3

from linkgate.model.tenant import Process
from linkgate.store.table import Table
from linkgate.store.tenants import DynamoTenants
from linkgate.wiring import system_now
from local import demo
from local.aws import ENVIRONMENT
from tests.chaos.audit import Audit
from tests.chaos.clients import PAPERS, Client
from tests.chaos.journal import Journal
from tests.chaos.system import System
from tests.support import dynamodb_local as launcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FAULTS = (
    *(("ses", error) for error in ("throttle", "error", "timeout_after", "reject", "quota")),
    *(("sns", error) for error in ("throttle", "error", "timeout_after")),
    *(("dynamodb", error) for error in ("throttle", "throttle", "error", "timeout_after", "timeout_after")),
    *(("s3", error) for error in ("throttle", "error")),
)
MOST_TIMES = 6
QUIET_HOURS = (300, 300, 900, 900, 3600)
"""Seconds by which the clock is moved at the end, so that every lease, pause and retry is over."""
PAPERS_SCHEMA = {
    "type": "object",
    "properties": {
        "fullName": {"type": "string", "title": "Name"},
        "payslip": {"type": "string", "format": "file", "title": "Payslip", "x-file": {"kinds": ["pdf"], "max": 10000}},
    },
}


@dataclass(frozen=True)
class Plan:
    """Size of a run. The same seed makes the same choices, but not the same order of events."""

    minutes: float
    seed: int
    clients: int
    deaths: int
    pause_s: float


def run(plan: Plan, folder: Path, dynamodb: str, say: Callable[[str], None] = print) -> list[str]:
    """Load, break and audit the system. Returns the differences."""
    system = System(folder, dynamodb)
    system.start()
    try:
        return _tried(plan, system, dynamodb, say)
    finally:
        system.stop()


def _tried(plan: Plan, system: System, dynamodb: str, say: Callable[[str], None]) -> list[str]:
    journal = Journal()
    _define_papers(system, dynamodb)
    stopped, numbers = threading.Event(), itertools.count(1)
    clients = [
        Client(system, journal, Random(f"{plan.seed}/{n}"), lambda: next(numbers), stopped, plan.pause_s)
        for n in range(plan.clients)
    ]
    failures: list[str] = []

    def live(client: Client) -> None:
        try:
            client.run()
        except Exception as error:  # noqa: BLE001 - a client that fails is a difference, whatever it is
            failures.append(f"a client failed: {error!r}")
            stopped.set()

    threads = [threading.Thread(target=live, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    injected, lost = _break(system, plan, stopped)
    stopped.set()
    for thread in threads:
        thread.join()
    _settle(system)
    audit = Audit(system, journal, bool(system.deaths), lost + len(system.deaths) * plan.clients)
    audit.run()
    say(f"{len(journal.stories)} links by {plan.clients} clients, seed {plan.seed}, {plan.minutes} minutes")
    say(f"{sum(injected.values())} faults, {len(system.deaths)} deaths of the runner")
    for name, statuses in journal.counts():
        say(f"  {name}: {statuses}")
    say(f"{sum(audit.checked.values())} comparisons: {dict(sorted(audit.checked.items()))}")
    say(f"{len(system.messages)} messages, {len(system.events)} events seen")
    say(f"runner: {_cpu_of(system.process.pid):.0f} s of processor time since its last start")
    for error, times in Counter(_raised(system.errors())).items():
        say(f"  the runner printed {times} times: {error}")
    return [*failures, *audit.differences]


def _break(system: System, plan: Plan, stopped: threading.Event) -> tuple[dict[str, int], int]:
    """Inject faults and deaths until the time is over. Returns them, and how many messages may have gone twice."""
    chance, injected, lost = Random(f"{plan.seed}/faults"), dict[str, int](), 0
    began, length = time.monotonic(), plan.minutes * 60
    deaths = sorted(length * (0.1 + 0.75 * chance.random()) for _ in range(plan.deaths))
    while (passed := time.monotonic() - began) < length and not stopped.is_set():
        if deaths and passed >= deaths[0]:
            deaths.pop(0)
            system.kill()
            system.start()
        service, error = chance.choice(FAULTS)
        times = chance.randint(1, MOST_TIMES)
        system.post("/_local/faults", {"service": service, "error": error, "times": times})
        injected[f"{service} {error}"] = injected.get(f"{service} {error}", 0) + 1
        if error == "timeout_after" and service in {"ses", "sns"}:
            lost += times
        system.look()
        stopped.wait(min(0.5 + 3 * chance.random(), length))
    return injected, lost


def _settle(system: System) -> None:
    """End the faults, recover as an operator does, and let everything that is due be done."""
    for service in ("ses", "sns", "dynamodb", "s3", "scan"):
        system.post(
            "/_local/faults", {"service": service, "error": "never" if service == "scan" else "error", "times": 0}
        )
    system.post("/_local/settle")
    if system.deaths:
        system.recover()
    for seconds in QUIET_HOURS:
        system.post("/_local/clock", {"advance_seconds": seconds})
        system.post("/_local/settle")
    system.look()


def _define_papers(system: System, dynamodb: str) -> None:
    name = system.request("GET", "/_local/environment").json()["TABLE_NAME"]
    client = boto3.client(
        "dynamodb",
        endpoint_url=dynamodb,
        region_name=ENVIRONMENT["AWS_REGION"],
        aws_access_key_id=ENVIRONMENT["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=ENVIRONMENT["AWS_SECRET_ACCESS_KEY"],
    )
    tenants = DynamoTenants(Table(name, lambda: client), system_now, time.time)
    tenants.put_definition(demo.DEMO.id, Process(PAPERS, "Papers", schema=PAPERS_SCHEMA))


def _raised(errors: str) -> Iterator[str]:
    """Yield the last line of each traceback, and the cause of each error that a function logged."""
    for text in errors.split("Traceback (most recent call last):")[1:]:
        yield next((line for line in text.splitlines() if line and not line.startswith(" ")), "?")
    for line in errors.splitlines():
        if line.startswith("{"):
            told = json.loads(line)
            yield f"{told.get('route')}: {told.get('error')} {told.get('cause')}"


def _cpu_of(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Run with the options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--deaths", type=int, default=4, help="how often the runner is killed")
    options = parser.parse_args()
    if lacking := launcher.missing():
        print(f"DynamoDB Local needs {' and '.join(lacking)}, which this machine does not have.")
        return 1
    plan = Plan(options.minutes, options.seed, options.clients, options.deaths, pause_s=0.3)
    with tempfile.TemporaryDirectory() as folder, launcher.serve() as url:
        differences = run(plan, Path(folder), url)
    for each in differences:
        print(each)
    spent = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = sum(each.ru_utime + each.ru_stime for each in spent)
    print(f"{len(differences)} differences, {seconds:.0f} s of processor time in all")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
