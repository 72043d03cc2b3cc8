"""Wrapper of handlers that a schedule calls: it gives them a deadline and logs a line for each result."""

from __future__ import annotations

import functools
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from linkgate import wiring

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from linkgate.endpoint.invocation import Context
    from linkgate.ports.deps import Deps

    Act = Callable[[Deps, datetime], Iterable[Mapping[str, object]]]


SPARE = timedelta(seconds=10)
"""Part of the function's time that is reserved for finishing the last piece of work."""


def timer_handler(message: str) -> Callable[[Act], Callable[[Mapping[str, Any], Context], None]]:
    """Log each mapping that the function yields, with this message. If the function raises, Lambda repeats the call."""

    def decorate(act: Act) -> Callable[[Mapping[str, Any], Context], None]:
        @functools.wraps(act)
        def handler(_event: Mapping[str, Any], context: Context) -> None:
            deps = wiring.deps()
            deadline = deps.now() + timedelta(milliseconds=context.get_remaining_time_in_millis()) - SPARE
            for done in act(deps, deadline):
                wiring.logger().info(message, extra=dict(done))

        return handler

    return decorate
