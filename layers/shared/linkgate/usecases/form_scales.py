"""Ratings of forms: what their steps and ends are called, and the one that a survey begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.texts import page_texts
from linkgate.usecases.form_parts import control_of, has_parts, properties, steps, translated, word
from linkgate.usecases.pointers import escaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkgate.usecases.form_parts import Schema

FACES = 5
"""Number of steps of a rating with faces."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Rating that a survey begins with."""

    pointer: str
    question: str
    part: Schema
    labels: Sequence[tuple[str, str]]
    """Each step as a form sends it, and what it is called."""
    ends: Sequence[str]


def first_scale(schema: Schema, language: str) -> Scale | None:
    """Return a form's first question if it is a rating without negative steps, for a row of scores."""
    name, part = next(iter(properties(schema).items()), ("", {}))
    if part.get("x-control") == "matrix" or has_parts(part) or control_of(part) != "scale" or steps(part)[0] < 0:
        return None
    labels = [(str(value), label_of(part, value, language)) for value in steps(part)]
    return Scale(f"/{escaped(name)}", word(part, "title", language) or name, part, labels, ends_of(part, language))


def label_of(part: Schema, value: int, language: str) -> str:
    """Return what a step of a rating is called."""
    asked = part.get("x-control")
    if not language or asked not in {"stars", "smileys"}:
        return str(value)
    if asked == "stars":
        return page_texts(language)["scale.stars"].format(value=value, most=steps(part)[-1])
    return page_texts(language)[f"scale.smileys.{value - steps(part)[0] + 1}"]


def ends_of(part: Schema, language: str) -> Sequence[str]:
    """Return what the ends of a rating mean, or nothing. The question whether to recommend has ends of its own."""
    ends = translated(part, "ends", "x-ends", language)
    if isinstance(ends, list):
        return [str(end) for end in ends]
    if language and part.get("x-control") == "nps":
        return [page_texts(language)[f"scale.nps.{end}"] for end in ("low", "high")]
    return []
