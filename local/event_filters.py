"""Event patterns: they select events for a rule, and records for a function."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.template import Trigger


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Tell whether the event matches the pattern. An empty pattern matches every event."""
    from moto.events.models import EventPattern  # noqa: PLC0415 - only where a pattern exists

    return EventPattern(None, dict(pattern)).matches_event(cast("Any", event))


def wanted(trigger: Trigger, record: Mapping[str, Any]) -> bool:
    """Tell whether any of the trigger's filters matches. A trigger without filters wants all records."""
    filters = (trigger.properties.get("FilterCriteria") or {}).get("Filters")
    return not filters or any(matches(json.loads(each["Pattern"]), record) for each in filters)
