"""Request and Reply: HTTP without Lambda."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

BODY_LIMIT = 256 * 1024
"""Bytes of a request's body."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the gateway delivers it; header names are lower-case, repeated values joined by commas."""

    method: str
    path: str = field(repr=False)
    """Percent-decoded; may hold a secret that a mail gateway moved there, so it is never logged."""
    route: str = ""
    """The gateway's route key, such as `POST /l/{rid}`; safe in logs."""
    path_params: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    domain: str = ""
    """The domain the gateway itself reports, never the Host header."""
    source_ip: str = ""

    def header(self, name: str) -> str | None:
        """The header's value, or None; `name` in lower case."""
        return self.headers.get(name)

    @property
    def media_type(self) -> str:
        """The body's type without parameters, lower-case; empty where none is given."""
        return (self.headers.get("content-type") or "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply; `endpoint` adds what every reply has."""

    status: int
    body: str | bytes = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()
    """Whole Set-Cookie values."""
