"""Pages on which an administrator sees who may do what, and changes it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.console.frame import HOME, moment, page, reader_of
from linkgate.dialects.console.tables import Cell, table
from linkgate.model.person import ROLES
from linkgate.pages.pieces import box, joined, paragraph
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linkgate.dialects.console.words import Reader
    from linkgate.model.person import Person, Staff
    from linkgate.wire.message import Reply

_COLUMNS = ("person", "roles", "seen", "access")


def people_page(staff: Staff, people: Iterable[Person], done: str | None = None) -> Reply:
    """Render everybody of the tenant. `done` names what the request before did."""
    reader = reader_of(staff)
    said = box("good", paragraph(reader.text(f"people.{done}"))) if done in {"ended", "changed", "proposed"} else ""
    rows = [_row(each, staff, reader) for each in people]
    listed = table(reader.text("people.caption"), [reader.text(f"column.{name}") for name in _COLUMNS], rows)
    return page(staff, "people", reader.text("place.people"), said, paragraph(reader.text("people.lead")), listed)


def person_page(staff: Staff, person: Person, *, by_groups: bool, problem: str | None = None) -> Reply:
    """Render one person, with what can be changed. `by_groups` says that the provider's groups decide on roles."""
    reader = reader_of(staff)
    said = box("bad", paragraph(reader.text(f"people.{problem}"))) if problem else ""
    about = Html("<p><bdi>{}</bdi> · {}</p>").format(person.email, _roles(person, reader))
    status = 422 if problem else 200
    if person.id == staff.id:
        parts = [paragraph(reader.text("people.yourself"))]
    elif person.ended_at:
        parts = [paragraph(reader.text("people.ended_at", at=reader.moment(person.ended_at)))]
    else:
        parts = [paragraph(reader.text("people.by_groups")) if by_groups else _role_form(person, reader)]
        parts.append(_end_form(person, reader))
    back = Html('<p><a href="{}">{}</a></p>').format(f"{HOME}/people", reader.text("people.back"))
    return page(staff, "people", person.name, said, about, *parts, back, status=status)


def _row(person: Person, staff: Staff, reader: Reader) -> list[Cell]:
    name = Html('<a href="{}"><bdi>{}</bdi></a>{}').format(
        f"{HOME}/people/{person.id}", person.name, f" ({reader.text('people.you')})" if person.id == staff.id else ""
    )
    seen = moment(person.seen_at, reader) if person.seen_at else reader.text("people.never")
    access = reader.text("people.has_ended" if person.ended_at else "people.may_sign_in")
    return [Cell(name), Cell(_roles(person, reader)), Cell(seen), Cell(access)]


def _roles(person: Person, reader: Reader) -> str:
    return ", ".join(reader.text(f"role.{role}") for role in sorted(person.roles & ROLES.keys()))


def _role_form(person: Person, reader: Reader) -> Html:
    boxes = [
        Html(
            '<label class="choice"><input type="checkbox" name="role.{}"{}><span>{}<span class="hint">{}</span></span>'
            "</label>"
        ).format(
            role,
            Html(" checked") if role in person.roles else "",
            reader.text(f"role.{role}"),
            reader.text(f"role.{role}.may"),
        )
        for role in ROLES
    ]
    return Html(
        '<form method="post" action="{}"><fieldset class="field"><legend>{}</legend>{}</fieldset>'
        '<button class="second">{}</button></form>'
    ).format(
        f"{HOME}/people/{person.id}/roles", reader.text("column.roles"), joined(*boxes), reader.text("people.change")
    )


def _end_form(person: Person, reader: Reader) -> Html:
    return Html('<h2>{}</h2><p>{}</p><form method="post" action="{}"><button>{}</button></form>').format(
        reader.text("people.end"),
        reader.text("people.end.says", name=person.name),
        f"{HOME}/people/{person.id}/end",
        reader.text("people.end.button"),
    )
