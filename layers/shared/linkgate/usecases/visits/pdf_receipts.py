"""PDF of a form that was sent: made in the background, and given to the holder of the main link."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.errors import NotFound
from linkgate.lazy_dataclass import dataclass
from linkgate.model.file import READABLE, File, FileState, object_key
from linkgate.model.file_kinds import FileKind
from linkgate.model.file_names import safe_name
from linkgate.model.receipt import has_pdf
from linkgate.model.reference import reference_of
from linkgate.ports.files import Contents, Outcome, place_of_link
from linkgate.tokens import receipt_file
from linkgate.usecases.families import family_of
from linkgate.usecases.management.link_details import receipt_of
from linkgate.usecases.visits.documents import Given
from linkgate.usecases.visits.viewing import seen, visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.usecases.visits.viewing import View
    from linkgate.usecases.visits.visit import Visit

PATIENCE = timedelta(minutes=5)
"""Time after a form was sent in which a page says that the PDF is being made. It takes a second unless all fails."""
_OURS = "receipt"
"""Version of an object that Linkgate itself wrote into Files, where nothing has versions."""


@dataclass(frozen=True, slots=True)
class PdfCopy:
    """PDF of what was sent. Without a file it is still being made."""

    file: File | None


def make_pdf(rid: str, typeset: Callable[[View], bytes], deps: Deps) -> None:
    """Make the PDF of the form that a main link sent, once however often it is repeated.

    Raises Unavailable; then it must be repeated. Each step may be the last one of its call: an item whose bytes never
    came goes after a day, and takes them with it.
    """
    link, now = deps.links.get(rid), deps.now()
    if link is None or not has_pdf(link, now):
        return
    place = place_of_link(link)
    kept = deps.files.store.put(place, _awaited(link, deps))
    if kept.state in READABLE:
        return
    content = typeset(seen(link, deps))
    deps.files.objects.write(object_key(place, kept.id), content, FileKind.PDF)
    deps.files.store.claim(place.partition, kept.id, _OURS)
    found = Contents(kept.name, FileKind.PDF, len(content), hashlib.sha256(content).hexdigest())
    outcome = Outcome(FileState.CLEAN, at=deps.now(), contents=found)
    deps.files.store.settle(place.partition, kept.id, _OURS, outcome)


def pdf_copy(link: Link, deps: Deps) -> PdfCopy | None:
    """Return the PDF for the page of a link. None if there is none and none is being made."""
    now = deps.now()
    if not deps.makes_receipts or link.role is not None or not has_pdf(link, now):
        return None
    if file := receipt_of(link, deps):
        return PdfCopy(file)
    return PdfCopy(None) if link.submitted_at and now - link.submitted_at < PATIENCE else None


def give_pdf(visit: Visit | None, deps: Deps, *, shown: bool) -> Given:
    """Return an address of the PDF's bytes.

    Raises NotFound if it is not there, and the errors of `visible`.
    """
    link = visible(visit, deps)
    copy = pdf_copy(link, deps)
    if copy is None or copy.file is None:
        raise NotFound("file")
    key = object_key(place_of_link(link), copy.file.id)
    return Given(deps.files.presigner.download(key, copy.file, deps.now(), shown=shown), copy.file)


def _awaited(link: Link, deps: Deps) -> File:
    """Return the file as it is until its bytes are there."""
    return File(
        id=receipt_file(link.submission or ""),
        tenant=link.tenant,
        name=safe_name(f"{reference_of(link.master_rid)}.pdf", FileKind.PDF),
        kind=FileKind.PDF,
        size=0,
        sha256="",
        salt=deps.random(16),
        added_at=deps.now(),
        # The link may have been opened again, or another one taken its place, before the PDF is made.
        ttl=max(each.ttl for each in family_of(link, deps)),
        submission=link.submission,
    )
