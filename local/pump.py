"""Background work of AWS: the table's stream, queues, schedules, the event bus and providers' reports.

It follows the triggers in template.yaml. All waiting times are measured by the runner's clock.
"""

from __future__ import annotations

import json
import sys
import threading
import traceback
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from linkgate.model.moments import utc
from local.event_filters import matches
from local.functions import FunctionFailed
from local.intrinsics import ACCOUNT, REGION, function_arn, queue_url
from local.queue_source import QueueSource
from local.resources import queue_name
from local.schedule_times import next_time
from local.state_machine import World
from local.stream_source import StreamSource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.aws import LocalAws
    from local.clock import Clock
    from local.functions import Functions
    from local.template import Template, Trigger

RETRY_DELAYS = (timedelta(minutes=1), timedelta(minutes=2))
"""Delays after which Lambda repeats a failed asynchronous invocation."""

MOST_ROUNDS = 20_000
"""More than 10,000 messages need, which a queue hands over ten at a time."""
BACKGROUND_INTERVAL = 1.0
"""Seconds after which the background looks for due work without being woken."""


@dataclass(frozen=True, slots=True)
class _Invocation:
    """An asynchronous invocation that waits for its time."""

    function: str
    event: Mapping[str, Any]
    due: datetime
    failures: int = 0


