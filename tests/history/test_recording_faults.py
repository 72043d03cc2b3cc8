"""Every AWS call of recording facts fails in every way. Each fact is recorded once, counted once, and has one id."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from tests.support.delivery_cases import started
from tests.support.delivery_rig import Recipient, Rig, depth, pass_time, send_link
from tests.support.fault_injection import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from linkgate.ports.measures import Measure

FACTS = ["link.created", "link.sent", "link.sent"]
COUNTS = {"LinksCreated": 1, "EmailsSent": 1, "SmsSent": 1}
KILLS = {Fault.KILL_BEFORE, Fault.KILL_AFTER}
numbers = itertools.count(1)


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    functions = ("EasysendSendLinkFunction", "LinkEventsFunction")
    with started(tmp_path_factory.mktemp("cloud"), *functions) as rig:
        yield rig


def recorded(rig: Rig, index: int, fault: Fault | None) -> tuple[list[str], list[str], Counter[str]]:
    """Record a link sent over both channels. Returns the kinds on its timeline, the ids of its events, and counts."""
    measures: list[Measure] = []
    before = wiring.deps()
    wiring.use(replace(before, measure=measures.extend))
    try:
        rid = send_link(rig.cloud, Recipient(next(numbers)))
        rig.calls.arm(index, fault)
        rig.cloud.settle()
        rig.calls.disarm()
        pass_time(rig.cloud, minutes=2)  # Lambda waits before a retry
        entries, _ = wiring.deps().timeline.read(rid)
    finally:
        wiring.use(before)
    events = [event["detail"]["id"] for event in rig.cloud.aws.events() if event["detail"].get("rid") == rid]
    counts: Counter[str] = Counter()
    for measure in measures:
        counts[measure.metric] += int(measure.value)
    return sorted(entry.fact.kind for entry in entries), events, counts


def test_any_call_may_fail_in_any_way(
    rig: Rig, record_property: Callable[[str, object], None], capfd: pytest.CaptureFixture[str]
) -> None:
    recorded(rig, -1, None)
    calls = list(rig.calls.calls)
    assert {"dynamodb.PutItem", "eventbridge.PutEvents"} <= set(calls)
    runs: Counter[Fault] = Counter()
    uncounted = 0
    for (index, call), fault in itertools.product(enumerate(calls), Fault):
        kinds, events, counts = recorded(rig, index, fault)
        if not rig.calls.fired:
            assert index >= len(rig.calls.calls), (index, call, fault)
            continue
        runs[fault] += 1
        assert kinds == FACTS, (call, fault)
        assert len(set(events)) == len(FACTS), (call, fault)
        told = {name: counts[name] for name in COUNTS}
        if told != COUNTS:
            # A fact whose write was applied without an answer is not new on the next look.
            assert fault in KILLS | {Fault.TIMEOUT_AFTER}, (call, fault)
            assert all(told[name] <= COUNTS[name] for name in COUNTS), (call, fault)
            uncounted += 1
        assert depth(rig.cloud, "EventsDeadLetters") == 0
    capfd.readouterr()  # the runner prints the traceback of each kill
    assert set(runs) == set(Fault)
    record_property(
        "measured",
        f"{len(calls)} AWS calls: {', '.join(call.partition('.')[2] for call in calls)}\n"
        f"{sum(runs.values())} faults: every fact on record once and told with one id; "
        f"counted too little after {uncounted}, never too much",
    )
