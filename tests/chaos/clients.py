"""Clients live through one link after another, as callers, recipients and owners do, and note what they are told."""

from __future__ import annotations

import hashlib
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from local.demo import MANAGE_KEY
from tests.chaos.journal import Act, Journal, Story
from tests.chaos.system import NO_ANSWER
from tests.support import vendor_calls
from tests.support.documents import PDF
from tests.support.visitor import JSON, Visitor, parts

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping
    from random import Random

    from local.http_messages import HttpResponse
    from tests.chaos.system import System

TRIES = 12
"""Times that a client repeats what it may repeat."""
PAPERS = "papers"
"""Process of the forms that ask for a file."""
_LINK = re.compile(r"https?://\S+/l/[\w-]{22}#[\w-]{22}")
_CODE = re.compile(r"(?<!\d)\d{6,8}(?!\d)")
MANAGER = {"Authorization": f"Bearer {MANAGE_KEY}"}


@dataclass
class Client:
    """One client. Its pauses and choices follow from its seed, and what happens also from the others."""

    system: System
    journal: Journal
    chance: Random
    numbers: Callable[[], int]
    stopped: threading.Event
    pause_s: float

    def run(self) -> None:
        """Live through links until the end."""
        lives = [self._form, self._form, self._form, self._document, self._survey, self._session, self._together]
        lives += [self._coded, self._papers]
        while not self.stopped.is_set():
            self.chance.choice(lives)()

    def _story(self, call: str) -> Story:
        number = self.numbers()
        story = Story(number, call, f"c{number:06}@chaos.example")
        self.journal.stories.append(story)
        return story

    def _rest(self) -> None:
        self.stopped.wait(self.chance.random() * 2 * self.pause_s)

    def _until_sure(self, ask: Callable[[], HttpResponse]) -> HttpResponse:
        """Repeat a request that may be repeated until its answer says what happened."""
        for _ in range(TRIES):
            self._rest()
            reply = ask()
            if 0 < reply.status < 500:
                break
            time.sleep(0.5)
        return reply

    def _create(self, story: Story, **fields: object) -> dict[str, Any]:
        """Create a link. With its key, the call may be repeated until it is answered."""
        call = vendor_calls.CALLS[story.call]
        system: Any = self.system
        body, key = {**call.body, **fields}, f"chaos-{story.number}"

        def ask() -> HttpResponse:
            return story.act("create", None, lambda: call.make(system, body, **{"Idempotency-Key": key}))

        reply = self._until_sure(ask)
        if not story.told("create"):
            return {}
        if call.link:
            story.url = call.url(reply)
            story.rid = parts(story.url)[0]
        answer: dict[str, Any] = reply.json()
        return answer

    def _mail(self, story: Story, wanted: re.Pattern[str], since: float = 0) -> str:
        """Wait for a message, and return what it carries."""
        for _ in range(TRIES * 2):
            self.system.look()
            for each in list(self.system.messages.values()):
                if each["to"] == story.email and (found := wanted.search(each["text"])):
                    if wanted is _CODE and _LINK.search(each["text"]):
                        continue
                    if each["id"] not in self._used(story):
                        story.acts.append(Act("read", each["id"], 200, since, time.time()))
                        return found[0]
            if self.stopped.wait(0.5):
                break
        return ""

    @staticmethod
    def _used(story: Story) -> set[str]:
        return {act.sent for act in story.acts if act.name == "read"}

    def _visitor(self) -> Visitor:
        system: Any = self.system
        return Visitor(system, JSON)

    def _open(self, story: Story, visitor: Visitor) -> bool:
        """Open a link, and look at the page behind it."""
        self._rest()
        landing = visitor.get(f"/l/{parts(story.url)[0]}")
        assert landing.status in {0, 200, 503, 500}, landing.status
        reply = story.act("open", None, lambda: visitor.open(story.url))
        if reply.status != 200:
            return False
        self._rest()
        visitor.get(visitor.thing)
        return True

    def _draft(self, story: Story, visitor: Visitor) -> None:
        data = {"fullName": f"Draft {self.chance.random()}"}
        self._rest()
        story.act("draft", data, lambda: visitor.post(f"{visitor.thing}/draft", {"data": data}))

    def _submit(self, story: Story, visitor: Visitor, data: Mapping[str, object], crowd: int = 1) -> None:
        """Submit a form, or let several browsers submit at once, each something else."""
        self._rest()

        def once(number: int) -> None:
            sent = {**data, self._words(story): f"by browser {number}"} if crowd > 1 else dict(data)
            own = replace(visitor, cookies=dict(visitor.cookies))
            story.act("submit", sent, lambda: own.post(f"{visitor.thing}/submit", {"data": sent}))

        with ThreadPoolExecutor(crowd) as pool:
            list(pool.map(once, range(crowd)))

    @staticmethod
    def _words(story: Story) -> str:
        """Return the question of a form that takes any text."""
        return "comment" if story.call == "survey" else "fullName"

    def _manage(self, story: Story, act: str, path: str, content: object = None) -> HttpResponse:
        self._rest()
        return story.act(act, content, lambda: self.system.post(path, content, MANAGER))

    def _ending(self, story: Story) -> None:
        """Let the owner do something to the link, or nothing."""
        if not story.rid:
            return
        match self.chance.randrange(10):
            case 0 | 1:
                self._manage(story, "revoke", f"/links/{story.rid}/revoke")
                if story.url:
                    self._open(story, self._visitor())
            case 2:
                self._manage(story, "extend", f"/links/{story.rid}/extend", {"hours": 24 * 20})
            case 3:
                self._manage(story, "resend", f"/links/{story.rid}/resend")
            case 4:
                self._erase(story)

    def _erase(self, story: Story) -> None:
        for _ in range(TRIES):
            reply = self._manage(story, "erase", "/recipients/erase", {"recipient": story.email})
            if reply.status == 200 and not reply.json()["more"]:
                break

    def _form(self) -> None:
        story = self._story(self.chance.choice(["generate", "send"]))
        phone = f"+4477{story.number % 10**8:08}"
        model = {"metadata": {"name": "Ana", "email": story.email, "phone": phone}, "fullName": "Ana"}
        if not self._create(story, serializedModel=model, coBrowsingRoles=[]):
            return
        if self.chance.random() < 0.2:
            self._ending(story)
        visitor = self._visitor()
        if self._open(story, visitor):
            for _ in range(self.chance.randrange(4)):
                self._draft(story, visitor)
            if self.chance.random() < 0.8:
                crowd = self.chance.choice([1, 1, 1, 4])
                self._submit(story, visitor, {"fullName": f"Ana {story.number}"}, crowd)
        self._ending(story)

    def _document(self) -> None:
        story = self._story("customerlink")
        if not self._create(story, recipientEmail=story.email):
            return
        for _ in range(self.chance.randrange(8)):
            self._open(story, self._visitor())
        self._ending(story)

    def _coded(self) -> None:
        story = self._story("customerlink")
        fields = {"resourceType": "MedicalReport", "recipientEmail": story.email, "deliverEmail": False}
        if not self._create(story, **fields, maxViews=None, expiresInHours=None):
            return
        visitor = self._visitor()
        for _ in range(TRIES):
            self._rest()
            if story.act("ask for code", None, lambda: visitor.open(story.url)).status == 202:
                break
        code = self._mail(story, _CODE)
        if not code:
            return
        wrong, path = "0" * len(code), f"/l/{story.rid}/code/check"
        for given in [wrong] * self.chance.randrange(3) + [code]:
            self._rest()
            name = "guess" if given == wrong else "open"
            story.act(name, None, lambda given=given: visitor.post(path, {"code": given}))  # type: ignore[misc]
        self._ending(story)

    def _survey(self) -> None:
        story = self._story("survey")
        if not self._create(story, customer_contact=story.email):
            return
        story.url = self._mail(story, _LINK)
        if not story.url:
            return
        story.rid = parts(story.url)[0]
        visitor = self._visitor()
        if self._open(story, visitor):
            self._submit(story, visitor, {"rating": self.chance.randrange(1, 6)}, self.chance.choice([1, 3]))
        self._ending(story)

    def _session(self) -> None:
        story = self._story("session")
        if not self._create(story, email=story.email):
            return
        visitor = self._visitor()
        if self._open(story, visitor):
            poller = Poller(visitor)
            story.act("hello", None, lambda: poller.say("hello"))
            self._rest()
            wish = {"name": "Ana", "phone": "+447700900123", "preferredTime": "", "note": ""}
            story.act("callback", wish, lambda: visitor.post(f"{visitor.thing}/callback", wish))
        self._ending(story)

    def _together(self) -> None:
        """Two people fill in a form in one room."""
        story = self._story("generate")
        model = {"metadata": {"email": story.email}}
        made = self._create(story, serializedModel=model, coBrowsingRoles=["adviser"])
        if not made:
            return
        customer, adviser = self._visitor(), self._visitor()
        if not self._open(story, customer):
            return
        self._rest()
        if adviser.open(made["coBrowsing"]["adviser"]).status != 200:
            return
        pages = [Poller(customer), Poller(adviser)]
        for page in pages:
            story.act("hello", None, lambda page=page: page.say("hello"))  # type: ignore[misc]
        for _ in range(self.chance.randrange(1, 5)):
            self._rest()
            page, value = self.chance.choice(pages), f"Together {self.chance.random()}"
            story.act("draft", {"fullName": value}, lambda page=page, value=value: page.set(value))  # type: ignore[misc]
        self._ending(story)

    def _papers(self) -> None:
        """Send a file with a form."""
        story = self._story("generate")
        model = {"metadata": {"email": story.email}}
        if not self._create(story, processId=PAPERS, serializedModel=model, coBrowsingRoles=[]):
            return
        visitor = self._visitor()
        if not self._open(story, visitor):
            return
        content = PDF + b"%% " + str(story.number).encode()
        file_id = self._upload(story, visitor, content)
        if file_id:
            self._submit(story, visitor, {"payslip": file_id})
        self._ending(story)

    def _upload(self, story: Story, visitor: Visitor, content: bytes) -> str:
        """Send a file, and wait until it is checked. Returns its id."""
        digest = hashlib.sha256(content).hexdigest()
        declared = {"field": "/payslip", "name": "a.pdf", "type": "application/pdf", "size": len(content)}
        self._rest()
        made = visitor.post(f"{visitor.thing}/files/new", {**declared, "sha256": digest})
        if made.status not in {200, 201}:
            return ""
        form = made.json()
        self._send(form, content)
        for _ in range(TRIES):
            if self.stopped.wait(0.5):
                break
            files = visitor.get(f"{visitor.thing}/fields")
            if files.status == 200 and any(
                each["id"] == form["id"] and each["state"] == "clean" for each in files.json()["files"]
            ):
                story.acts.append(Act("file", digest, 200, time.time(), time.time(), form["id"]))
                return str(form["id"])
        return ""

    def _send(self, form: Mapping[str, Any], content: bytes) -> None:
        edge = "edge"
        head = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in form["fields"].items()
        ]
        head.append(f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n')
        body = "".join(head).encode() + content + f"\r\n--{edge}--\r\n".encode()
        address = urlsplit(form["url"])
        kind = {"Content-Type": f"multipart/form-data; boundary={edge}", "Host": address.netloc}
        for _ in range(3):
            if self.system.request("POST", address.path, body, kind).status in {201, 412}:
                return
            self._rest()


class Poller:
    """A page that takes part in a room without a socket."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self._version = 0

    def say(self, t: str, **members: object) -> HttpResponse:
        return self._visitor.post(f"{self._visitor.thing}/live/messages?after=0", {"t": t, **members})

    def set(self, value: str) -> HttpResponse:
        """Write a name over whatever is there. The answer is 409 if somebody else was faster."""
        found = self._visitor.get(f"{self._visitor.thing}/fields")
        if found.status != 200:
            return found if found.status >= 400 else replace(found, status=404)
        base = next((row["n"] for row in found.json()["fields"] if row["f"] == "/fullName"), 0)
        reply = self.say("set", id="1", set=[{"f": "/fullName", "t": [value], "base": base}])
        if reply.status != 200:
            return reply
        told = [each["message"] for each in reply.json()["messages"] if each["message"].get("id") == "1"]
        kept = told and told[0].get("t") == "ok" and told[0]["fields"][0]["ok"]
        return reply if kept else replace(reply, status=409 if told else NO_ANSWER)
