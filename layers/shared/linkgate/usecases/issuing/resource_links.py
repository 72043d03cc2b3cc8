"""Give a customer guarded access to a resource (Trendsic)."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, Problem
from linkgate.lazy_dataclass import dataclass
from linkgate.model.addresses import normal_email, normal_phone
from linkgate.model.link import Channel, Kind, Recipient
from linkgate.model.policy import life_and_views
from linkgate.model.tenant import ResourceType
from linkgate.ports.files import place_of_resource
from linkgate.ports.management import LinkList
from linkgate.usecases.delivery.channels import accept, code_policy
from linkgate.usecases.delivery.ready_documents import is_there
from linkgate.usecases.issuing.issue import CreateCommand, Issued, NewLink, issue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkgate.model.link import Link
    from linkgate.model.tenant import Contact, Tenant
    from linkgate.ports.deps import Deps
    from linkgate.ports.management import Position
    from linkgate.usecases.authentication import Caller

_PAGE_LIMIT = 100
_LIST_LIMIT = 1000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CLOCKS_APART = timedelta(minutes=1)
"""Time by which the clock of the function that made the newest link may be ahead."""

_SENDING_TIME = timedelta(seconds=5)
"""Time after which a batch leaves the messages of its links to the delivery worker, to end in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareResource(CreateCommand):
    """Request for a resource's link. `resource_uid` is 32 lower-case hex digits.

    A null life or number of views asks for the tier's default. An empty type or uid is a fault.
    """

    resource_type: str
    resource_uid: str
    contact_id: int | None = None
    email: str | None = None
    phone: str | None = None
    channels: tuple[Channel, ...] = ()
    life_hours: int | None = None
    max_views: int | None = None
    batch: int = 1
    """Number of links that its call asks for, so that one key cannot serve batches of different lengths."""


def share_resources(commands: Sequence[ShareResource], deps: Deps) -> list[Issued]:
    """Make the resources' links, all or none if any is invalid. Each is for a contact on file or for a given address.

    A channel that cannot be served is a fact of the link, not an error. Raises InvalidRequest with every fault of the
    first faulty command. The problems' values name its `part`.
    """
    began = deps.now()
    new_links = [_checked(command, deps) for command in commands]
    made = []
    for new, command in zip(new_links, commands, strict=True):
        late = deps.now() - began > _SENDING_TIME
        made.append(issue(new, dataclasses.replace(command, send_later=True) if late else command, deps))
    return made


def _checked(command: ShareResource, deps: Deps) -> NewLink:
    try:
        return _new_link(command, deps)
    except InvalidRequest as error:
        problems = [Problem(p.field, p.code, {**p.values, "part": command.part}) for p in error.problems]
        raise InvalidRequest(problems) from error


def _new_link(command: ShareResource, deps: Deps) -> NewLink:
    tenant = command.caller.tenant
    resource_type = (
        deps.tenants.definition(ResourceType, tenant.id, command.resource_type) if command.resource_type else None
    )
    contact = deps.tenants.contact(tenant.id, command.contact_id) if command.contact_id is not None else None
    email = normal_email(command.email) if command.email else None
    phone = normal_phone(command.phone, tenant.region) if command.phone else None
    tier = tenant.tier(resource_type.tier) if resource_type else None
    problems = [
        *_unnamed(command, resource_type),
        *_unreachable(command, contact, email, phone),
    ]
    life, max_views = None, None
    try:
        if tier:
            life, max_views = life_and_views(tier, command.life_hours, command.max_views)
    except InvalidRequest as error:
        problems += error.problems
    if problems or command.faults or resource_type is None or tier is None:
        raise InvalidRequest(problems)
    place = place_of_resource(tenant.id, command.resource_type, command.resource_uid)
    # A test link shows no document of a resource, so it waits for none.
    ready = resource_type.documents == "none" or command.caller.credential.test or is_there(place, deps)
    if resource_type.documents == "required" and not ready:
        raise InvalidRequest([Problem.of("resource_uid", "no_document")])
    recipient = _recipient(contact, email, phone, tenant)
    channels, refused = accept(command.channels, recipient)
    code_policy(tier, recipient, channels)
    return NewLink(
        operation="customerlink",
        kind=Kind.RESOURCE,
        definition_id=resource_type.id,
        version=resource_type.version,
        title=resource_type.title_in(recipient.locale),
        tier=tier,
        recipient=recipient,
        channels=channels,
        refused=refused,
        life=life,
        max_views=max_views,
        counts_documents=resource_type.documents != "none",
        awaits_document=bool(channels) and not ready,
        reference=command.resource_uid,
        numbered=True,
    )


def _unnamed(command: ShareResource, resource_type: ResourceType | None) -> list[Problem]:
    problems = []
    if resource_type is None:
        problems.append(Problem.of("resource_type", "unknown" if command.resource_type else "required"))
    if not command.resource_uid:
        problems.append(Problem.of("resource_uid", "required"))
    return problems


def _unreachable(
    command: ShareResource, contact: Contact | None, email: str | None, phone: str | None
) -> list[Problem]:
    problems = []
    if command.contact_id is not None and contact is None:
        problems.append(Problem.of("contact_id", "unknown"))
    if command.email and not email:
        problems.append(Problem.of("email", "email"))
    if command.phone and not phone:
        problems.append(Problem.of("phone", "phone"))
    if command.contact_id is None and not command.email and not command.phone:
        problems.append(Problem.of("contact_id", "no_channel"))
    return problems


@dataclass(frozen=True, slots=True, kw_only=True)
class ListResourceLinks:
    """Request for a resource's links. `resource_uid` is 32 lower-case hex digits."""

    caller: Caller
    resource_type: str
    resource_uid: str


def list_resource_links(command: ListResourceLinks, deps: Deps) -> list[Link]:
    """List the caller's links to that resource, newest first. At most a thousand, read page by page."""
    which = LinkList(
        lists=command.caller.lists,
        since=_EPOCH,
        until=deps.now() + _CLOCKS_APART,
        resource=(command.resource_type, command.resource_uid),
    )
    links: list[Link] = []
    position: Position | None = None
    while len(links) < _LIST_LIMIT:
        page = deps.lists.page(which, position, _PAGE_LIMIT)
        links += page.links
        position = page.following
        if position is None:
            break
    # The index does not order links within a millisecond, but numbers ascend.
    return sorted(links, key=lambda link: (link.created_at, link.number or 0, link.rid), reverse=True)


def _recipient(contact: Contact | None, email: str | None, phone: str | None, tenant: Tenant) -> Recipient:
    """Build the recipient. A given address wins, and the contact's consent counts only for the contact's own number."""
    own_phone = normal_phone(contact.phone, tenant.region) if contact and contact.phone else None
    used_phone = phone or own_phone
    if contact and used_phone and used_phone == own_phone:
        consent = contact.sms_consent
    else:
        consent = bool(used_phone) and tenant.asserts_sms_consent
    used_email = email or (normal_email(contact.email) if contact and contact.email else None)
    given = {channel for channel, address in ((Channel.EMAIL, email), (Channel.SMS, phone)) if contact and address}
    return Recipient(
        name=contact.name if contact else None,
        email=used_email,
        phone=used_phone,
        given=frozenset(given),
        contact_id=contact.id if contact else None,
        recipient_type=contact.contact_type if contact else None,
        locale=(contact.locale if contact else None) or tenant.locale,
        locale_said=bool(contact and contact.locale),
        sms_consent=consent,
        time_zone=contact.time_zone if contact else None,
    )
