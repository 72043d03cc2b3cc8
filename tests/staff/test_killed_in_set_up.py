"""Whatever an administrator does is named in the journal, also if it is killed between any two calls of AWS."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.aws.webhook_key import key_text
from linkgate.model.person import Person, Staff, scopes_of
from linkgate.model.tenant import Process
from linkgate.usecases.staff import webhooks
from linkgate.usecases.staff.acting import staff_caller
from linkgate.usecases.staff.brand import brand_version, change_brand, kept_brand
from linkgate.usecases.staff.forms import FormDraft, kept_form, put_live
from linkgate.usecases.staff.keys import MakeKey, end_key, make_key
from linkgate.usecases.staff.messages import Sample, save_wording, send_sample, wording_version
from linkgate.usecases.staff.people import ChangeRoles, EndPerson
from linkgate.usecases.staff.proposals import approve, decide, refuse, take_approved_key
from local.demo import DEMO
from local.functions import Killed
from tests.support.cloud import DOMAIN, TEMPLATE, Cloud
from tests.support.fault_injection import Fault, Injector
from tests.support.webhook_receiver import Receiver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from linkgate.model.webhook import Webhook
    from linkgate.usecases.authentication import Caller

    Act = Callable[[], object]

ADMIN = frozenset({"admin"})
ADA = Staff("Ada", DEMO, ADMIN, scopes_of(ADMIN), "en", "a" * 32, "session1")
TWO = replace(ADA, tenant=replace(DEMO, four_eyes=frozenset({"keys", "people"})))
BEA = replace(TWO, id="b" * 32)
NUMBERS = itertools.count()
PORTAL = "https://links.example.com"


@pytest.fixture(scope="module")
def injector() -> Iterator[Injector]:
    injector = Injector()
    with injector.installed():
        yield injector


@pytest.fixture(scope="module")
def bank(injector: Injector) -> Iterator[Cloud]:
    assert injector.calls == []
    with Cloud(TEMPLATE, domain=DOMAIN, portal_url="") as cloud:
        key = {"Name": "/linkgate/linkgate-local/webhook-key", "Type": "SecureString", "Value": key_text(b"k" * 32)}
        cloud.aws.client("ssm").put_parameter(**key)
        for staff in (ADA, BEA):
            person(staff.id)
        yield cloud


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def person(id_: str = "") -> str:
    id_ = id_ or f"{next(NUMBERS):032}"
    now, name = wiring.deps().now(), f"{id_[-6:]}@example.com"
    made = Person(id_, DEMO.id, "Somebody", name, ADMIN, id_, "operator", now, verified=True)
    assert wiring.deps().staff.people.add(made)
    return id_


def caller(staff: Staff = ADA) -> Caller:
    return staff_caller(staff, "setup:write")


def new_key(staff: Staff = ADA) -> MakeKey:
    return MakeKey(caller=caller(staff), name="CRM", dialect="manage")


def key(_url: str) -> str:
    return make_key(new_key(), wiring.deps()).credential.id


def webhook(url: str) -> Webhook:
    made, _ = webhooks.make_webhook(ADA, webhooks.Settings(url, frozenset()), wiring.deps(), test=False)
    return made


def disabled(url: str) -> Webhook:
    return webhooks.switch_webhook(ADA, webhook(url).id, wiring.deps(), on=False)


def proposal(command: object) -> str:
    deps = wiring.deps()
    known = {each.id for each in deps.staff.proposals.of(DEMO.id, deps.now())}
    assert decide(command, deps).proposed  # type: ignore[arg-type]  # one of the guarded acts
    (new,) = {each.id for each in deps.staff.proposals.of(DEMO.id, deps.now())} - known
    return new


def approved_key(_url: str) -> str:
    made = proposal(new_key(TWO))
    approve(BEA, made, wiring.deps())
    return made


def seen_form(_url: str) -> FormDraft:
    deps: Any = wiring.deps()
    deps.tenants.put_definition(DEMO.id, Process("killed", "A form", minutes=next(NUMBERS)))
    return FormDraft("process", "killed", kept_form(DEMO.id, "process", "killed", deps).definition.version or "", "")


def new_wording() -> object:
    deps = wiring.deps()
    known = deps.staff.wording.tenant(DEMO.id)
    assert known
    words = {"en.process.body": f"Form {next(NUMBERS)} of {{tenant}}"}
    return save_wording("process.first", words, wording_version(known.texts), ADA, deps)


def new_brand() -> None:
    deps = wiring.deps()
    seen = brand_version(kept_brand(DEMO.id, deps).tenant)
    change_brand({"website": f"https://{next(NUMBERS)}.example"}, seen, PORTAL, ADA, deps)


def replayed(of: Webhook) -> object:
    deps = wiring.deps()
    return webhooks.replay_since(ADA, of.id, deps.now().replace(hour=0), None, deps)


def nothing(_url: str) -> None:
    """Prepare nothing."""


ACTS: dict[str, tuple[Callable[[str], Any], Callable[[Any], object]]] = {
    "key_made": (nothing, lambda _: make_key(new_key(), wiring.deps())),
    "key_rotated": (key, lambda known: make_key(MakeKey(caller=caller(), replaces=known), wiring.deps())),
    "key_ended": (key, lambda known: end_key(ADA, known, wiring.deps())),
    "key_taken": (approved_key, lambda made: make_key(take_approved_key(TWO, made, wiring.deps()), wiring.deps())),
    "webhook_made": (lambda url: url, webhook),
    "webhook_changed": (
        webhook,
        lambda known: webhooks.change_webhook(
            ADA,
            known.id,
            webhooks.Settings("", frozenset({"link.sent"}), webhooks.settings_version(known)),
            wiring.deps(),
        ),
    ),
    "webhook_disabled": (webhook, lambda known: webhooks.switch_webhook(ADA, known.id, wiring.deps(), on=False)),
    "webhook_enabled": (disabled, lambda known: webhooks.switch_webhook(ADA, known.id, wiring.deps(), on=True)),
    "webhook_secret": (webhook, lambda known: webhooks.renew_secret(ADA, known.id, wiring.deps())),
    "webhook_tested": (webhook, lambda known: webhooks.send_test(ADA, known.id, wiring.deps())),
    "webhook_replayed": (webhook, replayed),
    "texts_changed": (nothing, lambda _: new_wording()),
    "message_tested": (nothing, lambda _: send_sample(Sample("code", "en"), PORTAL, DEMO, ADA, wiring.deps())),
    "brand_changed": (nothing, lambda _: new_brand()),
    "form_changed": (seen_form, lambda draft: put_live(ADA, draft, {"type": "object"}, wiring.deps())),
    "roles_changed": (
        lambda _: person(),
        lambda id_: decide(ChangeRoles(staff_caller(ADA, "staff:write"), id_, frozenset({"results"})), wiring.deps()),
    ),
    "person_ended": (
        lambda _: person(),
        lambda id_: decide(EndPerson(staff_caller(ADA, "staff:write"), id_), wiring.deps()),
    ),
    "proposed": (lambda _: person(), lambda id_: decide(EndPerson(caller(TWO), id_), wiring.deps())),
    "proposal_approved": (
        lambda _: proposal(EndPerson(caller(TWO), person())),
        lambda made: approve(BEA, made, wiring.deps()),
    ),
    "proposal_refused": (
        lambda _: proposal(EndPerson(caller(TWO), person())),
        lambda made: refuse(BEA, made, wiring.deps()),
    ),
}
"""Preparation of each act, and the act, by its name in the journal."""
COUNTS = ("email#", "used#", "paused#")
"""Beginnings of the keys of what only counts."""


@pytest.mark.parametrize("name", ACTS)
def test_no_change_is_without_its_name(name: str, bank: Cloud, injector: Injector, receiver: Receiver) -> None:
    """Killed after a call is as good as killed before the next one."""
    prepare, act = ACTS[name]
    for index in itertools.count():
        given = prepare(receiver.url)
        before, told = bank.table(), len(receiver.calls) + len(bank.outbox.messages())
        injector.arm(index, Fault.KILL_AFTER)
        try:
            act(given)
        except Killed:
            assert injector.fired
        fired, calls = injector.fired, injector.calls
        injector.disarm()
        fresh = [item for item in bank.table() if item not in before]
        entries = [item for item in fresh if item["pk"].startswith(f"journal#{DEMO.id}#")]
        changed = [item for item in fresh if item not in entries and not item["pk"].startswith(COUNTS)]
        gone = len(before) - len(bank.table()) + len(fresh) > 0 and name in {"proposal_refused", "key_taken"}
        happened = bool(changed) or gone or len(receiver.calls) + len(bank.outbox.messages()) > told
        named = [(each["act"], each["roles"], each["session"]) for each in entries]
        if happened or not fired:
            assert (name, ["admin"], "session1") in named, (index, calls, changed)
        assert {each["person"] for each in entries} <= {ADA.id, BEA.id}
        if not fired:
            assert index > 0
            return
