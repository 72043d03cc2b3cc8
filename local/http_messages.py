"""HTTP requests and responses, as the server and tests exchange them with the gateway."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as received. `target` is path and query, still percent-encoded."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)
    source_ip: str = "127.0.0.1"
    protocol: str = "HTTP/1.1"

    @property
    def path(self) -> str:
        """Path, still percent-encoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """Query, still percent-encoded."""
        return self.target.partition("?")[2]

    def header(self, name: str) -> str:
        """Return the first header of that name, ignoring case, or an empty string."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A response. `route` is the template of its route, for the log."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)
    route: str = "-"

    def header(self, name: str) -> str:
        """Return the first header of that name, ignoring case, or an empty string."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def cookies(self) -> list[str]:
        """Values of all `Set-Cookie` headers."""
        return [value for key, value in self.headers if key.lower() == "set-cookie"]

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    def json(self) -> Any:  # noqa: ANN401 - any JSON
        return json.loads(self.body)


def json_response(status: int, content: object, route: str) -> HttpResponse:
    """Build a JSON reply of the runner or the gateway. Lists are indented for people to read."""
    layout: dict[str, Any] = {"indent": 2} if isinstance(content, list) else {"separators": (",", ":")}
    body = json.dumps(content, ensure_ascii=False, **layout).encode()
    return HttpResponse(status, (("Content-Type", "application/json"),), body, route)
