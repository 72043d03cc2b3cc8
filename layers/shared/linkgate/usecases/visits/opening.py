"""Find and open a link for a recipient's browser, before anything is shown."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from linkgate.errors import LinkStillOpens, LinkSubmitted, NotFound, Throttled
from linkgate.lazy_dataclass import dataclass
from linkgate.model.receipt import readable
from linkgate.ports.links import NotChanged
from linkgate.ports.visits import SecretProof
from linkgate.tokens import is_token, secret_hash
from linkgate.usecases.definitions import definition_of
from linkgate.usecases.visits.codes import CodeAsked, CodeOffered, CodeRequest, ask_code, code_asked
from linkgate.usecases.visits.hosts import opens_at, portals_at
from linkgate.usecases.visits.renewal import closed_for_holder
from linkgate.usecases.visits.visit import Visit, begin_visit, valid_visit
from linkgate.usecases.visits.wrong_secrets import wrong_secret

if TYPE_CHECKING:
    from linkgate.model.kinds import Definition
    from linkgate.model.link import Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps


@dataclass(frozen=True, slots=True)
class Landing:
    """A link, its tenant, and what this browser did with it before. No part of it depends on the link's state."""

    link: Link
    tenant: Tenant
    definition: Definition | None
    visiting: bool
    asked: CodeAsked | None
    awaits_code: bool
    """True if the code that this browser was asked for can still be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLink:
    """Request to open a link. `visit` and `bind` come from this browser's cookies, if it has any."""

    rid: str
    host: str
    """Host that served the request."""
    secret: str = field(repr=False)
    visit: Visit | None = None
    bind: str | None = field(default=None, repr=False)
    source: str = ""
    """Network address of the browser, as far as it is known."""
    by_person: bool = False
    """True if more than a press of a button shows that a person asks for the code."""


def landing(rid: str, visit: Visit | None, bind: str | None, deps: Deps) -> Landing:
    """Return the link behind a landing page, and its tenant. Raises NotFound. Changes nothing."""
    link = deps.links.get(rid) if is_token(rid) else None
    tenant = deps.tenants.tenant(link.tenant) if link else None
    if link is None or tenant is None:
        raise NotFound("link")
    now = deps.now()
    asked = code_asked(link, bind)
    return Landing(
        link,
        tenant,
        definition_of(link, deps),
        valid_visit(link, visit, now),
        asked,
        asked is not None and asked.challenge.expires_at > now and (link.closed(now) is None or readable(link, now)),
    )


def open_link(command: OpenLink, deps: Deps) -> Visit | CodeAsked | CodeOffered:
    """Count a view and begin a visit in one write, or send the code that the link asks for.

    A browser with a valid visit returns to it and spends nothing. Raises NotFound for anything but a right secret, or
    Throttled if its source sent too many wrong ones. With a right one, raises LinkClosed if the link does not open,
    and the errors of `ask_code`.
    """
    rid = command.rid
    if not (is_token(rid) and is_token(command.secret)):
        raise NotFound("link")
    hash_ = secret_hash(rid, command.secret)
    _refuse_guesser(command, hash_, deps)
    if returning := _returning(command, hash_, deps):
        return returning
    portals = portals_at(command.host)
    try:
        return begin_visit(rid, SecretProof(hash_, portals), deps)
    except NotChanged as refusal:
        stored = refusal.stored
    if stored is None or hash_ not in stored.secrets or not opens_at(command.host, stored, deps):
        raise wrong_secret(command.source, deps)
    if stored.portal not in portals and stored.code is None:
        try:
            return begin_visit(rid, SecretProof(hash_, (stored.portal,)), deps)
        except NotChanged as refusal:
            stored = refusal.stored or stored
    if closed := closed_for_holder(stored, deps):
        raise closed
    if stored.code is None:
        # Four other browsers opened the link at the same moment. The reader can press Continue again.
        raise Throttled(1)
    return ask_code(stored, CodeRequest(bind=command.bind, secret_hash=hash_, by_person=command.by_person), deps)


def open_receipt(command: OpenLink, deps: Deps) -> Visit | CodeAsked | CodeOffered:
    """Begin a visit in which what was sent can be read again, or send the code that this takes.

    A browser with a valid visit returns to it and spends nothing. Raises NotFound for anything but a right secret, or
    Throttled if its source sent too many wrong ones. With a right one, raises LinkStillOpens if nothing was sent yet,
    LinkClosed if it cannot be read again, and the errors of `ask_code`.
    """
    rid = command.rid
    if not (is_token(rid) and is_token(command.secret)):
        raise NotFound("link")
    hash_ = secret_hash(rid, command.secret)
    _refuse_guesser(command, hash_, deps)
    link = deps.links.get(rid)
    if link is None or hash_ not in link.secrets or not opens_at(command.host, link, deps):
        raise wrong_secret(command.source, deps)
    for _ in range(2):
        closed = closed_for_holder(link, deps)
        if closed is None:
            raise LinkStillOpens
        if not (isinstance(closed, LinkSubmitted) and closed.receipt):
            raise closed
        if command.visit and valid_visit(link, command.visit, deps.now()):
            return command.visit
        if link.code or not (link.receipt and link.receipt.access == "link"):
            return ask_code(link, CodeRequest(bind=command.bind, secret_hash=hash_, by_person=command.by_person), deps)
        try:
            return begin_visit(rid, SecretProof(hash_, (link.portal,)), deps, receipt=True)
        except NotChanged as refusal:
            link = refusal.stored or link
    raise Throttled(1)


def _refuse_guesser(command: OpenLink, hash_: str, deps: Deps) -> None:
    """Raise Throttled for a wrong secret from a source that sent too many. A read tells, where opening is a write.

    A right secret is never refused: whole mobile networks share an address.
    """
    try:
        deps.guesses.check(command.source, hash_, deps.now())
    except Throttled:
        link = deps.links.get(command.rid)
        if link is None or hash_ not in link.secrets:
            raise


def _returning(command: OpenLink, hash_: str, deps: Deps) -> Visit | None:
    visit = command.visit
    if visit is None or visit.rid != command.rid:
        return None
    link = deps.links.get(command.rid)
    if link is None or hash_ not in link.secrets or link.ended(deps.now()):
        return None
    return visit if valid_visit(link, visit, deps.now()) else None
