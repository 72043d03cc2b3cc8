"""Page of what waits for a second person. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.console.frame import HOME, moment, page, reader_of
from linkgate.dialects.console.link_pages import customer
from linkgate.dialects.console.tables import Cell, table
from linkgate.dialects.console.words import refusal_in_words
from linkgate.model.link import Channel
from linkgate.pages.pieces import box, button, joined, paragraph
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.dialects.console.words import Reader
    from linkgate.errors import LinkError
    from linkgate.model.link import Link
    from linkgate.model.person import Staff
    from linkgate.model.proposal import Proposal
    from linkgate.wire.message import Reply

_COLUMNS = ("customer", "addresses", "checked", "proposed_by", "decision")


def proposals_page(
    staff: Staff,
    proposals: Sequence[Proposal],
    links: Mapping[str, Link],
    names: Mapping[str, str],
    refusal: LinkError | None = None,
) -> Reply:
    """Render what waits for a decision.

    `links` are those that the proposals are about, by rid; `names` those of people by id; `refusal` is the error of an
    approval.
    """
    reader = reader_of(staff, names)
    said = (
        box("bad", paragraph(reader.text("act.impossible", why=refusal_in_words(refusal, reader)))) if refusal else ""
    )
    rows = [_row(each, links.get(each.rid), staff, reader) for each in proposals]
    columns = [reader.text(f"column.{name}") for name in _COLUMNS]
    listed = table(reader.counted("proposals.rows", len(rows)), columns, rows) if rows else ""
    lead = paragraph(reader.text("proposals.lead" if rows else "proposals.none"))
    return page(staff, "proposals", reader.text("place.proposals"), said, lead, listed, status=409 if refusal else 200)


def _row(proposal: Proposal, link: Link | None, staff: Staff, reader: Reader) -> list[Cell]:
    who = customer(link, reader) if link else proposal.rid
    changes = [
        Html("{} → <strong>{}</strong>").format(
            reader.address(link.address(channel) if link else None), reader.address(new)
        )
        for channel, new in ((Channel.EMAIL, proposal.email), (Channel.SMS, proposal.phone))
        if new
    ]
    return [
        Cell(Html('<a href="{}/links/{}"><bdi>{}</bdi></a>').format(HOME, proposal.rid, who)),
        Cell(Html("<br>").join(changes)),
        Cell(proposal.reason or ""),
        Cell(joined(reader.name(proposal.by), ", ", moment(proposal.at, reader))),
        Cell(_decision(proposal, staff, reader)),
    ]


def _decision(proposal: Proposal, staff: Staff, reader: Reader) -> Html:
    path = f"{HOME}/proposals/{proposal.id}"
    own = proposal.by == staff.id
    taken = proposal.approved_by not in {None, staff.id}
    press = button(reader.text("proposals.approve"))
    approve = Html('<form method="post" action="{}/approve">{}</form>').format(path, press)
    waits = paragraph(reader.text("proposals.own" if own else "proposals.taken"))
    label = reader.text("proposals.withdraw" if own else "proposals.refuse")
    refuse = Html('<form method="post" action="{}/refuse">{}</form>').format(path, button(label, "plain"))
    return joined(waits if own or taken else approve, refuse)
