"""Round the handlers that a schedule calls: a deadline in, a log line for each thing done out."""

from __future__ import annotations

import functools
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from linkgate import wiring

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from linkgate.ports.deps import Deps

    Act = Callable[[Deps, datetime], Iterable[Mapping[str, object]]]


class Context(Protocol):
    """What is needed of Lambda's own context object."""

    def get_remaining_time_in_millis(self) -> int: ...


SPARE = timedelta(seconds=10)
"""Of the function's time: what the last thing begun may take."""


def timer_handler(message: str) -> Callable[[Act], Callable[[Mapping[str, Any], Context], None]]:
    """Each mapping that the function gives is a log line with that message; what it raises Lambda repeats."""

    def decorate(act: Act) -> Callable[[Mapping[str, Any], Context], None]:
        @functools.wraps(act)
        def handler(_event: Mapping[str, Any], context: Context) -> None:
            deps = wiring.deps()
            deadline = deps.now() + timedelta(milliseconds=context.get_remaining_time_in_millis()) - SPARE
            for done in act(deps, deadline):
                wiring.logger().info(message, extra=dict(done))

        return handler

    return decorate
