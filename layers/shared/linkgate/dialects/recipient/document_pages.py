"""Page of a document: what it is about, and its files to view and to download."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from linkgate.dialects.recipient.file_parts import size_shown
from linkgate.model.delivery_rules import NO_DOCUMENT
from linkgate.model.file_kinds import SHOWN
from linkgate.model.moments import day_in_words
from linkgate.model.numbers import money_in_words
from linkgate.pages.frame import Frame, page
from linkgate.pages.masks import masked
from linkgate.pages.pieces import box, button, description_list, hidden, joined, paragraph
from linkgate.usecases.visits.documents import Documents
from linkgate.usecases.visits.handover import own_page
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkgate.model.file import File
    from linkgate.model.link import Link
    from linkgate.model.resource import Resource
    from linkgate.pages.frame import Brand
    from linkgate.usecases.visits.viewing import View
    from linkgate.wire.message import Reply

AS = "as"
"""Name of the field that says how a file is wanted."""
VIEW, DOWNLOAD = "view", "download"
RECEIPT = "receipt"
"""Name of the PDF of what was sent, in the path of its bytes."""


def resource_page(brand: Brand, view: View, title: str) -> Reply:
    """Render what a link to a resource leads to. `title` stands for a document that the tenant did not name."""
    link, url = view.link, own_page(view)
    documents = view.documents or Documents((), None)
    resource = documents.resource
    files = [_file(brand, link.rid, file) for file in documents.files]
    return page(
        brand,
        resource.title if resource else title,
        "" if files or link.max_opens is None else _nothing_yet(brand, link),
        _facts(brand, view, resource),
        paragraph(resource.note, "note") if resource and resource.note else "",
        *files,
        _way_out(brand, link, url) if url else "",
        paragraph(brand.text("file.phones"), "small") if any(file.kind in SHOWN for file in documents.files) else "",
        paragraph(brand.text("until", time=brand.time(link.expires_at)), "small"),
        frame=Frame(files=view.files_origin, targets=(url,) if url else ()),
    )


def attachments(brand: Brand, rid: str, files: Sequence[File]) -> Html:
    """Return files that belong to a page about something else."""
    phones = paragraph(brand.text("file.phones"), "small") if any(file.kind in SHOWN for file in files) else ""
    return joined(
        Html("<h2>{}</h2>").format(brand.text("file.attached")), *(_file(brand, rid, f) for f in files), phones
    )


def gone_page(brand: Brand, rid: str) -> Reply:
    """Say that a file is not there any more, and lead back to what is."""
    back = Html('<p><a class="button" href="/v/{}">{}</a></p>').format(rid, brand.text("file.gone.back"))
    title, text = brand.text("file.gone"), paragraph(brand.text("file.gone.text"))
    return page(brand, title, text, back, frame=Frame(404, f"/v/{rid}"))


def _nothing_yet(brand: Brand, link: Link) -> Html:
    """Say that the document is missing, and promise a message only if one waits for the document."""
    waiting = (each for each in link.deliveries.values() if each.due and each.reason == NO_DOCUMENT)
    address = next((link.recipient.address(each.channel) for each in waiting), None)
    if not address:
        return box("", paragraph(brand.text("document.none")))
    return box("", paragraph(brand.text("document.promised", address=Html("<bdi>{}</bdi>").format(masked(address)))))


def _way_out(brand: Brand, link: Link, url: str) -> Html:
    leave = Html('<form method="post" action="/v/{}/handover">{}{}</form>').format(
        link.rid, hidden("rid", link.rid), button(brand.text("resource.open"))
    )
    return joined(leave, paragraph(brand.text("resource.leave", host=urlsplit(url).hostname), "small"))


def _facts(brand: Brand, view: View, resource: Resource | None) -> Html:
    amount = resource.amount if resource else None
    due = resource.due if resource else None
    return description_list(
        [
            (brand.text("resource.for"), view.link.recipient.name or ""),
            (brand.text("resource.reference"), "" if resource else view.link.reference or ""),
            (brand.text("document.number"), (resource.number if resource else None) or ""),
            (
                brand.text("document.amount"),
                money_in_words(amount.value, amount.currency, brand.language) if amount else "",
            ),
            (brand.text("document.due"), day_in_words(due, brand.language) if due else ""),
        ]
    )


def _file(brand: Brand, rid: str, file: File) -> Html:
    return file_section(brand, rid, file, file.id, Html("<bdi>{}</bdi>").format(file.name))


def file_section(brand: Brand, rid: str, file: File, name: str, title: Html) -> Html:
    """Return a file with its buttons. Each is a form of its own, because only one of them leads to another tab."""
    address, named = Html("/v/{}/files/{}").format(rid, name), f"file-{name}"
    described = {"aria-describedby": named}
    shown = Html('<form method="post" action="{}" target="_blank" rel="noopener">{}</form>').format(
        address, button(brand.text("file.view"), name=AS, value=VIEW, **described)
    )
    saved = Html('<form method="post" action="{}">{}</form>').format(
        address,
        button(
            brand.text("file.download"), "second" if file.kind in SHOWN else "", name=AS, value=DOWNLOAD, **described
        ),
    )
    about = Html("{}, {}").format(brand.text(f"file.kind.{file.kind}"), size_shown(brand, file.size))
    return Html('<section class="file"><h2 id="{}">{}</h2>{}{}{}</section>').format(
        named, title, paragraph(about, "small"), shown if file.kind in SHOWN else "", saved
    )
