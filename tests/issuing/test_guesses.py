"""Wrong keys and secrets are counted, and limited for the source that sends them, not for its neighbours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.ports.measures import Metric
from local import demo
from local.http_messages import HttpRequest
from tests.support.vendor_calls import CUSTOMER_LINK, GENERATE, SESSION, SURVEY

if TYPE_CHECKING:
    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

ATTACKER, CUSTOMER = "203.0.113.66", "198.51.100.7"
WRONG = "A" * 22


def post(cloud: Cloud, source: str, path: str, body: str, **headers: str) -> HttpResponse:
    sent = {"Host": cloud.domain, "Accept": "application/json", "Content-Type": "application/json", **headers}
    return cloud.handle(HttpRequest("POST", path, tuple(sent.items()), body.encode(), source))


def wait_for_a_new_minute(cloud: Cloud) -> None:
    """Move the clock, so that the guesses of a test fall into one minute, however slow the machine is."""
    cloud.post("/_local/clock", {"advance_seconds": 60 - cloud.clock.now().second})


def trendsic(cloud: Cloud, source: str, key: str) -> int:
    return post(cloud, source, CUSTOMER_LINK.target, "{}", Authorization=f"Bearer {key}").status


def opened(cloud: Cloud, source: str, url: str, secret: str | None = None) -> HttpResponse:
    path, _, right = url.partition("#")
    return post(cloud, source, path[path.index("/l/") :], f'{{"secret": "{secret or right}"}}')


def renewed(cloud: Cloud, source: str, url: str, secret: str | None = None) -> int:
    path, _, right = url.partition("#")
    body = f'{{"secret": "{secret or right}"}}'
    return post(cloud, source, f"{path[path.index('/l/') :]}/renew", body).status


def test_a_source_with_too_many_wrong_keys_waits_and_others_do_not(cloud: Cloud) -> None:
    wait_for_a_new_minute(cloud)
    assert trendsic(cloud, ATTACKER, demo.TRENDSIC_KEY) == 400
    guesses = [trendsic(cloud, ATTACKER, f"guess-{number}") for number in range(150)]

    assert guesses == [401] * 100 + [429] * 50
    refused = post(cloud, ATTACKER, CUSTOMER_LINK.target, "{}", Authorization="Bearer another-guess")
    assert 1 <= int(refused.header("retry-after")) <= 60
    assert trendsic(cloud, CUSTOMER, "mistyped") == 401
    assert trendsic(cloud, ATTACKER, demo.TRENDSIC_KEY) == 400  # a key that has worked here keeps working
    cloud.post("/_local/clock", {"advance_seconds": 60})
    assert trendsic(cloud, ATTACKER, "guess-again") == 401


@pytest.mark.parametrize("call", [GENERATE, SURVEY, SESSION], ids=lambda call: call.target)
def test_every_dialect_counts_for_the_same_source(cloud: Cloud, call: object) -> None:
    assert call in (GENERATE, SURVEY, SESSION)
    wait_for_a_new_minute(cloud)
    for number in range(100):
        trendsic(cloud, "127.0.0.1", f"guess-{number}")

    if call is GENERATE:
        reply = GENERATE.make(cloud, {**GENERATE.body, "apiKey": "guess"})
    elif call is SURVEY:
        reply = cloud.post(SURVEY.target, SURVEY.body, basic=("robot", "guess"))
    else:
        reply = cloud.post(SESSION.target, SESSION.body, {**SESSION.headers, "Authorization": "guess"})

    assert reply.status == 429


def test_wrong_secrets_are_limited_and_no_reader_of_a_link_is(cloud: Cloud) -> None:
    first, second = (CUSTOMER_LINK.url(CUSTOMER_LINK.make(cloud)) for _ in range(2))
    assert opened(cloud, ATTACKER, first).status == 200
    wait_for_a_new_minute(cloud)

    guesses = [opened(cloud, ATTACKER, second, WRONG).status for _ in range(120)]

    assert guesses == [404] * 100 + [429] * 20
    assert opened(cloud, CUSTOMER, second, WRONG).status == 404
    assert opened(cloud, CUSTOMER, second).status == 200
    assert opened(cloud, ATTACKER, first).status == 200
    third = CUSTOMER_LINK.url(CUSTOMER_LINK.make(cloud))
    assert opened(cloud, ATTACKER, third).status == 200  # somebody else in the same network, who opens a link at first


def test_wrong_secrets_of_links_to_renew_are_limited_too(cloud: Cloud) -> None:
    url = CUSTOMER_LINK.url(CUSTOMER_LINK.make(cloud))
    wait_for_a_new_minute(cloud)

    guesses = [renewed(cloud, ATTACKER, url, WRONG) for _ in range(120)]

    assert guesses == [404] * 100 + [429] * 20
    assert opened(cloud, ATTACKER, url, WRONG).status == 429
    assert renewed(cloud, ATTACKER, url) == 409  # the right secret of a link that still opens
    assert renewed(cloud, CUSTOMER, url, WRONG) == 404


def test_what_is_refused_is_counted_for_the_alarms(cloud: Cloud) -> None:
    told: list[Metric] = []
    wiring.use(replace(wiring.deps(), measure=lambda measures: told.extend(each.metric for each in measures)))
    url = CUSTOMER_LINK.url(CUSTOMER_LINK.make(cloud))

    trendsic(cloud, CUSTOMER, "mistyped")
    post(cloud, CUSTOMER, CUSTOMER_LINK.target, "{}")
    opened(cloud, CUSTOMER, url, WRONG)
    renewed(cloud, CUSTOMER, url, WRONG)

    assert told == [Metric.CREDENTIALS_REFUSED, Metric.SECRETS_REFUSED, Metric.SECRETS_REFUSED]
