"""The audit of a run of chaos finds what differs from what clients were told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest

from local.http_messages import HttpResponse
from tests.chaos.audit import Audit
from tests.chaos.journal import Act, Journal, Story

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

RID, EMAIL = "r" * 22, "c000001@chaos.example"


class Told:
    """System that tells of one link."""

    def __init__(self) -> None:
        self.messages: dict[str, Any] = {
            "m": {"id": "m", "rid": RID, "channel": "email", "text": f"https://x/l/{RID}#s"}
        }
        self.events: dict[str, Any] = {"e": {"detail-type": "link.created", "detail": {"rid": RID, "sequence": 1}}}
        self.deaths: list[tuple[float, float]] = []
        self.table: list[str] = []
        self.data: dict[str, Any] = {"fullName": "Ana"}
        self.link: dict[str, Any] = {
            **dict.fromkeys(("renewedAs", "revokedAtUtc", "erasedAtUtc", "extendedAtUtc", "callback", "role")),
            "rid": RID,
            "kind": "process",
            "status": "Submitted",
            "recipient": {"email": EMAIL},
            "viewCount": 1,
            "maxViews": 5,
            "submittedAtUtc": "2026-11-28T09:00:00Z",
            "deliveries": [{"channel": "email", "state": "sent", "attempt": 1, "atUtc": "2026-11-28T09:00:00+00:00"}],
        }
        kinds = ("link.created", "link.opened", "link.submitted")
        self.facts: list[dict[str, Any]] = [
            {"type": kind, "sequence": n, "hash": f"h{n}", "previous": f"h{n - 1}"} for n, kind in enumerate(kinds, 1)
        ]

    def look(self) -> None:
        """See nothing new."""

    def request(self, _method: str, target: str, *, headers: Mapping[str, str]) -> HttpResponse:
        assert headers
        replies = {
            "/links": {"links": [self.link], "cursor": None},
            "/_local/table": self.table,
            f"/links/{RID}": self.link,
            f"/links/{RID}/submission": {"data": self.data},
            f"/links/{RID}/events": {"events": self.facts, "cursor": None},
        }
        return HttpResponse(200, (), json.dumps(replies[target.partition("?")[0]]).encode())


def differences(told: Told, *further: Act) -> list[str]:
    acts = [Act("create", None, 200, 0, 1), Act("open", None, 200, 2, 3), Act("submit", {"fullName": "Ana"}, 201, 4, 5)]
    story = Story(1, "generate", EMAIL, RID, f"https://x/l/{RID}#s", [*acts, *further])
    audit = Audit(cast("Any", told), Journal([story]), crashed=False, spare_messages=0)
    audit.run()
    return audit.differences


def test_what_agrees_is_no_difference() -> None:
    assert differences(Told()) == []


CHANGES: dict[str, Callable[[Told], object]] = {
    "views": lambda told: told.link.update(viewCount=3),
    "limit of views": lambda told: told.link.update(maxViews=0),
    "kind": lambda told: told.link.update(kind="survey"),
    "revoke": lambda told: told.link.update(revokedAtUtc="2026-11-28T09:00:00Z"),
    "submit": lambda told: told.link.update(submittedAtUtc=None),
    "answers": lambda told: told.data.update(fullName="Eve"),
    "callback": lambda told: told.link.update(callback={"phone": "1"}),
    "message": lambda told: told.messages.clear(),
    "spare message": lambda told: told.messages.update(n={**told.messages["m"], "id": "n"}),
    "sequence": lambda told: told.facts.pop(1),
    "chain": lambda told: told.facts[2].update(previous="other"),
    "timeline": lambda told: told.facts[2].update(sequence=None),
    "link.opened": lambda told: told.facts[1].update(type="link.sent"),
    "link.submitted": lambda told: told.facts[2].update(type="link.sent"),
    "not in its timeline": lambda told: told.events["e"].update({"detail-type": "link.revoked"}),
    "link": lambda told: told.link.update(recipient={"email": "other@chaos.example"}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_is_a_difference(name: str) -> None:
    told = Told()
    CHANGES[name](told)

    assert any(name in each for each in differences(told))


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("one submission", Act("submit", {"fullName": "Eve"}, 201, 6, 7)),
        ("revoke", Act("revoke", None, 200, 6, 7)),
        ("end", Act("erase", None, 200, 0, 1)),
        ("extend", Act("extend", None, 200, 6, 7)),
        ("views", Act("open", None, 200, 6, 7)),
        ("callback", Act("callback", {"phone": "1"}, 201, 6, 7)),
    ],
)
def test_each_thing_told_and_not_done_is_a_difference(name: str, act: Act) -> None:
    assert any(f"{name}: " in each for each in differences(Told(), act))


def test_an_answer_that_was_lost_may_have_been_either() -> None:
    lost = [Act("open", None, 0, 6, 7), Act("revoke", None, 503, 6, 7), Act("submit", {"fullName": "Eve"}, 0, 6, 7)]

    assert differences(Told(), *lost) == []
