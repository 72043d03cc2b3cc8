"""JSON Pointers (RFC 6901) into answers, which are objects within objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def escaped(name: str) -> str:
    """Escape a property's name as a step of a JSON Pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def value_at(data: Mapping[str, object], pointer: str) -> object:
    """Return the value at a pointer, or None if there is none."""
    value: object = data
    for step in steps_in(pointer):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def place(data: dict[str, object], pointer: str, value: object) -> None:
    """Set the value at a pointer, or take it away if it is None."""
    *path, last = steps_in(pointer)
    inner: dict[str, object] = data
    for step in path:
        following = inner.get(step)
        if not isinstance(following, dict):
            if value is None:
                return
            following = inner[step] = {}
        inner = following
    if value is None:
        inner.pop(last, None)
    else:
        inner[last] = value


def steps_in(pointer: str) -> list[str]:
    """Return the names that lead to a place."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
