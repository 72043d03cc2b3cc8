"""Page of the journal: who did or read what. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from linkgate.dialects.console.frame import HOME, moment, page, reader_of
from linkgate.dialects.console.tables import Cell, table
from linkgate.pages.pieces import button_link, paragraph
from linkgate.tokens import is_token
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.dialects.console.words import Reader
    from linkgate.model.person import JournalEntry, Staff
    from linkgate.usecases.staff.journal import JournalPage
    from linkgate.wire.message import Reply

_COLUMNS = ("when", "person", "act", "about")
_PEOPLE = frozenset({"person", "proposer", "approver"})


def journal_page(staff: Staff, found: JournalPage, names: Mapping[str, str]) -> Reply:
    """Render a page of entries. `names` are those of people by id."""
    reader = reader_of(staff, names)
    rows = [_row(each, reader) for each in found.entries]
    listed = table(reader.text("journal.caption"), [reader.text(f"column.{name}") for name in _COLUMNS], rows)
    further = ""
    if found.older:
        path = f"{HOME}/journal?{urlencode({'before': found.older.isoformat()})}"
        further = button_link(path, reader.text("journal.older"))
    content = listed if rows else paragraph(reader.text("journal.nothing"))
    return page(
        staff, "journal", reader.text("place.journal"), paragraph(reader.text("journal.lead")), content, further
    )


def _row(entry: JournalEntry, reader: Reader) -> list[Cell]:
    who = Html("<bdi>{}</bdi>").format(reader.name(entry.person))
    about = [_about(name, value, reader) for name, value in sorted(entry.about.items())]
    return [
        Cell(moment(entry.at, reader)),
        Cell(who),
        Cell(reader.text(f"journal.{entry.act}")),
        Cell(Html(", ").join(about) if about else Html("&ndash;")),
    ]


def _about(name: str, value: str, reader: Reader) -> str:
    if name == "rid" and is_token(value):
        return Html('<a href="{}">{}</a>').format(f"{HOME}/links/{value}", value)
    if name == "pages":
        return reader.counted("journal.pages", int(value))
    if name == "act":
        return reader.text(f"four_eyes.{value}")
    return reader.name(value) if name in _PEOPLE else value
