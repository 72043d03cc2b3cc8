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
EVERY = "all"
"""Choice of every kind of event."""
_BATCH = 10


class EventBridgeBus:
    """`ports.history.EventBus` for events of the chosen kinds. The client is made on first use."""

    def __init__(self, name: str, kinds: str, client: Callable[[], EventBridgeClient]) -> None:
        self._name = name
        self._kinds = frozenset(kinds.split(","))
        self._client = client

    def publish(self, events: Sequence[Event]) -> None:
        chosen = [event for event in events if EVERY in self._kinds or event.kind in self._kinds]
        for start in range(0, len(chosen), _BATCH):
            entries: list[PutEventsRequestEntryTypeDef] = [
                {
                    "EventBusName": self._name,
                    "Source": SOURCE,
                    "DetailType": event.kind,
                    "Detail": json.dumps({"id": event.id, **event.detail}, separators=(",", ":")),
                    "Time": event.at,
                }
                for event in chosen[start : start + _BATCH]
            ]
            with unavailable_on_failure():
                reply = self._client().put_events(Entries=entries)
            if reply["FailedEntryCount"]:
                raise Unavailable
