"""One link of a tenant, and its submission."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.errors import NotFound
from linkgate.lazy_dataclass import dataclass
from linkgate.model.file import READABLE
from linkgate.model.link import Kind
from linkgate.model.receipt import has_pdf
from linkgate.ports.files import place_of_link
from linkgate.ports.links import givers_body
from linkgate.ports.management import LinkList
from linkgate.tokens import guid_token, is_token, receipt_file
from linkgate.usecases.definitions import definition_of, schema_of
from linkgate.usecases.form_files import takes_files, texts_in
from linkgate.usecases.form_parts import properties
from linkgate.usecases.form_signatures import signature_fields, signature_in, statement_of
from linkgate.usecases.management.link_lists import BEGINNING
from linkgate.usecases.pointers import steps_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.model.file import File
    from linkgate.model.link import Link
    from linkgate.model.live import ChatLine
    from linkgate.ports.deps import Deps
    from linkgate.usecases.form_parts import Schema
    from linkgate.usecases.form_signatures import Signature

_GUID = re.compile(r"[0-9A-Fa-f]{32}", re.ASCII)
_NUMBER = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)


def is_number(name: str) -> bool:
    """Return whether a name is a link's number, which only means something within a tenant."""
    return _NUMBER.fullmatch(name) is not None


def rid_of(lists: str, name: str, deps: Deps) -> str:
    """Return the rid of a link that a caller names as one of the vendors' formats does, or the name itself.

    The 32 digits of a Guid say the same as a rid. A small number is that of the tenant's link with this number, which
    can be found a few seconds after the link was made. `lists` names the lists that it is looked for in.
    """
    if is_token(name):
        return name
    digits = name.replace("-", "")
    if _GUID.fullmatch(digits):
        return guid_token(digits)
    if is_number(name):
        which = LinkList(lists=lists, since=BEGINNING, until=deps.now() + timedelta(seconds=1), number=int(name))
        for link in deps.lists.page(which, None, 1).links:
            return link.rid
    return name


def owned_link(tenant: str, rid: str, deps: Deps) -> Link:
    """Return a link of the tenant. Raises NotFound, also for a link of another tenant."""
    link = deps.links.get(rid) if is_token(rid) else None
    if link is None or link.tenant != tenant:
        raise NotFound("link")
    return link


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature under a submission."""

    pointer: str
    signature: Signature
    statement: str


@dataclass(frozen=True, slots=True)
class Submission:
    """Data that was submitted, and the co-browsing role that gave each answer, by pointer.

    `givers` is None for a form without roles.
    """

    data: Mapping[str, object]
    givers: Mapping[str, object] | None
    files: Sequence[tuple[str, File]] = ()
    """Files of the answers, with the pointers of the answers."""
    signatures: Sequence[Signed] = ()
    receipt: File | None = None
    """PDF of it, once it is made."""


def submission_of(link: Link, deps: Deps) -> Submission:
    """Return the submission of a link. Raises NotFound if there is none or it was erased."""
    name = link.submission
    bodies = deps.links.bodies(link.master_rid, [name, givers_body(name)]) if name else {}
    if name is None or name not in bodies:
        raise NotFound("submission")
    data, form = bodies[name], schema_of(definition_of(link, deps))
    givers = bodies.get(givers_body(name)) if link.role or link.roles or link.reopens else None
    return Submission(data, givers, _files(link, data, form, deps), _signatures(data, form), receipt_of(link, deps))


def receipt_of(link: Link, deps: Deps) -> File | None:
    """Return the PDF of what a link's family sent, once it is made."""
    if not link.submission or not has_pdf(link, deps.now()):
        return None
    file = deps.files.store.get(place_of_link(link), receipt_file(link.submission))
    return file if file and file.state in READABLE else None


def _files(link: Link, data: Mapping[str, object], form: Schema, deps: Deps) -> Sequence[tuple[str, File]]:
    """Return the files that the data names. A form that takes none costs no read."""
    if not takes_files(form):
        return ()
    known = {file.id: file for file in deps.files.store.of(place_of_link(link)) if file.field is not None}
    return [(pointer, known[text]) for pointer, text in texts_in(data) if text in known]


def _signatures(data: Mapping[str, object], form: Schema) -> Sequence[Signed]:
    found = []
    for pointer in signature_fields(form):
        name = steps_in(pointer)[0]
        if signature := signature_in(data.get(name)):
            found.append(Signed(pointer, signature, statement_of(properties(form)[name], "")))
    return found


def chat_of(link: Link, deps: Deps) -> Sequence[ChatLine]:
    """Return what the sides of a session's calls wrote, and the agents' notes, oldest first. Other links have none."""
    return deps.chats.of(link.rid) if link.kind is Kind.SESSION else ()
