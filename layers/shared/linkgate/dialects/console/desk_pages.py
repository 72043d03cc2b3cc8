"""Page from which an agent goes to their desk. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.console.frame import HOME, page, reader_of
from linkgate.pages.pieces import button, paragraph
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from linkgate.model.person import Staff
    from linkgate.model.tenant import Agent
    from linkgate.wire.message import Reply


def own_desk_page(staff: Staff, agent: Agent | None) -> Reply:
    """Render a button that opens the desk. Without an agent, say who can help."""
    reader = reader_of(staff)
    if agent is None:
        return _page(staff, paragraph(reader.text("desk.none", person=staff.id)))
    form = Html('<p>{}</p><form method="post" action="{}/desk">{}</form>').format(
        reader.text("desk.lead", agent=agent.title), HOME, button(reader.text("desk.make"))
    )
    return _page(staff, form)


def _page(staff: Staff, content: str) -> Reply:
    return page(staff, "desk", reader_of(staff).text("place.desk"), content)
