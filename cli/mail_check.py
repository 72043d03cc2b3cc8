"""Check of `linkgate doctor --mail`: messages to the mailbox simulator of SES, and what SES reports of them."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cli.findings import Finding, State
from cli.target import Operator
from linkgate.model.link import Channel, DeliveryState
from linkgate.model.policy import TIERS
from linkgate.model.tenant import Agent
from linkgate.store.delivery.suppressions import DynamoSuppressions
from linkgate.usecases.issuing.desk_links import OpenDesk, desk_link
from linkgate.usecases.issuing.issue import issue
from linkgate.usecases.management.revocation import RevokeLink, revoke_link

if TYPE_CHECKING:
    from linkgate.model.link import Delivery, Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps

_MAILBOXES: Mapping[str, DeliveryState] = {
    "success@simulator.amazonses.com": DeliveryState.DELIVERED,
    "bounce@simulator.amazonses.com": DeliveryState.BOUNCED,
    "complaint@simulator.amazonses.com": DeliveryState.COMPLAINED,
}
"""Mailboxes of the simulator with what SES reports of them. None costs reputation, and the sandbox may send to all."""
_LOOKS, _PAUSE = 60, 5.0
_ON_ITS_WAY = frozenset({DeliveryState.SENT, *_MAILBOXES.values()})
_UNSENT = "see docs/delivery.md; linkgate link resend tells the same of any link"
_UNREPORTED = "see docs/operations/alarms/feedback-dead-letters.md, and the log of DeliveryFeedbackFunction"


def mail(operator: Operator, sleep: Callable[[float], object] = time.sleep) -> Iterator[Finding]:
    """Send a message to each mailbox as a tenant's are sent, and wait until its report is on the link.

    The links lead to the desk of an agent that there is not, and are revoked. What the reports suppress is lifted.
    """
    if operator.endpoint_url:
        yield Finding("mail", State.UNKNOWN, "nothing reports by itself on this machine", "pass --stack")
        return
    tenant = next(iter(operator.registry.tenants()), None)
    if tenant is None:
        yield Finding("mail", State.UNKNOWN, "needs a tenant", "linkgate tenant create --help")
        return
    deps, suppressions = operator.sending_deps, DynamoSuppressions(operator.table)
    for address in _MAILBOXES:
        suppressions.remove(tenant.id, address)
    links = {address: _sent(address, tenant, operator, deps) for address in _MAILBOXES}
    try:
        yield from _reported(links, deps, sleep)
    finally:
        for address, link in links.items():
            revoke_link(RevokeLink(caller=operator.caller(tenant), rid=link.rid), deps)
            suppressions.remove(tenant.id, address)


def _sent(address: str, tenant: "Tenant", operator: Operator, deps: "Deps") -> "Link":
    agent = Agent("linkgate doctor", email=address)
    portal = tenant.portal or deps.portal or operator.endpoint_url or operator.outputs.get("ApiUrl", "")
    new = replace(desk_link(agent, TIERS["standard"], timedelta(hours=1)), channels=(Channel.EMAIL,))
    command = OpenDesk(caller=operator.caller(tenant), domain="", agent=agent.id)
    return issue(new, command, replace(deps, portal=portal)).link


def _reported(links: Mapping[str, "Link"], deps: "Deps", sleep: Callable[[float], object]) -> Iterator[Finding]:
    """Yield what became of each message, as soon as it is known."""
    waiting = {}
    for address, link in links.items():
        delivery = link.deliveries[Channel.EMAIL]
        if delivery.state in _ON_ITS_WAY:
            waiting[address] = link.rid
        else:
            yield Finding(f"mail to {address}", State.WRONG, f"{delivery.state}: {delivery.reason}", _UNSENT)
    for _ in range(_LOOKS):
        for address, rid in [*waiting.items()]:
            if (state := _delivery(rid, deps).state) is _MAILBOXES[address]:
                del waiting[address]
                yield Finding(f"mail to {address}", State.OK, f"sent, and reported as {state}")
        if not waiting:
            return
        sleep(_PAUSE)
    for address, rid in waiting.items():
        text = f"sent, but {_LOOKS * _PAUSE / 60:.0f} minutes later it is {_delivery(rid, deps).state}"
        yield Finding(f"mail to {address}", State.WRONG, text, _UNREPORTED)


def _delivery(rid: str, deps: "Deps") -> "Delivery":
    link = deps.links.get(rid)
    if link is None:
        raise LookupError(rid)
    return link.deliveries[Channel.EMAIL]
