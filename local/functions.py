"""Execution of the real handlers in this process, as Lambda does it: JSON in, JSON out, one context per call."""

from __future__ import annotations

import importlib
import json
import sys
import time
import traceback
import uuid
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.intrinsics import function_arn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.template import FunctionSpec, Template


RUNNING: ContextVar[str | None] = ContextVar("RUNNING", default=None)
"""Function that runs in this thread, by logical id."""


class FunctionFailed(Exception):
    """A handler raised, or returned a value that is not JSON. The traceback has been printed to stderr."""


class Killed(BaseException):
    """The execution environment ended in the middle of a call. Tests raise it, and handlers cannot foresee it."""


@dataclass(frozen=True, slots=True)
class Context:
    """Lambda context, the second argument of a handler."""

    function: FunctionSpec
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    started: float = field(default_factory=time.monotonic)
    function_version: str = "$LATEST"
    log_stream_name: str = "local"
    identity: None = None
    client_context: None = None

    @property
    def function_name(self) -> str:
        return self.function.name

    @property
    def memory_limit_in_mb(self) -> str:
        return str(self.function.memory)

    @property
    def invoked_function_arn(self) -> str:
        return function_arn(self.function.name)

    @property
    def log_group_name(self) -> str:
        return f"/aws/lambda/{self.function.name}"

    def get_remaining_time_in_millis(self) -> int:
        return max(0, round((self.started + self.function.timeout - time.monotonic()) * 1000))


class Functions:
    """The functions of a template, imported from its folder."""

    def __init__(self, template: Template) -> None:
        root = str(template.root)
        if root not in sys.path:
            sys.path.insert(0, root)
        # Calls run in threads here. Two that are the first to load parts of this package can find it half loaded.
        importlib.import_module("aws_lambda_powertools")
        self._specs = template.functions
        self._handlers = {spec.name: _handler(spec) for spec in template.functions.values()}

    def invoke(self, name: str, event: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
        """Call a handler with its own copy of the event. Raises FunctionFailed."""
        running = RUNNING.set(name)
        try:
            return json.loads(
                json.dumps(self._handlers[name](json.loads(json.dumps(event)), Context(self._specs[name])))
            )
        except (Exception, Killed) as error:
            traceback.print_exc(file=sys.stderr)
            raise FunctionFailed(name) from error
        finally:
            RUNNING.reset(running)


def _handler(spec: FunctionSpec) -> Callable[[Any, Context], object]:
    handler: Callable[[Any, Context], object] = getattr(importlib.import_module(spec.module), spec.handler)
    return handler
