"""Steps of recipients: they open links, guess, enter codes, save, send files and forms, and ask for new links."""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta
from typing import TYPE_CHECKING

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from linkgate.tokens import token
from tests.support.documents import PDF
from tests.support.life_promises import CODE_LIFE, CODE_TRIES, CODES, CODES_AN_HOUR, FORMS, GRACE, VISIT, Promise
from tests.support.life_walk import (
    ACCEPTED,
    BROWSERS,
    CONFLICT,
    CREATED,
    NOT_FOUND,
    OK,
    TOO_MANY,
    Walk,
    browsers,
    links,
    slips,
    tenants,
)
from tests.support.visitor import JSON, Visitor, check
from tests.visits.test_uploads import send

if TYPE_CHECKING:
    from local.http_messages import HttpResponse
    from tests.support.life_world import Answer, Slip

POINTERS = {"form": "name", "survey": "comment"}
NEARLY_OVER = timedelta(minutes=10)
"""Rest of a visit below which a saved answer prolongs it."""

texts = st.sampled_from(["Ana", "Bob", "Zoë", "x" * 50])


class Recipients(Walk):
    """Walk with the steps of recipients."""

    @precondition(lambda self: self.book.promises)
    @rule(n=links, browser=browsers, which=st.integers(0, 3), slip=slips)
    def open(self, n: int, browser: int, which: int, slip: Slip | None) -> None:
        link, visitor = self.link(n), self.browsers[browser]
        if not link.secrets:
            return
        secret = list(link.secrets)[which % len(link.secrets)]
        way, closed, now = link.secrets[secret], link.closed(self.now), self.now
        answer = self.world.ask(lambda: self.press(visitor, link, secret), slip)
        stay = link.stays.get(browser)
        returning = stay is not None and stay.end > now and not link.ended(now)
        self.book.written(link.line)
        self.book.heard((link, browser, way))
        if returning and link.stay(browser):
            assert answer.status == OK, answer.response.text
        elif returning and answer.status == OK and not answer.lost:
            link.views.may_have(1)
        elif closed:
            self.book.refused(answer, link)
        elif link.coded:
            self.code_asked(link, answer)
        elif answer.status == OK:
            link.opened(browser, way, now, answer.lost)
        else:
            link.views.may_have(answer.lost)
            link.lost_stays += [now + VISIT] * answer.lost
            assert answer.lost
            assert link.views.most >= link.most_views
            assert answer.json()["type"] == "urn:linkgate:exhausted"
        self.book.agree(link)

    @precondition(lambda self: self.book.promises)
    @rule(n=links, first=browsers, number=st.integers(2, BROWSERS), slip=slips)
    def crowd(self, n: int, first: int, number: int, slip: Slip | None) -> None:
        """Let several browsers open one link."""
        for each in range(first, first + number):
            self.open(n, each % BROWSERS, each, slip)

    @precondition(lambda self: any(link.line.kind in FORMS for link in self.book.promises.values()))
    @rule(n=links, browser=browsers, text=texts, sends=st.booleans(), slip=slips)
    def fill_in(self, n: int, browser: int, text: str, sends: bool, slip: Slip | None) -> None:
        """Let two browsers open all links of a form, save in turn, the second over what it has not seen, and send."""
        forms = [link for link in self.book.promises.values() if link.line.kind in FORMS]
        line = forms[n % len(forms)].line
        other = (browser + 1) % BROWSERS
        for link in self.book.of(line):
            place = list(self.book.promises).index(link.rid)
            self.open(place, browser, 0, None)
            self.open(place, other, 0, slip)
        for link in self.book.of(line):
            self.draft_in(link, browser, text, 0, slip)
            self.draft_in(link, other, text[::-1], -1, None)
            if sends:
                self.submit_in(link, other, text, slip)

    def press(self, visitor: Visitor, link: Promise, secret: str) -> HttpResponse:
        visitor.rid = link.rid
        return visitor.post(f"/l/{link.rid}", {"secret": secret})

    def code_asked(self, link: Promise, answer: Answer) -> None:
        if answer.status == ACCEPTED:
            assert answer.json()["status"] == "code_required"
        else:
            lately = [at for at in link.codes_sent if at > self.now - timedelta(hours=1)]
            assert answer.status in {TOO_MANY, CONFLICT}, answer.response.text
            assert answer.lost or len(lately) >= CODES_AN_HOUR or len(link.codes_sent) >= CODES, answer.response.text

    @precondition(lambda self: any(link.codes for link in self.book.promises.values()))
    @rule(n=links, browser=browsers, right=st.sampled_from([True, True, False]), times=st.integers(1, 3), slip=slips)
    def enter_code(self, n: int, browser: int, right: bool, times: int, slip: Slip | None) -> None:
        asked = [link for link in self.book.promises.values() if link.codes]
        link = asked[n % len(asked)]
        browser = list(link.codes)[browser % len(link.codes)]
        for _ in range(1 if right else times):
            self.enter(link, browser, slip, right=right)

    @precondition(lambda self: any(link.coded for link in self.book.promises.values()))
    @rule(n=links, browser=browsers, codes=st.sampled_from([1, 2, CODES]))
    def attack(self, n: int, browser: int, codes: int) -> None:
        """Guess at code after code, until the link is locked or sends no more, and enter each when it has ended."""
        coded = [link for link in self.book.promises.values() if link.coded]
        link = coded[n % len(coded)]
        for _ in range(codes):
            self.open(list(self.book.promises).index(link.rid), browser, 0, None)
            for _ in range(CODE_TRIES if browser in link.codes else 0):
                self.enter(link, browser, None, right=False)
            self.world.cloud.clock.advance(CODE_LIFE + timedelta(minutes=1))
            self.background()
            if browser in link.codes:
                self.enter(link, browser, None, right=True)  # too late

    def enter(self, link: Promise, browser: int, slip: Slip | None, *, right: bool) -> None:
        """Enter a code in the browser that asked for it."""
        code, visitor = link.codes[browser], self.browsers[browser]
        digits = code.digits if right else f"{(int(code.digits) + 1) % 10**6:06}"
        alive = self.now < code.sent + CODE_LIFE and not link.ended(self.now)
        full = link.views.least >= link.most_views
        answer = self.world.ask(lambda: check(visitor, f"/l/{link.rid}#", digits), slip)
        self.book.written(link.line)
        if alive and not answer.lost and not code.unsure:
            link.tries.happened() if code.tries < CODE_TRIES else None
        elif alive:
            link.tries.may_have(1 + answer.lost)
        code.tries += 1 + answer.lost
        if not alive:
            assert 400 <= answer.status < 500, answer.response.text
        elif right and answer.status == OK:
            assert not full
            link.opened(browser, code.way, self.now, answer.lost)
            code.right = True
        else:
            assert not right or full or code.right or answer.lost or code.tries > CODE_TRIES, answer.response.text
            assert answer.status != OK
            link.views.may_have(answer.lost if right else 0)
            link.lost_stays += [self.now + VISIT] * answer.lost
            if (
                not right
                and code.tries <= CODE_TRIES
                and not (answer.lost or code.unsure or "locked" in answer.response.text)
            ):
                assert answer.json()["attemptsLeft"] == CODE_TRIES - code.tries
        code.unsure = code.unsure or bool(answer.lost)
        self.book.agree(link)

    @precondition(lambda self: self.book.promises)
    @rule(n=links, other=links, browser=browsers, how=st.sampled_from(["other", "dead", "made up"]))
    def guess(self, n: int, other: int, browser: int, how: str) -> None:
        link, foreign = self.link(n), self.link(other)
        pools = {"other": list(foreign.secrets), "dead": list(link.dead), "made up": []}
        secret = next((each for each in pools[how] if each not in link.secrets), token(os.urandom(16)))
        answer = self.world.ask(lambda: self.press(self.browsers[browser], link, secret))
        assert answer.status in {NOT_FOUND, TOO_MANY}, answer.response.text
        self.unchanged()

    @precondition(lambda self: self.book.promises)
    @rule(n=links, browser=browsers)
    def view(self, n: int, browser: int) -> None:
        link, visitor = self.link(n), self.browsers[browser]
        stay, ended = link.stays.get(browser), link.ended(self.now)
        answer = self.world.ask(lambda: visitor.get(f"/v/{link.rid}"))
        self.unchanged()
        here = stay is not None and stay.end > self.now
        if not here or link.revoked or ended - {"submitted"}:
            assert 400 <= answer.status < 500, answer.response.text
        elif link.stay(browser):
            assert answer.status == OK, answer.response.text
        if answer.status == OK and link.line.kind in FORMS and link.sent is None:
            drafted = {pointer[1:]: value for pointer, (_, value) in link.line.draft.items()}
            assert answer.json().get("draft", {}) == drafted

    @precondition(lambda self: any(link.line.kind in FORMS for link in self.book.promises.values()))
    @rule(n=links, browser=browsers, text=texts, seen=st.sampled_from([0, 0, 0, -1, 1]), slip=slips)
    def draft(self, n: int, browser: int, text: str, seen: int, slip: Slip | None) -> None:
        self.draft_in(*self.visited(n, browser), text, seen, slip)

    def draft_in(self, link: Promise, browser: int, text: str, seen: int, slip: Slip | None) -> None:
        """Save an answer, over the newest one or over another (`seen` versions off)."""
        pointer, line = f"/{POINTERS[link.line.kind]}", link.line
        version, value = line.draft.get(pointer, (0, None))
        base = max(0, version + seen)
        self.save(link, browser, pointer, text, base, slip, fits=base == version or text == value)

    def visited(self, n: int, browser: int) -> tuple[Promise, int]:
        """Choose a form, most often one that a browser has open."""
        forms = [link for link in self.book.promises.values() if link.line.kind in FORMS]
        opened = [(link, each) for link in forms for each in link.stays]
        return opened[(n * 7 + browser) % len(opened)] if opened and n else (forms[n % len(forms)], browser)

    def save(
        self, link: Promise, browser: int, pointer: str, value: str, base: int, slip: Slip | None, *, fits: bool
    ) -> bool:
        may, line, visitor = link.may_fill(browser, self.now), link.line, self.browsers[browser]
        body = {"set": [{"f": pointer, "v": value, "base": base}]}
        answer = self.world.ask(lambda: visitor.post(f"/v/{link.rid}/fields", body), slip)
        self.book.written(line)
        if answer.status != OK:
            assert not may, answer.response.text
            assert 400 <= answer.status < 500
            assert not answer.lost or may is None or may is False
            return False
        assert may is not False, (link, browser)
        (saved,) = answer.json()["fields"]
        assert saved["ok"] == fits, (saved, line.draft)
        if fits:
            line.draft[pointer] = (saved["n"], value)
            stay = link.stays[browser]
            if self.now < stay.end < self.now + NEARLY_OVER and self.now < link.ends:
                stay.end = self.now + VISIT
        elif "n" in saved:
            assert (saved["n"], saved["v"]) == line.draft[pointer]
        return fits

    @precondition(lambda self: any(link.line.kind in FORMS for link in self.book.promises.values()))
    @rule(n=links, browser=browsers, text=texts, slip=slips)
    def submit(self, n: int, browser: int, text: str, slip: Slip | None) -> None:
        self.submit_in(*self.visited(n, browser), text, slip)

    def submit_in(self, link: Promise, browser: int, text: str, slip: Slip | None) -> None:
        """Send a form, and compare all links of its family with what is told."""
        line, visitor, may = link.line, self.browsers[browser], link.may_fill(browser, self.now)
        data = {POINTERS[line.kind]: text}
        if (paper := line.draft.get("/paper")) and paper[1] in line.files:
            data["paper"] = paper[1]
        answer = self.world.ask(lambda: visitor.post(f"/v/{link.rid}/submit", {"data": data}), slip)
        self.book.written(line)
        won = answer.status == CREATED or (
            answer.lost > 0 and answer.status == CONFLICT and answer.json()["type"].endswith("submitted")
        )
        if won and link.sent is None:
            assert may is not False, (link, browser)
            for each in self.book.of(line):
                each.sent = data if each.sent is None else each.sent
            line.draft = {}
            stay = link.stays[browser]
            if stay.end > self.now:
                stay.end = self.now + VISIT
        else:
            assert answer.status != CREATED
            assert not may, answer.response.text
        for each in self.book.of(line):
            self.book.agree(each)
            self.book.agree_on_content(each)

    @precondition(lambda self: any(link.line.kind == "form" for link in self.book.promises.values()))
    @rule(n=links, browser=browsers, slip=slips)
    def upload(self, n: int, browser: int, slip: Slip | None) -> None:
        link, browser = self.visited(n, browser)
        if link.line.kind != "form" or not link.may_fill(browser, self.now):
            return
        content = PDF + os.urandom(8)
        declared = {
            "field": "/paper",
            "name": "a.pdf",
            "size": len(content),
            "type": "application/pdf",
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        visitor = self.browsers[browser]
        answer = self.world.ask(lambda: visitor.post(f"/v/{link.rid}/files/new", declared), slip)
        self.book.written(link.line)
        if answer.status == TOO_MANY:  # five in a minute
            return
        assert answer.status == CREATED, answer.response.text
        made = answer.json()
        assert send(self.world.cloud, made, content).status == CREATED
        version, _ = link.line.draft.get("/paper", (0, None))
        if self.save(link, browser, "/paper", made["id"], version, None, fits=True):
            link.line.files[made["id"]] = content

    @precondition(lambda self: any(link.line.files for link in self.book.promises.values()))
    @rule(n=links, tenant=tenants)
    def fetch(self, n: int, tenant: int) -> None:
        """Let somebody fetch a file of a form: its owner gets the bytes, nobody else anything."""
        having = [link for link in self.book.promises.values() if link.line.files]
        link = having[n % len(having)]
        file = list(link.line.files)[n % len(link.line.files)]
        self.background()
        answer = self.world.manage(tenant, "GET", f"/links/{link.rid}/files/{file}")
        self.unchanged()
        if tenant != link.line.owner or link.erased:
            assert answer.status == NOT_FOUND, answer.response.text
        elif file in str(link.line.draft) or file in str(link.sent):
            assert answer.status == OK, answer.response.text
            url = answer.json()["url"]
            assert url, answer.json()
            host, _, path = url.partition("://")[2].partition("/")
            got = self.world.cloud.request("GET", f"/{path}", headers={"Host": host})
            assert got.body == link.line.files[file]

    @precondition(
        lambda self: any(link.line.kind == "document" and not link.coded for link in self.book.promises.values())
    )
    @rule(n=links, browser=browsers, foreign=st.booleans())
    def hand_over(self, n: int, browser: int, foreign: bool) -> None:
        pages = [link for link in self.book.promises.values() if link.line.kind == "document" and not link.coded]
        link, visitor = pages[n % len(pages)], self.browsers[browser]
        self.open(list(self.book.promises).index(link.rid), browser, 0, None)
        stay = link.stays.get(browser)
        answer = self.world.ask(lambda: visitor.post(f"/v/{link.rid}/handover"))
        self.book.written(link.line)
        if stay is None or stay.end <= self.now or link.ended(self.now):
            assert 400 <= answer.status < 500
        if answer.status != OK:
            return
        grant = answer.json()["next"].partition("grant=")[2]
        owner = link.line.owner
        if foreign:
            assert self.world.manage((owner + 1) % 3, "POST", "/grants", {"grant": grant}).status == NOT_FOUND
            self.unchanged()
        assert self.world.manage(owner, "POST", "/grants", {"grant": grant}).json()["rid"] == link.rid
        self.book.written(link.line)
        assert self.world.manage(owner, "POST", "/grants", {"grant": grant}).status == NOT_FOUND

    @precondition(lambda self: self.book.promises)
    @rule(n=links, browser=browsers)
    def meet(self, n: int, browser: int) -> None:
        """Ask for a ticket to the live channel."""
        link, visitor = self.link(n), self.browsers[browser]
        stay = link.stays.get(browser)
        answer = self.world.ask(lambda: visitor.post(f"/v/{link.rid}/live"))
        self.book.written(link.line)
        if stay is None or stay.end <= self.now or link.ended(self.now):
            assert answer.status != OK, answer.response.text
        elif link.line.kind == "session" and link.stay(browser):
            assert answer.status in {OK, TOO_MANY}, answer.response.text

    @precondition(lambda self: any(link.line.kind == "session" for link in self.book.promises.values()))
    @rule(n=links, browser=browsers, note=texts, slip=slips)
    def ask_for_a_call(self, n: int, browser: int, note: str, slip: Slip | None) -> None:
        """Ask to be called back about a session. One request waits at a time."""
        sessions = [link for link in self.book.promises.values() if link.line.kind == "session"]
        link = sessions[n % len(sessions)]
        browser = list(link.stays)[browser % len(link.stays)] if link.stays else browser
        stay, visitor = link.stays.get(browser), self.browsers[browser]
        answer = self.world.ask(lambda: visitor.post(f"/v/{link.rid}/callback", {"note": note}), slip)
        self.book.written(link.line)
        if stay is None or stay.end + GRACE <= self.now or link.ended(self.now):
            assert 400 <= answer.status < 500, answer.response.text
        elif answer.status == CREATED:
            assert link.callback in {None, note}
            link.callback = note
        elif link.stay(browser):
            assert (answer.status, link.callback is not None) == (CONFLICT, True), answer.response.text
        self.book.agree(link)

    @precondition(lambda self: self.book.promises)
    @rule(n=links, which=st.integers(0, 3), slip=slips)
    def renew(self, n: int, which: int, slip: Slip | None) -> None:
        link = self.link(n)
        if not link.secrets:
            return
        secret, closed = list(link.secrets)[which % len(link.secrets)], link.closed(self.now)
        newest = self.book.newest(link)
        visitor = Visitor(self.world.cloud, JSON)
        answer = self.world.ask(lambda: visitor.post(f"/l/{link.rid}/renew", {"secret": secret}), slip)
        made = self.book.written(link.line, making=1)
        if answer.status == ACCEPTED and newest is not link:
            assert not made
        elif made:
            assert answer.status == ACCEPTED or answer.lost, answer.response.text
            assert (closed and not closed - {"expired", "exhausted"}) or link.coded, closed
            self.succeed(link, made, answer.lost, slip, owed=1)
            link.stays, link.codes = {}, {}
        else:
            assert 400 <= answer.status < 500, answer.response.text
            assert closed or answer.json()["type"] == "urn:linkgate:still-opens"
        self.book.heard()
        self.book.agree(link)
