"""Pages on which a person finds the links of a customer. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.console.frame import HOME, moment, page, reader_of
from linkgate.dialects.console.tables import Cell, table
from linkgate.dialects.console.words import headline, trouble
from linkgate.lazy_dataclass import dataclass
from linkgate.model.tenant import FIND_NAME
from linkgate.pages.pieces import box, button_link, joined, paragraph
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from linkgate.dialects.console.words import Reader
    from linkgate.model.link import Link
    from linkgate.model.person import Staff
    from linkgate.usecases.staff.finding import Found
    from linkgate.wire.message import Reply


LONGEST = 500
"""Most characters of a text to find links by. A pasted link may be longer, because a mail gateway wrapped it."""
_LONGEST_LINK = 4000
_NONE: Mapping[str, str] = {}


def find_page(staff: Staff, typed: str = "", problem: str | None = None, searches: Mapping[str, str] = _NONE) -> Reply:
    """Render the form, or say why nothing was found: `unreadable`, `nothing` or `foreign`.

    `searches` are the person's latest ones by number, which lead to what is found by them now.
    """
    reader = reader_of(staff)
    said = box("bad", paragraph(reader.text(f"find.{problem}"))) if problem else ""
    status = 400 if problem == "unreadable" else 200
    return page(
        staff,
        "find",
        reader.text("find.title"),
        _form(staff, reader, typed),
        said,
        _latest(reader, searches),
        status=status,
    )


@dataclass(frozen=True, slots=True)
class Search:
    """A search of a person. Its number, not its text, stands in the address of a page."""

    text: str
    number: str


def found_page(staff: Staff, search: Search, found: Found, titles: Mapping[str, str], now: datetime) -> Reply:
    """Render the links that were found, the newest first. `titles` names what each leads to, by rid."""
    if not found.links and not found.older:
        return find_page(staff, search.text, "foreign" if found.foreign else "nothing")
    reader = reader_of(staff)
    caption = reader.counted("find.caption", len(found.links), text=search.text)
    older = ""
    if found.older:
        path = f"{HOME}/found/{search.number}?before={found.older.isoformat()}"
        label = reader.text("find.older")
        older = button_link(path.replace("+", "%2B"), label)
    rows = [_row(link, titles.get(link.rid, link.definition_id), now, reader) for link in found.links]
    names = ("customer", "subject", "made", "state", "ends")
    listed = table(caption, [reader.text(f"column.{name}") for name in names], rows)
    return page(staff, "find", reader.text("find.title"), _form(staff, reader, search.text), listed, older)


def _latest(reader: Reader, searches: Mapping[str, str]) -> Html:
    if not searches:
        return Html("")
    rows = [
        Html('<li><a href="{}/found/{}"><bdi>{}</bdi></a></li>').format(HOME, number, text)
        for number, text in searches.items()
    ]
    return Html('<section aria-labelledby="latest"><h2 id="latest">{}</h2><ul class="list">{}</ul></section>').format(
        reader.text("find.latest"), joined(*rows)
    )


def _form(staff: Staff, reader: Reader, typed: str) -> Html:
    return Html(
        '<form method="post" action="{home}/find" role="search" class="find"><label class="spoken" for="text">{label}'
        '</label><input type="search" id="text" name="text" value="{typed}" maxlength="{longest}" autocomplete="off"'
        ' spellcheck="false" aria-describedby="hint"><button>{go}</button></form><p class="small" id="hint">{hint}</p>'
    ).format(
        home=HOME,
        longest=_LONGEST_LINK,
        label=reader.text("find.label"),
        typed=typed,
        go=reader.text("find.go"),
        hint=reader.text("find.hint.names" if FIND_NAME in staff.tenant.finders else "find.hint"),
    )


def _row(link: Link, title: str, now: datetime, reader: Reader) -> list[Cell]:
    lost = trouble(link, reader)
    state = joined(
        headline(link, now, reader), *([Html('<br><span class="lost">! {}</span>').format(lost)] * bool(lost))
    )
    test = reader.text("link.test")
    who = link.recipient.name or reader.address(link.recipient.email or link.recipient.phone)
    return [
        Cell(
            Html('<a href="{}/links/{}"><bdi>{}</bdi></a>{}').format(
                HOME, link.rid, who, Html(' <span class="state">{}</span>').format(test) if link.test else ""
            )
        ),
        Cell(Html("<bdi>{}</bdi>").format(title)),
        Cell(moment(link.created_at, reader)),
        Cell(state),
        Cell(moment(link.expires_at, reader)),
    ]
