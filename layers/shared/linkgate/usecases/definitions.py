"""Definitions that links are about: forms as they were when the link was made, all others as they are now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.kinds import KINDS
from linkgate.model.link import Kind
from linkgate.model.tenant import Campaign, Process, ResourceType

if TYPE_CHECKING:
    from linkgate.model.kinds import Definition
    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.usecases.form_parts import Schema

DEFAULT_SURVEY: Schema = {
    "type": "object",
    "properties": {
        "rating": {
            "type": "integer",
            "title": "How satisfied are you?",
            "minimum": 1,
            "maximum": 5,
            "x-i18n": {"es": {"title": "¿Qué tan satisfecho está?"}},
        },
        "comment": {
            "type": "string",
            "title": "What could be better?",
            "maxLength": 2000,
            "x-i18n": {"es": {"title": "¿Qué podríamos mejorar?"}},
        },
    },
    "required": ["rating"],
}
"""Questions of a campaign that defines none."""


def definition_of(link: Link, deps: Deps) -> Definition | None:
    """Return the definition that a link names, even if its tenant has deleted it. One cached read if it has not."""
    kind = KINDS[link.kind]
    if kind.fillable and link.version:
        # A form stays as it was, so that nobody's answers lose their questions.
        made = deps.tenants.definition(kind.definition, link.tenant, link.definition_id, link.version)
        if made:
            return made
    now = deps.tenants.definition(kind.definition, link.tenant, link.definition_id)
    return now or deps.tenants.definition(kind.definition, link.tenant, link.definition_id, link.version or "")


def title_of(link: Link, deps: Deps) -> str | None:
    """Return the title that messages about the link use, or None."""
    definition = definition_of(link, deps)
    return translated_title(definition, link.recipient.locale) if definition else None


def translated_title(definition: Definition, locale: str) -> str:
    """Return a definition's title for readers of this language.

    Types of resources have titles in other languages beside it, and forms in the `x-i18n` of their schema.
    """
    if isinstance(definition, ResourceType):
        return definition.title_in(locale)
    words = {"x-i18n": schema_of(definition).get("x-i18n")}
    if words["x-i18n"] is None:
        return definition.title
    from linkgate.usecases.form_parts import word

    return word(words, "title", locale) or word(words, "title", locale.partition("-")[0]) or definition.title


def schema_of(definition: Definition | None) -> Schema:
    """Return the form of a definition, empty if it has none."""
    match definition:
        case Process():
            return definition.schema
        case Campaign():
            return definition.schema or DEFAULT_SURVEY
        case _:
            return {}


def survey_of(link: Link, deps: Deps) -> Schema:
    """Return the questions that a message may show: none of a link that is no survey, or that asks for a code."""
    return schema_of(definition_of(link, deps)) if link.kind is Kind.SURVEY and link.code is None else {}
