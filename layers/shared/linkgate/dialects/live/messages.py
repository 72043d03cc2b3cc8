"""Messages that browsers send. A table gives the members of each; everything is checked before anything is read."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING

from linkgate.errors import BodyTooLarge, InvalidRequest, MalformedBody, Problem
from linkgate.lazy_dataclass import dataclass
from linkgate.model.tenant import Media
from linkgate.wire.json_body import read_object

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Reader = Callable[[object], object]

LONGEST = 24 * 1024
"""Bytes of a message, both ways. The gateway's frames hold 32 KiB."""
DEPTH = 8
_ID = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Frame:
    """A message that has the form of its type."""

    type: str
    id: str | None
    """Name that the browser gave it, and that its answer repeats."""
    values: Mapping[str, object] = field(repr=False)


class WrongMemberError(Exception):
    """A member does not have its form."""


def whole(least: int, most: int) -> Reader:
    """Return a reader of whole numbers in a range."""

    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise WrongMemberError
        return value

    return read


def text(longest: int, shortest: int = 0) -> Reader:
    """Return a reader of texts in a range of lengths."""

    def read(value: object) -> str:
        if not isinstance(value, str) or not shortest <= len(value) <= longest:
            raise WrongMemberError
        return value

    return read


def texts(longest: int) -> Reader:
    """Return a reader of lists of texts, as a page's controls hold them."""

    def read(value: object) -> list[str]:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise WrongMemberError
        if sum(map(len, value)) > longest:
            raise WrongMemberError
        return value

    return read


def rows(most: int) -> Reader:
    """Return a reader of lists of objects. Their members are read where their meaning is known."""

    def read(value: object) -> list[dict[str, object]]:
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value) or len(value) > most:
            raise WrongMemberError
        return value

    return read


def flag(value: object) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise WrongMemberError
    return value


def one_of(*words: str) -> Reader:
    """Return a reader of one of these words."""

    def read(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            raise WrongMemberError
        return value

    return read


@dataclass(frozen=True, slots=True)
class Form:
    """Members of a type of message. Further members are ignored."""

    required: Mapping[str, Reader] = field(default_factory=dict)
    optional: Mapping[str, Reader] = field(default_factory=dict)


MESSAGES: Mapping[str, Form] = {
    "hello": Form(optional={"since": whole(0, 2**53), "wait": flag}),
    "beat": Form(),
    "leave": Form(),
    "set": Form({"set": rows(50)}, {"lang": text(35)}),
    "typing": Form({"f": text(1000), "x": texts(LONGEST)}),
    "focus": Form(optional={"f": text(1000)}),
    "view": Form({"s": text(1000)}),
    "sending": Form(),
    "wait": Form(),
    "duty": Form({"on": flag}),
    "accept": Form({"rid": text(22, 22)}),
    "transfer": Form({"to": text(200, 1)}),
    "end": Form(),
    "chat": Form({"text": text(2000, 1)}),
    "note": Form({"text": text(2000, 1)}),
    "live": Form({"line": text(2000)}, {"k": whole(0, 2**53)}),
    "sdp": Form(
        {"d": text(20_000, 1), "kind": one_of("offer", "answer"), "n": whole(0, 2**31)}, {"old": whole(0, 2**31)}
    ),
    "ice": Form({"c": rows(40), "n": whole(0, 2**31)}),
    "media": Form(optional={"audio": flag, "video": flag, "seen": flag, "relayed": flag}),
    "relay": Form(),
}
"""Every type that browsers may send."""


def frame_of(content: str | None, forms: Mapping[str, Form] = MESSAGES) -> Frame:
    """Read a message. Raises MalformedBody, BodyTooLarge or InvalidRequest, which quote nothing from it."""
    if content is None:
        raise MalformedBody("binary messages are not read")
    raw = content.encode(errors="surrogatepass")
    if len(raw) > LONGEST:
        raise BodyTooLarge(LONGEST)
    members = read_object(raw, DEPTH)
    kind, id_ = members.get("t"), members.get("id")
    form = forms.get(kind) if isinstance(kind, str) else None
    if form is None or not isinstance(kind, str):
        raise InvalidRequest([Problem.of("t", "unknown")])
    if id_ is not None and not (isinstance(id_, str) and _ID.fullmatch(id_)):
        raise InvalidRequest([Problem.of("id", "format", expected="up to 40 letters and digits")])
    return Frame(kind, id_, _values(members, form))


def media_of(frame: Frame) -> Media | None:
    """Return the widest device that a browser has, by its message about them. One that is off for now counts."""
    return Media.VIDEO if "video" in frame.values else Media.AUDIO if "audio" in frame.values else None


def _values(members: Mapping[str, object], form: Form) -> Mapping[str, object]:
    values: dict[str, object] = {}
    problems = []
    for name, read in (*form.required.items(), *form.optional.items()):
        if members.get(name) is None and name not in form.required:
            continue
        if name not in members:
            problems.append(Problem.of(name, "required"))
            continue
        try:
            values[name] = read(members[name])
        except WrongMemberError:
            problems.append(Problem.of(name, "format", expected="another value"))
    if problems:
        raise InvalidRequest(problems)
    return values
