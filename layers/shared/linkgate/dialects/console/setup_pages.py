"""Pages of a tenant's set-up: what there is, and the way to the pages on which it is changed. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from linkgate.dialects.console.frame import HOME, back_to_setup, page, reader_of
from linkgate.dialects.console.tables import Cell, table
from linkgate.model.tenant import Agent
from linkgate.pages.pieces import box, button_link, joined, paragraph
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.dialects.console.words import Reader
    from linkgate.model.link import Channel
    from linkgate.model.person import Staff
    from linkgate.usecases.staff.setup import Definition, DefinitionView, Question, Setup
    from linkgate.wire.message import Reply

_PAGES = ("health", "brand", "messages", "webhooks", "keys")
"""Further pages, by the last part of their path."""
FORMS = frozenset({"process", "campaign"})
"""Kinds of definitions that have a form."""
_INDENT = "\u2003"
_VERSION = 8
"""Letters of a version that stand for it."""


def setup_page(staff: Staff, setup: Setup) -> Reply:
    """Render what is set up, and what is used of each limit."""
    reader = reader_of(staff)
    return page(
        staff,
        "setup",
        reader.text("place.setup"),
        paragraph(reader.text("setup.lead"), "small"),
        _pages(reader),
        *(_definitions(kind, found, reader) for kind, found in setup.definitions.items() if found),
        limits_table(setup.used, reader),
    )


def definition_page(staff: Staff, kind: str, view: DefinitionView, done: str | None = None) -> Reply:
    """Render a definition with its questions. `done` names what the request before did."""
    reader, definition = reader_of(staff), view.definition
    about = Html("<p>{} · {}{}</p>").format(
        reader.text(f"setup.{kind}"),
        definition.id,
        joined(" · ", reader.text("setup.version", version=_version(definition), earlier=view.earlier))
        if _version(definition)
        else "",
    )
    said = box("good", paragraph(reader.text("form.is_live"))) if done == "live" else ""
    change = ""
    if kind in FORMS:
        path = f"{HOME}/setup/{kind}/editor?{urlencode({'id': definition.id})}"
        change = button_link(path, reader.text("form.change"))
    questions = questions_table(view.questions, reader)
    return page(staff, "setup", definition.title, said, about, questions, change, back_to_setup(reader))


def questions_table(questions: Sequence[Question], reader: Reader) -> Html | str:
    """Return the questions of a form."""
    names = [reader.text(f"column.{name}") for name in ("question", "control", "required")]
    rows = [_question(each, reader) for each in questions]
    return table(reader.text("setup.questions"), names, rows) if rows else ""


def _pages(reader: Reader) -> Html:
    entries = [
        Html('<li><a href="{}/setup/{}">{}</a></li>').format(HOME, path, reader.text(f"setup.{path}"))
        for path in _PAGES
    ]
    return Html('<nav aria-label="{}"><ul class="list">{}</ul></nav>').format(
        reader.text("setup.pages"), joined(*entries)
    )


def _definitions(kind: str, found: Sequence[Definition], reader: Reader) -> Html:
    rows = [
        [
            Cell(Html('<a href="{}/setup/{}?{}">{}</a>').format(HOME, kind, urlencode({"id": each.id}), each.title)),
            Cell(each.id),
            Cell(getattr(each, "tier", "")),
            Cell(_version(each)),
        ]
        for each in found
    ]
    names = [reader.text(f"column.{name}") for name in ("title", "id", "tier", "version")]
    return table(reader.text(f"setup.{kind}.all"), names, rows)


def _version(definition: Definition) -> str:
    return "" if isinstance(definition, Agent) else (definition.version or "")[:_VERSION]


def _question(question: Question, reader: Reader) -> list[Cell]:
    key = f"control.{question.control}"
    return [
        Cell(_INDENT * question.depth + question.title),
        Cell(reader.text(key) if reader.has(key) else reader.text("control.none")),
        Cell(reader.text("setup.required") if question.required else ""),
    ]


def limits_table(used: Mapping[Channel, tuple[int, int]], reader: Reader) -> Html:
    """Return how many messages of each limit are used today."""
    rows = [
        [
            Cell(reader.text(f"setup.sent.{channel}")),
            Cell(reader.number(count), "number"),
            Cell(reader.number(most), "number"),
        ]
        for channel, (count, most) in used.items()
    ]
    names = [reader.text(f"column.{name}") for name in ("messages", "sent", "most")]
    return table(reader.text("setup.today"), names, rows) if rows else Html("")
