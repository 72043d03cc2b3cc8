"""Requests and replies: HTTP without Lambda."""

from __future__ import annotations

from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.wire.json_body import read_object, write_json

if TYPE_CHECKING:
    from collections.abc import Mapping

BODY_LIMIT = 256 * 1024
"""Maximum size of a request's body, in bytes."""


@dataclass(frozen=True)
class Request:
    """A request as the gateway delivers it. Header names are lower-case; repeated values are joined by commas."""

    method: str
    path: str = field(repr=False)
    """Percent-decoded path. It may contain a secret that a mail gateway moved there, so it is never logged."""
    route: str = ""
    """Route key of the gateway, such as `POST /l/{rid}`. It is safe to log."""
    path_params: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    domain: str = ""
    """Domain that the gateway itself reports. It never comes from the Host header."""
    source: str = field(default="", repr=False)
    """Address of the connection that the gateway accepted. It never comes from a header, and may be a proxy's."""
    id: str = ""
    """Id that the gateway gave the request."""

    def header(self, name: str) -> str | None:
        """Return the header's value, or None. `name` is in lower case."""
        return self.headers.get(name)

    @property
    def media_type(self) -> str:
        """Media type of the body without parameters, in lower case; empty if there is none."""
        return (self.headers.get("content-type") or "").partition(";")[0].strip().lower()

    @cached_property
    def json(self) -> Mapping[str, object]:
        """JSON object in the body, parsed once. Raises MalformedBody."""
        return read_object(self.body)


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply. `endpoint` adds the headers that every reply has."""

    status: int
    body: str | bytes = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()
    """Complete values of Set-Cookie headers."""


def json_reply(status: int, value: object, headers: Mapping[str, str] | None = None) -> Reply:
    """Build a reply with a JSON body."""
    return Reply(status, write_json(value), {"content-type": "application/json; charset=utf-8", **(headers or {})})
