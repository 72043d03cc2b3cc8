"""Event patterns: which events a rule takes, which records a function is called for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.template import Trigger


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Whether the event has what the pattern asks for; an empty pattern asks for nothing."""
    from moto.events.models import EventPattern  # noqa: PLC0415 - only where a pattern exists

    return EventPattern(None, dict(pattern)).matches_event(cast("Any", event))


def wanted(trigger: Trigger, record: Mapping[str, Any]) -> bool:
    """Whether any pattern of the trigger's filter criteria matches; all records are wanted where it has none."""
    filters = (trigger.properties.get("FilterCriteria") or {}).get("Filters")
    return not filters or any(matches(json.loads(each["Pattern"]), record) for each in filters)
