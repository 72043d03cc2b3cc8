"""AWS Step Functions for one process: the calls that Linkgate makes, and the executions that they start."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

from local.state_machine import Flow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.clock import Clock
    from local.state_machine import Definition, World

    Answer = tuple[int, dict[str, str], bytes]


class Executions:
    """Executions by ARN. A name can be used once, as on AWS."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._machines: Mapping[str, Definition] = {}
        self._flows: dict[str, tuple[str, Flow]] = {}
        self._lock = threading.Lock()

    def use(self, machines: Mapping[str, Definition]) -> None:
        """Set the machines by ARN."""
        self._machines = machines

    def answer(self, operation: str, asked: Mapping[str, Any]) -> Answer:
        """Answer a call."""
        with self._lock:
            match operation:
                case "StartExecution":
                    return self._start(asked)
                case "StopExecution" if asked["executionArn"] in self._flows:
                    flow = self._flows[asked["executionArn"]][1]
                    flow.status = "ABORTED" if flow.status == "RUNNING" else flow.status
                    return _reply({"stopDate": self._clock.timestamp()})
                case "StopExecution":
                    return _error("ExecutionDoesNotExist")
                case _:
                    return _error("UnsupportedOperation")

    def step(self, world: World) -> int:
        """Do the next thing of each execution. Returns the number of executions that had one."""
        with self._lock:
            running = [flow for _, flow in self._flows.values() if flow.status == "RUNNING"]
        return sum(flow.step(world) for flow in running)

    def statuses(self) -> dict[str, str]:
        """Return the status of each execution by its name."""
        with self._lock:
            return {arn.rpartition(":")[2]: flow.status for arn, (_, flow) in self._flows.items()}

    def _start(self, asked: Mapping[str, Any]) -> Answer:
        machine = asked["stateMachineArn"]
        if machine not in self._machines:
            return _error("StateMachineDoesNotExist")
        arn = f"{machine.replace(':stateMachine:', ':execution:')}:{asked['name']}"
        known = self._flows.get(arn)
        if known and (known[0] != asked["input"] or known[1].status != "RUNNING"):
            return _error("ExecutionAlreadyExists")
        if not known:
            self._flows[arn] = (asked["input"], Flow(self._machines[machine], json.loads(asked["input"])))
        return _reply({"executionArn": arn, "startDate": self._clock.timestamp()})


def _reply(content: object) -> Answer:
    return 200, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(content).encode()


def _error(code: str) -> Answer:
    content = {"__type": code, "message": "not here"}
    return 400, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(content).encode()
