"""Interpreter of state machines of AWS Step Functions, as far as the template's own machine needs it.

A distributed map reads its items from an object and makes them one after the other. Fields that it does not know are
refused when the template is read, so that nothing runs here that would mean something else on AWS.
"""

from __future__ import annotations

import copy
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from local.functions import FunctionFailed
from local.intrinsics import TemplateError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Definition = Mapping[str, Any]
    Data = dict[str, Any]

_COMMON = {"Type", "Next", "End", "ResultPath"}
_FAULTS = {"Retry", "Catch"}
_KNOWN = {
    "Task": _COMMON | _FAULTS | {"Resource", "Parameters"},
    "Choice": {"Type", "Choices", "Default"},
    "Wait": _COMMON | {"SecondsPath"},
    "Map": _COMMON
    | _FAULTS
    | {
        *("ItemReader", "ItemSelector", "ItemProcessor", "ResultWriter"),
        *("MaxConcurrencyPath", "ToleratedFailurePercentage"),
    },
    "Succeed": {"Type"},
    "Fail": {"Type", "Error", "Cause"},
}


@dataclass(frozen=True, slots=True)
class World:
    """Surroundings of an execution."""

    now: Callable[[], datetime]
    invoke: Callable[[str, Data], Any]
    """Calls the function with this ARN; raises FunctionFailed."""
    read_items: Callable[[str, str], list[Any]]
    """Reads a JSON list from bucket and key."""


@dataclass(slots=True)
class Flow:
    """One walk through the states of a machine, or of the processor of a map."""

    definition: Definition
    data: Data
    state: str = ""
    status: str = "RUNNING"
    due: datetime | None = None
    failures: int = 0
    items: deque[Data] | None = None
    """Inputs of a map that have not begun."""
    children: list[Flow] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = self.definition["StartAt"]

    def step(self, world: World) -> bool:
        """Do the next thing that is due. Returns whether there was one."""
        if self.status != "RUNNING" or (self.due is not None and self.due > world.now()):
            return False
        body = self.definition["States"][self.state]
        match body["Type"]:
            case "Task":
                self._task(body, world)
            case "Choice":
                self._go(next((c["Next"] for c in body["Choices"] if _holds(c, self.data)), body.get("Default")))
            case "Wait" if self.due is None:
                self.due = world.now() + timedelta(seconds=_at(self.data, body["SecondsPath"]))
            case "Wait":
                self._go(body["Next"])
            case "Map":
                return self._map(body, world)
            case "Succeed":
                self.status = "SUCCEEDED"
            case "Fail":
                self.status = "FAILED"
        return True

    def _task(self, body: Definition, world: World) -> None:
        sent = _filled(body["Parameters"], self.data, {}) if "Parameters" in body else self.data
        try:
            result = world.invoke(body["Resource"], sent)
        except FunctionFailed:
            self._failed(body, world.now())
        else:
            self._done(body, result)

    def _map(self, body: Definition, world: World) -> bool:
        if self.items is None:
            place = _filled(body["ItemReader"]["Parameters"], self.data, {})
            found = world.read_items(place["Bucket"], place["Key"])
            self.items = deque(_filled(body["ItemSelector"], self.data, {"Map": {"Item": {"Value": i}}}) for i in found)
        self.children = [child for child in self.children if child.status == "RUNNING"]
        while self.items and len(self.children) < _at(self.data, body["MaxConcurrencyPath"]):
            self.children.append(Flow(body["ItemProcessor"], self.items.popleft()))
        if self.children:
            return any(child.step(world) for child in self.children)
        self.items = None
        self._done(body, [])
        return True

    def _failed(self, body: Definition, now: datetime) -> None:
        for retry in body.get("Retry", ()):
            if self.failures < retry["MaxAttempts"]:
                pause = retry["IntervalSeconds"] * retry["BackoffRate"] ** self.failures
                self.due, self.failures = now + timedelta(seconds=pause), self.failures + 1
                return
        for catch in body.get("Catch", ()):
            self.data = _placed(self.data, catch.get("ResultPath", "$"), {"Error": "States.TaskFailed"})
            self._go(catch["Next"])
            return
        self.status = "FAILED"

    def _done(self, body: Definition, result: Any) -> None:  # noqa: ANN401 - any JSON
        self.data = _placed(self.data, body.get("ResultPath", "$"), result)
        self._go(body.get("Next"))

    def _go(self, state: str | None) -> None:
        self.due, self.failures = None, 0
        if state is None:
            self.status = "SUCCEEDED"
        else:
            self.state = state


def check_definition(definition: Definition) -> Definition:
    """Return a definition that this interpreter understands; raises TemplateError for any other."""
    for name, body in definition["States"].items():
        unknown = set(body) - _KNOWN.get(body["Type"], set())
        if unknown:
            raise TemplateError(f"the state {name} has what the runner does not know: {', '.join(sorted(unknown))}")
        if body["Type"] == "Map":
            check_definition(body["ItemProcessor"])
    return definition


def substituted(value: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - any YAML
    """Put the values of `DefinitionSubstitutions` into a definition."""
    match value:
        case dict():
            return {key: substituted(part, names) for key, part in value.items()}
        case list():
            return [substituted(part, names) for part in value]
        case str():
            for name, text in names.items():
                value = value.replace(f"${{{name}}}", text)
            return value
        case _:
            return value


def _holds(choice: Definition, data: Data) -> bool:
    value = _at(data, choice["Variable"])
    if "NumericGreaterThan" in choice:
        return bool(value > choice["NumericGreaterThan"])
    return bool(value == choice["BooleanEquals"])


def _filled(template: Mapping[str, Any], data: Data, context: Data) -> Data:
    """Return the template with the values that its `.$` members name."""
    filled = {}
    for name, value in template.items():
        if name.endswith(".$"):
            found = _at(context, value) if value.startswith("$$.") else _at(data, value)
            filled[name.removesuffix(".$")] = found
        else:
            filled[name] = value
    return filled


def _at(data: Any, path: str) -> Any:  # noqa: ANN401 - any JSON
    for name in path.split(".")[1:]:
        data = data[name]
    return data


def _placed(data: Data, path: str | None, result: Any) -> Data:  # noqa: ANN401 - any JSON
    if path is None:
        return data
    if path == "$":
        return dict(result)
    changed = copy.copy(data)
    changed[path.removeprefix("$.")] = result
    return changed
