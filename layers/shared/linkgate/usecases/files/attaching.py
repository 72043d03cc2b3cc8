"""Attach files to resources and links, and give them back to the tenant.

The bytes go from the caller to the bucket. Linkgate only signs the address.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.errors import IdempotencyMismatch, InvalidRequest, NotFound, Problem
from linkgate.lazy_dataclass import dataclass
from linkgate.model.file import READABLE, File, FileState, object_key
from linkgate.model.file_names import safe_name
from linkgate.ports.files import NoRoom, place_of_link, place_of_resource
from linkgate.ports.links import NotChanged
from linkgate.tokens import is_token, token
from linkgate.usecases.families import family_of
from linkgate.usecases.files.resources import known_type
from linkgate.usecases.management.link_details import owned_link

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.model.file import Place
    from linkgate.model.file_kinds import FileKind
    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.ports.files import SignedUpload
    from linkgate.usecases.authentication import Caller

_RANDOM_BYTES = 16


@dataclass(frozen=True, slots=True)
class OfResource:
    """Resource that files belong to. `uid` is 32 lower-case hex digits."""

    type: str
    uid: str


@dataclass(frozen=True, slots=True)
class OfLink:
    """Link that files belong to."""

    rid: str


Owner = OfResource | OfLink


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachFile:
    """Request to attach a file. Its bytes must be exactly those that it declares."""

    caller: Caller
    owner: Owner
    name: str
    kind: FileKind
    size: int
    sha256: str
    """64 hex digits."""
    replaces: str | None = None
    """Id of the owner's file that this one takes the place of, once it may be read."""
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Attached:
    """An attached file, and the request that puts its bytes. None if they have arrived already."""

    file: File
    upload: SignedUpload | None


def attach_file(command: AttachFile, deps: Deps) -> Attached:
    """Reserve room for a file, and sign the address for its bytes.

    A repeat with the same idempotency key returns the same file. Raises NotFound, LinkClosed for a link that has ended,
    InvalidRequest if there is no room or no file to replace, and IdempotencyMismatch.
    """
    caller, now = command.caller, deps.now()
    place, ttl = _place_to_fill(caller, command.owner, deps)
    if command.replaces is not None:
        _check_replaced(place, command.replaces, deps)
    file = File(
        id=_id(command, place, deps),
        tenant=caller.tenant.id,
        name=safe_name(command.name, command.kind),
        kind=command.kind,
        size=command.size,
        sha256=command.sha256,
        salt=deps.random(_RANDOM_BYTES),
        added_at=now,
        ttl=ttl,
        replaces=command.replaces,
    )
    try:
        kept = deps.files.store.reserve(place, file)
    except NoRoom:
        raise InvalidRequest([Problem.of("size", "no_room", most=place.most, room=place.room)]) from None
    if _declared(kept) != _declared(file):
        raise IdempotencyMismatch
    if kept.state is not FileState.AWAITED:
        return Attached(kept, None)
    return Attached(kept, deps.files.presigner.upload(object_key(place, kept.id), kept, now))


def files_of(caller: Caller, owner: Owner, deps: Deps) -> Sequence[File]:
    """Return all files of a link or resource, the oldest first. Raises NotFound."""
    return deps.files.store.of(_place(caller, owner, deps))


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file, and an address of its bytes that works for `file.READ_TIME`, or None if they may not be read."""

    file: File
    url: str | None


def read_file(caller: Caller, owner: Owner, file_id: str, deps: Deps) -> ReadFile:
    """Return a file of a link or resource for its tenant. Raises NotFound."""
    place = _place(caller, owner, deps)
    file = deps.files.store.get(place, file_id) if is_token(file_id) else None
    if file is None:
        raise NotFound("file")
    if file.state not in READABLE:
        return ReadFile(file, None)
    return ReadFile(file, deps.files.presigner.download(object_key(place, file.id), file, deps.now(), shown=False))


def detach_file(caller: Caller, owner: Owner, file_id: str, deps: Deps) -> None:
    """Delete a file. Its bytes follow in the background. Raises NotFound for its owner.

    An answer of a form stays: what a recipient sent is deleted with the link or the person.
    """
    place = _place(caller, owner, deps)
    file = deps.files.store.get(place, file_id)
    if file is not None and file.field is not None:
        raise NotFound("file")
    deps.files.store.remove(place.partition, file_id)


def _place(caller: Caller, owner: Owner, deps: Deps) -> Place:
    if isinstance(owner, OfResource):
        return place_of_resource(caller.tenant.id, owner.type, owner.uid)
    return place_of_link(owned_link(caller.tenant.id, owner.rid, deps))


def _place_to_fill(caller: Caller, owner: Owner, deps: Deps) -> tuple[Place, datetime]:
    """Return the place for a new file, and the moment until which the file is kept."""
    tenant, now = caller.tenant, deps.now()
    if isinstance(owner, OfLink):
        link = owned_link(tenant.id, owner.rid, deps)
        for each in family_of(link, deps):
            _note(each, asked=each is link, now=now, deps=deps)
        return place_of_link(link), link.ttl
    known_type(tenant.id, owner.type, deps)
    described = deps.files.resources.get(tenant.id, owner.type, owner.uid)
    ttl = described.ttl if described else now + timedelta(days=tenant.document_days)
    return place_of_resource(tenant.id, owner.type, owner.uid), ttl


def _note(link: Link, *, asked: bool, now: datetime, deps: Deps) -> None:
    """Let the pages of a link look for files. Raises LinkClosed if the link that was asked about has ended."""
    if link.attached and not link.ended(now):
        return
    try:
        deps.administration.attach(link.tenant, link.rid, now)
    except NotChanged as refusal:
        if asked:
            raise (refusal.stored.ended(now) if refusal.stored else None) or NotFound("link") from refusal


def _check_replaced(place: Place, file_id: str, deps: Deps) -> None:
    file = deps.files.store.get(place, file_id) if is_token(file_id) else None
    if file is None or file.field is not None:
        raise InvalidRequest([Problem.of("replaces", "unknown")])


def _id(command: AttachFile, place: Place, deps: Deps) -> str:
    if command.idempotency_key is None:
        return token(deps.random(_RANDOM_BYTES))
    return command.caller.derivation.token("file", place.partition, command.idempotency_key)


def _declared(file: File) -> tuple[object, ...]:
    return file.name, file.kind, file.size, file.sha256, file.replaces
