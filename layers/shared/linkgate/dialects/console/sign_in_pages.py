"""Pages for people who are not signed in: the choice of a provider, and why somebody was not let in. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.console.frame import HOME, bare_page
from linkgate.dialects.console.words import Reader
from linkgate.pages.pieces import button_link, hidden, joined, paragraph
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linkgate.model.person import SignIn
    from linkgate.wire.message import Reply

_KNOWN = frozenset({"no_role", "ended", "denied", "signed_out", "unavailable"})
"""Reasons that have words of their own. All others are faults on the way, which a person cannot tell apart."""


def choice_page(language: str, sign_ins: Iterable[SignIn], to: str) -> Reply:
    """Render a link to each provider, or say that there is none yet."""
    reader = Reader(language)
    ways = [
        Html('<li><a class="button" href="{}">{}</a></li>').format(
            sign_in_path(each.id, to), reader.text("sign_in.at", name=each.name)
        )
        for each in sign_ins
    ]
    if not ways:
        return bare_page(language, reader.text("sign_in.none"), paragraph(reader.text("sign_in.none.text")))
    return bare_page(language, reader.text("sign_in.title"), Html('<ul class="bare">{}</ul>').format(joined(*ways)))


def refused_page(language: str, reason: str) -> Reply:
    """Render why nobody was signed in, with a way to try again."""
    reader = Reader(language)
    key = f"sign_in.{reason}" if reason in _KNOWN else "sign_in.failed"
    status = 503 if reason == "unavailable" else 200 if reason == "signed_out" else 403
    again = button_link(HOME, reader.text("sign_in.again"))
    return bare_page(language, reader.text(key), paragraph(reader.text(f"{key}.text")), again, status=status)


def signed_out_page(language: str, provider: SignIn | None, address: str | None) -> Reply:
    """Render the end of a session, with a way to end the provider's own one, which would let the next person in."""
    reader = Reader(language)
    if provider is None or address is None:
        return refused_page(language, "signed_out")
    label = reader.text("sign_in.leave", name=provider.name)
    further = Html('<p>{}</p><p><a class="button" href="{}">{}</a></p><p><a href="{}">{}</a></p>').format(
        reader.text("sign_in.leave.text", name=provider.name), address, label, HOME, reader.text("sign_in.again")
    )
    return bare_page(language, reader.text("sign_in.signed_out"), further)


def kept_page(language: str, form: Mapping[str, str], path: str, sign_in: str) -> Reply:
    """Keep a form whose sender has to sign in first, so that nothing typed is lost."""
    reader = Reader(language)
    fields = [hidden(name, value) for name, value in form.items()]
    content = Html(
        '<p>{}</p><p><a class="button" href="{}" target="_blank">{}</a></p>'
        '<form method="post" action="{}">{}<button>{}</button></form>'
    ).format(
        reader.text("sign_in.kept.text"),
        sign_in,
        reader.text("sign_in.again"),
        path,
        joined(*fields),
        reader.text("sign_in.kept.send"),
    )
    return bare_page(language, reader.text("sign_in.kept"), content, status=401)


def sign_in_path(sign_in: str, to: str, *, silent: bool = False, again: bool = False) -> str:
    """Return the console's own address that leads to a provider and back to a page."""
    from urllib.parse import urlencode

    flags = {name: "true" for name, wanted in (("silent", silent), ("again", again)) if wanted}
    return f"{HOME}/sign-in/{sign_in}?{urlencode({'to': to, **flags})}"
