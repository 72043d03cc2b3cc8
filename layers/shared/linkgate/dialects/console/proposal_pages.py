"""Page of what waits for a second person. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.console.frame import HOME, moment, page, reader_of
from linkgate.dialects.console.link_pages import customer
from linkgate.dialects.console.tables import Cell, table
from linkgate.dialects.console.words import refusal_in_words
from linkgate.model.link import Channel
from linkgate.model.proposal import FourEyes
from linkgate.pages.pieces import box, button, button_link, joined, paragraph
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.dialects.console.words import Reader
    from linkgate.errors import LinkError
    from linkgate.model.link import Link
    from linkgate.model.person import Staff
    from linkgate.model.proposal import Proposal
    from linkgate.wire.message import Reply

_COLUMNS = ("about", "act", "checked", "proposed_by", "decision")
_DONE = frozenset({"approved", "more", "proposed"})


def proposals_page(  # noqa: PLR0913 - what the page shows
    staff: Staff,
    proposals: Sequence[Proposal],
    links: Mapping[str, Link],
    names: Mapping[str, str],
    *,
    refusal: LinkError | None = None,
    done: str | None = None,
) -> Reply:
    """Render what waits for a decision.

    `links` are those that the proposals are about, by rid; `names` those of people by id; `refusal` is the error of an
    approval, and `done` names what the request before did.
    """
    reader = reader_of(staff, names)
    said: str = ""
    if refusal:
        said = box("bad", paragraph(reader.text("act.impossible", why=refusal_in_words(refusal, reader))))
    elif done in _DONE:
        said = box("bad" if done == "more" else "good", paragraph(reader.text(f"proposals.done.{done}")))
    rows = [_row(each, links.get(each.rid), staff, reader) for each in proposals]
    columns = [reader.text(f"column.{name}") for name in _COLUMNS]
    listed = table(reader.counted("proposals.rows", len(rows)), columns, rows) if rows else ""
    lead = paragraph(reader.text("proposals.lead" if rows else "proposals.none"))
    return page(staff, "proposals", reader.text("place.proposals"), said, lead, listed, status=409 if refusal else 200)


def _row(proposal: Proposal, link: Link | None, staff: Staff, reader: Reader) -> list[Cell]:
    return [
        Cell(_subject(proposal, link, reader)),
        Cell(joined(reader.text(f"four_eyes.{proposal.act}"), _changes(proposal, link, reader))),
        Cell(proposal.reason or ""),
        Cell(joined(reader.name(proposal.by), ", ", moment(proposal.at, reader))),
        Cell(_decision(proposal, staff, reader)),
    ]


def _subject(proposal: Proposal, link: Link | None, reader: Reader) -> Html:
    if proposal.act is FourEyes.PEOPLE:
        person = proposal.about["person"]
        return Html('<a href="{}/people/{}"><bdi>{}</bdi></a>').format(HOME, person, reader.name(person))
    if proposal.act is FourEyes.KEYS:
        return Html("<bdi>{}</bdi>").format(proposal.about["key"])
    if proposal.act is FourEyes.EXPORT:
        path = f"{HOME}/results/campaign?{proposal.about['query']}"
        return Html('<a href="{}"><bdi>{}</bdi></a>').format(path, proposal.about["campaign"])
    who = customer(link, reader) if link else proposal.rid
    return Html('<a href="{}/links/{}"><bdi>{}</bdi></a>').format(HOME, proposal.rid, who)


def _changes(proposal: Proposal, link: Link | None, reader: Reader) -> Html:
    """Return the addresses or roles that a proposal is about."""
    lines: list[Html | str] = []
    for channel, new in ((Channel.EMAIL, proposal.email), (Channel.SMS, proposal.phone)):
        if not new:
            continue
        if proposal.act is FourEyes.ERASE:
            lines.append(reader.address(new))
        else:
            old = reader.address(link.address(channel) if link else None)
            lines.append(Html("{} → <strong>{}</strong>").format(old, reader.address(new)))
    if proposal.act is FourEyes.KEYS:
        lines += [proposal.about[name] for name in ("dialect", "scopes") if name in proposal.about]
    if proposal.act is FourEyes.PEOPLE:
        roles = proposal.about.get("roles")
        named = ", ".join(reader.text(f"role.{each}") for each in roles.split(",")) if roles else ""
        lines.append(named or reader.text("people.end"))
    return joined(*(Html("<br>{}").format(line) for line in lines))


def _decision(proposal: Proposal, staff: Staff, reader: Reader) -> Html:
    path = f"{HOME}/proposals/{proposal.id}"
    own = proposal.by == staff.id
    label = reader.text("proposals.withdraw" if own else "proposals.refuse")
    refuse = Html('<form method="post" action="{}/refuse">{}</form>').format(path, button(label, "plain"))
    if proposal.act is FourEyes.KEYS and proposal.approved_by:
        go = button_link(f"{HOME}/setup/keys", reader.text("setup.keys"))
        return joined(go if own else paragraph(reader.text("proposals.taken_key")), refuse)
    if proposal.act is FourEyes.EXPORT and proposal.approved_by:
        if not own:
            return paragraph(reader.text("proposals.taken_file"))
        return joined(button_link(f"{path}/file", reader.text("proposals.take")), refuse)
    if own or proposal.approved_by not in {None, staff.id}:
        return joined(paragraph(reader.text("proposals.own" if own else "proposals.taken")), refuse)
    press = button(reader.text(f"proposals.approve.{proposal.act}"))
    return joined(Html('<form method="post" action="{}/approve">{}</form>').format(path, press), refuse)
