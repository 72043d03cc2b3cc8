"""Page of a session: the truth about its desk, and the form by which the customer asks to be called back."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from linkgate.dialects.recipient.field_faults import faults_of
from linkgate.dialects.recipient.fields import Field
from linkgate.dialects.recipient.forms import FilledIn, form_fields, summary
from linkgate.dialects.recipient.link_pages import attached
from linkgate.dialects.recipient.live_parts import call
from linkgate.model.hours import DAYS
from linkgate.model.moments import weekday_in_words
from linkgate.model.tenant import Media
from linkgate.pages.frame import Frame, page
from linkgate.pages.live_scripts import call_scripts
from linkgate.pages.pieces import box, button, description_list, joined, paragraph
from linkgate.pages.replies import devices
from linkgate.usecases.visits.reception import Desk
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.errors import Problem
    from linkgate.model.callback import Callback
    from linkgate.model.hours import Hours
    from linkgate.pages.frame import Brand
    from linkgate.usecases.visits.reception import Reception
    from linkgate.usecases.visits.viewing import View
    from linkgate.wire.message import Reply

NAME, PHONE, WANTED, NOTE, AGREED = "name", "phone", "preferredTime", "note", "confirmed"
"""Names of the form's fields, which programs use, too."""

FIELD_NAMES: Mapping[str, str] = {"wanted": WANTED}
"""Fields of the use case that have another name here."""


def session_page(
    brand: Brand, view: View, texts: Mapping[str, Sequence[str]] | None, problems: Sequence[Problem]
) -> Reply:
    """Render the page of a session. `texts` and `problems` are those of a form that was refused."""
    link, reception = view.link, view.reception
    media = reception.media if reception else Media.TEXT
    title = view.definition.title if view.definition else brand.text("what.session")
    fields = _fields(brand)
    faults = faults_of(fields, problems, brand)
    asking = reception is not None and reception.callbacks and not (link.callback and link.callback.open)
    on_file = {NAME: [link.recipient.name or ""], PHONE: [link.recipient.phone or ""]}
    content = [
        summary(fields, faults, brand),
        call(brand, link.rid, title, media) if view.live_url else "",
        _desk(brand, reception) if reception else "",
        _callback(brand, link.callback) if link.callback else "",
        _form(brand, link.rid, form_fields(fields, FilledIn(texts or on_file, faults), brand)) if asking else "",
        _opening_hours(brand, reception.hours) if reception and reception.hours else "",
        _about(brand, view),
        attached(brand, view),
        paragraph(brand.text("until", time=brand.time(link.expires_at)), "small"),
    ]
    frame = Frame(422, f"/v/{link.rid}", files=view.files_origin) if problems else Frame(files=view.files_origin)
    if view.live_url:
        scripts = call_scripts("session", media)
        frame = dataclasses.replace(frame, scripts=scripts, sockets=(view.live_url,), headers=devices(media))
    return page(brand, title, *content, frame=frame)


def asked_page(brand: Brand, callback: Callback) -> Reply:
    """Render the confirmation of a request that was sent after the visit. It shows nothing that is stored."""
    return page(brand, brand.text("callback.asked.title"), _asked(brand, callback))


def _desk(brand: Brand, reception: Reception) -> Html:
    if reception.desk is Desk.NOBODY:
        text = brand.text("session.nobody")
    elif reception.opens_at is None:
        text = brand.text("session.closed")
    else:
        text = brand.text("session.closed_until", time=brand.time(reception.opens_at))
    return Html('<div id="reception">{}</div>').format(box("", paragraph(text)))


def _form(brand: Brand, rid: str, fields: Html) -> Html:
    return Html(
        '<div id="asking"><h2>{}</h2>{}<form id="callback" method="post" action="/v/{}/callback" novalidate>{}{}</form>'
        "</div>"
    ).format(
        brand.text("callback.title"),
        joined(paragraph(brand.text("callback.lead")), paragraph(brand.text("form.required"), "small")),
        rid,
        fields,
        button(brand.text("callback.send")),
    )


def _fields(brand: Brand) -> tuple[Field, ...]:
    return (
        Field(NAME, "text", brand.text("callback.name"), required=True),
        Field(PHONE, "phone", brand.text("callback.phone"), required=True),
        Field(WANTED, "text", brand.text("callback.wanted"), brand.text("callback.wanted_hint")),
        Field(NOTE, "long", brand.text("callback.note")),
        # Robots that read messages press every button, and nobody wants a call that they asked for.
        Field(AGREED, "agree", brand.text("callback.agree"), required=True),
    )


def _callback(brand: Brand, callback: Callback) -> Html:
    if callback.taken_at:
        return box("good", paragraph(brand.text("callback.taken", time=brand.time(callback.taken_at))))
    sent = [
        (brand.text("callback.name"), callback.name),
        (brand.text("callback.phone"), callback.phone),
        (brand.text("callback.wanted"), callback.wanted),
        (brand.text("callback.note"), callback.note),
    ]
    return joined(_asked(brand, callback), description_list(sent))


def _asked(brand: Brand, callback: Callback) -> Html:
    return box(
        "good",
        paragraph(brand.text("callback.asked", time=brand.time(callback.asked_at))),
        paragraph(brand.text("callback.change")),
    )


def _opening_hours(brand: Brand, hours: Hours) -> Html:
    rows = []
    for number, day in enumerate(DAYS):
        spans = ", ".join(sorted(hours.weekly.get(day, ())))
        rows.append((weekday_in_words(number, brand.language), spans or brand.text("session.day_closed")))
    return joined(
        Html("<h2>{}</h2>").format(brand.text("session.hours")),
        paragraph(brand.text("session.zone", zone=hours.timezone.replace("_", " ")), "small"),
        Html('<table class="hours">{}</table>').format(
            joined(*(Html('<tr><th scope="row">{}</th><td>{}</td></tr>').format(day, spans) for day, spans in rows))
        ),
    )


def _about(brand: Brand, view: View) -> Html:
    tickets = view.data.get("tickets")
    entries = [
        (brand.text("session.ticket"), joined(Html("{}").format(ticket.get("title", "")), _described(ticket)))
        for ticket in (tickets if isinstance(tickets, list) else [])
        if isinstance(ticket, dict)
    ]
    listed = description_list([(brand.text("resource.for"), view.link.recipient.name or ""), *entries])
    return joined(Html("<h2>{}</h2>").format(brand.text("session.about")), listed) if listed else listed


def _described(ticket: Mapping[str, object]) -> Html:
    description = ticket.get("description")
    return Html("\n{}").format(description) if description else Html("")
