"""Documents of a link: those of its resource, and those that were attached to the link itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import LinkExhausted, NotFound, VisitEnded
from linkgate.lazy_dataclass import dataclass
from linkgate.model.file import READABLE, File, object_key
from linkgate.model.link import Kind, Look
from linkgate.ports.files import place_of_link, place_of_resource
from linkgate.ports.links import NotChanged
from linkgate.tokens import file_commitment, is_token, token
from linkgate.usecases.visits.visit import Visit, valid_visit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from linkgate.model.file import Place
    from linkgate.model.link import Link
    from linkgate.model.resource import Resource
    from linkgate.ports.deps import Deps


@dataclass(frozen=True, slots=True)
class Documents:
    """Documents that a reader may ask for, and what the tenant says about them."""

    files: Sequence[File]
    """The oldest first."""
    resource: Resource | None


def documents_of(link: Link, deps: Deps) -> Documents:
    """Return the documents of a link as they are now."""
    found = [file for place in _places(link) for file in deps.files.store.of(place)]
    uid = _resource_of(link)
    resource = deps.files.resources.get(link.tenant, link.definition_id, uid) if uid else None
    replaced = {file.replaces for file in found if file.state in READABLE}
    readable = [file for file in found if _is_document(file) and file.id not in replaced]
    return Documents(readable, resource)


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveDocument:
    """Request for the bytes of a document."""

    visit: Visit | None
    file_id: str
    shown: bool
    """True if the browser is to show the document, False if it is to save it."""


@dataclass(frozen=True, slots=True)
class Given:
    """Address of a document's bytes. It works without the link's secret, but only for `file.READ_TIME`."""

    url: str
    file: File


def give_document(command: GiveDocument, deps: Deps) -> Given:
    """Record that a document is given out, and return the address of its bytes.

    The first document of a visit takes a view, if the link counts documents. Raises VisitEnded, LinkClosed, or NotFound
    if the link has no such document that may be read.
    """
    visit, now = command.visit, deps.now()
    link = deps.links.get(visit.rid) if visit and is_token(visit.rid) else None
    if visit is None or link is None or not valid_visit(link, visit, now):
        raise VisitEnded
    place, file = _found(link, command.file_id, deps)
    look = Look(token(deps.random(16)), file.id, file_commitment(file.salt, file.sha256), now, command.shown)
    _record(link, visit.hash, look, deps)
    url = deps.files.presigner.download(object_key(place, file.id), file, now, shown=command.shown)
    return Given(url, file)


def _record(link: Link, visit: str, look: Look, deps: Deps) -> None:
    known = link
    for _ in range(2):
        counted = known.max_opens is not None and visit not in known.looked
        try:
            deps.visits.look(link.rid, visit, look, counted=counted, now=look.at)
        except NotChanged as refusal:
            if refusal.stored is None:
                raise VisitEnded from None
            if not counted or visit not in refusal.stored.looked:
                raise _reason(refusal.stored, visit, look.at) from None
            known = refusal.stored  # another press of this browser was counted in the meantime
        else:
            return
    raise VisitEnded


def _reason(link: Link, visit: str, now: datetime) -> Exception:
    end = link.visits.get(visit)
    if closed := link.ended(now):
        return closed
    return VisitEnded() if end is None or end <= now else LinkExhausted(renewable=True)


def _found(link: Link, file_id: str, deps: Deps) -> tuple[Place, File]:
    if is_token(file_id):
        for place in _places(link):
            file = deps.files.store.get(place, file_id)
            if file is not None and _is_document(file):
                return place, file
    raise NotFound("file")


def _is_document(file: File) -> bool:
    return file.state in READABLE and file.field is None and file.submission is None


def _places(link: Link) -> Iterator[Place]:
    if uid := _resource_of(link):
        yield place_of_resource(link.tenant, link.definition_id, uid)
    yield place_of_link(link)


def _resource_of(link: Link) -> str | None:
    """Return the id of the resource that a link shows. A test link shows none, because resources are of real people."""
    return link.reference if link.kind is Kind.RESOURCE and not link.test else None
