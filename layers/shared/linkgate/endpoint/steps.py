"""Wrapper of handlers that a state machine calls. It logs a line for each step, and the engine repeats failures."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from linkgate import wiring
from linkgate.endpoint import cause_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from linkgate.ports.deps import Deps

    Event = Mapping[str, Any]


def step_handler(act: Callable[[Event, Deps], dict[str, Any]]) -> Callable[[Event, object], dict[str, Any]]:
    """Wrap a handler of a state machine's tasks."""

    @functools.wraps(act)
    def handler(event: Event, _context: object) -> dict[str, Any]:
        facts: dict[str, object] = {
            "step": event.get("step"),
            "import_id": event.get("import"),
            "run": event.get("run"),
        }
        facts["part"] = (event.get("part") or {}).get("number")
        try:
            answer = act(event, wiring.deps())
        except Exception as error:
            failure = {"error": type(error).__name__, "cause": cause_of(error)}
            wiring.logger().error("step failed", extra={**facts, **failure})
            raise
        wiring.logger().info("step", extra={**facts, "wait": answer.get("wait")})
        return answer

    return handler
