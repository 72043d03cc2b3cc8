"""Event bus on Amazon EventBridge."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from linkgate.aws.calls import unavailable_on_failure
from linkgate.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from types_boto3_events import EventBridgeClient
    from types_boto3_events.type_defs import PutEventsRequestEntryTypeDef

    from linkgate.ports.history import Event

SOURCE = "linkgate"
_BATCH = 10


class EventBridgeBus:
    """`ports.history.EventBus`. The client is made on first use."""

    def __init__(self, name: str, client: Callable[[], EventBridgeClient]) -> None:
        self._name = name
        self._client = client

    def publish(self, events: Sequence[Event]) -> None:
        for start in range(0, len(events), _BATCH):
            entries: list[PutEventsRequestEntryTypeDef] = [
                {
                    "EventBusName": self._name,
                    "Source": SOURCE,
                    "DetailType": event.kind,
                    "Detail": json.dumps({"id": event.id, **event.detail}, separators=(",", ":")),
                    "Time": event.at,
                }
                for event in events[start : start + _BATCH]
            ]
            with unavailable_on_failure():
                reply = self._client().put_events(Entries=entries)
            if reply["FailedEntryCount"]:
                raise Unavailable
