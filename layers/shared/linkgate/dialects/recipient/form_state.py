"""State of a form on a page: its fields, what they show, and which of them are asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from linkgate.dialects.recipient.answers import answers_in, on_page, texts_of
from linkgate.dialects.recipient.drafts import texts_over, versions_in
from linkgate.dialects.recipient.fields import LOCALE, conditioned, fields_of, flat, with_uploads
from linkgate.lazy_dataclass import dataclass
from linkgate.texts import offered
from linkgate.usecases.conditions import asked_in, read_by, rules_of
from linkgate.usecases.form_groups import with_entries
from linkgate.usecases.pointers import value_at
from linkgate.usecases.visits.fields import assembled

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from linkgate.dialects.recipient.answers import Form
    from linkgate.dialects.recipient.fields import Field
    from linkgate.usecases.conditions import Branch, Rule
    from linkgate.usecases.visits.viewing import View


@dataclass(frozen=True, slots=True)
class FormState:
    """A form as it stands."""

    fields: tuple[Field, ...]
    kept: Form
    """Texts of what is stored."""
    texts: Form
    """Texts that the page shows: those that were sent and refused, or what is stored."""
    known: Mapping[str, object]
    """Answers that are stored, over the data of the link."""
    rules: Sequence[Rule]


def state_of(view: View, language: str, prefilled: Mapping[str, object], sent: Form | None = None) -> FormState:
    """Return the state of a form. `sent` are texts that were refused."""
    fields = with_uploads(fields_of(view.schema, language), view.uploads)
    known = with_entries(assembled(prefilled, view.fields) or {}, view.schema)
    shown = texts_of(fields, prefilled if view.draft is None else view.draft)
    kept = texts_over(shown, fields, view.fields)
    rules = rules_of(view.schema)
    if view.draft is not None:
        known = with_entries(assembled(view.draft, view.fields) or {}, view.schema)
    texts, data = kept, known
    if sent is not None:
        conditional, page = asked_in(rules, {}), versions_in(sent)
        absent = [
            field.pointer
            for field in flat(fields)
            if (page and field.pointer not in page) or not on_page(field.pointer, sent, conditional)
        ]
        texts = {**sent, **{pointer: kept[pointer] for pointer in absent if pointer in kept}}
        data = answers_in(fields, texts, known, offered(sent.get(LOCALE, [""])[-1]))
    return FormState(conditioned(fields, asked_in(rules, data)), kept, texts, known, rules)


def rules_json(state: FormState, on_this_page: Sequence[Field]) -> str | None:
    """Return the conditions of a page for the script, None if it has none.

    They are rules, how to read the fields that the rules name, and such answers as are not on the page.
    """
    fields = {field.pointer: field for field in flat(on_this_page)}
    needed = _needed(state.rules, {*fields, *(field.pointer for field in _sections(on_this_page))})
    if not needed:
        return None
    read = {pointer for rule in needed for pointer in read_by(rule.condition, rule.at)}
    kinds = {pointer: _kind(fields[pointer]) for pointer in read if pointer in fields}
    elsewhere = {
        pointer: value
        for pointer in read
        if pointer not in kinds and (value := value_at(state.known, pointer)) is not None
    }
    rules = [[rule.at, rule.condition, _branch(rule.then), _branch(rule.otherwise)] for rule in needed]
    return json.dumps({"rules": rules, "kinds": kinds, "known": elsewhere}, separators=(",", ":"), sort_keys=True)


def _needed(rules: Sequence[Rule], pointers: Collection[str]) -> list[Rule]:
    """Return the rules that decide about these questions, and about those that they depend on."""
    found: list[Rule] = []
    wanted = {*pointers}
    for _ in rules:
        more = [rule for rule in rules if rule not in found and not wanted.isdisjoint(rule.decides)]
        wanted |= {pointer for rule in more for pointer in read_by(rule.condition, rule.at)}
        found += more
    return [rule for rule in rules if rule in found]


def _sections(fields: Sequence[Field]) -> list[Field]:
    return [inner for field in fields if field.parts for inner in (field, *_sections(field.parts))]


def _branch(branch: Branch) -> list[list[str]]:
    return [sorted(branch.wanted), sorted(branch.excluded)]


def _kind(field: Field) -> object:
    """Return how the script reads an answer: by its choices, as a number, or as the text that it is."""
    if field.control in {"yes_no", "agree"}:
        return {"true": True, "false": False}
    if field.options:
        choices = {option.key: option.value for option in field.options}
        return [choices] if field.control == "several" else choices
    return "number" if field.control == "number" else "text"
