"""Rights of functions, judged as IAM does: a deny wins, and what no statement allows is refused.

It knows what template.yaml uses. Anything else is a TemplateError: a right that is judged wrongly proves nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from local.intrinsics import TemplateError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Context = dict[str, tuple[str, ...]]
"""Values of IAM's condition keys in a call."""


ANY = "any resource"
"""Stands for a resource that is not known. Every right to the action allows it, and only a deny of `*` refuses it."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A right that a call needs. `resource` is an ARN, `*` for what has none, or `ANY`."""

    action: str
    resource: str
    context: Context = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.action} on {self.resource}"


@dataclass(frozen=True, slots=True)
class Grant:
    """A right that a statement gives: one action on one resource, which may contain wildcards."""

    action: str
    resource: str


@dataclass(frozen=True)
class Statement:
    """A statement of a policy, with its intrinsic functions resolved."""

    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Operator, key and values of each condition."""

    def matching(self, ask: Ask) -> Grant | None:
        """Return the part that is about this right, or None."""
        action = next((each for each in self.actions if _like(each, ask.action)), None)
        known = ask.resource != ANY or self.effect == "Deny"
        resource = next((each for each in self.resources if not known or _like(each, ask.resource)), None)
        if action is None or resource is None or not all(_holds(*each, ask.context) for each in self.conditions):
            return None
        return Grant(action, resource)

    def grants(self) -> Iterator[Grant]:
        """Yield each right that the statement gives."""
        if self.effect == "Allow":
            yield from (Grant(action, resource) for action in self.actions for resource in self.resources)


def read_statements(document: Mapping[str, Any], *, of_everybody: bool = False) -> Iterator[Statement]:
    """Read the statements of a policy document. Raises TemplateError for what is not supported here.

    The statements of a resource's own policy are `of_everybody`.
    """
    for statement in document["Statement"]:
        if unknown := statement.keys() - {"Sid", "Effect", "Action", "Resource", "Condition", "Principal"}:
            raise TemplateError(f"the policy element {min(unknown)} is not supported here")
        if ("*" if of_everybody else None) != statement.get("Principal"):
            raise TemplateError("a policy for some principals only is not supported here")
        conditions = tuple(
            (operator, key, tuple(_list(values)))
            for operator, keys in (statement.get("Condition") or {}).items()
            for key, values in keys.items()
        )
        if unknown := {operator for operator, *_ in conditions} - set(_OPERATORS):
            raise TemplateError(f"the condition operator {min(unknown)} is not supported here")
        yield Statement(
            statement["Effect"], tuple(_list(statement["Action"])), tuple(_list(statement["Resource"])), conditions
        )


def granted(statements: Iterable[Statement], ask: Ask) -> Grant | None:
    """Return the right that allows this, or None if nothing does or something denies it."""
    found = [(statement.effect, part) for statement in statements if (part := statement.matching(ask))]
    if any(effect == "Deny" for effect, _ in found):
        return None
    return found[0][1] if found else None


def refuses(statements: Iterable[Statement], ask: Ask) -> bool:
    """Tell whether a statement denies this, whoever asks."""
    return any(statement.effect == "Deny" and statement.matching(ask) for statement in statements)


_OPERATORS = {
    "Bool": lambda values, given: bool(given) and given[0] in values,
    "NumericGreaterThan": lambda values, given: bool(given) and any(float(given[0]) > float(each) for each in values),
    "StringEquals": lambda values, given: bool(given) and given[0] in values,
    "StringLike": lambda values, given: bool(given) and _any_like(values, given[0]),
    # True of no values at all, as IAM has it.
    "ForAllValues:StringLike": lambda values, given: all(_any_like(values, each) for each in given),
    "ForAllValues:StringNotLike": lambda values, given: not any(_any_like(values, each) for each in given),
    "ForAnyValue:StringLike": lambda values, given: any(_any_like(values, each) for each in given),
}


def _holds(operator: str, key: str, values: tuple[str, ...], context: Context) -> bool:
    return _OPERATORS[operator](values, context.get(key, ()))


def _any_like(patterns: tuple[str, ...], text: str) -> bool:
    return any(_like(pattern, text) for pattern in patterns)


def _like(pattern: str, text: str) -> bool:
    return bool(_compiled(pattern).fullmatch(text))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - one or many
    return value if isinstance(value, list) else [value]
