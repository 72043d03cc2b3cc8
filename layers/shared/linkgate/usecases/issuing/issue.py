"""Issue a link: the part that all four kinds share."""

from __future__ import annotations

import dataclasses
from dataclasses import field
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.errors import IdempotencyMismatch, InvalidRequest
from linkgate.lazy_dataclass import dataclass
from linkgate.model.delivery_rules import LAST_START, LONGEST_REMINDER, NO_DOCUMENT
from linkgate.model.link import API, Link
from linkgate.model.policy import OPENS_PER_VIEW
from linkgate.ports.links import Body, NotChanged
from linkgate.tokens import secret_hash, token
from linkgate.usecases.delivery.channels import code_policy
from linkgate.usecases.delivery.opt_outs import opt_outs_of
from linkgate.usecases.delivery.sending import Outgoing, leased, link_url, put_off, send_now
from linkgate.usecases.families import kept_until, longest_life

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from linkgate.errors import Problem
    from linkgate.model.link import Channel, Delivery, Kind, Recipient
    from linkgate.model.policy import Tier
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller

_NOT_ASKED = frozenset({"caller", "domain", "idempotency_key", "part", "send_later", "imported", "faults"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCommand:
    """Fields that every create command has, besides what it asks for."""

    caller: Caller
    domain: str
    """Domain that served the request."""
    idempotency_key: str | None = None
    part: str = "main"
    """Name of this link within a batch, so that one key makes each of its links once."""
    send_later: bool = False
    """Leaves its messages to the delivery worker, so that one call can make many links."""
    imported: str | None = None
    """Import and row that ask for the link, so that no other row makes it again. Only its messages open such a link."""
    faults: tuple[Problem, ...] = ()
    """Faults of the request that it was read from. A command with faults is only checked, never carried out."""

    @property
    def asked(self) -> dict[str, object]:
        """Fields that an idempotent repeat must agree on: all except who asked and how."""
        asked = {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if f.name not in _NOT_ASKED}
        return asked if self.imported is None else {**asked, "imported": self.imported}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLink:
    """A link about to be made, resolved against the tenant's definitions."""

    operation: str
    kind: Kind
    definition_id: str
    version: str | None
    """Version of the definition."""
    title: str
    tier: Tier
    recipient: Recipient
    survey: Mapping[str, object] = field(default_factory=dict)
    """Form of a survey, of which a message may show the first question."""
    channels: Sequence[Channel] = ()
    """Channels to send over now. Each has an address, and SMS has consent."""
    refused: tuple[str, ...] = ()
    prefilled: Mapping[str, object] | None = None
    roles: Sequence[str] = ()
    life: timedelta | None = None
    """Life of the link. It and `max_views` are within the tier's limits; None means the default."""
    max_views: int | None = None
    counts_documents: bool = False
    """True if a view is a document that is given out, and not an open."""
    awaits_document: bool = False
    """True if its messages wait until a document is there."""
    reference: str | None = None
    source: str | None = None
    numbered: bool = False
    reminders: Sequence[timedelta] = ()


@dataclass(frozen=True, slots=True)
class Issued:
    """A link as its caller receives it. The URLs are secrets: they are rendered once, and never kept or logged."""

    link: Link
    url: str = field(repr=False)
    role_urls: Mapping[str, str] = field(default_factory=dict, repr=False)


def issue(new: NewLink, command: CreateCommand, deps: Deps) -> Issued:
    """Make the link, send its messages, and return it.

    With an idempotency key, a repeat returns the stored link and sends nothing. A repeat with another command raises
    IdempotencyMismatch. Raises Throttled, and InvalidRequest if the tier needs a code and no channel is left for it.
    """
    if command.faults:
        raise InvalidRequest(command.faults)
    tenant = command.caller.tenant
    deps.limits.take(tenant, deps.now())
    mint = _Mint(new, command, deps)
    now_sent = () if command.send_later or new.awaits_document else new.channels
    outgoing = [Outgoing(channel, 1, token(deps.random(16))) for channel in now_sent]
    link, body = _link(new, command, mint, outgoing, deps)
    deps.note("rid", link.rid)
    try:
        deps.new_links.create((link, *(_role_link(link, role, mint) for role in link.roles)), body)
    except NotChanged as refusal:
        stored = refusal.stored
        if stored is None or stored.fingerprint is None or stored.fingerprint != link.fingerprint:
            raise IdempotencyMismatch(link.rid) from refusal
        return _handed_over(stored, mint)
    survey = new.survey if link.code is None else {}
    return _handed_over(send_now(link, outgoing, new.title, survey, tenant, deps), mint)


def _link(
    new: NewLink, command: CreateCommand, mint: _Mint, outgoing: Sequence[Outgoing], deps: Deps
) -> tuple[Link, Body | None]:
    """Return the link, and the body with its prefilled data."""
    tenant, now = command.caller.tenant, deps.now()
    rid, secret = mint.rid("main"), mint.secret("main")
    handed_out = [] if command.imported else [secret]
    views = new.max_views or new.tier.default_views
    test = command.caller.credential.test
    expires_at = now + min(new.life or new.tier.default_life, longest_life(new.tier, test=test))
    body = Body(token(deps.random(16)), new.prefilled) if new.prefilled is not None else None
    link = Link(
        rid=rid,
        master_rid=rid,
        tenant=tenant.id,
        kind=new.kind,
        dialect=command.caller.credential.dialect,
        definition_id=new.definition_id,
        tier=new.tier.name,
        portal=_portal(tenant, command.domain, deps),
        recipient=new.recipient,
        created_at=now,
        expires_at=expires_at,
        ttl=kept_until(now, expires_at, tenant, test=test),
        max_views=views,
        max_opens=views * OPENS_PER_VIEW if new.counts_documents else None,
        created_by=command.caller.credential.id,
        claim=token(deps.random(16)),
        secrets={
            **{secret_hash(rid, each): API for each in handed_out},
            **{secret_hash(rid, out.secret): out.sent_via for out in outgoing},
        },
        opt_outs=opt_outs_of(new.kind, rid, [*handed_out, *(out.secret for out in outgoing)]),
        version=new.version,
        reference=new.reference,
        number=deps.tenants.next_number(tenant.id) if new.numbered else None,
        source=new.source,
        roles={role: mint.rid(f"role:{role}") for role in new.roles},
        body_name=body.name if body else None,
        code=code_policy(new.tier, new.recipient, new.channels),
        fingerprint=mint.fingerprint(),
        deliveries=_deliveries(new, outgoing, now),
        refused=new.refused,
        reminders=_reminders(new, now, expires_at),
        test=test,
    )
    return link, body


def _deliveries(new: NewLink, outgoing: Sequence[Outgoing], now: datetime) -> Mapping[Channel, Delivery]:
    """Return the state of each channel's message: being sent by this call, or left to the worker."""
    if outgoing:
        return {out.channel: leased(out, now) for out in outgoing}
    reason = NO_DOCUMENT if new.awaits_document else None
    return {channel: put_off(channel, now, reason) for channel in new.channels}


def _handed_over(link: Link, mint: _Mint) -> Issued:
    role_urls = {role: link_url(link.portal, rid, mint.secret(f"role:{role}")) for role, rid in link.roles.items()}
    return Issued(link, link_url(link.portal, link.rid, mint.secret("main")), role_urls)


def _role_link(link: Link, role: str, mint: _Mint) -> Link:
    rid = link.roles[role]
    return dataclasses.replace(
        link,
        rid=rid,
        role=role,
        roles={},
        secrets={secret_hash(rid, mint.secret(f"role:{role}")): API},
        opt_outs=opt_outs_of(link.kind, rid, [mint.secret(f"role:{role}")]),
        deliveries={},
        refused=(),
        number=None,
        reminders=(),
    )


def _reminders(new: NewLink, now: datetime, expires_at: datetime) -> tuple[datetime, ...]:
    """Return the times of reminders. There are none for a link that is not sent, and none too close to its end."""
    if not new.channels:
        return ()
    offsets = sorted({offset for offset in new.reminders if timedelta() < offset <= LONGEST_REMINDER})
    return tuple(now + offset for offset in offsets if now + offset < expires_at - LAST_START)


def _portal(tenant: Tenant, domain: str, deps: Deps) -> str:
    return tenant.portal or deps.portal or f"https://{domain}"


class _Mint:
    """Makes the rids and secrets of one create, once each: derived if the caller gave a key, otherwise random."""

    def __init__(self, new: NewLink, command: CreateCommand, deps: Deps) -> None:
        self._command = command
        self._operation = new.operation
        self._random = deps.random
        self._made: dict[tuple[str, str], str] = {}

    def rid(self, part: str) -> str:
        return self._token("rid", part)

    def secret(self, part: str) -> str:
        return self._token("secret", part)

    def fingerprint(self) -> str | None:
        command = self._command
        if command.idempotency_key is None:
            return None
        return command.caller.derivation.fingerprint({"operation": self._operation, **command.asked})

    def _token(self, label: str, part: str) -> str:
        if (label, part) not in self._made:
            command = self._command
            self._made[label, part] = (
                token(self._random(16))
                if command.idempotency_key is None
                else command.caller.derivation.token(
                    label,
                    command.caller.tenant.id,
                    command.caller.credential.dialect,
                    self._operation,
                    command.part,
                    part,
                    command.idempotency_key,
                )
            )
        return self._made[label, part]
