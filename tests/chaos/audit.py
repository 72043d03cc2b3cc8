"""Audit: what the system says about every link, against what its clients were told."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.chaos.clients import MANAGER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.chaos.journal import Journal, Story
    from tests.chaos.system import System

_OK = 200
_KINDS = {
    "generate": "process",
    "send": "process",
    "customerlink": "resource",
    "survey": "survey",
    "session": "session",
}
_TOLD = {
    "submittedAtUtc": "link.submitted",
    "revokedAtUtc": "link.revoked",
    "erasedAtUtc": "link.erased",
    "extendedAtUtc": "link.extended",
}
"""Facts of a link that its timeline must tell."""


@dataclass
class Audit:
    """Comparison of everything, with the differences found."""

    system: System
    journal: Journal
    crashed: bool
    spare_messages: int
    """Messages that may have been sent twice: an answer of the provider was lost, or a worker died after the call."""
    differences: list[str] = field(default_factory=list)
    checked: Counter[str] = field(default_factory=Counter)

    def run(self) -> None:
        """Compare every link."""
        events = list(self.system.events.values())  # the audit opens links, too
        links = {link["rid"]: link for link in self._pages("/links?limit=100", "links")}
        by_email = defaultdict(list)
        for link in links.values():
            by_email[(link["recipient"]["email"] or "").lower()].append(link)
        messages = defaultdict(list)
        for each in self.system.messages.values():
            messages[each["rid"], each["channel"]].append(each)
        table = json.dumps(self._get("/_local/table"))
        for story in self.journal.stories:
            mains = [link for link in by_email[story.email] if link["role"] in {None, ""} and not link["renewedAs"]]
            self._one_link(story, mains)
            rid = story.rid or next((link["rid"] for link in mains), "")
            if rid:
                self._link(story, self._get(f"/links/{rid}"), messages)
            if story.told("erase") and not story.unsure("erase"):
                self._expect(story, "erased", story.email not in table, "its address is still in the table")
        self._strangers(links)
        self._events(events)

    def _one_link(self, story: Story, mains: Sequence[Mapping[str, Any]]) -> None:
        """Expect one link if the caller was told of one, and none if the caller was refused."""
        most = 1 + len(story.told("replace"))
        erased = bool(story.told("erase") or story.unsure("erase"))
        least = 0 if erased or not story.told("create") else 1
        if not story.unsure("create") and not story.told("create"):
            most = 0
        self._expect(story, "link", least <= len(mains) <= most, f"{len(mains)} links for one call")

    def _link(self, story: Story, link: Mapping[str, Any], messages: Mapping[Any, Sequence[Mapping[str, Any]]]) -> None:
        if not link:
            self._expect(story, "link", False, "the caller was told of it, and it is not there")  # noqa: FBT003 - a fact
            return
        opens, unsure = len(story.told("open")), len(story.unsure("open"))
        self._expect(story, "kind", link["kind"] == _KINDS[story.call], f"it is a {link['kind']}")
        views = link["viewCount"]
        self._expect(story, "views", opens <= views <= opens + unsure, f"{views} views, {opens} told, {unsure} unsure")
        self._expect(story, "limit of views", views <= link["maxViews"], f"{views} of {link['maxViews']} views")
        for act, at in (("revoke", "revokedAtUtc"), ("erase", "erasedAtUtc"), ("extend", "extendedAtUtc")):
            self._agrees(story, act, link[at])
        self._after_the_end(story)
        self._submission(story, link)
        self._callback(story, link)
        self._files(story, link)
        self._messages(story, link, messages)
        self._timeline(story, link)
        self._draft(story, link)

    def _agrees(self, story: Story, act: str, at: object) -> None:
        """Expect a mark of time if the client was told so, and none if nothing was tried or all was refused."""
        if story.told(act):
            self._expect(story, act, at is not None or (act != "erase" and bool(story.told("erase"))), "told, not done")
        elif not story.unsure(act):
            self._expect(story, act, at is None or (act == "revoke" and bool(story.told("erase"))), "done, not told")

    def _after_the_end(self, story: Story) -> None:
        """Expect that nobody came in after the owner was told that the link is revoked or erased."""
        ends = [act.ended for name in ("revoke", "erase") for act in story.told(name)]
        if ends:
            late = [act for name in ("open", "submit", "draft") for act in story.told(name) if act.began > min(ends)]
            self._expect(story, "end", not late, f"{[act.name for act in late]} after it was revoked or erased")

    def _submission(self, story: Story, link: Mapping[str, Any]) -> None:
        told, unsure = story.told("submit"), story.unsure("submit")
        self._expect(story, "one submission", len(told) <= 1, f"{len(told)} clients were told that theirs was taken")
        at = link["submittedAtUtc"]
        if told:
            self._expect(story, "submit", at is not None, "told, not done")
        elif not unsure:
            self._expect(story, "submit", at is None, "done, not told")
        if at is None or link["erasedAtUtc"]:
            return
        kept = self._get(f"/links/{link['rid']}/submission")
        possible = [act.sent for act in told or unsure]
        self._expect(story, "answers", (kept or {}).get("data") in possible, "other answers than were sent")

    def _callback(self, story: Story, link: Mapping[str, Any]) -> None:
        asked = story.told("callback")
        if link["erasedAtUtc"]:
            return
        if asked:
            phone = (link["callback"] or {}).get("phone")
            self._expect(story, "callback", phone == asked[-1].sent["phone"], "told, not done")
        elif not story.unsure("callback"):
            self._expect(story, "callback", link["callback"] is None, "done, not told")

    def _files(self, story: Story, link: Mapping[str, Any]) -> None:
        told = {act.answer: act for act in story.told("file")}
        if not told or link["erasedAtUtc"]:
            return
        there = {each["id"]: each for each in self._get(f"/links/{link['rid']}/files").get("files", ())}
        for id_, act in told.items():
            kept = there.get(id_, {})
            same = (kept.get("sha256"), kept.get("state")) == (act.sent, "clean")
            self._expect(story, "file", same, f"told clean, and it is {kept.get('state')}")
            if not self.system.deaths or act.began > self.system.deaths[-1][1]:  # buckets die with the runner
                self._bytes(story, link["rid"], id_, act.sent)

    def _bytes(self, story: Story, rid: str, id_: str, digest: str) -> None:
        reply = self.system.request("GET", f"/links/{rid}/files/{id_}", headers=MANAGER)
        url = reply.header("location") or (reply.json().get("url", "") if reply.body else "")
        content = b""
        if url:
            host, _, path = url.partition("://")[2].partition("/")
            content = self.system.request("GET", f"/{path}", headers={"Host": host}).body
        self._expect(story, "bytes", hashlib.sha256(content).hexdigest() == digest, "other bytes than were sent")

    def _messages(self, story: Story, link: Mapping[str, Any], messages: Any) -> None:
        for delivery in link["deliveries"]:
            place = link["rid"], delivery["channel"]
            if not messages[place]:
                self.system.look()  # it may have gone a moment ago
                messages[place] = [
                    each for each in self.system.messages.values() if (each["rid"], each["channel"]) == place
                ]
            sent = [each for each in messages[place] if "/l/" in each["text"]]
            if delivery["state"] in {"sent", "delivered"} and not self._unseen(delivery["atUtc"]):
                self._expect(story, "message", bool(sent), f"nobody saw {delivery}, deaths {self.system.deaths}")
            spare = len(sent) - delivery["attempt"]
            if spare > 0:
                self.spare_messages -= spare
                self._expect(story, "spare message", self.spare_messages >= 0, f"{len(sent)} messages")

    def _unseen(self, at: str | None) -> bool:
        """Tell whether a moment is one of those in which nobody saw what was sent."""
        moment = datetime.fromisoformat(at).timestamp() if at else 0
        return any(seen - 1 <= moment <= died + 1 for seen, died in self.system.deaths)

    def _timeline(self, story: Story, link: Mapping[str, Any]) -> None:
        entries = self._pages(f"/links/{link['rid']}/events?limit=100", "events")
        recorded = [each for each in entries if each["sequence"] is not None]
        self._expect(story, "timeline", len(recorded) == len(entries), "facts that are not recorded")
        numbers = [each["sequence"] for each in recorded]
        self._expect(story, "sequence", numbers == [*range(1, len(numbers) + 1)], f"{numbers}")
        chain = all(b["previous"] == a["hash"] for a, b in itertools.pairwise(recorded))
        self._expect(story, "chain", chain, "an entry does not follow from the one before")
        kinds = Counter(each["type"] for each in recorded)
        self._expect(story, "created", kinds["link.created"] == 1, f"{kinds['link.created']} times")
        for name, kind in _TOLD.items():
            self._expect(story, kind, bool(kinds[kind]) == (link[name] is not None), f"{kinds[kind]} facts")
        opened, views = kinds["link.opened"], link["viewCount"]
        # The stream's reader dies with the runner, and an opening is told by nothing but the stream.
        fits = opened == views or (self.crashed and opened < views)
        self._expect(story, "link.opened", fits, f"{opened} facts, {views} views")
        self._entries[link["rid"]] = {each["sequence"]: each["type"] for each in recorded}

    def _draft(self, story: Story, link: Mapping[str, Any]) -> None:
        """Expect the newest answer that was called saved, or one whose answer was lost after it."""
        told = story.told("draft")
        if not told or link["status"] not in {"Active", "Opened"}:
            return
        newest = max(told, key=lambda act: act.ended)
        possible = [newest.sent, *(act.sent for act in story.unsure("draft") if act.ended > newest.began)]
        possible += [act.sent for act in told if act.ended > newest.began]
        from tests.support.visitor import JSON, Visitor

        system: Any = self.system
        visitor = Visitor(system, JSON)
        if visitor.open(story.url).status == _OK:
            kept = visitor.get(visitor.thing).json().get("draft") or {}
            shown = {"fullName": kept.get("fullName")}
            self._expect(story, "draft", shown in possible, f"{shown} instead of {newest.sent}")

    def _strangers(self, links: Mapping[str, Mapping[str, Any]]) -> None:
        known = {story.email for story in self.journal.stories}
        for link in links.values():
            email = link["recipient"]["email"]
            stranger = email is not None and email.endswith("@chaos.example") and email not in known
            self.checked["strangers"] += 1
            if stranger:
                self.differences.append(f"{link['rid']}: nobody asked for a link to {email}")

    def _events(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Expect that no event was published that no timeline holds."""
        for event in events:
            rid, number = event["detail"].get("rid"), event["detail"].get("sequence")
            if rid in self._entries and number is not None:
                self.checked["events"] += 1
                if self._entries[rid].get(number) != event["detail-type"]:
                    self.differences.append(f"{rid}: event {number} is {event['detail-type']}, not in its timeline")

    def __post_init__(self) -> None:
        self._entries: dict[str, dict[int, str]] = {}

    def _expect(self, story: Story, name: str, fits: bool, otherwise: str) -> None:  # noqa: FBT001 - the comparison
        self.checked[name] += 1
        if not fits:
            acts = " ".join(f"{act.name}:{act.status}" for act in story.acts if act.name != "read")
            self.differences.append(f"{story.number} {story.call} {story.rid}: {name}: {otherwise} [{acts}]")

    def _get(self, path: str) -> Any:
        reply = self.system.request("GET", path, headers=MANAGER)
        return reply.json() if reply.status == _OK else {}

    def _pages(self, path: str, name: str) -> list[dict[str, Any]]:
        return [each for page in self._each_page(path) for each in page[name]]

    def _each_page(self, path: str) -> Iterator[Any]:
        cursor = ""
        while True:
            reply = self.system.request("GET", f"{path}{cursor}", headers=MANAGER)
            if reply.status != _OK:
                raise RuntimeError(f"GET {path}: {reply.status} {reply.text[:300]}")
            page = reply.json()
            yield page
            if page["cursor"] is None:
                return
            cursor = f"&cursor={page['cursor']}"
