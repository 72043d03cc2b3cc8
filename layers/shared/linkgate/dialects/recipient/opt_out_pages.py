"""Page at the opt-out address of a survey's message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.pages.frame import Frame, page
from linkgate.pages.masks import masked
from linkgate.pages.pieces import box, button, hidden, joined, paragraph
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from linkgate.pages.frame import Brand
    from linkgate.usecases.visits.opting_out import SurveyChoice
    from linkgate.wire.message import Reply

UNDO = "undo"
"""Name of the hidden field of the button that undoes an opt-out."""


def opt_out_page(brand: Brand, choice: SurveyChoice, secret: str, *, undone: bool = False) -> Reply:
    """Render the choice as it stands, and a button that changes it. `undone` says that it has just been undone."""
    here = f"/o/{choice.link.rid}/{secret}"
    stop = Html('<form method="post" action="{}">{}</form>').format(here, button(brand.text("opt_out.button")))
    undo = Html('<form method="post" action="{}">{}{}</form>').format(
        here, hidden(UNDO, "true"), button(brand.text("opt_out.undo"), "second")
    )
    to = joined(
        *(Html('{}<bdi dir="ltr">{}</bdi>').format(", " * bool(n), masked(a)) for n, a in enumerate(choice.addresses))
    )
    others = paragraph(brand.text("opt_out.others"))
    if choice.stopped:
        told = box("good", paragraph(brand.text("opt_out.stopped.text", to=to)))
        title, content = brand.text("opt_out.stopped"), [told, others, undo if choice.undoable else ""]
    elif undone:
        told = box("good", paragraph(brand.text("opt_out.undone.text", to=to)))
        title, content = brand.text("opt_out.undone"), [told, stop]
    else:
        title, content = brand.text("opt_out.title"), [paragraph(brand.text("opt_out.lead", to=to)), others, stop]
    return page(brand, title, *content, frame=Frame(here=here))
