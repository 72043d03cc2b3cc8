"""JSV, ServiceStack's text format. It has JSON's structure and CSV's quoting, and no blanks outside of values.

    {ResourceType:Invoice,RecipientPhone:"a,b",MaxViews:5,DeliveryErrors:["sms: no consent",late]}

A text is quoted, with its quotes doubled, only if it contains one of ``" : , { } [ ]`` or a line break. Types are not
marked: the same text may be a string, a number, or the Guid `{...}`. The reader therefore returns raw `Node`s, and the
type that a caller asks for gives them their meaning. It also reads the pretty-printed form on ServiceStack's pages. In
that form, a line break follows the first bracket, and blanks around unquoted text mean nothing.

The reader is stricter than ServiceStack's where that one would silently lose a value: everything must be closed, and an
unquoted name must contain none of the special characters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkgate.dialects.servicestack.contract import Contract, Fields, ListOf, StringMap, bind_fields
from linkgate.dialects.servicestack.object_notation import Notation, write_value
from linkgate.dialects.servicestack.scalars import BLANKS, bind_scalar, xsd_datetime_or_day
from linkgate.errors import MalformedBody
from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from linkgate.dialects.servicestack.contract import Bound, Type, Value

DEPTH_LIMIT = 50

_SPECIAL = re.compile(r'[":,{}\[\]\r\n]')
_BLANK = re.compile(rf"[{BLANKS}]*+")
_PRETTY = re.compile(r"[{\[][ \t]*+[\r\n]")
_QUOTED = r'"[^"]*+(?:""[^"]*+)*+"'
_QUOTED_TEXT = re.compile(_QUOTED)
_NAME = re.compile(rf'[{BLANKS}]*+({_QUOTED})[{BLANKS}]*+:|([^:,{{}}\[\]"]*+):')
_MEMBER_TEXT = re.compile(r"[^,}]*+")
_ITEM_TEXT = re.compile(r"[^,}\]]*+")
_QUOTED_OR_BRACKET = re.compile(r'"[^"]*+"?|[{}\[\]]')
_CLOSERS = {"{": "}", "[": "]"}
_OPENERS = {"}": "{", "]": "["}


def write(kind: Type, value: Value) -> str:
    """Return a value in JSV. Raises TypeError for a value of a wrong type."""
    return write_value(_NOTATION, kind, value)


def read(contract: Contract, text: str) -> Fields:
    """Return the members of one object; raises MalformedBody. A blank text is an object without members."""
    if not text.strip(BLANKS):
        return {}
    return _bind_members(contract, parse(text, "{"))


def read_batch(contract: Contract, text: str) -> list[Fields]:
    """Return the members of each object in a list; raises MalformedBody."""
    return [_bind_members(contract, item) for item in parse(text, "[").items()]


def bind(kind: Type, sent_name: str, node: Node | None) -> Bound:
    """Convert a node to a type, or to Unparseable if it does not fit. Raises MalformedBody for a broken object."""
    if node is None:
        return None
    match kind:
        case Contract():
            return _bind_members(kind, node)
        case ListOf():
            return [bind(kind.item, sent_name, item) for item in node.items()]
        case StringMap():
            return {name: item.string() if item else None for name, item in node.members()}
        case _:
            return bind_scalar(kind, sent_name, node.string())


def parse(text: str, opener: str = "") -> Node:
    """Return the node of a whole text, which must start with `opener`. Blanks and a byte order mark are skipped."""
    text = text.removeprefix("\ufeff").strip(BLANKS)
    if not text.startswith(opener):
        raise MalformedBody(f"JSV must start with {opener}")
    return Node(text, pretty=bool(_PRETTY.match(text)), depth=1)


@dataclass(frozen=True, slots=True)
class Node:
    """Raw text of one value. Its content is parsed, and may turn out to be broken, only on request."""

    text: str
    pretty: bool
    depth: int

    def string(self) -> str:
        """Return the text without quotes. For an object or list, this is the raw text."""
        return _unquoted(self.text)

    def members(self) -> list[tuple[str, Node | None]]:
        """Return names as sent and values of an object; None stands for null. Raises MalformedBody."""
        text = self.text
        if not text.startswith("{"):
            raise MalformedBody("an object must start with {")
        if text[_end(_BLANK, text, 1) :] == "}":
            return []
        members: list[tuple[str, Node | None]] = []
        at = 0
        while not members or text.startswith(",", at):
            name, at = self._name(at + 1)
            value, at = self._value(at, _MEMBER_TEXT)
            members.append((name, value))
        self._refuse_rest(at, "}")
        return members

    def items(self) -> list[Node | None]:
        """Return the items of a list, with None for null. The brackets may be missing. Raises MalformedBody."""
        text = self.text
        bracketed = text.startswith("[")
        if bracketed and text[_end(_BLANK, text, 1) if self.pretty else 1 :] == "]":
            return []
        items: list[Node | None] = []
        at = 0 if bracketed else -1
        while not items or text.startswith(",", at):
            item, at = self._value(at + 1, _ITEM_TEXT)
            items.append(item)
        self._refuse_rest(at, "]" if bracketed else "")
        return items

    def _name(self, at: int) -> tuple[str, int]:
        match = _NAME.match(self.text, at)
        if not match:
            raise MalformedBody("a name is not followed by a colon")
        if match[1]:
            return _unquoted(match[1]), match.end()
        return match[2].strip(BLANKS) if self.pretty else match[2], match.end()

    def _value(self, at: int, unquoted: re.Pattern[str]) -> tuple[Node | None, int]:
        """Return the value that starts at `at` (None for null), and the position after it."""
        text = self.text
        start = _end(_BLANK, text, at)
        opener = text[start : start + 1]
        if opener == '"':
            end = _end(_QUOTED_TEXT, text, start)
            if end == start:
                raise MalformedBody("a quoted text has no closing quote")
        elif opener in _CLOSERS:
            end = _close(text, start, self.depth)
        else:
            return self._unquoted_value(at, unquoted)
        pretty = self.pretty or bool(_PRETTY.match(text, start))
        return Node(text[start:end], pretty, self.depth + 1), _end(_BLANK, text, end)

    def _unquoted_value(self, at: int, unquoted: re.Pattern[str]) -> tuple[Node | None, int]:
        end = _end(unquoted, self.text, at)
        raw = self.text[at:end]
        if self.pretty:
            raw = raw.strip(BLANKS)
            if "\n" in raw or "\r" in raw:
                raise MalformedBody("a line does not end with a comma")
        return Node(raw, self.pretty, self.depth + 1) if raw else None, end

    def _refuse_rest(self, at: int, closer: str) -> None:
        if self.text[at:] != closer:
            raise MalformedBody("an object or list does not end where it should")


def _bind_members(contract: Contract, node: Node | None) -> Fields:
    if node is None:
        raise MalformedBody("an object is missing")
    return bind_fields(contract, ((name.strip(BLANKS), value) for name, value in node.members()), bind)


def _unquoted(text: str) -> str:
    return text[1:-1].replace('""', '"') if text.startswith('"') else text


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _close(text: str, start: int, depth: int) -> int:
    """Return the position after the bracket that closes the one at `start`. Only a bracket of the same kind does."""
    opener = text[start]
    opened = dict.fromkeys(_CLOSERS, 0)
    for match in _QUOTED_OR_BRACKET.finditer(text, start):
        token = match[0]
        if token in _CLOSERS:
            opened[token] += 1
            if depth + sum(opened.values()) > DEPTH_LIMIT:
                raise MalformedBody(f"nested deeper than {DEPTH_LIMIT} levels")
        elif token in _OPENERS:
            kind = _OPENERS[token]
            opened[kind] = max(opened[kind] - 1, 0)
            if not opened[opener]:
                return match.end()
    raise MalformedBody(f"a {opener} has no matching {_CLOSERS[opener]}")


def _quoted_if_needed(text: str) -> str:
    if text and not _SPECIAL.search(text):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


_NOTATION = Notation(
    name=str,
    string=_quoted_if_needed,
    guid=str,
    datetime=xsd_datetime_or_day,
    true="True",
    false="False",
    null_item="",
)
