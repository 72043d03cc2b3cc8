"""Conditions in a form: which of its questions are asked, given the answers so far.

A question is conditional if a branch of a condition requires it and nothing else does. It is asked while such a branch
holds, and then it needs an answer. `pages/conditions.js` decides the same in the browser.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from linkgate.lazy_dataclass import dataclass
from linkgate.usecases.form_groups import part_at, with_entries
from linkgate.usecases.form_parts import is_group, once_a_form, properties
from linkgate.usecases.pointers import escaped, place, value_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from linkgate.usecases.form_parts import Schema

_MOST_TURNS = 20
"""Bound of questions that depend on one another in a row."""


@dataclass(frozen=True, slots=True)
class Branch:
    """Pointers of what a branch of a condition requires, and of what must be empty in it."""

    wanted: frozenset[str]
    excluded: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition on the object at a pointer, with its two branches."""

    at: str
    condition: object
    then: Branch
    otherwise: Branch

    @property
    def decides(self) -> frozenset[str]:
        """Pointers of what the condition decides about."""
        return self.then.wanted | self.then.excluded | self.otherwise.wanted | self.otherwise.excluded


@dataclass(frozen=True, slots=True)
class Asked:
    """Conditional questions and sections of a form by pointer, and those that are not asked at the moment."""

    conditional: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()

    def around(self, pointer: str) -> list[str]:
        """Return what is conditional of a question and the sections around it."""
        return [each for each in self.conditional if pointer == each or pointer.startswith(f"{each}/")]

    def hides(self, pointer: str) -> bool:
        """Tell whether a question is not asked, for itself or because of a section around it."""
        return not self.hidden.isdisjoint(self.around(pointer))


def holds(condition: object, value: object) -> bool:
    """Tell whether a value fulfils a condition, which has only the words that forms may use in one."""
    if not isinstance(condition, dict):
        return condition is not False
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return (
        ("const" not in condition or _same(condition["const"], value))
        and ("enum" not in condition or any(_same(each, value) for each in condition["enum"]))
        and (not number or condition.get("minimum", value) <= value <= condition.get("maximum", value))
        and (not isinstance(value, dict) or _holds_inside(condition, value))
        and (not isinstance(value, list) or "contains" not in condition or _some(condition["contains"], value))
        and ("not" not in condition or not holds(condition["not"], value))
        and all(holds(each, value) for each in condition.get("allOf", ()))
        and ("anyOf" not in condition or any(holds(each, value) for each in condition["anyOf"]))
    )


def asked_in(rules: Sequence[Rule], data: Mapping[str, object]) -> Asked:
    """Return what is asked, given the answers. An answer to a question that is not asked does not count."""
    branches = [branch for rule in rules for branch in (rule.then, rule.otherwise)]
    conditional = frozenset[str]().union(*(branch.wanted for branch in branches))
    hidden = conditional
    for _ in range(_MOST_TURNS):
        before, answers = hidden, without(data, hidden)
        taken = [rule.then if holds(rule.condition, _object_at(answers, rule.at)) else rule.otherwise for rule in rules]
        hidden = conditional.difference(*(branch.wanted for branch in taken))
        hidden = hidden.union(*(branch.excluded for branch in taken))
        if hidden == before:
            break
    return Asked(conditional.union(*(branch.excluded for branch in branches)), hidden)


def as_asked(data: Mapping[str, object], schema: Schema) -> tuple[dict[str, object], Asked]:
    """Return the answers to what is asked, with a place for each section and entry that is, and what is asked."""
    data = with_entries(data, schema)
    asked = asked_in(rules_of(schema), data)
    answers = without(data, asked.hidden)
    for pointer in asked.conditional - asked.hidden:
        part = part_at(schema, pointer) or {}
        if value_at(answers, pointer) is None and properties(part) and not is_group(part):
            place(answers, pointer, {})
    return answers, asked


@once_a_form
def rules_of(schema: Schema) -> Sequence[Rule]:
    """Return the conditions of a form and of its sections."""
    return tuple(_rules_in(schema, ""))


def _rules_in(schema: Schema, pointer: str) -> list[Rule]:
    always, rules = frozenset(_required(schema, pointer)), list[Rule]()
    entries = schema.get("allOf")
    for part in (schema, *(entries if isinstance(entries, list) else ())):
        if isinstance(part, dict):
            rules += _rules(part, pointer, always)
    for name, part in properties(schema).items():
        if properties(part):
            rules += _rules_in(part, f"{pointer}/{escaped(name)}")
    return rules


def without(data: Mapping[str, object], hidden: frozenset[str]) -> dict[str, object]:
    """Return the answers without those to questions that are not asked."""
    result: dict[str, object] = json.loads(json.dumps(data)) if hidden else dict(data)
    for pointer in hidden:
        place(result, pointer, None)
    return result


def read_by(condition: object, pointer: str) -> Iterator[str]:
    """Yield the pointers of the answers that a condition on the object at `pointer` looks at."""
    if not isinstance(condition, dict):
        return
    for name in condition.get("required", ()):
        yield f"{pointer}/{escaped(name)}"
    for name, part in condition.get("properties", {}).items():
        inner = f"{pointer}/{escaped(name)}"
        yield from list(read_by(part, inner)) or [inner]
    for each in (condition.get("not"), *condition.get("allOf", ()), *condition.get("anyOf", ())):
        yield from read_by(each, pointer)


def _object_at(answers: Mapping[str, object], pointer: str) -> object:
    """Return an object of the answers, which is there even if it is empty."""
    found = value_at(answers, pointer)
    return {} if found is None else found


def _holds_inside(condition: Mapping[str, object], value: Mapping[str, object]) -> bool:
    required = cast("list[str]", condition.get("required", []))
    parts = cast("dict[str, object]", condition.get("properties", {}))
    return all(name in value for name in required) and all(
        holds(part, value[name]) for name, part in parts.items() if name in value
    )


def _some(condition: object, values: list[object]) -> bool:
    return any(holds(condition, each) for each in values)


def _same(one: object, other: object) -> bool:
    """Compare single values as JSON does: 1 is 1.0, and neither is true."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _rules(part: Schema, pointer: str, always: frozenset[str]) -> Iterator[Rule]:
    if "if" in part:
        then, otherwise = (_branch(part.get(word), pointer, always) for word in ("then", "else"))
        yield Rule(pointer, part["if"], then, otherwise)
    dependent = part.get("dependentRequired")
    for name, names in dependent.items() if isinstance(dependent, dict) else ():
        wanted = frozenset(f"{pointer}/{escaped(each)}" for each in names)
        yield Rule(
            pointer, {"required": [name]}, Branch(wanted - always, frozenset()), Branch(frozenset(), frozenset())
        )


def _branch(part: object, pointer: str, always: frozenset[str]) -> Branch:
    return Branch(frozenset(_required(part, pointer)) - always, frozenset(_excluded(part, pointer)))


def _required(part: object, pointer: str) -> Iterator[str]:
    """Yield the pointers of what a schema requires, also in its sections."""
    if isinstance(part, dict):
        yield from (f"{pointer}/{escaped(str(name))}" for name in part.get("required", ()))
        for name, inner in part.get("properties", {}).items():
            yield from _required(inner, f"{pointer}/{escaped(name)}")


def _excluded(part: object, pointer: str) -> Iterator[str]:
    """Yield the pointers of what must be empty where a schema holds."""
    if isinstance(part, dict):
        for name, inner in part.get("properties", {}).items():
            place = f"{pointer}/{escaped(name)}"
            yield from [place] if inner is False else _excluded(inner, place)
