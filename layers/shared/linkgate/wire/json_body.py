"""JSON bodies: strict reading, with limits that apply before parsing, and compact writing."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NoReturn

from linkgate.errors import MalformedBody

if TYPE_CHECKING:
    from collections.abc import Mapping

DEPTH_LIMIT = 32
_STRINGS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_BRACKETS = re.compile(rb"[][{}]")


def read_json(body: bytes, depth: int = DEPTH_LIMIT) -> object:
    """Return the value in a body. Raises MalformedBody unless it is strict JSON in UTF-8 of at most `depth` levels.

    Unlike `json.loads`, it refuses NaN, Infinity, numbers out of a double's range, and lone surrogates.
    """
    if body.startswith(b"\xef\xbb\xbf"):
        body = body[3:]
    _refuse_depth(body, depth)
    try:
        value: object = _STRICT.decode(body.decode())
        if b"\\u" in body:
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        raise MalformedBody("the body is not UTF-8") from error
    except UnicodeEncodeError as error:
        raise MalformedBody("the body contains a lone surrogate") from error
    except json.JSONDecodeError as error:
        raise MalformedBody(f"the body is not JSON (line {error.lineno}, column {error.colno})") from error
    except ValueError as error:
        raise MalformedBody("the body contains a number that is out of range") from error
    return value


def read_object(body: bytes, depth: int = DEPTH_LIMIT) -> Mapping[str, object]:
    """Return the object in a body. Works like `read_json`, and raises MalformedBody for any other value."""
    value = read_json(body, depth)
    if not isinstance(value, dict):
        raise MalformedBody("the body is not a JSON object")
    return value


def write_json(value: object) -> bytes:
    """Return the value as compact JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _refuse_depth(body: bytes, limit: int) -> None:
    if body.count(b"[") + body.count(b"{") <= limit:
        return
    depth = 0
    for bracket in _BRACKETS.finditer(_STRINGS.sub(b"", body)):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > limit:
            raise MalformedBody(f"the body is nested deeper than {limit} levels")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise ValueError(text)
    return number


_STRICT = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)
