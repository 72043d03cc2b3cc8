"""Pages of what recipients sent in. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from linkgate.dialects.console.fields import select
from linkgate.dialects.console.frame import HOME, moment, page, reader_of, way_back
from linkgate.dialects.console.link_pages import back_to, customer
from linkgate.dialects.console.result_pages import PERIODS
from linkgate.dialects.console.tables import Cell, table
from linkgate.model.file import READABLE
from linkgate.model.reference import reference_of
from linkgate.pages.pieces import button_link, description_list, joined, paragraph
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.dialects.console.words import Reader
    from linkgate.model.file import File
    from linkgate.model.link import Link
    from linkgate.model.person import Staff
    from linkgate.usecases.form_signatures import Signature
    from linkgate.usecases.management.link_details import Submission
    from linkgate.usecases.staff.submissions import Inbox, InboxPage
    from linkgate.wire.message import Reply


def inbox_page(staff: Staff, asked: Inbox, found: InboxPage, subjects: Sequence[tuple[str, str]]) -> Reply:
    """Render a page of submissions. Each subject is an id and a title."""
    reader, titles = reader_of(staff), dict(subjects)
    every = ("", reader.text("filter.all"))
    periods = [(str(days), reader.counted("filter.days", days)) for days in PERIODS]
    form = Html(
        '<form method="get" action="{}/inbox" class="filters">{}{}<button class="second">{}</button></form>'
    ).format(
        HOME,
        select("subject", reader.text("filter.subject"), [every, *subjects], asked.subject or ""),
        select("days", reader.text("filter.days"), periods, str(asked.days)),
        reader.text("filter.go"),
    )
    older = ""
    if found.cursor:
        query = urlencode({"subject": asked.subject or "", "days": asked.days, "cursor": found.cursor})
        label = reader.text("inbox.older")
        older = button_link(f"{HOME}/inbox?{query}", label)
    rows = [_row(link, titles, reader) for link in found.links]
    names = [reader.text(f"column.{name}") for name in ("customer", "subject", "sent_in", "reference")]
    shown = table(reader.counted("inbox.rows", len(rows)), names, rows) if rows else ""
    none = paragraph(reader.text("inbox.more" if found.cursor else "inbox.none")) if not rows else ""
    return page(staff, "inbox", reader.text("place.inbox"), form, shown, none, older)


def submission_page(
    staff: Staff, link: Link, title: str, submission: Submission, answers: Sequence[tuple[str, str]]
) -> Reply:
    """Render what was sent in. `answers` are its questions and answers in words."""
    reader = reader_of(staff)
    about = Html("<p><bdi>{}</bdi> · <bdi>{}</bdi>{}</p>").format(
        customer(link, reader),
        title,
        joined(" · ", moment(link.submitted_at, reader)) if link.submitted_at else "",
    )
    files = [_file(link, file, reader) for _, file in submission.files]
    shown = Html("<h2>{}</h2><ul>{}</ul>").format(reader.text("submission.files"), joined(*files)) if files else ""
    signed = [(each.statement, _drawn(each.signature)) for each in submission.signatures]
    back = back_to(link.rid, reader) if "links:read" in staff.scopes else _to_inbox(reader)
    return page(
        staff,
        "inbox",
        reader.text("link.submission"),
        about,
        description_list(answers),
        _signed(signed, reader),
        shown,
        back,
    )


def _row(link: Link, titles: Mapping[str, str], reader: Reader) -> list[Cell]:
    name = Html('<a href="{}/links/{}/submission"><bdi>{}</bdi></a>').format(HOME, link.rid, customer(link, reader))
    return [
        Cell(name),
        Cell(titles.get(link.definition_id, link.definition_id)),
        Cell(moment(link.submitted_at, reader) if link.submitted_at else ""),
        Cell(reference_of(link.master_rid)),
    ]


def _file(link: Link, file: File, reader: Reader) -> Html:
    size = reader.number(file.size)
    state = reader.text(f"file.{file.state}")
    if file.state in READABLE:
        path = f"{HOME}/links/{link.rid}/files/{file.id}"
        return Html('<li><a href="{}"><bdi>{}</bdi></a> ({} B, {})</li>').format(path, file.name, size, state)
    return Html("<li><bdi>{}</bdi> ({} B, {})</li>").format(file.name, size, state)


def _signed(signed: Sequence[tuple[str, str]], reader: Reader) -> Html:
    if not signed:
        return Html("")
    return Html("<h2>{}</h2>{}").format(reader.text("submission.signed"), description_list(signed))


def _drawn(signature: Signature) -> Html:
    """Return a signature as it was drawn, or the name that was typed."""
    if not signature.path:
        return Html("<bdi>{}</bdi>").format(signature.name)
    return Html(
        '<svg class="ink" viewBox="0 0 600 200" role="img" aria-label="{}"><path d="{}" fill="none" stroke="#1b1b1f" '
        'stroke-width="3"/></svg>'
    ).format(signature.name or "-", signature.path)


def _to_inbox(reader: Reader) -> Html:
    return way_back(f"{HOME}/inbox", reader.text("inbox.back"))
