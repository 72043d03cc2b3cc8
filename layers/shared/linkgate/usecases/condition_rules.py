"""Rules for the conditions of a form: only those that a page can decide, and that mean what they seem to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.usecases.conditions import read_by, rules_of
from linkgate.usecases.form_groups import expanded, groups_in
from linkgate.usecases.form_parts import is_group, items_of, properties
from linkgate.usecases.pointers import escaped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from linkgate.usecases.conditions import Rule
    from linkgate.usecases.form_parts import Schema

    Fault = tuple[str, str]
    """JSON Pointer into the schema, and a sentence without a subject."""

_VALUES = ("const", "enum", "minimum", "maximum", "contains")
_LOGIC = ("not", "allOf", "anyOf")
_WORDS = ("properties", "required", *_VALUES, *_LOGIC)
_BRANCHES = ("then", "else")
_ELSEWHERE = ("anyOf", "oneOf", "dependentSchemas", "not")


def condition_faults(schema: Schema) -> Iterator[Fault]:
    """Yield the faults of all conditions in a form whose parts have no others."""
    found = list(_object(schema, ""))
    yield from found
    one_entry_each = {pointer: ["-"] for pointer, _, _ in groups_in(schema)}
    if not found and (loop := _loop(rules_of(expanded(schema, one_entry_each)))):
        yield "", f"has conditions in a circle: {loop}"


def _object(schema: Schema, pointer: str) -> Iterator[Fault]:
    yield from _conditions(schema, pointer)
    entries = schema.get("allOf")
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, dict):
            yield from _conditions(entry, f"{pointer}/allOf/{number}")
    for word in _ELSEWHERE:
        if _inside(schema.get(word)):
            yield f"{pointer}/{word}", "has an `if` inside, which belongs to the form, a section or their `allOf`"
    for name, part in properties(schema).items():
        place = f"{pointer}/properties/{escaped(name)}"
        if properties(part):
            yield from _object(part, place)
        elif is_group(part):
            yield from _object(items_of(part), f"{place}/items")
        elif _inside(part):
            yield place, "has an `if`, which belongs to the form or to a section"


def _conditions(part: Schema, pointer: str) -> Iterator[Fault]:
    branches = [word for word in _BRANCHES if word in part]
    if "if" not in part:
        for word in branches:
            yield f"{pointer}/{word}", "has no effect without an `if`"
        return
    if not branches:
        yield f"{pointer}/if", "has no effect without a `then` or an `else`"
    yield from _condition(part["if"], f"{pointer}/if")
    for word in branches:
        yield from _branch(part[word], f"{pointer}/{word}")


def _condition(condition: object, pointer: str) -> Iterator[Fault]:
    """Yield what a page does not understand in a condition, and what holds where nobody expects it."""
    if not isinstance(condition, dict):
        return
    for word in condition:
        if word not in _WORDS and not word.startswith("x-"):
            yield f"{pointer}/{escaped(word)}", f"is not understood in an `if`; there are: {', '.join(_WORDS)}"
    parts, required = condition.get("properties"), condition.get("required", [])
    for name, part in parts.items() if isinstance(parts, dict) else ():
        place = f"{pointer}/properties/{escaped(name)}"
        if name not in required:
            yield place, f"also holds while {name!r} is empty; name it in the `required` beside `properties`"
        yield from _condition(part, place)
    yield from _values(condition, pointer)
    if "not" in condition:
        yield from _condition(condition["not"], f"{pointer}/not")
    for word in ("allOf", "anyOf"):
        for number, each in enumerate(condition.get(word, ())):
            yield from _condition(each, f"{pointer}/{word}/{number}")


def _values(condition: Schema, pointer: str) -> Iterator[Fault]:
    contains = condition.get("contains")
    if "contains" in condition and (not isinstance(contains, dict) or contains.keys() != {"const"}):
        yield f"{pointer}/contains", "must have a `const` and nothing else"
    values = condition.get("enum")
    for word, value in (
        ("const", condition.get("const")),
        *(("enum", each) for each in (values if isinstance(values, list) else ())),
    ):
        if isinstance(value, dict | list):
            yield f"{pointer}/{word}", "must be a single value in an `if`"


def _branch(branch: object, pointer: str) -> Iterator[Fault]:
    if branch is False:
        yield pointer, "leaves no right answer; write `false` at the properties that must be empty"
    if not isinstance(branch, dict):
        return
    for word in branch:
        if word not in {"properties", "required"} and not word.startswith("x-"):
            yield f"{pointer}/{escaped(word)}", "is not understood in a branch; there are: properties, required"
    for name, part in properties(branch).items():
        if _inside(part):
            yield f"{pointer}/properties/{escaped(name)}", "has an `if`, which belongs to the form or to a section"


def _inside(part: object) -> bool:
    """Tell whether there is an `if` anywhere in a part that is not a section of the form."""
    if isinstance(part, list):
        return any(map(_inside, part))
    return isinstance(part, dict) and ("if" in part or any(_inside(part.get(word)) for word in (*_ELSEWHERE, "allOf")))


def _loop(rules: Sequence[Rule]) -> str:
    """Return questions of which each decides whether the next is asked, and the last decides about the first."""
    follows: dict[str, set[str]] = {}
    for rule in rules:
        for pointer in read_by(rule.condition, rule.at):
            follows.setdefault(pointer, set()).update(rule.decides)
    done: set[str] = set()
    for start in follows:
        if path := _path(start, follows, (), done):
            return ", ".join(path)
    return ""


def _path(pointer: str, follows: Mapping[str, set[str]], path: tuple[str, ...], done: set[str]) -> tuple[str, ...]:
    if pointer in path:
        return path[path.index(pointer) :]
    if pointer in done:
        return ()
    nearby = sorted({each for read in _around(pointer, follows) for each in follows[read]})
    found = next((loop for each in nearby if (loop := _path(each, follows, (*path, pointer), done))), ())
    done.add(pointer)
    return found


def _around(pointer: str, follows: Mapping[str, set[str]]) -> list[str]:
    """Return the pointers that conditions read and that are the same as, around or inside a pointer."""
    return [
        each for each in follows if each == pointer or each.startswith(f"{pointer}/") or pointer.startswith(f"{each}/")
    ]
