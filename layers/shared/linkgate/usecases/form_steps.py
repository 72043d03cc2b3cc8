"""Steps of a form: pages in order, which `x-steps` in its schema names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.usecases.form_parts import properties
from linkgate.usecases.pointers import escaped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linkgate.usecases.form_parts import Schema

    Fault = tuple[str, str]
    """JSON Pointer into the schema, and a sentence without a subject."""

STEPS = "x-steps"
MOST_STEPS = 20


@dataclass(frozen=True, slots=True)
class Step:
    """A page of a form."""

    number: int
    """Place in `x-steps`, from 1."""
    words: Schema
    """Title and translations."""
    pointers: Sequence[str]
    """Questions and sections, in the order in which the page asks for them."""

    def has(self, pointer: str) -> bool:
        """Tell whether a place in the data belongs to the step."""
        return any(pointer == each or pointer.startswith(f"{each}/") for each in self.pointers)


def steps_of(schema: Schema) -> list[Step]:
    """Return the steps of a form, none if it is one page. Those in which a role sees no question are left out."""
    declared = schema.get(STEPS)
    known = {f"/{escaped(name)}" for name in properties(schema)}
    found = []
    for number, each in enumerate(declared if isinstance(declared, list) else (), 1):
        pointers = [pointer for pointer in each["fields"] if pointer in known]
        if pointers:
            found.append(Step(number, each, pointers))
    return found


def step_faults(declared: object, schema: Schema, place: str) -> Iterator[Fault]:
    """Yield the faults of a form's steps, of which each question belongs to exactly one."""
    if place != f"/{STEPS}":
        yield place, "has no effect here; steps belong to the whole form"
        return
    if not isinstance(declared, list) or not declared:
        yield place, "must be a list of steps, each with a `title` and `fields`"
        return
    if len(declared) > MOST_STEPS:
        yield place, f"has {len(declared)} steps; a form has at most {MOST_STEPS}"
    # Signatures follow the review.
    asked = [f"/{escaped(name)}" for name, part in properties(schema).items() if part.get("format") != "signature"]
    seen: set[str] = set()
    for number, step in enumerate(declared):
        yield from _step(step, f"{place}/{number}", asked, seen)
    for pointer in asked:
        if pointer not in seen:
            yield place, f"leaves out {pointer}, so that nobody is asked for it"


def _step(step: object, place: str, asked: Sequence[str], seen: set[str]) -> Iterator[Fault]:
    if not isinstance(step, dict):
        yield place, "must have a `title` and `fields`"
        return
    title, pointers = step.get("title"), step.get("fields")
    if not isinstance(title, str) or not title.strip():
        yield place, "must have a `title`"
    for word in sorted(step.keys() - {"title", "fields", "x-i18n"}):
        yield f"{place}/{escaped(word)}", "is nothing that a step has; there are: title, fields, x-i18n"
    yield from _translations(step.get("x-i18n", {}), f"{place}/x-i18n")
    if not isinstance(pointers, list) or not pointers:
        yield place, "must have `fields`, the JSON Pointers of its questions and sections"
        return
    for number, pointer in enumerate(pointers):
        if pointer not in asked:
            yield (
                f"{place}/fields/{number}",
                f"is {pointer!r}, which is no question or section; write /name, not what is inside",
            )
        elif pointer in seen:
            yield f"{place}/fields/{number}", f"is {pointer}, which an earlier place asks for"
        seen.add(str(pointer))


def _translations(translations: object, place: str) -> Iterator[Fault]:
    if not isinstance(translations, dict):
        yield place, "must map languages to translations"
        return
    for language, words in translations.items():
        if not isinstance(words, dict) or words.keys() != {"title"} or not isinstance(words["title"], str):
            yield f"{place}/{escaped(language)}", "must have a `title` and nothing else"
