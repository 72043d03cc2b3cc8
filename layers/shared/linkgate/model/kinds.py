"""Traits of each kind of link. A further kind is a further row here, with a page and data of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Kind
from linkgate.model.tenant import Agent, Campaign, Category, Process, ResourceType

if TYPE_CHECKING:
    from collections.abc import Mapping

    Definition = Process | ResourceType | Campaign | Category | Agent


@dataclass(frozen=True, slots=True, kw_only=True)
class KindTraits:
    """Traits that every link of a kind has."""

    definition: type[Definition]
    """Class of the definitions that such links are about."""
    fillable: bool = False
    """True if the link leads to a form to fill in and submit."""
    reviewed: bool = False
    """True if the form shows the caller's data, which the recipient reviews and confirms.

    Another form shows none of them, and needs at least one answer.
    """
    declinable: bool = False
    """True if recipients may decline further ones, because the link is not about business that they have."""
    reference: Literal["resource", "agent"] | None = None
    """Thing that `Link.reference` names."""
    listed_by: Literal["definition", "reference"] | None = None
    """Thing whose links make a list: the definition, or what the reference names."""


KINDS: Mapping[Kind, KindTraits] = {
    Kind.PROCESS: KindTraits(definition=Process, fillable=True, reviewed=True),
    Kind.RESOURCE: KindTraits(definition=ResourceType, reference="resource", listed_by="reference"),
    Kind.SURVEY: KindTraits(
        definition=Campaign, fillable=True, declinable=True, reference="agent", listed_by="definition"
    ),
    Kind.SESSION: KindTraits(definition=Category),
    Kind.DESK: KindTraits(definition=Agent, listed_by="reference"),
}
