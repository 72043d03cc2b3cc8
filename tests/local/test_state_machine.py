"""State machines walk as on AWS: they wait, repeat what failed, catch what keeps failing, and map over items."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.functions import FunctionFailed
from local.intrinsics import TemplateError
from local.state_machine import Flow, World, check_definition, substituted

RETRY = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 5, "MaxAttempts": 2, "BackoffRate": 2}]
TASK = {"Type": "Task", "Resource": "f", "ResultPath": "$.done", "Next": "End"}
END = {"End": {"Type": "Succeed"}}


class Function:
    """Function `f`, which fails some times and remembers what it was sent."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.sent: list[dict[str, Any]] = []
        self.now = datetime(2026, 11, 27, tzinfo=UTC)

    def __call__(self, _name: str, data: dict[str, Any]) -> Any:
        self.sent.append(data)
        if len(self.sent) <= self.failures:
            raise FunctionFailed("f")
        return {"wait": 0}

    def walk(self, flow: Flow, items: list[Any] | None = None) -> str:
        """Let a flow do all that is due, and return its status."""
        while flow.step(World(lambda: self.now, self, lambda _bucket, _key: items or [])):
            pass
        return flow.status


def flow(data: dict[str, Any], **states: dict[str, Any]) -> Flow:
    return Flow(check_definition({"StartAt": next(iter(states)), "States": {**states, **END}}), data)


def test_a_task_gets_what_its_parameters_name_and_its_result_is_placed() -> None:
    function = Function()
    walked = flow({"a": {"b": 1}}, Go={**TASK, "Parameters": {"x": "y", "b.$": "$.a.b"}})

    assert function.walk(walked) == "SUCCEEDED"
    assert function.sent == [{"x": "y", "b": 1}]
    assert walked.data == {"a": {"b": 1}, "done": {"wait": 0}}


def test_a_failed_task_is_repeated_later_and_later() -> None:
    function = Function(failures=2)
    walked = flow({}, Go={**TASK, "Retry": RETRY})

    found = [(function.walk(walked), len(function.sent))]
    for seconds in (4, 1, 9, 1):
        function.now += timedelta(seconds=seconds)
        found.append((function.walk(walked), len(function.sent)))

    assert found == [("RUNNING", 1), ("RUNNING", 1), ("RUNNING", 2), ("RUNNING", 2), ("SUCCEEDED", 3)]


def test_what_keeps_failing_is_caught_or_ends_the_flow() -> None:
    caught = flow({}, Go={**TASK, "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "End"}]})

    assert Function(failures=1).walk(caught) == "SUCCEEDED"
    assert caught.data["failure"] == {"Error": "States.TaskFailed"}
    assert Function(failures=1).walk(flow({}, Go=TASK)) == "FAILED"


def test_a_choice_and_a_wait_lead_on() -> None:
    function = Function()
    walked = flow(
        {"wait": 30, "more": False},
        First={"Type": "Choice", "Choices": [{"Variable": "$.wait", "NumericGreaterThan": 0, "Next": "Wait"}]},
        Wait={"Type": "Wait", "SecondsPath": "$.wait", "Next": "Last"},
        Last={
            "Type": "Choice",
            "Choices": [{"Variable": "$.more", "BooleanEquals": True, "Next": "End"}],
            "Default": "Fail",
        },
        Fail={"Type": "Fail", "Error": "E"},
    )

    assert function.walk(walked) == "RUNNING"
    function.now += timedelta(seconds=30)
    assert function.walk(walked) == "FAILED"


def mapped(concurrency: int) -> Flow:
    processor = {"ProcessorConfig": {}, "StartAt": "Go", "States": {"Go": {**TASK, "Retry": RETRY}, **END}}
    return flow(
        {"id": 7, "most": concurrency},
        Each={
            "Type": "Map",
            "ItemReader": {"Parameters": {"Bucket": "b", "Key.$": "$.id"}},
            "ItemSelector": {"id.$": "$.id", "part.$": "$$.Map.Item.Value"},
            "MaxConcurrencyPath": "$.most",
            "ItemProcessor": processor,
            "ResultPath": None,
            "Next": "End",
        },
    )


def test_a_map_walks_once_for_each_item_and_a_failing_one_stops_no_other() -> None:
    function, walked = Function(failures=1), mapped(concurrency=2)

    assert function.walk(walked, items=[1, 2, 3]) == "RUNNING"
    assert [sent["part"] for sent in function.sent] == [1, 2, 3]
    function.now += timedelta(seconds=5)
    assert function.walk(walked) == "SUCCEEDED"
    assert [sent["part"] for sent in function.sent] == [1, 2, 3, 1]
    assert walked.data == {"id": 7, "most": 2}


def test_what_the_runner_does_not_know_is_refused() -> None:
    with pytest.raises(TemplateError, match="Comment"):
        flow({}, Go={**TASK, "Comment": "why"})
    with pytest.raises(TemplateError):
        flow({}, Go={"Type": "Parallel"})


def test_substitutions_reach_every_text() -> None:
    assert substituted({"a": ["${X}/y", {"b": "${X}"}], "c": 1, "d": None}, {"X": "x"}) == {
        "a": ["x/y", {"b": "x"}],
        "c": 1,
        "d": None,
    }
