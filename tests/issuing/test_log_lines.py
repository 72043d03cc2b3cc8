"""An answer's log line can be joined with the caller's records, the link and the key, and holds no secret."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.endpoint import trace_of
from linkgate.log_lines import LogLines
from linkgate.tokens import guid_token
from tests.support.vendor_calls import CUSTOMER_LINK, GENERATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.cloud import Cloud

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = f"00-{TRACE}-00f067aa0ba902b7-01"
UUID = "6f1c9a1e-8f5b-4d5e-9f53-0f3b1d2c4e5a"


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    """Yield the lines about answers, as they are written."""
    written: list[dict[str, Any]] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(json.loads(LogLines().format(record)))

    logger, kept = wiring.logger(), Kept()
    quiet = logger.level
    logger.addHandler(kept)
    logger.setLevel("INFO")
    yield written
    logger.setLevel(quiet)
    logger.handlers.remove(kept)


def test_a_create_names_request_link_key_duration_and_the_callers_trace(
    cloud: Cloud, lines: list[dict[str, Any]]
) -> None:
    reply = CUSTOMER_LINK.make(cloud, traceparent=TRACEPARENT)

    told = lines[-1]
    assert told["rid"] == guid_token(reply.json()["link"]["customerLinkUID"])
    assert told["request_id"] == reply.header("apigw-requestid")
    assert (told["trace"], told["status"]) == (TRACE, 200)
    assert len(told["key"]) == 32
    assert 0 <= told["duration_ms"] < 60_000


def test_a_refused_key_has_no_id(cloud: Cloud, lines: list[dict[str, Any]]) -> None:
    GENERATE.make(cloud, {**GENERATE.body, "apiKey": "wrong"})
    told = lines[-1]
    assert "key" not in told
    assert "rid" not in told

    GENERATE.make(cloud)
    assert "key" in lines[-1]


def test_a_recipients_line_names_the_link_only_if_there_is_one(cloud: Cloud, lines: list[dict[str, Any]]) -> None:
    url = CUSTOMER_LINK.url(CUSTOMER_LINK.make(cloud))
    path, _, secret = url.partition("#")
    rid = path.rpartition("/")[2]

    cloud.request("GET", f"/l/{rid}")
    assert lines[-1]["rid"] == rid
    cloud.request("GET", f"/l/{secret}")  # a secret in the place of the rid
    out = lines[-1]
    assert "rid" not in out
    assert secret not in json.dumps(out)
    program = {"Accept": "application/json", "Content-Type": "application/json"}
    for method, target in (("POST", f"/l/{secret}"), ("GET", f"/v/{secret}"), ("POST", f"/v/{secret}/submit")):
        assert cloud.request(method, target, "{}", program).status in {401, 422}
        assert secret not in json.dumps(lines[-1])


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        ({"traceparent": TRACEPARENT}, TRACE),
        ({"traceparent": f" {TRACEPARENT} ", "x-request-id": UUID}, TRACE),
        ({"traceparent": "00-xyz", "x-request-id": UUID.upper()}, UUID),
        ({"x-request-id": UUID.replace("-", "")}, UUID.replace("-", "")),
        ({"x-request-id": "ada@example.com"}, None),
        ({"x-request-id": "_P6OD6q8sru5egSjUnT-EA"}, None),
        ({}, None),
    ],
)
def test_only_what_cannot_be_a_secret_is_kept_of_the_callers_id(headers: dict[str, str], kept: str | None) -> None:
    assert trace_of(headers) == kept
