"""The doctor on picture and sound: what categories can have, and what a relay does when it is tried."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from cli.findings import Finding, State
from cli.live_check import live
from cli.relay_checks import calls, relay
from cli.target import Operator
from linkgate import wiring
from linkgate.model.tenant import Category, Media
from local import demo
from tests.support.cloud import DOMAIN, TEMPLATE, Cloud
from tests.support.relay import running_relay
from tests.support.scripted_server import Script, says, serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linkgate.ports.deps import Deps
    from local.relay import Relay


@dataclass(frozen=True)
class Here(Operator):
    """Operator of a cloud in this process."""

    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> Mapping[str, str]:
        return {**os.environ, **self.settings}

    @property
    def sending_deps(self) -> Deps:
        return wiring.deps()


def here(cloud: Cloud, **settings: str) -> Here:
    return Here(None, cloud.template.tables[0]["TableName"], None, as_json=False, dry_run=False, settings=settings)


def facts(findings: Iterator[Finding]) -> list[tuple[str, str]]:
    return [(each.about, each.state.value) for each in findings]


def put(*categories: Category) -> None:
    tenants: Any = wiring.deps().tenants
    for each in categories:
        tenants.put_definition(demo.DEMO.id, each)


@pytest.fixture
def secret_relay() -> Iterator[Relay]:
    with running_relay() as started:
        yield started


def test_categories_that_cannot_have_what_they_say_are_named(cloud: Cloud) -> None:
    put(
        Category("private", "Private", relay=True),
        Category("secret", "Secret", tier="confidential"),
        Category("letters", "Letters", tier="confidential", media=Media.TEXT),
    )

    without = facts(calls(here(cloud)))
    with_relay = facts(calls(here(cloud, RELAY_KIND="secret", RELAY_URLS="turn:turn.example.com")))

    assert without == [
        ("category private of Example Bank", "warning"),
        ("category secret of Example Bank", "warning"),
        ("relay", "warning"),
    ]
    assert with_relay == [("relay", "ok")]


@pytest.mark.parametrize(
    ("kind", "urls", "state", "text"),
    [
        ("none", "", State.WARNING, "none, and no STUN server either"),
        ("none", "stun:stun.example.com", State.WARNING, "none, so some calls find no way and go on in writing"),
        ("secret", "stun:stun.example.com", State.WRONG, "secret"),
        ("secret", "stun:a.example,turns:b.example", State.OK, "secret"),
        ("kvs", "", State.OK, "kvs"),
    ],
)
def test_settings_of_a_relay_that_relay_nothing_are_said(
    cloud: Cloud, kind: str, urls: str, state: State, text: str
) -> None:
    (found,) = calls(here(cloud, RELAY_KIND=kind, RELAY_URLS=urls))

    assert (found.about, found.state, found.text) == ("relay", state, text)


def test_a_relay_is_tried_to_the_end_of_its_credential(secret_relay: Relay) -> None:
    waited: list[float] = []
    with Cloud(TEMPLATE, domain=DOMAIN, portal_url="", parameters=secret_relay.parameters) as cloud:
        secret_relay.share(cloud)
        found = list(relay(here(cloud)))
        through = list(relay(here(cloud), through_expiry=True, sleep=waited.append))

    assert [(each.about, each.state) for each in found] == [
        ("ICE servers", State.OK),
        (secret_relay.url, State.OK),
    ]
    assert "not tried: a refresh after its credential ends" in found[1].text
    assert waited == [605]
    assert "again 605 s later" in through[1].text


def test_a_relay_that_does_not_know_the_secret_is_wrong(secret_relay: Relay) -> None:
    with Cloud(TEMPLATE, domain=DOMAIN, portal_url="", parameters=secret_relay.parameters) as cloud:
        secret_relay.secret = "another"
        secret_relay.share(cloud)
        (_, found) = relay(here(cloud))

    assert (found.state, found.text) == (State.WRONG, "allocate: refused with 401")


def test_without_a_relay_nothing_is_claimed(cloud: Cloud) -> None:
    assert facts(relay(here(cloud))) == [("relay tried", "unknown")]


def test_a_relay_without_its_secret_or_that_does_not_answer_is_wrong() -> None:
    parameters = {"RelayKind": "secret", "RelayUrls": "stun:a.example:3478,turn:127.0.0.1:9"}
    with Cloud(TEMPLATE, domain=DOMAIN, portal_url="", parameters=parameters) as cloud:
        assert facts(relay(here(cloud))) == [("ICE servers", "wrong")]
        cloud.aws.client("ssm").put_parameter(Name=cloud.environment()["RELAY_SOURCE"], Type="SecureString", Value="s")
        servers, stun, turn = relay(here(cloud))

    assert (servers.state, stun.state, turn.state) == (State.OK, State.UNKNOWN, State.WRONG)
    assert turn.text.startswith("allocate: no answer")


def test_a_channel_that_is_not_there_is_said_and_its_link_revoked(cloud: Cloud) -> None:
    script = Script()
    script.answers = [says(404)]
    with serving(script) as base:
        operator = here(cloud)
        wiring.use(replace(wiring.deps(), portal=base))

        (found,) = live(operator)

    assert (found.state, found.text) == (State.WRONG, "the desk's link was refused with 404")
    (link,) = [each for each in cloud.table() if each["sk"] == "link"]
    assert link["revoked_at"]
    assert script.asked[0][1] == f"/l/{link['pk']}"
