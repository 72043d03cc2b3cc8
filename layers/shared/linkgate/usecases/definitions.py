"""Definitions that links are about: forms as they were when the link was made, all others as they are now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.kinds import KINDS
from linkgate.model.tenant import ResourceType

if TYPE_CHECKING:
    from linkgate.model.kinds import Definition
    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps


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
    """Return a definition's title for readers of this language. Only types of resources have others than their own."""
    return definition.title_in(locale) if isinstance(definition, ResourceType) else definition.title
