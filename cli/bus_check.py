"""Check of `linkgate doctor` that the event bus gets what its rules wait for."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from cli.findings import Finding, State
from cli.target import Operator


def bus(operator: Operator) -> Iterator[Finding]:
    """Compare the rules of the stack's bus with the parameter BusEvents."""
    # A stack of a release without this parameter publishes every event.
    chosen = operator.parameters.get("BusEvents", "all")
    pages = operator.client("events").get_paginator("list_rules").paginate(EventBusName=operator.stack)
    rules = [rule for page in pages for rule in page["Rules"] if rule["State"] != "DISABLED"]
    missing = sorted({kind for rule in rules for kind in _named(rule)} - set(chosen.split(",")))
    if missing and chosen != "all":
        text = f"rules wait for {', '.join(missing)}, and the bus does not get it"
        yield Finding("event bus", State.WRONG, text, "deploy with BusEvents, which names what the bus gets")
    elif chosen == "all" and not rules:
        advice = "deploy with BusEvents=staff.acted,webhook.disabled; a million events cost a dollar"
        yield Finding("event bus", State.WARNING, "it gets every event, and no rule listens", advice)
    else:
        yield Finding("event bus", State.OK, f"gets {chosen or 'nothing'}; rules: {len(rules)}")


def _named(rule: Mapping[str, Any]) -> Iterator[str]:
    """Yield the types of events that a rule names. A rule without them takes what comes."""
    types = json.loads(rule.get("EventPattern", "{}")).get("detail-type", [])
    yield from (kind for kind in types if isinstance(kind, str))
