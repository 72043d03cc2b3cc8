"""An act is offered if and only if its use case does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.errors import LinkError, LinkExhausted
from linkgate.model.tenant import Credential
from linkgate.tokens import Derivation
from linkgate.usecases.authentication import Caller
from linkgate.usecases.delivery.replacing import ReplaceLink, replace_link
from linkgate.usecases.delivery.resending import ResendLink, resend_link
from linkgate.usecases.delivery.suppression import suppress
from linkgate.usecases.management.extension import ExtendLink, extend_link
from linkgate.usecases.management.revocation import RevokeLink, revoke_link
from linkgate.usecases.staff.possible_acts import Act, possible_acts
from linkgate.usecases.visits.reopening import ReopenLink, reopen_link
from local.demo import DEMO
from tests.support.visitor import Visitor, parts, resource_link

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from tests.management.conftest import Manager

DAY = 86_400
CALLER = Caller(
    DEMO, Credential(hash="", id="1" * 32, tenant=DEMO.id, dialect="manage", salt=b""), Derivation(b"", ""), "sam"
)


def fresh(manager: Manager) -> str:
    return str(manager.request_form()["rid"])


def rested(manager: Manager) -> str:
    rid = fresh(manager)
    manager.cloud.post("/_local/clock", {"advance_seconds": 3600})
    return rid


def submitted(manager: Manager) -> str:
    made = manager.request_form()
    manager.submit(made["link"], {})
    return str(made["rid"])


def revoked(manager: Manager) -> str:
    rid = rested(manager)
    manager.post(f"/links/{rid}/revoke")
    return rid


def expired(manager: Manager) -> str:
    rid = fresh(manager)
    manager.cloud.post("/_local/clock", {"advance_seconds": 8 * DAY})
    return rid


def replaced(manager: Manager) -> str:
    rid = rested(manager)
    replace_link(ReplaceLink(caller=CALLER, rid=rid), wiring.deps())
    return rid


def reopened(manager: Manager) -> str:
    rid = submitted(manager)
    reopen_link(ReopenLink(caller=CALLER, rid=rid), wiring.deps())
    return rid


def exhausted(manager: Manager) -> str:
    url = resource_link(manager.cloud, maxViews=1)
    Visitor(manager.cloud).open(url)
    return parts(url)[0]


def expired_and_exhausted(manager: Manager) -> str:
    rid = exhausted(manager)
    manager.cloud.post("/_local/clock", {"advance_seconds": 8 * DAY})
    return rid


def bounced(manager: Manager) -> str:
    rid = rested(manager)
    suppress(DEMO.id, "ada@example.com", "suppressed", wiring.deps())
    return rid


ACTS: dict[Act, Callable[[Link, Deps], object]] = {
    Act.RESEND: lambda link, deps: resend_link(ResendLink(tenant=link.tenant, rid=link.rid), deps),
    Act.EXTEND: lambda link, deps: extend_link(
        ExtendLink(caller=CALLER, rid=link.rid, until=link.created_at + DEMO.tier(link.tier).greatest_life), deps
    ),
    Act.REPLACE: lambda link, deps: replace_link(ReplaceLink(caller=CALLER, rid=link.rid, channels=()), deps),
    Act.REOPEN: lambda link, deps: reopen_link(ReopenLink(caller=CALLER, rid=link.rid), deps),
    Act.REVOKE: lambda link, deps: revoke_link(RevokeLink(caller=CALLER, rid=link.rid), deps),
}


STATES = [fresh, rested, submitted, revoked, expired, replaced, bounced, exhausted, expired_and_exhausted]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("act", Act)
def test_what_is_offered_succeeds_and_what_is_not_is_refused(
    manager: Manager, state: Callable[[Manager], str], act: Act
) -> None:
    deps = wiring.deps()
    link = deps.links.get(state(manager))
    assert link is not None

    refusal = possible_acts(link, CALLER, deps)[act]

    if refusal is None:
        ACTS[act](link, deps)
    elif act is Act.EXTEND and isinstance(refusal, LinkExhausted) and not link.renewed_as:
        # It would get its time, but open as little as before.
        ACTS[act](link, deps)
        longer = deps.links.get(link.rid)
        assert longer
        assert isinstance(longer.closed(deps.now()), LinkExhausted)
    elif act is Act.REVOKE and link.revoked_at:
        # A repeat is not refused, but it would change nothing.
        assert deps.links.get(link.rid) == ACTS[act](link, deps)
    else:
        with pytest.raises(LinkError) as refused:
            ACTS[act](link, deps)
        assert (type(refused.value), str(refused.value)) == (type(refusal), str(refusal))


def test_the_page_of_a_form_that_was_opened_again_leads_to_its_newer_link(manager: Manager) -> None:
    deps = wiring.deps()
    link = deps.links.get(reopened(manager))
    assert link is not None

    refusals = possible_acts(link, CALLER, deps)

    assert {str(refusal) for refusal in refusals.values()} == {"rid: reopened"}
    newer = deps.links.get(link.renewed_as or "")
    assert newer is not None
    assert possible_acts(newer, CALLER, deps)[Act.REVOKE] is None
