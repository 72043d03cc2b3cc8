"""No secret is stored: items, log lines and events contain none of the secrets that were handed out."""

from __future__ import annotations

import base64
import json
import logging
import re
import sys
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from local import demo
from tests.support.vendor_calls import CALLS, SEND, Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.cloud import Cloud

LINK = re.compile(r"/l/([A-Za-z0-9_-]{22})#([A-Za-z0-9_-]{22})")
OPT_OUT = re.compile(r"/o/[A-Za-z0-9_-]{22}/([A-Za-z0-9_-]{22})")
JSON = {"Accept": "application/json"}


@pytest.fixture
def log(cloud: Cloud) -> Iterator[StringIO]:
    """Yield everything that handlers log during the test, at the most detailed level."""
    assert cloud.environment()["LOG_LEVEL"]
    logger = wiring.logger()
    handler = logger.handlers[0]  # pytest may have added more
    assert isinstance(handler, logging.StreamHandler)
    level, handler.stream = logger.level, StringIO()
    logger.setLevel("DEBUG")
    yield handler.stream
    logger.setLevel(level)
    handler.stream = sys.stdout


def spellings(secret: str) -> set[str]:
    """Return the forms from which a token of 16 bytes could be restored."""
    raw = base64.urlsafe_b64decode(secret + "==")
    return {secret, raw.hex(), base64.b64encode(raw).decode().rstrip("="), base64.b64encode(secret.encode()).decode()}


def handed_out(cloud: Cloud, texts: list[str]) -> set[str]:
    messages = [f"{message.text}\n{message.html}" for message in cloud.outbox.messages()]
    links = {match[1] for text in [*texts, *messages] for match in LINK.findall(text)}
    return links | {match for text in messages for match in OPT_OUT.findall(text)}


def walk_through(cloud: Cloud, url: str) -> set[str]:
    """Open and submit a link like a program. Returns the secret of the visit, from its cookie."""
    rid, secret = LINK.search(url).groups()  # type: ignore[union-attr] # it is a link
    opened = cloud.post(f"/l/{rid}", {"secret": secret}, JSON)
    if opened.status != 200:
        return set()
    cookie = (opened.header("set-cookie") or "").partition(";")[0]
    cloud.request("GET", "/v", headers={**JSON, "Cookie": cookie})
    cloud.post("/v/submit", {"data": {"fullName": "Ada"}}, {**JSON, "Cookie": cookie})
    return {cookie.partition("=")[2].partition(".")[0]}


def test_no_secret_is_kept_logged_or_published(log: StringIO, cloud: Cloud) -> None:
    calls: list[Call] = [*CALLS.values(), *CALLS.values()]
    replies = [call.make(cloud, Idempotency_Key=f"key-{number}").text for number, call in enumerate(calls)]
    cloud.post("/_local/faults", {"service": "ses", "error": "timeout_after", "times": 1})
    replies.append(SEND.make(cloud).text)
    secrets = handed_out(cloud, replies)
    cookies = {cookie for reply in replies for url in LINK.finditer(reply) for cookie in walk_through(cloud, url[0])}
    opt_outs = {match[0] for message in cloud.outbox.messages() for match in OPT_OUT.finditer(message.text)}
    assert opt_outs
    for path in opt_outs:
        for body in ("List-Unsubscribe=One-Click", "undo=true"):
            cloud.request("GET", path)
            cloud.request("POST", path, body.encode(), {"Content-Type": "application/x-www-form-urlencoded"})
    cloud.settle()
    secrets |= handed_out(cloud, replies)
    places = {
        "table": json.dumps(cloud.table()),
        "log": log.getvalue(),
        "events": json.dumps(cloud.get("/_local/events").json()),
    }
    keys = {key for keys in demo.KEYS.values() for key in keys.values() if len(key) > 9}

    assert len(secrets) > 15
    assert len(cookies) > 5
    assert '"status":200' in places["log"].replace(" ", "")
    for name, text in places.items():
        found = {one for secret in secrets | cookies for one in spellings(secret) if one in text}
        assert found == set(), name
        assert {key for key in keys if key in text} == set(), name


def test_an_unexpected_failure_is_logged_without_its_text(log: StringIO, cloud: Cloud) -> None:
    """A broken item causes a fault of ours. The caller learns nothing about it, but the log shows the place."""
    reply = SEND.make(cloud).json()
    table = cloud.environment()["TABLE_NAME"]
    client = cloud.aws.client("dynamodb")
    key = {"pk": {"S": reply["rid"]}, "sk": {"S": "link"}}
    client.put_item(TableName=table, Item={**key, "tenant": {"S": demo.DEMO.id}})
    credentials = {name: SEND.body[name] for name in ("apiVersion", "apiKey", "customerId")}

    response = cloud.post("/player/api/cancel-request", {**credentials, "rid": reply["rid"]})

    assert response.status == 500
    assert response.json() == {
        "error": {"code": "internal_error", "message": "Something went wrong on our side.", "fields": []}
    }
    logged = log.getvalue()
    assert "KeyError" in logged
    assert "link_items.py" in logged
    assert reply["link"].partition("#")[2] not in logged
    assert demo.EASYSEND_KEY not in logged
