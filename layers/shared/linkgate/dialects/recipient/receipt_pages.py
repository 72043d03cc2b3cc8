"""Pages after a form or survey was sent: the reference, what happens next, and the answers."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from linkgate.dialects.recipient.document_pages import RECEIPT, file_section
from linkgate.dialects.recipient.fields import fields_of, with_uploads
from linkgate.dialects.recipient.forms import answers_shown
from linkgate.dialects.recipient.pages import reference_shown
from linkgate.model.tenant import Campaign, Process
from linkgate.pages.frame import Frame, page
from linkgate.pages.pieces import box, joined, paragraph
from linkgate.usecases.form_parts import word
from linkgate.usecases.form_steps import steps_of
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from linkgate.model.kinds import Definition
    from linkgate.pages.frame import Brand
    from linkgate.usecases.visits.submission import Submitted
    from linkgate.usecases.visits.viewing import View
    from linkgate.wire.message import Reply

_RECEIPT_MARK = Html('<span id="receipt" hidden></span>')
"""Mark by which the script knows that what it kept of the form is no longer needed."""

PRINT_SCRIPT = """
(() => {
  const print = document.getElementById('print');
  print.hidden = false;
  print.addEventListener('click', () => window.print());
})();
"""
"""Shows the button that prints the page, which does nothing without script."""

WAIT_SCRIPT = """
(() => {
  let left = 8, pause = 1000;
  const look = async () => {
    try {
      const reply = await fetch(location.pathname, {headers: {accept: 'text/html'}});
      const found = new DOMParser().parseFromString(await reply.text(), 'text/html').querySelector('section.file');
      if (found && !found.id) return document.getElementById('pdf').replaceChildren(...found.childNodes);
    } catch { /* the link to look again stays */ }
    if (left--) setTimeout(look, pause *= 1.5);
  };
  setTimeout(look, pause);
})();
"""
"""Puts the PDF's buttons in place once it is there."""


def sent_page(brand: Brand, submitted: Submitted) -> Reply:
    """Render the thanks after a visit, when nothing that is stored is shown."""
    moment = brand.time(submitted.at)
    return page(
        brand,
        brand.text("receipt.title"),
        box("good", paragraph(brand.text("receipt.text", time=moment))),
        reference_shown(brand, submitted.link),
        _next(brand, submitted.definition),
        _print_button(brand),
        _RECEIPT_MARK,
        paragraph(brand.text("receipt.close"), "screen"),
        frame=Frame(scripts=(PRINT_SCRIPT,)),
    )


def receipt_page(brand: Brand, view: View) -> Reply:
    """Render thanks, the time, what happens next, and the submitted data."""
    brand = dataclasses.replace(brand, role=view.role)
    link = view.link
    moment = brand.time(link.submitted_at) if link.submitted_at else ""
    answers = _answers(brand, view)
    return page(
        brand,
        brand.text("receipt.title"),
        box("good", paragraph(brand.text("receipt.text", time=moment))),
        reference_shown(brand, link),
        _next(brand, view.definition),
        _pdf(brand, view),
        _print_button(brand),
        joined(Html("<h2>{}</h2>").format(brand.text("receipt.sent")), answers) if answers else "",
        _RECEIPT_MARK,
        paragraph(brand.text("receipt.close"), "screen"),
        frame=Frame(
            scripts=(PRINT_SCRIPT, WAIT_SCRIPT) if view.pdf and view.pdf.file is None else (PRINT_SCRIPT,),
            files=view.files_origin,
        ),
    )


def _pdf(brand: Brand, view: View) -> Html:
    """Return the PDF with its buttons, or that it is being made."""
    if view.pdf is None:
        return Html("")
    if view.pdf.file is not None:
        return file_section(brand, view.link.rid, view.pdf.file, RECEIPT, brand.text("pdf.copy"))
    again = Html('<p class="screen"><a class="button second" href="/v/{}">{}</a></p>').format(
        view.link.rid, brand.text("pdf.look")
    )
    return Html('<section class="file" id="pdf" aria-live="polite"><h2>{}</h2>{}{}</section>').format(
        brand.text("pdf.copy"), paragraph(brand.text("pdf.making")), again
    )


def _next(brand: Brand, definition: Definition | None) -> Html:
    """Return what the tenant says about what happens next. Its link names the host to which it leads."""
    if not isinstance(definition, Process | Campaign):
        return Html("")
    text = definition.next_text if isinstance(definition, Process) else None
    parts = [Html('<p class="note">{}</p>').format(text)] if text else []
    if definition.next_url:
        host = Html('<bdi dir="ltr">{}</bdi>').format(urlsplit(definition.next_url).netloc)
        link = '<a href="{}" rel="noopener">{}</a> <span class="small">({})</span>'
        label = definition.next_label or brand.text("receipt.next_link")
        parts.append(Html(f"<p>{link}</p>").format(definition.next_url, label, host))  # noqa: S704 - our own text
    return joined(Html("<h2>{}</h2>").format(brand.text("receipt.next")), *parts) if parts else Html("")


def _answers(brand: Brand, view: View) -> Html:
    """Return the answers, by step if the form has steps."""
    fields = with_uploads(fields_of(view.schema, brand.language), view.uploads)
    sent = view.submission or {}
    steps = steps_of(view.schema)
    if not steps:
        return answers_shown(fields, sent, brand)
    parts = []
    for step in steps:
        asked = [field for field in fields if step.has(field.pointer)]
        if answers := answers_shown(asked, sent, brand):
            title = word(step.words, "title", brand.language)
            parts.append(joined(Html("<h3>{}</h3>").format(title), answers))
    # Signatures followed the review of all steps.
    parts.append(answers_shown([field for field in fields if field.control == "signature"], sent, brand))
    return joined(*parts)


def _print_button(brand: Brand) -> Html:
    return Html('<p><button type="button" class="second" id="print" hidden>{}</button></p>').format(
        brand.text("receipt.print")
    )
