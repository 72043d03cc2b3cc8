"""Secrets are derived from everything they belong to, and queue messages are read strictly."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from linkgate.aws.clients import Clients
from linkgate.aws.task_messages import UnreadableTask
from linkgate.aws.webhook_key import KEY_BYTES, SsmWebhookKey, key_of, key_text
from linkgate.aws.webhook_messages import message_of, notice_of
from linkgate.errors import Unavailable
from linkgate.model.webhook import Notice, Webhook
from linkgate.ports.history import Answer
from linkgate.sending.webhooks import SignedWebhooks
from linkgate.tokens import webhook_secret

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = bytes(range(KEY_BYTES))
BODY = '{"type":"webhook.test","timestamp":"x","data":{"name":"ä"}}'


def signed(webhook: Webhook, now: datetime) -> dict[str, str]:
    """Return the headers of a POST of BODY."""
    caught: dict[str, str] = {}

    def post(_url: str, headers: object, body: bytes, _now: datetime) -> Answer:
        assert body == BODY.encode()
        caught.update(dict(headers))  # type: ignore[call-overload] # a mapping
        return Answer(status=204)

    SignedWebhooks(lambda: KEY, post, check=lambda _: None).send(webhook, "evt_1", BODY, now)
    return caught


def test_a_secret_belongs_to_one_key_tenant_webhook_and_version() -> None:
    secrets = [
        webhook_secret(KEY, "t", "w", 1),
        webhook_secret(b"x" * 32, "t", "w", 1),
        webhook_secret(KEY, "u", "w", 1),
        webhook_secret(KEY, "t", "x", 1),
        webhook_secret(KEY, "t", "w", 2),
        webhook_secret(KEY, "tw", "", 1),
        webhook_secret(KEY, "", "tw", 1),
    ]

    assert len(set(secrets)) == len(secrets)
    assert webhook_secret(KEY, "t", "w", 1) == secrets[0]


def test_every_secret_in_use_signs_and_no_other() -> None:
    now = datetime.now(UTC)  # the library checks the clock
    webhook = Webhook(
        id="w",
        tenant="t",
        url="https://hooks.example.com/",
        created_at=now,
        secret_version=4,
        earlier_versions={"2": now, "3": now + timedelta(hours=1)},
    )
    headers = signed(webhook, now)

    for version in (3, 4):
        assert Verifier(webhook_secret(KEY, "t", "w", version)).verify(BODY, headers)["data"] == {"name": "ä"}
    for version in (1, 2, 5):
        with pytest.raises(WebhookVerificationError):
            Verifier(webhook_secret(KEY, "t", "w", version)).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(webhook_secret(KEY, "t", "w", 4)).verify(BODY.replace("ä", "a"), headers)
    assert webhook_secret(KEY, "t", "w", 4).removeprefix("whsec_") not in json.dumps(headers)


@pytest.mark.parametrize("text", ["", "x", "AAAA", key_text(b"k" * 31), key_text(b"k" * 33), "ä" * 44, "=" * 44])
def test_what_is_no_key_signs_nothing(text: str) -> None:
    with pytest.raises(Unavailable):
        key_of(text)


def test_the_key_is_read_once_and_its_absence_is_no_reason_to_sign_with_nothing(cloud: Cloud) -> None:
    clients = Clients()
    key = SsmWebhookKey("/linkgate/linkgate-local/webhook-key", lambda: clients.ssm)
    with pytest.raises(Unavailable):
        key()
    own = cloud.aws.client("ssm")
    own.put_parameter(Name="/linkgate/linkgate-local/webhook-key", Type="SecureString", Value=key_text(KEY))
    assert key() == KEY
    own.delete_parameter(Name="/linkgate/linkgate-local/webhook-key")

    assert key() == KEY


NOTICES = st.builds(
    Notice,
    tenant=st.text(),
    webhook=st.text(),
    event=st.text(),
    body=st.text(),
    not_before=st.just(NOW.replace(microsecond=123_000)),
    tries=st.integers(0, 10),
    began=st.none() | st.just(NOW.replace(microsecond=5_000)),
)


@given(NOTICES)
def test_a_notice_travels_whole(notice: Notice) -> None:
    assert notice_of(message_of(notice)) == notice


@pytest.mark.parametrize(
    "change", [{"tenant": 1}, {"body": None}, {"tries": "x"}, {"not_before": None}, {"began": "x"}]
)
def test_what_is_no_notice_is_refused(change: dict[str, object]) -> None:
    notice = Notice(tenant="t", webhook="w", event="e", body="{}", not_before=NOW.replace(microsecond=0))
    content = json.loads(message_of(replace(notice, began=notice.not_before)))

    for text in (json.dumps({**content, **change}), json.dumps([]), "", "{", json.dumps({})):
        with pytest.raises(UnreadableTask):
            notice_of(text)
