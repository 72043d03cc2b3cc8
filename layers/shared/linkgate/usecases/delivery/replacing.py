"""Replace a link whose address was wrong, or that is locked, used up or expired, because its owner asks for it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, LinkRevoked, LinkSubmitted, NotFound, Problem, Unavailable
from linkgate.lazy_dataclass import dataclass
from linkgate.model.addresses import normal_email, normal_phone
from linkgate.model.delivery_rules import LAST_START
from linkgate.model.link import Channel, DeliveryState
from linkgate.model.policy import NEW_ADDRESS_WAIT
from linkgate.ports.delivery import AddressNotice
from linkgate.ports.links import TRIES_AGAINST_VISITORS, NotChanged
from linkgate.usecases.delivery.channels import code_policy, obstacle, preferred, renewal_candidates
from linkgate.usecases.delivery.sending import send_notice
from linkgate.usecases.delivery.successors import Successor, keep_files, line_of, prepared, sent
from linkgate.usecases.delivery.suppression import barred

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from linkgate.model.challenge import CodePolicy
    from linkgate.model.link import Link, Recipient
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceLink:
    """Request to replace a link. Addresses that it leaves out stay, or follow the contact that they came from."""

    caller: Caller
    rid: str
    email: str | None = None
    phone: str | None = None
    sms_consent: bool = False
    """The recipient agreed to SMS at this phone number."""
    channels: Sequence[Channel] | None = None
    """Channels to send the new link over. None chooses; empty sends nothing, and the caller gets the address."""
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    """Plan for the link that replaces another."""

    recipient: Recipient
    changed: frozenset[Channel]
    """Channels that get another address, or one for the first time."""
    channels: Sequence[Channel]
    code: CodePolicy | None


def replace_link(command: ReplaceLink, deps: Deps) -> Successor:
    """Make a new link of the same family, revoke the old one in the same transaction, and send the new one.

    The draft stays. Wrong codes, views and reminders start anew. If the link asks for a code and an address changes,
    the old address is told first, and no code is sent for an hour. A repeat returns the link that was made and sends
    nothing. Raises NotFound if the tenant has no such link, LinkSubmitted, LinkRevoked, InvalidRequest, and Unavailable
    if the old address cannot be told now.
    """
    tenant, notified = command.caller.tenant, False
    for _ in range(TRIES_AGAINST_VISITORS):
        *_, link = line_of(command.rid, tenant, deps)
        _refuse_ended(link)
        plan = _planned(link, command, deps)
        if link.rid != command.rid and _is_repeat(link, plan, deps.now()):
            return Successor(link, None)
        if link.code and plan.changed and not notified:
            _tell_old_addresses(link, plan, tenant, deps)
            notified = True
        try:
            return _replace(link, plan, command, deps)
        except NotChanged as refusal:
            if refusal.stored is None:
                raise NotFound("link") from refusal
    raise Unavailable(1)


def check_replacement(command: ReplaceLink, deps: Deps) -> Link:
    """Return the link that would be replaced. Raises what `replace_link` would raise now, without changing anything."""
    *_, link = line_of(command.rid, command.caller.tenant, deps)
    _refuse_ended(link)
    _planned(link, command, deps)
    return link


def _refuse_ended(link: Link) -> None:
    if link.submitted_at:
        raise LinkSubmitted(link.submitted_at)
    if link.revoked_at or link.erased_at:
        raise LinkRevoked


def _is_repeat(link: Link, plan: _Plan, now: datetime) -> bool:
    """Return whether the link is what the caller asks for already. One that was not sent is no use to the caller."""
    return not plan.changed and bool(link.deliveries) and link.closed(now) is None


def _planned(link: Link, command: ReplaceLink, deps: Deps) -> _Plan:
    """Work out recipient, channels and code. Raises InvalidRequest with every fault."""
    tenant = command.caller.tenant
    recipient = _recipient(link, command, deps)
    changed = frozenset(
        channel
        for channel in Channel
        if recipient.address(channel) and recipient.address(channel) != link.address(channel)
    )
    channels = _channels(link, recipient, changed, command, deps)
    return _Plan(recipient, changed, channels, _code(link, recipient, channels, tenant))


def _recipient(link: Link, command: ReplaceLink, deps: Deps) -> Recipient:
    tenant, old = command.caller.tenant, link.recipient
    email = normal_email(command.email) if command.email else None
    phone = normal_phone(command.phone, tenant.region) if command.phone else None
    problems = [
        Problem.of(name, name)
        for name, asked, read in (("email", command.email, email), ("phone", command.phone, phone))
        if asked and not read
    ]
    if problems:
        raise InvalidRequest(problems)
    recipient = _on_file(old, tenant, deps)
    given = {channel for channel, address in ((Channel.EMAIL, email), (Channel.SMS, phone)) if address}
    if phone and phone != recipient.phone:
        recipient = dataclasses.replace(recipient, phone=phone, sms_consent=tenant.asserts_sms_consent)
    return dataclasses.replace(
        recipient,
        email=email or recipient.email,
        sms_consent=recipient.sms_consent or (command.sms_consent and bool(recipient.phone)),
        given=recipient.given | given,
    )


def _on_file(recipient: Recipient, tenant: Tenant, deps: Deps) -> Recipient:
    """Return the recipient with the addresses that its contact has now, where they came from the contact."""
    on_file = {channel for channel in Channel if recipient.address(channel) and channel not in recipient.given}
    contact = deps.tenants.contact(tenant.id, recipient.contact_id) if recipient.contact_id and on_file else None
    if contact is None:
        return recipient
    if Channel.EMAIL in on_file:
        recipient = dataclasses.replace(recipient, email=normal_email(contact.email) if contact.email else None)
    if Channel.SMS in on_file:
        phone = normal_phone(contact.phone, tenant.region) if contact.phone else None
        consent = bool(phone) and contact.sms_consent
        recipient = dataclasses.replace(recipient, phone=phone, sms_consent=consent)
    return recipient


def _channels(
    link: Link, recipient: Recipient, changed: Collection[Channel], command: ReplaceLink, deps: Deps
) -> list[Channel]:
    """Return the channels that were asked for, or else those that changed, or else those of the old link that work."""
    if command.channels is not None and not command.channels:
        return []
    tenant = command.caller.tenant
    reachable = [channel for channel in (Channel.EMAIL, Channel.SMS) if obstacle(recipient, channel) is None]
    bars = barred(tenant, {channel: recipient.address(channel) or "" for channel in reachable}, deps, link.kind)
    working = [channel for channel in reachable if channel not in bars]
    if command.channels is not None:
        if not set(command.channels) <= set(working):
            raise InvalidRequest([Problem.of("channels", "no_channel")])
        return [channel for channel in working if channel in command.channels]
    if not link.deliveries and not changed:
        return []
    if tenant.tier(link.tier).second_channel and link.code:
        working = [channel for channel in working if channel is not link.code.channel]
    lost = set(link.deliveries) - set(renewal_candidates(link, tenant))
    chosen = [channel for channel in working if channel in changed] or preferred(
        link, [channel for channel in working if channel not in lost]
    )
    if not chosen:
        raise InvalidRequest([Problem.of("channels", "no_channel")])
    return chosen


def _code(link: Link, recipient: Recipient, channels: Collection[Channel], tenant: Tenant) -> CodePolicy | None:
    """Return the policy of the old link's code, over another channel only if its own is no longer possible."""
    if link.code is None:
        return None
    tier = tenant.tier(link.tier)
    kept = obstacle(recipient, link.code.channel) is None
    if kept and not (tier.second_channel and link.code.channel in channels):
        return link.code
    policy = code_policy(tier, recipient, channels)
    return dataclasses.replace(link.code, channel=policy.channel) if policy else link.code


