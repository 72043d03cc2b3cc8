"""The first webhook of a stack is made at the console, which makes the key of all secrets, and never a second one."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.aws.clients import Clients
from linkgate.aws.webhook_key import SsmWebhookKey, key_text
from linkgate.errors import Unavailable
from linkgate.sending.receiver_post import ReceiverPost
from linkgate.sending.webhooks import SignedWebhooks
from linkgate.tokens import webhook_secret
from local.demo import DEMO
from tests.support.staff_browser import words

if TYPE_CHECKING:
    from tests.support.cloud import Cloud
    from tests.support.staff_browser import StaffBrowser

PARAMETER = "/linkgate/linkgate-local/webhook-key"
PATH = "/console/setup/webhooks"


def test_the_first_webhook_makes_the_key_and_a_lost_key_is_not_replaced(ada: StaffBrowser, site: Cloud) -> None:
    ssm = site.aws.client("ssm")
    page = ada.post(PATH, {"url": "http://127.0.0.1:9/"})

    (secret,) = re.findall(r"<code>(whsec_[^<]+)</code>", page.text)
    stored = ssm.get_parameter(Name=PARAMETER, WithDecryption=True)["Parameter"]
    (made,) = wiring.deps().staff.webhooks.listed(DEMO.id)
    assert stored["Type"] == "SecureString"
    key = SsmWebhookKey(PARAMETER, lambda: Clients().ssm)
    assert webhook_secret(key(), DEMO.id, made.id, made.secret_version) == unescape(secret)
    journal = words(ada.get("/console/journal").text)
    assert "made the key of all webhooks" in journal
    assert unescape(secret) not in str(site.table())

    # As if somebody had deleted the key, and another process served the console.
    ssm.delete_parameter(Name=PARAMETER)
    before, fresh, post = wiring.deps(), SsmWebhookKey(PARAMETER, lambda: Clients().ssm), ReceiverPost(loopback=True)
    wiring.use(replace(before, webhook_sender=SignedWebhooks(fresh, post, post.check, fresh.make)))
    try:
        refused = ada.post(PATH, {"url": "http://127.0.0.1:9/"})
    finally:
        wiring.use(before)

    assert (refused.status, "cannot be read" in words(refused.text)) == (422, True)
    assert len(wiring.deps().staff.webhooks.listed(DEMO.id)) == 1
    with pytest.raises(Unavailable):
        SsmWebhookKey(PARAMETER, lambda: Clients().ssm)()


def test_a_key_that_is_there_stays(site: Cloud) -> None:
    site.aws.client("ssm").put_parameter(Name=PARAMETER, Type="SecureString", Value=key_text(b"1" * 32), Overwrite=True)
    key = SsmWebhookKey(PARAMETER, lambda: Clients().ssm)

    key.make(b"2" * 32)

    assert key() == b"1" * 32
