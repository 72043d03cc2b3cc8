"""Wrapper of handlers that take the messages of a queue one by one."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeVar

from linkgate import wiring
from linkgate.endpoint import cause_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from linkgate.ports.deps import Deps

    Handler = Callable[[Mapping[str, Any], object], dict[str, list[dict[str, str]]]]

M = TypeVar("M")


def message_handler(what: str, read: Callable[[str], M]) -> Callable[[Callable[[M, Deps], None]], Handler]:
    """Wrap a handler of an SQS trigger with ReportBatchItemFailures. Only failed messages become visible again.

    `read` converts a message's text. `what` names a message in the line about a failure.
    """

    def decorate(act: Callable[[M, Deps], None]) -> Handler:
        @functools.wraps(act)
        def handler(event: Mapping[str, Any], _context: object) -> dict[str, list[dict[str, str]]]:
            failed = []
            for record in event["Records"]:
                try:
                    act(read(record["body"]), wiring.deps())
                except Exception as error:  # noqa: BLE001 - a message that fails must not fail the others
                    wiring.logger().error(f"{what} failed", extra={"cause": cause_of(error)})
                    failed.append({"itemIdentifier": record["messageId"]})
            return {"batchItemFailures": failed}

        return handler

    return decorate
