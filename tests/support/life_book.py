"""Book of what clients were told in a world, and the checks that nothing contradicts it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from linkgate import wiring
from linkgate.store.link_items import LINK, link_of
from linkgate.usecases.history.timeline import timeline_of, verify_timeline
from tests.support.life_promises import CODES, FORMS, RETENTION, SWEPT, Code, Line, Promise
from tests.support.life_world import CODE_IN_MESSAGE, LINK_IN_MESSAGE

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from tests.support.life_world import Answer, World

NEVER_CHANGES = ("tenant", "master_rid", "created_at", "max_views", "role", "claim", "code")
NEVER_UNDONE = ("submitted_at", "submit_claim", "revoked_at", "renewed_as", "erased_at", "locked_at")
WORDS = ("body#", "field#", "file#")
"""Beginnings of the names of items that hold what people wrote and sent."""
COUNTS = ("views", "code_tries", "resends", "renewals")


@dataclass
class Book:
    """Promises by rid, and those of links whose retention has ended."""

    world: World
    promises: dict[str, Promise] = field(default_factory=dict)
    gone: list[Promise] = field(default_factory=list)

    def written(self, about: Line | None = None, *, making: int = 0, background: bool = False) -> list[Promise]:
        """Look at what was written since the last look. Returns the links that were made.

        Only links of the line that a step is about may have changed, and no more may have been made than asked for.
        """
        made = []
        for old, new in self.world.changes():
            item = new or old or {}
            if item.get("sk") != LINK:
                continue
            rid = item["pk"]
            if new is None:
                assert background, "a link was deleted in a request"
                self._deleted(rid)
            elif old is None:
                made.append(self._made(link_of(new), about))
            else:
                promise = self.promises[rid]
                assert background or promise.line is about, "a link changed that the step was not about"
                _unfolded(old, new)
                promise.stored_tries = new.get("code_tries", 0)
        assert len([each for each in made if not each.role]) <= making, "more links than clients asked for"
        return made

    def _made(self, link: Link, about: Line | None) -> Promise:
        line = about or self.promises[link.master_rid].line
        assert link.tenant == self.world.owners[line.owner]
        promise = Promise(
            link.rid,
            line,
            link.created_at,
            link.expires_at,
            link.max_views,
            email=link.recipient.email,
            coded=link.code is not None,
            role=link.role is not None,
            callback=link.callback.note if link.callback else None,
        )
        promise.stored_tries = promise.tries.least = promise.tries.most = link.code_tries
        assert promise.made == self.world.now
        self.promises[link.rid] = promise
        return promise

    def _deleted(self, rid: str) -> None:
        promise = self.promises.pop(rid)
        assert not promise.kept(self.world.now), "a link was deleted before its retention ended"
        self.gone.append(promise)

    def heard(self, asking: tuple[Promise, int, str] | None = None) -> None:
        """Read the messages that went out. A code is for the browser that asked for it."""
        for message in self.world.messages():
            if found := LINK_IN_MESSAGE.search(message.text):
                promise = self.promises[found[1]]
                if found[2] not in promise.dead:
                    promise.secrets[found[2]] = message.channel
                promise.got += 1
                assert promise.got <= promise.owed + promise.more, "a message too many"
            elif digits := CODE_IN_MESSAGE.search(message.text.replace(message.to, "")):
                assert asking is not None, "a code that nobody asked for"
                promise, browser, way = asking
                promise.codes_sent.append(self.world.now)
                promise.codes[browser] = Code(digits[0], self.world.now, way)

    def agree(self, promise: Promise) -> dict[str, Any]:
        """Compare a link with what its owner is told about it now."""
        seen = self.world.manage(promise.line.owner, "GET", f"/links/{promise.rid}")
        assert seen.status == 200, seen.response.text
        told: dict[str, Any] = seen.json()
        now = self.world.now
        known = str(promise.views)
        assert promise.views.is_now(told["viewCount"]), (told["viewCount"], known)
        assert told["viewCount"] <= told["maxViews"] == promise.most_views
        reasons = promise.closed(now)
        possible = {reason.title() for reason in reasons} or {"Opened" if told["viewCount"] else "Active"}
        assert told["status"] in possible, (told["status"], possible)
        assert _moment(told["expiresAtUtc"]) == promise.ends, (told["expiresAtUtc"], promise.ends)
        assert bool(told["revokedAtUtc"]) == promise.revoked
        assert bool(told["erasedAtUtc"]) == promise.erased
        assert bool(told["submittedAtUtc"]) == (promise.sent is not None)
        assert told["renewedAs"] == promise.successor
        assert promise.tries.is_now(promise.stored_tries), (promise.stored_tries, promise)
        assert (told["callback"] or {}).get("note") == (None if promise.erased else promise.callback)
        assert len(promise.codes_sent) <= CODES
        return told

    def agree_on_content(self, promise: Promise) -> None:
        """Compare a submission with what its sender was told."""
        answer = self.world.manage(promise.line.owner, "GET", f"/links/{promise.rid}/submission")
        if promise.sent is None or promise.erased:
            assert answer.status == 404, answer.response.text
        else:
            assert answer.json()["data"] == promise.sent, (answer.json(), promise.sent)

    def refused(self, answer: Answer, promise: Promise, *also: str) -> None:
        """Check that a closed link said one of the reasons, and nothing else."""
        assert 400 <= answer.status < 500, answer.response.text
        said = answer.json()["type"].removeprefix("urn:linkgate:")
        assert said in promise.closed(self.world.now) | set(also), (said, promise)

    def newest(self, promise: Promise) -> Promise:
        """Return the link that took the place of this one, if any, or else this one."""
        while promise.successor:
            promise = self.promises[promise.successor]
        return promise

    def of(self, line: Line) -> list[Promise]:
        """Return the links of a family that are still there."""
        return [each for each in self.promises.values() if each.line is line]

    def nothing_stays(self) -> None:
        """Check that links are gone some days after their retention."""
        stayed = [each for each in self.promises.values() if each.ends + RETENTION + SWEPT < self.world.now]
        assert not stayed, stayed

    def audit(self) -> None:
        """Compare everything that is stored with everything that clients were told, once nothing happens any more."""
        self.written(background=True)
        self.heard()
        for promise in list(self.promises.values()):
            self.agree(promise)
            if promise.line.kind in FORMS:
                self.agree_on_content(promise)
            if not promise.more and not promise.ended(promise.made):
                assert promise.got == promise.owed, "a message is missing"
            self._audit_timeline(promise)
        self._audit_ends()

    def _audit_timeline(self, promise: Promise) -> None:
        link = wiring.deps().links.get(promise.rid)
        assert link is not None
        assert not verify_timeline(link, wiring.deps()).faults, verify_timeline(link, wiring.deps()).faults
        kinds = [entry.fact.kind for entry in timeline_of(link, wiring.deps())]
        assert kinds.count("link.opened") == promise.views.least
        assert kinds.count("link.submitted") == (promise.sent is not None)
        assert kinds.count("link.created") == 1
        assert kinds.count("link.revoked") == promise.revoked

    def _audit_ends(self) -> None:
        """Check that nothing that a link needs is forgotten before it, and that everything is that was erased."""
        items = self.world.cloud.table()
        links = [link_of(item) for item in items if item["sk"] == LINK and item["pk"] in self.promises]
        erased = {promise.rid for promise in self.promises.values() if promise.erased}
        assert not [item for item in items if item["pk"] in erased and item["sk"].startswith(WORDS)]
        for item in items:
            if item["sk"].startswith(WORDS):
                for link in links:
                    needs = link.master_rid == item["pk"] and (
                        item["sk"] in {f"body#{link.body_name}", f"body#{link.submission}"}
                        or (item["sk"].startswith("field#") and not link.submitted_at and not link.revoked_at)
                        or (item.get("state", "awaited") != "awaited" and not link.revoked_at)
                    )
                    assert not needs or item["ttl"] >= int(link.ttl.timestamp()), (item["sk"], item["ttl"], link.ttl)


def _unfolded(old: dict[str, Any], new: dict[str, Any]) -> None:
    """Check what no write may do to a link."""
    for name in NEVER_CHANGES:
        assert old.get(name) == new.get(name), name
    for name in NEVER_UNDONE:
        assert name not in old or old[name] == new.get(name), name
    if "submission" in old and "erased_at" not in new:
        assert new.get("submission") == old["submission"]
    for name in COUNTS:
        assert new.get(name, 0) >= old.get(name, 0), name
    assert new["views"] <= new["max_views"]
    assert not ("revoked_at" in old and new["views"] > old["views"]), "a revoked link was opened"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
