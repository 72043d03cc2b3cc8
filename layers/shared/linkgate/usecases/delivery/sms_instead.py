"""Send an SMS in place of an e-mail that will not arrive, to recipients who consented to SMS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.delivery_rules import LAST_START
from linkgate.model.link import Channel
from linkgate.ports.links import NotChanged
from linkgate.usecases.delivery.channels import may_send_sms_instead
from linkgate.usecases.delivery.on_file import outdated
from linkgate.usecases.delivery.sending import FurtherMessage, has_a_turn, send_again

if TYPE_CHECKING:
    from linkgate.model.delivery_tasks import SendSmsInstead
    from linkgate.ports.deps import Deps


def send_sms_instead(task: SendSmsInstead, deps: Deps) -> None:
    """Send one SMS if the tenant wants that and the link still works. A repeat sends nothing."""
    link, now = deps.links.get(task.rid), deps.now()
    tenant = deps.tenants.tenant(link.tenant) if link else None
    if link is None or tenant is None or not tenant.sms_fallback or not may_send_sms_instead(link):
        return
    if link.disowned_at:
        return
    if link.closed(now) or link.expires_at - LAST_START <= now or Channel.SMS in outdated(link, tenant, deps):
        return
    if not has_a_turn(task, link, Channel.SMS, deps):
        return
    try:
        send_again(link, FurtherMessage(channel=Channel.SMS), tenant, deps)
    except NotChanged:
        return
