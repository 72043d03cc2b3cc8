"""Engine of imports: a state machine of AWS Step Functions, whose execution is a run of an import."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from linkgate.aws.calls import unavailable_on_failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from types_boto3_stepfunctions import SFNClient

    from linkgate.model.imports import Import


class StepFunctionsEngine:
    """`ports.issuing.ImportEngine`. The client is made on first use."""

    def __init__(self, machine_arn: str, concurrency: int, client: Callable[[], SFNClient]) -> None:
        self._arn = machine_arn
        self._concurrency = concurrency
        self._client = client

    def start(self, run_of: Import) -> None:
        client = self._client()
        asked = {"tenant": run_of.tenant, "import": run_of.id, "run": run_of.run, "concurrency": self._concurrency}
        # An execution's name can be used once, so a repeat starts no second one.
        with unavailable_on_failure(), suppress(client.exceptions.ExecutionAlreadyExists):
            client.start_execution(stateMachineArn=self._arn, name=_name(run_of), input=json.dumps(asked))

    def stop(self, run_of: Import) -> None:
        client = self._client()
        execution = f"{self._arn.replace(':stateMachine:', ':execution:')}:{_name(run_of)}"
        with unavailable_on_failure(), suppress(client.exceptions.ExecutionDoesNotExist):
            client.stop_execution(executionArn=execution)


def _name(run_of: Import) -> str:
    return f"{run_of.id}-{run_of.run}"
