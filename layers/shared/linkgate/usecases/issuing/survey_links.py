"""Ask a customer for feedback on an agent (DigiDesk)."""

from __future__ import annotations

from dataclasses import field
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, Problem
from linkgate.lazy_dataclass import dataclass
from linkgate.model.addresses import normal_email, normal_phone
from linkgate.model.delivery_rules import ASKED_RECENTLY
from linkgate.model.link import Channel, Kind, Recipient
from linkgate.model.tenant import Agent, Campaign
from linkgate.usecases.definitions import schema_of, translated_title
from linkgate.usecases.delivery.channels import obstacle
from linkgate.usecases.issuing.issue import CreateCommand, Issued, NewLink, issue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteToSurvey(CreateCommand):
    """Request for a survey. `contact` is an e-mail address or mobile number; `misc_data` becomes result columns."""

    contact: str
    campaign: str
    customer_name: str | None = None
    account_number: str | None = None
    agent_name: str | None = None
    misc_data: Mapping[str, str] = field(default_factory=dict)
    custom: Mapping[str, object] = field(default_factory=dict)


def invite_to_survey(command: InviteToSurvey, deps: Deps) -> Issued:
    """Make the survey's link and send the invitation to `contact` over its channel.

    Within the tenant's pause after a survey to that address, the link is made and nothing is sent. An unknown agent
    leaves the result unassigned. Raises InvalidRequest for an unknown campaign, and for a contact that cannot be sent
    to.
    """
    tenant = command.caller.tenant
    problems = []
    campaign = deps.tenants.definition(Campaign, tenant.id, command.campaign)
    channel, recipient = _recipient(command, campaign, tenant)
    if channel is None:
        problems.append(Problem.of("contact", "email" if "@" in command.contact else "phone"))
    elif obstacle(recipient, channel):
        problems.append(Problem.of("contact", "no_channel"))
    if campaign is None:
        problems.append(Problem.of("campaign", "unknown"))
    if problems or command.faults or channel is None or campaign is None:
        raise InvalidRequest(problems)
    agent = deps.tenants.definition(Agent, tenant.id, command.agent_name) if command.agent_name else None
    details = {
        "customer_name": command.customer_name,
        "account_number": command.account_number,
        "agent_name": command.agent_name,
        "misc_data": command.misc_data,
        "custom": command.custom,
    }
    test = command.caller.credential.test
    paused = not (test or _may_ask(tenant, recipient.address(channel) or "", deps))
    new = NewLink(
        operation="survey_requests",
        kind=Kind.SURVEY,
        definition_id=campaign.id,
        version=campaign.version,
        title=translated_title(campaign, recipient.locale),
        survey=schema_of(campaign),
        tier=tenant.tier(campaign.tier),
        recipient=recipient,
        channels=() if paused else (channel,),
        refused=(f"{channel}:{ASKED_RECENTLY}",) if paused else (),
        prefilled=details,
        reference=agent.id if agent else None,
        numbered=True,
        reminders=campaign.reminders,
    )
    return issue(new, command, deps)


def _may_ask(tenant: Tenant, address: str, deps: Deps) -> bool:
    if not tenant.survey_pause_days:
        return True
    now = deps.now()
    return deps.survey_pauses.begin(tenant.id, address, now + timedelta(days=tenant.survey_pause_days), now)


def _recipient(command: InviteToSurvey, campaign: Campaign | None, tenant: Tenant) -> tuple[Channel | None, Recipient]:
    is_email = "@" in command.contact
    email = normal_email(command.contact) if is_email else None
    phone = None if is_email else normal_phone(command.contact, tenant.region)
    channel = Channel.EMAIL if email else Channel.SMS if phone else None
    recipient = Recipient(
        name=command.customer_name,
        email=email,
        phone=phone,
        locale=(campaign and campaign.locale) or tenant.locale,
        locale_said=bool(campaign and campaign.locale),
        sms_consent=bool(phone) and tenant.asserts_sms_consent,
    )
    return channel, recipient
