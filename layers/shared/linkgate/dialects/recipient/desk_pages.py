"""Page of an agent's desk, and its JSON for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.recipient.live_parts import duty
from linkgate.model.moments import utc
from linkgate.pages.frame import Frame, page
from linkgate.pages.live_scripts import call_scripts
from linkgate.pages.pieces import box, button, description_list, joined, paragraph
from linkgate.pages.replies import devices
from linkgate.usecases.desk.sitting import DESK_PATH
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkgate.pages.frame import Brand
    from linkgate.usecases.desk.callbacks import Caller, Callers
    from linkgate.usecases.desk.sitting import Sitting
    from linkgate.usecases.desk.telling import Waiting
    from linkgate.wire.message import Reply

SAID = ("sent", "not_sent", "not_sent_ended")
"""Words that the page's address may ask for after a press of a button."""


def desk_page(brand: Brand, at: Sitting, callers: Callers, said: str, live_url: str) -> Reply:
    """Render who wants to be called back, and whom the agent took on. Only of the latter are numbers shown."""
    queues = ", ".join(callers.queues.values())
    serving = brand.text("desk.queues", queues=queues) if queues else brand.text("desk.no_queues")
    return page(
        brand,
        brand.text("desk.title", name=at.agent.title),
        box("good" if said == "sent" else "bad", paragraph(brand.text(f"desk.{said}"))) if said in SAID else "",
        paragraph(serving),
        duty(brand, at.link.rid, callers.queues, callers.media, at.tickets) if live_url else "",
        _line(brand, callers.line) if callers.line else "",
        _heading(brand.text("desk.waiting")),
        joined(*(_waiting(brand, each, at.home) for each in callers.waiting)) or paragraph(brand.text("desk.nobody")),
        paragraph(brand.text("desk.reload"), "small"),
        joined(_heading(brand.text("desk.mine")), *(_mine(brand, each, at.home) for each in callers.mine))
        if callers.mine
        else "",
        _leave(brand, at)
        if at.home != DESK_PATH
        else paragraph(brand.text("desk.until", time=brand.time(at.link.expires_at)), "small"),
        frame=Frame(scripts=call_scripts("desk", callers.media), sockets=(live_url,), headers=devices(callers.media))
        if live_url
        else Frame(),
    )


def desk_json(at: Sitting, callers: Callers) -> dict[str, object]:
    """Return the reply to `GET /d` for programs."""
    return {
        "agent": at.agent.id,
        "name": at.agent.title,
        "queues": sorted(at.agent.queues),
        "line": [
            {"rid": each.rid, "name": each.name, "subject": each.subject, "sinceUtc": utc(each.since)}
            for each in callers.line
        ],
        "waiting": [_waiting_json(each) for each in callers.waiting],
        "mine": [
            {**_waiting_json(each), "phone": each.callback.phone, "note": each.callback.note} for each in callers.mine
        ],
    }


def _waiting_json(caller: Caller) -> dict[str, object]:
    return {
        "rid": caller.rid,
        "category": caller.queue,
        "name": caller.callback.name,
        "subjects": list(caller.subjects),
        "preferredTime": caller.callback.wanted,
        "askedAtUtc": utc(caller.callback.asked_at),
    }


def _line(brand: Brand, waiting: Sequence[Waiting]) -> Html:
    """Render who waits for a conversation. With a socket, the page shows it by itself."""
    rows = (
        description_list(
            [
                (brand.text("callback.name"), each.name or ""),
                (brand.text("session.ticket"), each.subject),
                (brand.text("desk.since"), brand.time(each.since)),
            ]
        )
        for each in waiting
    )
    return Html('<div id="line">{}{}{}</div>').format(
        _heading(brand.text("desk.line")), paragraph(brand.text("desk.line.lead"), "small"), joined(*map(_card, rows))
    )


def _waiting(brand: Brand, caller: Caller, home: str) -> Html:
    return _card(_facts(brand, caller), _press(home, caller.rid, "take", button(brand.text("desk.take"))))


def _mine(brand: Brand, caller: Caller, home: str) -> Html:
    callback = caller.callback
    telephone = Html('<a href="tel:{0}">{0}</a>').format(callback.phone)
    reached = [(brand.text("callback.phone"), telephone), (brand.text("desk.note"), callback.note)]
    return _card(
        joined(description_list(reached), _facts(brand, caller)),
        _press(home, caller.rid, "message", button(brand.text("desk.message"), "second")),
        _press(home, caller.rid, "done", button(brand.text("desk.done"), "second")),
    )


def _facts(brand: Brand, caller: Caller) -> Html:
    return description_list(
        [
            (brand.text("callback.name"), caller.callback.name),
            (brand.text("session.ticket"), ", ".join((caller.queue, *caller.subjects))),
            (brand.text("desk.wanted"), caller.callback.wanted),
            (brand.text("desk.asked"), brand.time(caller.callback.asked_at)),
        ]
    )


def _card(*content: str) -> Html:
    return Html('<section class="section">{}</section>').format(joined(*content))


def _press(home: str, rid: str, act: str, content: Html) -> Html:
    return Html('<form method="post" action="{}/callbacks/{}/{}">{}</form>').format(home, rid, act, content)


def _leave(brand: Brand, at: Sitting) -> Html:
    """Return the ways out of a desk at the console."""
    console = Html('<p><a href="/console">{}</a></p>').format(brand.text("desk.console")) if at.leads_on else ""
    return Html('{}<form method="post" action="/console/sign-out"><button class="second">{}</button></form>').format(
        console, brand.text("desk.sign_out")
    )


def _heading(text: str) -> Html:
    return Html("<h2>{}</h2>").format(text)