class Pump:
    """Handles due work, one thing at a time, in the thread of the caller or in the background."""

    def __init__(self, template: Template, functions: Functions, aws: LocalAws, clock: Clock) -> None:
        self._template = template
        self._functions = functions
        self._aws = aws
        self._clock = clock
        self._sqs = aws.client("sqs") if template.queues else None
        self._streams = [
            StreamSource(trigger, functions, aws, clock) for trigger in template.triggers if trigger.kind == "DynamoDB"
        ]
        self._queues = [QueueSource(t, functions, aws) for t in template.triggers if t.kind == "SQS"]
        self._rules = [t for t in template.triggers if t.kind in {"EventBridgeRule", "CloudWatchEvent"}]
        self._timers = [
            (trigger, _next_time(trigger, clock.now()))
            for trigger in template.triggers
            if trigger.kind in {"Schedule", "ScheduleV2"}
        ]
        self._world = World(clock.now, self._call_by_arn, self._read_items)
        self._events_seen = 0
        self._fired: set[tuple[str, str]] = set()
        self._waiting: list[_Invocation] = []
        self._waiting_lock = threading.Lock()
        self._pumping = threading.Lock()
        self._background: threading.Thread | None = None
        self._woken = threading.Event()
        self._stopped = threading.Event()

    def start(self) -> None:
        """Handle due work in the background until `stop`."""
        self._background = threading.Thread(target=self._run, name="pump", daemon=True)
        self._background.start()

    def stop(self) -> None:
        """Stop the background. A running function gets one second to finish."""
        self._stopped.set()
        self._woken.set()
        if self._background:
            self._background.join(timeout=1)

    def wake(self) -> None:
        """Let the background look for due work now."""
        self._woken.set()

    def settle(self) -> int:
        """Handle all work that is due by the clock, and all that follows from it. Returns the number of events."""
        handled = 0
        with self._pumping:
            for _ in range(MOST_ROUNDS):
                moved = self._round()
                if not moved:
                    return handled
                handled += moved
        raise RuntimeError(f"still not quiet after {MOST_ROUNDS} rounds: a function keeps triggering itself")

    def run_machines(self) -> int:
        """Let state machines do what is due, and nothing that follows from it. Returns the number of their steps."""
        steps = 0
        with self._pumping:
            while moved := self._aws.executions.step(self._world):
                steps += moved
        return steps

    def publish(self, event: Mapping[str, Any]) -> list[str]:
        """Put an event on the default bus. Returns the functions that will get it without a queue."""
        functions = [rule.function for rule in self._rules if matches(rule.properties.get("Pattern") or {}, event)]
        for function in functions:
            self._invoke_later(function, event)
        for rule in self._template.rules:
            if matches(rule.pattern, event):
                for target in rule.targets:
                    self._send(target, json.dumps(event))
        return functions

    def deliver_logs(self, event: Mapping[str, Any]) -> list[str]:
        """Pass log lines to the functions that subscribe to logs. Returns these functions."""
        functions = [trigger.function for trigger in self._template.triggers if trigger.kind == "CloudWatchLogs"]
        for function in functions:
            self._invoke_later(function, event)
        return functions

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._woken.wait(BACKGROUND_INTERVAL)
            self._woken.clear()
            if self._stopped.is_set():
                return
            try:
                self.settle()
            except Exception:  # noqa: BLE001 - an event that fails must not end the background
                traceback.print_exc(file=sys.stderr)

    def _round(self) -> int:
        moved = sum(source.pump() for source in self._streams) + sum(source.pump() for source in self._queues)
        for event in self._aws.take_events(self._events_seen):
            self._events_seen += 1
            moved += len(self.publish(event))
        moved += self._aws.executions.step(self._world) + self._tell_of_objects()
        return moved + self._fire_timers() + self._fire_schedules() + self._call_waiting()

    def _tell_of_objects(self) -> int:
        """Tell of new objects, and of what their scans found."""
        created = self._aws.objects.take_events()
        for event in created:
            self._aws.scanner.scan(event)
        events = [*created, *self._aws.scanner.due_results()]
        for event in events:
            self.publish(event)
        return len(events)

    def _call_by_arn(self, arn: str, event: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON
        return self._functions.invoke(arn.rpartition(":")[2], event)

    def _read_items(self, bucket: str, key: str) -> list[Any]:
        items: list[Any] = json.loads(self._aws.objects.read(bucket, key))
        return items

    def _invoke_later(self, function: str, event: Mapping[str, Any]) -> None:
        with self._waiting_lock:
            self._waiting.append(_Invocation(function, event, self._clock.now()))

    def _call_waiting(self) -> int:
        now = self._clock.now()
        with self._waiting_lock:
            due = [invocation for invocation in self._waiting if invocation.due <= now]
            self._waiting = [invocation for invocation in self._waiting if invocation.due > now]
        for invocation in due:
            try:
                self._functions.invoke(invocation.function, invocation.event)
            except FunctionFailed:
                self._retry(invocation, now)
        return len(due)

    def _retry(self, invocation: _Invocation, now: datetime) -> None:
        if invocation.failures < len(RETRY_DELAYS):
            due, failures = now + RETRY_DELAYS[invocation.failures], invocation.failures + 1
            with self._waiting_lock:
                self._waiting.append(_Invocation(invocation.function, invocation.event, due, failures))
            return
        target = self._template.functions[invocation.function].dead_letters
        if target and self._sqs:
            self._sqs.send_message(QueueUrl=queue_url(queue_name(target)), MessageBody=json.dumps(invocation.event))
        else:
            print(f"{invocation.function}: gave up an event after {invocation.failures + 1} failures", file=sys.stderr)

    def _fire_timers(self) -> int:
        """Fire the template's own schedules. One that came due several times while the clock jumped fires once."""
        fired, now = 0, self._clock.now()
        for index, (trigger, due) in enumerate(self._timers):
            if due is None or due > now:
                continue
            self._timers[index] = (trigger, _next_time(trigger, now))
            self._invoke_later(trigger.function, _timer_event(trigger, due))
            fired += 1
        return fired

    def _fire_schedules(self) -> int:
        """Fire the schedules that functions created in EventBridge Scheduler, which moto never fires."""
        if not self._aws.schedules_made:
            return 0
        fired, now = 0, self._clock.now()
        scheduler = self._aws.client("scheduler")
        for summary in scheduler.get_paginator("list_schedules").paginate().build_full_result()["Schedules"]:
            name = (summary["GroupName"], summary["Name"])
            schedule = scheduler.get_schedule(GroupName=name[0], Name=name[1])
            zone = schedule.get("ScheduleExpressionTimezone", "UTC")
            due = next_time(schedule["ScheduleExpression"], datetime.min.replace(tzinfo=now.tzinfo), zone)
            if name in self._fired or due is None or due > now or schedule.get("State") == "DISABLED":
                continue
            self._send(schedule["Target"]["Arn"], schedule["Target"].get("Input", "{}"))
            fired += 1
            if schedule.get("ActionAfterCompletion") == "DELETE":
                scheduler.delete_schedule(GroupName=name[0], Name=name[1])
            else:
                self._fired.add(name)
        return fired

    def _send(self, arn: str, payload: str) -> None:
        for function in self._template.functions:
            if arn == function_arn(function):
                self._invoke_later(function, json.loads(payload))
                return
        if self._sqs and arn.startswith("arn:aws:sqs:"):
            self._sqs.send_message(QueueUrl=queue_url(queue_name(arn)), MessageBody=payload)
            return
        print(f"a schedule or rule names a target that is not in the template: {arn}", file=sys.stderr)


def _next_time(trigger: Trigger, after: datetime) -> datetime | None:
    properties = trigger.properties
    expression = properties.get("ScheduleExpression") or properties["Schedule"]
    return next_time(expression, after, properties.get("ScheduleExpressionTimezone", "UTC"))


def _timer_event(trigger: Trigger, due: datetime) -> dict[str, Any]:
    if "Input" in trigger.properties:
        event: dict[str, Any] = json.loads(trigger.properties["Input"])
        return event
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": utc(due),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{trigger.function}"],
        "detail": {},
    }
