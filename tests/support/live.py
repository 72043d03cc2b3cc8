"""A page's end of the live channel, in this process: it asks for a ticket, connects, sends and collects messages."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.http_messages import HttpRequest

if TYPE_CHECKING:
    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud
    from tests.support.visitor import Visitor


@dataclass
class LivePage:
    """A page with an open socket, or one that is about to open it."""

    cloud: Cloud
    frames: list[dict[str, Any]] = field(default_factory=list)
    code: int | None = None
    """Code with which the socket was closed."""
    id: str = ""
    pushed: int = 0
    """Messages that the server sent to this page."""

    def send(self, text: str) -> None:
        """Take a message from the server. The answer to a sign of life may have the room in it, as pages know."""
        self.pushed += 1
        frame = json.loads(text)
        self.frames += [frame, frame["room"]] if frame.get("t") == "pulse" and "room" in frame else [frame]

    def close(self, code: int) -> None:
        """Take note that the server closed the socket."""
        self.code = code

    def shake_hands(self, ticket: str, *, origin: str | None = None, protocol: str = "linkgate.v1") -> HttpResponse:
        """Ask for a connection, and open it if the answer is 101."""
        headers = {
            "Host": self.cloud.domain,
            "Origin": origin if origin is not None else f"https://{self.cloud.domain}",
            "Sec-WebSocket-Protocol": f"{protocol}, ticket.{ticket}",
        }
        self.id, response = self.cloud.live.connect(HttpRequest("GET", "/live", tuple(headers.items())))
        if response.status == 101:
            self.cloud.live.open(self.id, self, "127.0.0.1")
        return response

    def say(self, t: str, **members: object) -> list[dict[str, Any]]:
        """Send a message, and return what this page got since."""
        return self.say_raw(json.dumps({"t": t, **members}))

    def say_raw(self, content: str | bytes) -> list[dict[str, Any]]:
        before = len(self.frames)
        self.cloud.live.receive(self.id, content)
        return self.frames[before:]

    def take(self) -> list[dict[str, Any]]:
        """Return what this page got, and forget it."""
        frames, self.frames = self.frames, []
        return frames

    def lose(self, code: int = 1001) -> None:
        """Close the socket at this end."""
        self.cloud.live.lost(self.id, code)


def ticket(visitor: Visitor) -> str:
    """Ask for a ticket with the visitor's cookie."""
    response = visitor.post(f"{visitor.thing}/live")
    assert response.status == 200, response.text
    return str(response.json()["ticket"])


def joined(visitor: Visitor) -> LivePage:
    """Connect a visitor who opened a link, and say hello."""
    page = LivePage(visitor.cloud)
    assert page.shake_hands(ticket(visitor)).status == 101
    page.say("hello")
    return page
