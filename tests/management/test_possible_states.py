"""Whatever has become of a link, each act that its page offers succeeds, and each that it refuses is refused."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkgate import wiring
from linkgate.dialects.console.words import Reader, situation
from linkgate.errors import LinkError, LinkExhausted
from linkgate.model.challenge import CodePolicy
from linkgate.model.link import API, Channel, Delivery, DeliveryState, Link, Recipient
from linkgate.tokens import secret_hash, token
from linkgate.usecases.delivery.suppression import barred, suppress
from linkgate.usecases.staff.possible_acts import Act, possible_acts
from local.demo import DEMO, PROCESS
from tests.management.test_possible_acts import ACTS, CALLER
from tests.support.fakes.links import link as link_with

HOUR = timedelta(hours=1)
_numbers = itertools.count(1)
REASONS = [None, None, "suppressed", "opted_out"]
STATE: dict[str, Any] = {
    "age": st.sampled_from([HOUR, timedelta(days=8), timedelta(days=400)]),
    "opened": st.booleans(),
    "submitted": st.sampled_from([False, False, True]),
    "revoked": st.sampled_from([False, False, True]),
    "locked": st.sampled_from([False, False, True]),
    "erased": st.sampled_from([False, False, False, True]),
    "views": st.sampled_from([0, 1, 2]),
    "code": st.sampled_from([None, CodePolicy(Channel.SMS, 6)]),
    "email": st.booleans(),
    "phone": st.booleans(),
    "message": st.sampled_from([None, *DeliveryState]),
    "due": st.sampled_from([-HOUR, HOUR]),
    "resends": st.sampled_from([0, 1, 8]),
    "email_bar": st.sampled_from(REASONS),
    "phone_bar": st.sampled_from(REASONS),
}


def stored(state: dict[str, Any]) -> Link:
    """Put a link in this state into the table, with addresses of its own."""
    deps = wiring.deps()
    rid, number, now = token(deps.random(16)), next(_numbers), deps.now()
    made = now - state["age"]
    recipient = Recipient(
        name="Ada",
        email=f"s{number}@example.com" if state["email"] else None,
        phone=f"+4477009{number:05}" if state["phone"] else None,
        sms_consent=True,
    )
    for address, reason in ((recipient.email, state["email_bar"]), (recipient.phone, state["phone_bar"])):
        if address and reason:
            suppress(DEMO.id, address, reason, deps)
    due = now + state["due"] if state["message"] in {DeliveryState.SENDING, DeliveryState.DELAYED} else None
    sent = Delivery(Channel.EMAIL, state["message"], 1, at=made, due=due, message_id=rid) if state["message"] else None
    made_link = link_with(
        rid=rid,
        master_rid=rid,
        tenant=DEMO.id,
        definition_id=PROCESS,
        recipient=Recipient() if state["erased"] else recipient,
        created_at=made,
        expires_at=made + timedelta(days=7),
        ttl=now + timedelta(days=400),
        max_views=2,
        views=state["views"],
        opened_at=made if state["opened"] else None,
        submitted_at=made if state["submitted"] else None,
        revoked_at=made if state["revoked"] or state["erased"] else None,
        locked_at=made if state["locked"] else None,
        erased_at=made if state["erased"] else None,
        code=state["code"],
        resends=state["resends"],
        deliveries={Channel.EMAIL: sent} if sent and state["email"] else {},
        secrets={secret_hash(rid, "secret"): API},
    )
    deps.new_links.create((made_link,), None)
    found = deps.links.get(rid)
    assert found
    return found


@pytest.mark.usefixtures("cloud")
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(state=st.fixed_dictionaries(STATE), act=st.sampled_from(Act))
def test_what_is_offered_succeeds_and_what_is_not_is_refused(state: dict[str, Any], act: Act) -> None:
    deps, of = wiring.deps(), stored(state)
    acts = possible_acts(of, CALLER, deps)
    addresses = {channel: address for channel in Channel if (address := of.address(channel))}
    told = situation(of, deps.now(), acts, barred(DEMO, addresses, deps, of.kind), Reader("es"))
    assert {*told.acts, *told.why_not} == set(Act)
    assert told.sentences
    assert all(told.why_not.values())
    refusal = acts[act]
    if refusal is None:
        ACTS[act](of, deps)
    elif act is Act.REVOKE and of.revoked_at:
        assert ACTS[act](of, deps) == deps.links.get(of.rid)
    elif act is Act.EXTEND and isinstance(refusal, LinkExhausted):
        ACTS[act](of, deps)
    else:
        with pytest.raises(LinkError) as refused:
            ACTS[act](of, deps)
        assert (act, type(refused.value), str(refused.value)) == (act, type(refusal), str(refusal))
