"""Frame of every page of the console: where its reader can go, who they are, and how they sign out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.console.style import SCRIPT, STYLE
from linkgate.dialects.console.words import Reader
from linkgate.model.moments import in_short
from linkgate.model.time_zones import time_zone
from linkgate.pages.frame import dense
from linkgate.pages.pieces import joined
from linkgate.pages.replies import Openings, html_reply
from linkgate.texts import cldr
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from linkgate.model.person import Staff
    from linkgate.wire.message import Reply

HOME = "/console"
_PLACES: Sequence[tuple[str, str, frozenset[str]]] = (
    ("find", f"{HOME}/find", frozenset({"links:read"})),
    ("results", f"{HOME}/results", frozenset({"results:read"})),
    ("inbox", f"{HOME}/inbox", frozenset({"results:read"})),
    ("proposals", f"{HOME}/proposals", frozenset({"links:replace", "people:erase", "results:read", "staff:write"})),
    ("desk", f"{HOME}/desk", frozenset({"desk:answer"})),
    ("setup", f"{HOME}/setup", frozenset({"setup:write"})),
    ("people", f"{HOME}/people", frozenset({"staff:write"})),
    ("journal", f"{HOME}/journal", frozenset({"journal:read"})),
)
"""Names of the places that a person can go to, with their paths and the scopes of which they need one."""

_ORIGIN_SENT = {"referrer-policy": "same-origin"}
"""Under `no-referrer`, browsers send `Origin: null` with the forms of the page, which the console refuses."""

_PAGE = Html(
    '<!doctype html><html lang="{language}"{direction}><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="robots" content="noindex, nofollow"><meta name="format-detection" content="telephone=no">'
    "<title>{title}</title><style>{style}</style></head><body>{header}<main><h1>{heading}</h1>{content}</main>"
    "<script>{script}</script></body></html>"
)


def places(scopes: frozenset[str]) -> list[str]:
    """Return the paths to which a person with these scopes can go."""
    return [path for _, path, needed in _PLACES if not needed.isdisjoint(scopes)]


def reader_of(staff: Staff, names: Mapping[str, str] | None = None) -> Reader:
    """Return the person as a reader, in the time zone of the tenant, who knows others by these names."""
    zone = time_zone(staff.tenant.time_zone or "UTC")
    return Reader(staff.language, zone, names or {}, masks=not staff.sees_addresses, on_page=True)


def moment(at: datetime, reader: Reader) -> Html:
    """Return a moment in few words. The script converts it to the reader's own time zone."""
    return Html('<time datetime="{}">{}</time>').format(
        at.isoformat(), in_short(at.astimezone(reader.zone), reader.language)
    )


def errors(*content: str) -> Html:
    """Return what is wrong with a form. The script moves its reader there."""
    return Html('<div class="box bad" role="alert" id="errors" tabindex="-1">{}</div>').format(joined(*content))


def way_back(path: str, words: str) -> Html:
    """Return the way back at the end of a page."""
    return Html('<p class="back"><a href="{}">{}</a></p>').format(path, words)


def back_to_setup(reader: Reader) -> Html:
    """Return the way back to the first page of the set-up."""
    return way_back(f"{HOME}/setup", reader.text("setup.back"))


def page(staff: Staff, place: str, title: str, *content: str, status: int = 200, heading: str = "") -> Reply:
    """Render a whole page, which belongs to one of the places of the navigation. `heading` is its title in HTML."""
    header = _header(staff, place, Reader(staff.language))
    return _page(staff.language, f"{title} - {staff.tenant.name}", header, heading or title, *content, status=status)


def bare_page(
    language: str, title: str, *content: str, status: int = 200, headers: Mapping[str, str] | None = None
) -> Reply:
    """Render a whole page for somebody who is not signed in. It names no tenant."""
    header = Html("<header><div><strong>Linkgate</strong></div></header>")
    return _page(language, title, header, title, *content, status=status, headers=headers)


def _page(  # noqa: PLR0913 - the parts of a page
    language: str,
    title: str,
    header: Html,
    heading: str,
    *content: str,
    status: int,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    script = dense(SCRIPT)
    html = _PAGE.format(
        language=language,
        direction=Html(' dir="rtl"') if cldr(language)["direction"] == "rtl" else "",
        title=title,
        heading=heading,
        style=Html(STYLE),  # noqa: S704 - our own text
        header=header,
        content=joined(*content),
        script=Html(script),  # noqa: S704 - our own text
    )
    return html_reply(status, html, STYLE, Openings(scripts=[script]), {**_ORIGIN_SENT, **(headers or {})})


def _header(staff: Staff, place: str, reader: Reader) -> Html:
    places = [
        Html('<li><a href="{}"{}>{}</a></li>').format(
            path, Html(' aria-current="page"') if name == place else "", reader.text(f"place.{name}")
        )
        for name, path, needed in _PLACES
        if not needed.isdisjoint(staff.scopes)
    ]
    return Html(
        '<header><div><strong><bdi>{tenant}</bdi></strong><nav aria-label="{label}"><ul>{places}</ul></nav>'
        '<div class="who"><bdi>{name}</bdi><form method="post" action="{home}/sign-out">'
        '<button class="plain">{leave}</button></form></div></div></header>'
    ).format(
        tenant=staff.tenant.name,
        label=reader.text("place.label"),
        places=joined(*places),
        name=staff.name,
        home=HOME,
        leave=reader.text("sign_out"),
    )
