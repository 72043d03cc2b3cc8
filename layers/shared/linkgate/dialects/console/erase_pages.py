"""Page on which the person behind a link is erased. It says what goes before its button. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.console.fields import text_field
from linkgate.dialects.console.frame import HOME, page, reader_of
from linkgate.dialects.console.link_pages import back_to, customer
from linkgate.dialects.console.words import refusal_in_words
from linkgate.pages.pieces import box, button, hidden, joined, paragraph
from linkgate.usecases.authentication import REASON_LIMIT
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.dialects.console.words import Reader
    from linkgate.errors import LinkError
    from linkgate.model.link import Link
    from linkgate.model.person import Staff
    from linkgate.usecases.management.erasure import Erased
    from linkgate.wire.message import Reply


def erase_page(  # noqa: PLR0913 - the parts of a form
    staff: Staff,
    link: Link,
    counts: Mapping[str, Erased],
    *,
    two: bool,
    refusal: LinkError | None = None,
    typed: Mapping[str, str],
) -> Reply:
    """Render what would go, by address, and the button. `two` says that a second person has to approve it."""
    reader = reader_of(staff)
    title, back = reader.text("erase.title"), back_to(link.rid, reader)
    if not counts:
        return page(staff, "find", title, box("bad", paragraph(reader.text("erase.nobody"))), back, status=409)
    said = box("bad", paragraph(refusal_in_words(refusal, reader))) if refusal else ""
    about = Html("<p><bdi>{}</bdi></p>").format(customer(link, reader))
    kept = any(each.resources for each in counts.values())
    parts = [
        paragraph(reader.text("erase.says")),
        paragraph(reader.text("erase.resources")) if kept else "",
        paragraph(reader.text("erase.two")) if two else "",
        _addresses(counts, typed, reader),
        _reason(typed, reader),
        button(reader.text("erase.propose" if two else "erase.button"), "stop"),
    ]
    form = Html('<form method="post">{}</form>').format(joined(*parts))
    return page(staff, "find", title, about, said, form, back, status=400 if refusal else 200)


def more_page(staff: Staff, rid: str, form: Mapping[str, str]) -> Reply:
    """Render the button that goes on with an erasure that took too long for one request."""
    reader = reader_of(staff)
    fields = [hidden(name, form[name]) for name in ("email", "phone", "reason") if form.get(name)]
    again = Html('<form method="post" action="{}/links/{}/erase">{}{}</form>').format(
        HOME, rid, joined(*fields), button(reader.text("erase.on"), "stop")
    )
    return page(staff, "find", reader.text("erase.title"), box("bad", paragraph(reader.text("erase.more"))), again)


def _addresses(counts: Mapping[str, Erased], typed: Mapping[str, str], reader: Reader) -> Html:
    rows = []
    for address, erased in counts.items():
        name = "email" if "@" in address else "phone"
        chosen = Html(" checked") if not typed or typed.get(name) else ""
        found = reader.text(
            "erase.at_least" if erased.more else "erase.counts",
            links=erased.links,
            bodies=erased.bodies,
            files=erased.files,
            contacts=erased.contacts,
        )
        rows.append(
            Html(
                '<label class="choice"><input type="checkbox" name="{}" value="{}"{}><span><bdi>{}</bdi>'
                '<span class="hint">{}</span></span></label>'
            ).format(name, address, chosen, reader.address(address), found)
        )
    legend = reader.text("erase.addresses")
    return Html('<fieldset class="field"><legend>{}</legend>{}</fieldset>').format(legend, joined(*rows))


def _reason(typed: Mapping[str, str], reader: Reader) -> Html:
    words = reader.text("field.reason"), reader.text("field.reason.hint")
    return text_field("reason", words, typed.get("reason", ""), REASON_LIMIT)