def _tell_old_addresses(link: Link, plan: _Plan, tenant: Tenant, deps: Deps) -> None:
    """Tell the holder of each address that no longer counts. Whoever changed it may not be the person it is for.

    An address that takes no message is left out. Raises Unavailable if a message cannot leave now.
    """
    candidates = {
        channel: link.address(channel) or "" for channel in plan.changed if obstacle(link.recipient, channel) is None
    }
    bars = barred(tenant, candidates, deps)
    for channel, address in candidates.items():
        if channel in bars:
            continue
        notice = AddressNotice(
            channel=channel,
            tenant=tenant,
            to=address,
            rid=link.rid,
            portal=link.portal,
            locale=link.recipient.locale,
            test=link.test,
        )
        if send_notice(notice, deps).state is DeliveryState.DELAYED:
            raise Unavailable


def _replace(old: Link, plan: _Plan, command: ReplaceLink, deps: Deps) -> Successor:
    caller, now = command.caller, deps.now()
    new = prepared(old, plan.channels, caller.tenant, deps)
    link = dataclasses.replace(
        new.link,
        replaces=old.rid,
        recipient=plan.recipient,
        created_by=caller.credential.id,
        code=plan.code,
        codes_from=now + NEW_ADDRESS_WAIT if plan.code and plan.changed else None,
        locked_at=None,
        codes_before=0,
        code_tries=0,
        renewals=0,
        reminders=tuple(at for at in old.reminders[old.reminded :] if now < at < new.link.expires_at - LAST_START),
    )
    keep_files(link, deps)
    # Whoever replaced the link vouches for the consent, which is on no other record.
    asserted = {"smsConsent": "asserted"} if command.sms_consent and link.recipient.phone else {}
    deps.administration.replace(old, link, caller.credential.id, now, note=caller.note(command.reason) | asserted)
    return sent(dataclasses.replace(new, link=link), caller.tenant, deps)
