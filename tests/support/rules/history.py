"""Rules of timelines and webhooks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from linkgate.errors import Unavailable
from linkgate.model.timeline import Fact
from linkgate.model.webhook import Attempt, DisableReason, Webhook
from linkgate.ports.history import NewFacts
from linkgate.store.history.attempts import DynamoAttempts
from linkgate.store.history.timelines import DynamoTimelines
from linkgate.store.history.webhooks import DynamoWebhooks
from linkgate.store.table import ConditionRefused
from tests.support.rules.links import RID, TENANT
from tests.support.rules.rule import ELSEWHERE, GONE, MS, NOW, SECONDS, Listed, Rule, SameTable, Told, through

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

HOOK = Webhook(
    id="h",
    tenant=TENANT,
    url="https://hooks.example.com",
    created_at=NOW,
    events=frozenset({"link.opened"}),
)
STORED = {
    "pk": f"tenant#{TENANT}", "sk": "webhook#h", "id": "h", "tenant": TENANT, "url": HOOK.url,
    "events": ["link.opened"], "created_at": MS, "secret_version": 1,
}  # fmt: skip
FAILING = {**STORED, "failing_since": MS - 1}
DISABLED = {**STORED, "disabled_at": MS - 1, "disabled_because": "gone"}
NOBODY = [ELSEWHERE]
webhooks = through(lambda table: DynamoWebhooks(table, lambda: NOW))
OFF = {"disabled": Told({"disabled_at": MS - 1}, ...), "removed": Told(NOBODY, ...)}


def disabling(**more: object) -> Callable[[Table], object]:
    return webhooks(lambda store: store.disable(HOOK, DisableReason.GONE, "e", NOW, **more))  # type: ignore[arg-type]  # a time


WEBHOOKS = {
    "add a webhook": Rule(
        webhooks(lambda store: store.add(HOOK)), ELSEWHERE, {"there already": [FAILING]}, told=ConditionRefused
    ),
    "begin to fail": Rule(
        webhooks(lambda store: store.begin_failing(HOOK, NOW)),
        STORED,
        {**OFF, "failing before": Told({"failing_since": MS - 1}, ...)},
    ),
    "end to fail": Rule(
        webhooks(lambda store: store.end_failing(replace(HOOK, failing_since=NOW - timedelta(milliseconds=1)))),
        FAILING,
        {"disabled": Told({"disabled_at": MS - 1}, ...), "failing anew": Told({"failing_since": MS}, ...)},
    ),
    "disable a webhook": Rule(
        disabling(),
        STORED,
        {"disabled": {"disabled_at": MS - 1}, "another URL": {"url": "https://other.example.com"}},
        told=False,
    ),
    "disable a webhook that fails": Rule(
        disabling(failing_since=NOW),
        FAILING,
        {
            "disabled": {"disabled_at": MS - 1},
            "another URL": {"url": "https://other.example.com"},
            "got through": {"failing_since": GONE},
            "failing for less long": {"failing_since": MS + 1},
        },
        told=False,
    ),
    "change a webhook": Rule(
        webhooks(lambda store: store.change(HOOK, "https://new.example.com", frozenset({"link.sent"}))),
        STORED,
        {
            "removed": NOBODY,
            "another URL by now": {"url": "https://other.example.com"},
            "other events by now": {"events": []},
        },
        told=None,
    ),
    "enable a webhook": Rule(webhooks(lambda store: store.enable(HOOK)), DISABLED, {"enabled": [FAILING]}, told=None),
    "disable a webhook by hand": Rule(
        webhooks(lambda store: store.disable_by_operator(HOOK, NOW)),
        STORED,
        {"disabled": {"disabled_at": MS - 1}, "removed": NOBODY},
        told=None,
    ),
    "rotate a webhook's secret": Rule(
        webhooks(lambda store: store.rotate(HOOK, NOW, timedelta(hours=1))),
        STORED,
        {"rotated meanwhile": {"secret_version": 2}},
        told=None,
    ),
}

FACT = Fact("f2", "link.opened", NOW, "{}")
TOLD = NewFacts(RID, (FACT,), NOW)
HEAD = {"pk": RID, "sk": "timeline", "sequence": 1, "hash": "a" * 64, "ttl": SECONDS}
CLOSED_HEAD = {"pk": RID, "sk": "timeline", "closed_after": 1, "hash": "a" * 64, "ttl": SECONDS}
EARLY = {
    "pk": RID, "sk": "event#f1", "event": "link.created", "at": MS, "details": "{}", "sequence": 1, "previous": "",
    "hash": "a" * 64, "ttl": SECONDS,
}  # fmt: skip


def page(sequence: int, fact: str) -> Item:
    """Return a page with one entry."""
    entry = {"id": fact, "event": "link.created", "at": MS, "details": "{}", "hash": b"h" * 32}
    return {
        "pk": RID,
        "sk": f"timeline#{sequence:06}" if sequence > 1 else "timeline",
        "entries": [entry],
        "ttl": SECONDS,
    }


class Behind(SameTable):
    """A table on which an append always reads what was there before somebody else appended."""

    def __init__(self, table: Table, pages: Sequence[Item], early: Sequence[Item] = ()) -> None:
        super().__init__(table)
        self._pages, self._early = pages, early

    def query_all(self, **parameters: Any) -> Iterator[Item]:
        return iter(self._early if ":event" in parameters["ExpressionAttributeValues"] else self._pages)


def appending(*pages: Item, early: Sequence[Item] = ()) -> Callable[[Table], object]:
    return lambda table: list(DynamoTimelines(Behind(table, pages, early)).append([TOLD]))


TIMELINES = {
    "begin a timeline": Rule(appending(), ELSEWHERE, {"begun": [page(1, "f1")]}, told=Unavailable),
    "continue a timeline": Rule(
        appending(page(1, "f1")), page(1, "f1"), {"continued": [page(1, "f1"), page(2, "f3")]}, told=Unavailable
    ),
    "continue an earlier release's": Rule(
        appending(HEAD, early=[EARLY]),
        [HEAD, EARLY],
        {"continued by it": {"sequence": 2}, "continued": [HEAD, EARLY, page(2, "f3")]},
        told=Unavailable,
    ),
    "keep a timeline longer": Rule(
        lambda table: DynamoTimelines(Listed(table, [HEAD])).keep(RID, NOW + timedelta(days=1)),
        HEAD,
        {"kept longer": Told({"ttl": SECONDS + 10**6}, None)},
    ),
}

ATTEMPT = Attempt(at=NOW, event="e", kind="link.opened", rid=RID, delivered=False, took=1, number=1)
FAILED = {
    "pk": "hook#h", "sk": f"failed#{MS:014}#e", "at": MS - 1, "event": "e", "kind": "k", "took": 1, "number": 1,
    "ttl": SECONDS,
}  # fmt: skip
ATTEMPTS = {
    "note an attempt": Rule(
        lambda table: DynamoAttempts(table).add("h", ATTEMPT),
        FAILED,
        {"a later one": {"at": MS}},
        kept={"the first": {"pk": "other"}},
        told=None,
    ),
}
RULES = {**WEBHOOKS, **TIMELINES, **ATTEMPTS}
