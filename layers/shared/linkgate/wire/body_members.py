"""Reader of the members of a vendor's JSON body. It collects every fault, so that callers learn of all at once.

Null means absent, and unknown members are ignored. A fault never quotes the value, because a body may contain a
credential.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from linkgate.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TEXT_LIMIT = 250
"""Maximum number of characters of an ordinary text."""
LONG_TEXT_LIMIT = 2000
"""Maximum number of characters of a text that people write."""

T = TypeVar("T")


class Fault(Exception):
    """Fault of a member, raised by its reader: a code of `errors.PROBLEM_CODES` and its values."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class BodyMembers:
    """A JSON object. Faults are added to `problems`, with `place` before the member's name."""

    def __init__(self, body: Mapping[str, object], problems: list[Problem], place: str = "") -> None:
        self._body = body
        self._problems = problems
        self._place = place

    def optional(self, name: str, read: Callable[[object], T], absent: T) -> T:
        """Return the member's value, or `absent` if there is none or `read` raises Fault."""
        value = self._body.get(name)
        if value is None:
            return absent
        try:
            return read(value)
        except Fault as fault:
            self._problems.append(Problem(self._place + name, fault.code, fault.values))
            return absent

    def required(self, name: str, read: Callable[[object], T], absent: T) -> T:
        """Return the member's value like `optional`, but treat a missing member as a fault."""
        if self._body.get(name) is None:
            self._problems.append(Problem.of(self._place + name, "required"))
        return self.optional(name, read, absent)

    def text(self, name: str) -> str | None:
        """Return a text as it was sent, or None."""
        return self.optional(name, partial(_text, TEXT_LIMIT), None)

    def digits(self, name: str) -> str | None:
        """Return a text like `text`. A whole number is taken, too, because many systems keep ids as numbers."""
        return self.optional(name, lambda value: _text(TEXT_LIMIT, _as_digits(value)), None)

    def required_digits(self, name: str) -> str:
        """Return a text like `required_text`, or a whole number, as many systems keep phone numbers."""
        return self.required(name, lambda value: _words(TEXT_LIMIT, _as_digits(value)), "")

    def required_text(self, name: str, limit: int = TEXT_LIMIT) -> str:
        """Return a text as it was sent. A blank text is a fault."""
        return self.required(name, partial(_words, limit), "")


def _as_digits(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _text(limit: int, value: object) -> str:
    if not isinstance(value, str):
        raise Fault("type", expected="string")
    if len(value) > limit:
        raise Fault("too_long", max=limit)
    return value


def _words(limit: int, value: object) -> str:
    text = _text(limit, value)
    if not text.strip():
        raise Fault("required")
    return text
