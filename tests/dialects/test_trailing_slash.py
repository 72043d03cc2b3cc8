"""A vendor's call with a slash at its end is answered, whichever route of the gateway takes it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from linkgate.routes.unrouted import VENDOR_ROUTES
from local import demo
from tests.support.cloud import DOMAIN, TEMPLATE, Cloud
from tests.support.vendor_calls import GENERATE, SEND, SESSION, SURVEY, Call

if TYPE_CHECKING:
    from collections.abc import Iterator

CANCEL = Call(
    "/player/api/cancel-request",
    {"apiVersion": 1, "apiKey": demo.EASYSEND_KEY, "customerId": demo.EASYSEND_CUSTOMER, "rid": "A" * 22},
    404,
)
CALLS = {
    "/player/api/generate-link": GENERATE,
    "/player/api/send-link": SEND,
    "/player/api/cancel-request": CANCEL,
    "/api/survey_requests": SURVEY,
    "/api/v1/survey_requests": SURVEY,
    "/v1/access/external/cammer/generate-session": SESSION,
    "/api/v1/access/external/cammer/generate-session": SESSION,
}
SLASHES = re.compile(r'(?m)^        \w+:\n          Type: HttpApi\n          Properties: .*/\{proxy\+\}"\}\n')


@pytest.fixture(scope="module")
def literal_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """Yield a cloud without routes that take a slash: AWS does not say whether `{proxy+}` takes an empty rest."""
    template = tmp_path_factory.mktemp("cloud") / "template.yaml"
    text, removed = SLASHES.subn("", TEMPLATE.read_text())
    assert removed >= len(CALLS)
    template.write_text(text)
    with Cloud(template, domain=DOMAIN, portal_url="") as cloud:
        yield cloud


def test_every_call_of_these_vendors_is_here() -> None:
    assert {f"POST {path}" for path in CALLS} == {key for keys in VENDOR_ROUTES.values() for key in keys}


@pytest.mark.parametrize("path", CALLS)
def test_the_catch_all_route_answers_like_the_calls_own_function(literal_cloud: Cloud, path: str) -> None:
    call = replace(CALLS[path], target=path)
    own, caught = call.make(literal_cloud), replace(call, target=f"{path}/").make(literal_cloud)

    assert own.status == caught.status == call.status
    assert caught.json().keys() == own.json().keys()
    assert caught.header("content-type") == own.header("content-type")


@pytest.mark.parametrize("path", CALLS)
def test_any_other_verb_or_path_is_refused_as_before(literal_cloud: Cloud, path: str) -> None:
    call = CALLS[path]

    wrong_verb = literal_cloud.request("GET", f"{path}/", headers=call.headers, basic=call.basic)
    behind = replace(call, target=f"{path}/more").make(literal_cloud)

    assert (wrong_verb.status, wrong_verb.header("allow")) == (405, "POST")
    assert behind.status == 404


def test_a_fault_is_told_in_the_vendors_own_words(literal_cloud: Cloud) -> None:
    own = GENERATE.make(literal_cloud, {**GENERATE.body, "processId": "unknown"})
    caught = replace(GENERATE, target=f"{GENERATE.target}/").make(
        literal_cloud, {**GENERATE.body, "processId": "unknown"}
    )

    assert own.status == caught.status == 404
    assert caught.json() == own.json()
