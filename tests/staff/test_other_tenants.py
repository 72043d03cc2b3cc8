"""Nothing of another tenant is found on any route of the console, and no act reaches it. Exhaustive: it is the wall."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.aws.webhook_key import key_text
from linkgate.model.person import Person, Staff
from linkgate.model.proposal import Proposal
from linkgate.usecases.staff import webhooks
from local.demo import DEMO, MANAGE_KEY, OTHER
from tests.management.conftest import OTHER_KEY, Manager
from tests.staff.test_access import SCREENS
from tests.support.documents import put_file_on_link
from tests.support.webhook_receiver import Receiver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from linkgate.model.tenant import Tenant
    from tests.support.cloud import Cloud
    from tests.support.staff_browser import StaffBrowser

NO_ONES = {"n", "message", "kind", "preview", "act"}
"""Variables of paths that name nothing which only one tenant has."""
REFUSED = {
    "POST /console/proposals/{proposal}/refuse": 303,
    **{f"POST /console/desk/callbacks/{{rid}}/{act}": 303 for act in ("take", "message", "done")},
}
"""Routes that answer the same whether there was something or not."""
PARAMETER = "/linkgate/linkgate-local/webhook-key"


@dataclass(frozen=True)
class Things:
    """One of everything that a tenant may have and a path may name, by the variable."""

    rid: str
    file: str
    person: str
    proposal: str
    webhook: str
    key: str


def things(site: Cloud, tenant: Tenant, key: str, receiver: str) -> Things:
    deps, manager = wiring.deps(), Manager(site, key)
    made = manager.request_form(f"somebody@{tenant.id}.example.com")
    manager.submit(made["link"], {"fullName": "Canary"})
    link = deps.links.get(made["rid"])
    assert link
    number = tenant.id[-1]
    person = Person(number * 32, tenant.id, "Pat", "pat@example.com", frozenset({"support"}), number, "x", deps.now())
    deps.staff.people.add(person)
    proposal = Proposal(number * 22, tenant.id, person.id, deps.now(), made["rid"], "new@example.com")
    deps.staff.proposals.add(proposal)
    settings = webhooks.Settings(receiver, frozenset())
    hook, _ = webhooks.make_webhook(Staff("", tenant, frozenset(), frozenset(), "en"), settings, deps, test=False)
    file = put_file_on_link(site, link)
    return Things(link.rid, file.id, person.id, proposal.id, hook.id, deps.staff.keys.of(tenant.id)[0].id)


@pytest.fixture(scope="module")
def both(site: Cloud) -> Iterator[tuple[Things, Things]]:
    """Yield what the demo tenant has, and what the other one has."""
    site.aws.client("ssm").put_parameter(Name=PARAMETER, Type="SecureString", Value=key_text(b"k" * 32))
    receiver = Receiver()
    yield things(site, DEMO, MANAGE_KEY, receiver.url), things(site, OTHER, OTHER_KEY, receiver.url)
    receiver.close()


def named(route: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", route)) - NO_ONES


ROUTES = {route: screen for route, screen in SCREENS.items() if named(route)}


def who(scopes: frozenset[str]) -> str:
    """Return somebody who may use a route with these scopes."""
    if "desk:answer" in scopes:
        return "Ana Agent"
    return "Rita Results" if scopes == {"results:read"} else "Ada Admin"


def asked(browser: StaffBrowser, route: str, filled: dict[str, str]) -> int:
    method, _, path = route.partition(" ")
    for name, value in filled.items():
        path = path.replace(f"{{{name}}}", value)
    return (browser.get if method == "GET" else browser.post)(path, follow=False).status


def test_each_variable_of_a_path_is_one_that_this_test_knows() -> None:
    assert {name for route in ROUTES for name in named(route)} <= {*Things.__dataclass_fields__}


def test_nothing_of_another_tenant_is_found_or_changed(
    site: Cloud, both: tuple[Things, Things], signed_in: Callable[[str], StaffBrowser]
) -> None:
    own, theirs = (vars_of(each) for each in both)
    browsers = {name: signed_in(name) for name in ("Ana Agent", "Rita Results", "Ada Admin")}
    before = of_other(site, theirs)
    wrong: dict[str, Any] = {}

    for route, screen in ROUTES.items():
        for name in named(route):
            # Of two things on a path, each in turn is the other tenant's.
            status = asked(browsers[who(screen.scopes)], route, {**own, name: theirs[name]})
            if status != REFUSED.get(route, 404):
                wrong[f"{route} with their {name}"] = status
        if route.startswith("GET") and "{proposal}" not in route:
            status = asked(browsers[who(screen.scopes)], route, own)
            if status not in {200, 303, 409}:
                wrong[f"{route} with our own"] = status

    assert wrong == {}
    assert of_other(site, theirs) == before


def vars_of(each: Things) -> dict[str, str]:
    return {name: str(getattr(each, name)) for name in Things.__dataclass_fields__}


def of_other(site: Cloud, theirs: dict[str, str]) -> list[dict[str, Any]]:
    """Return everything in the table that is the other tenant's. The own journal names what somebody tried to read."""
    items = [item for item in site.table() if not item["pk"].startswith(f"journal#{DEMO.id}")]
    return [item for item in items if OTHER.id in str(item) or any(id_ in str(item) for id_ in theirs.values())]
