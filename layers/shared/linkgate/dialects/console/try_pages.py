"""Page with an address at which a test link opens as for its customer. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.console.frame import page, reader_of
from linkgate.dialects.console.link_pages import back_to
from linkgate.dialects.console.words import refusal_in_words
from linkgate.model.policy import TEST_CODE
from linkgate.pages.pieces import box, paragraph
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from linkgate.errors import LinkError
    from linkgate.model.link import Link
    from linkgate.model.person import Staff
    from linkgate.wire.message import Reply


def try_page(staff: Staff, link: Link, url: str) -> Reply:
    """Render the address that was made. A form's policy lets no reply lead to another origin, so it is a link."""
    reader = reader_of(staff)
    code = paragraph(reader.text("try.code", code=TEST_CODE[: link.code.digits])) if link.code else ""
    way = Html('<p><a class="button" rel="noreferrer" href="{}">{}</a></p>').format(url, reader.text("try.open"))
    says = paragraph(reader.text("try.says"))
    return page(staff, "find", reader.text("try.title"), says, code, way, back_to(link.rid, reader))


def try_refused_page(staff: Staff, rid: str, refusal: LinkError) -> Reply:
    """Render why the link cannot be opened from here."""
    reader = reader_of(staff)
    why = paragraph(reader.text("act.impossible", why=refusal_in_words(refusal, reader)))
    return page(staff, "find", reader.text("try.title"), box("bad", why), back_to(rid, reader), status=409)
