"""Page of a tenant's health. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.console.frame import HOME, back_to_setup, moment, page, reader_of
from linkgate.dialects.console.key_pages import KEYS, name_of
from linkgate.dialects.console.link_pages import customer
from linkgate.dialects.console.setup_pages import limits_table
from linkgate.dialects.console.tables import Cell, table
from linkgate.dialects.console.webhook_pages import WEBHOOKS, receiver, webhook_state
from linkgate.model.link import Channel
from linkgate.pages.pieces import box, joined, paragraph
from linkgate.usecases.staff.health import FEWEST
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linkgate.dialects.console.words import Reader
    from linkgate.model.person import Staff
    from linkgate.usecases.staff.health import Health, Sent
    from linkgate.wire.message import Reply

_NEARLY = 0.8
"""Part of a day's limit from which it is named."""


def health_page(staff: Staff, health: Health) -> Reply:
    """Render what should be looked at, and then the numbers."""
    reader = reader_of(staff)
    troubles = [Html("<li>{}</li>").format(each) for each in _troubles(health, reader)]
    if troubles:
        said = box("bad", paragraph(reader.counted("health.troubles", len(troubles))), _list(troubles))
    else:
        said = box("good", paragraph(reader.text("health.fine")))
    scope = reader.text("health.counted.cut" if health.cut else "health.counted", links=reader.number(health.links))
    names = [reader.text(f"column.{name}") for name in ("messages", "period", "left", "lost", "complained")]
    rows = [
        [
            Cell(reader.text(f"setup.sent.{channel}")),
            Cell(reader.text(f"health.{period}")),
            Cell(reader.number(sent[channel].left), "number"),
            Cell(_share(sent[channel].lost, sent[channel], reader), "number"),
            Cell(_share(sent[channel].complained, sent[channel], reader), "number"),
        ]
        for channel in Channel
        for period, sent in (("today", health.today), ("week", health.week))
    ]
    return page(
        staff,
        "setup",
        reader.text("setup.health"),
        said,
        table(reader.text("health.messages"), names, rows),
        paragraph(scope, "small"),
        paragraph(reader.counted("health.suppressed", health.suppressed)),
        limits_table(health.used, reader),
        back_to_setup(reader),
    )


def _troubles(health: Health, reader: Reader) -> Iterator[Html | str]:
    for channel in Channel:
        if health.week[channel].is_bad(channel) or health.today[channel].is_bad(channel):
            yield reader.text("health.bad_mail")
    for channel, (count, most) in health.used.items():
        if count >= _NEARLY * most:
            yield reader.text(f"health.limit.{channel}", count=reader.number(count), most=reader.number(most))
    for state in health.webhooks:
        link = Html('<a href="{}/{}">{}</a>').format(WEBHOOKS, state.webhook.id, receiver(state.webhook))
        yield joined(link, ": ", webhook_state(state, reader).content)
    for key in health.keys:
        link = Html('<a href="{}/{}"><bdi>{}</bdi></a>').format(KEYS, key.credential.id, name_of(key.credential))
        if key.credential.expires_at:
            yield joined(reader.text("health.key"), " ", link, ", ", moment(key.credential.expires_at, reader))
    for late in health.unsent:
        link = Html('<a href="{}/links/{}"><bdi>{}</bdi></a>').format(HOME, late.rid, customer(late, reader))
        yield joined(reader.text("health.unsent"), " ", link, ", ", moment(late.created_at, reader))


def _share(count: int, sent: Sent, reader: Reader) -> str:
    said = reader.number(count)
    return said if sent.left < FEWEST else f"{said} ({reader.number(f'{100 * count / sent.left:.1f}')} %)"


def _list(entries: list[Html]) -> Html:
    return Html("<ul>{}</ul>").format(joined(*entries))
