"""PDFs of what recipients sent: read it, typeset it, keep it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.recipient.receipt_content import missing_text, receipt_content
from linkgate.usecases.visits.pdf_receipts import make_pdf

if TYPE_CHECKING:
    from linkgate.pages.typesetting import Typesetter
    from linkgate.ports.deps import Deps
    from linkgate.usecases.visits.viewing import View


def make(rid: str, typesetter: Typesetter, deps: Deps) -> None:
    """Make the PDF of the form that a main link sent. Raises Unavailable; then it must be repeated."""

    def typeset(view: View) -> bytes:
        at = view.link.submitted_at or deps.now()
        return typesetter.pdf("receipt.typ", receipt_content(view), missing_text(view), at)

    make_pdf(rid, typeset, deps)
