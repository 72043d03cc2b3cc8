"""docs/webhooks.md is true: its receiver works as printed, and it names every event, wait and limit."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from linkgate.model.webhook import LONGEST_HEEDED, OVERLAP, TRIES, WAITS, Webhook
from linkgate.sending.receiver_post import TOTAL_SECONDS, ReceiverPost
from linkgate.sending.webhooks import SignedWebhooks
from linkgate.tokens import webhook_secret
from linkgate.usecases.history.link_facts import EVENT_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = (Path(__file__).resolve().parents[3] / "docs/webhooks.md").read_text()
KEY = b"k" * 32


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Run the receiver of the page. Yields its address and the file of its output."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[0]
    code = code.replace("whsec_...", webhook_secret(KEY, "t", "wh_1", 1)).replace(
        '("", 8000)', f'("127.0.0.1", {port})'
    )
    output = tmp_path / "output"
    with output.open("w") as stdout:
        process = subprocess.Popen([sys.executable, "-u", "-c", code], stdout=stdout, stderr=subprocess.DEVNULL)
    for _ in range(1200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}/", output
    process.kill()
    process.wait()


def test_the_pages_receiver_accepts_ours_once_and_refuses_anybody_elses(receiver: tuple[str, Path]) -> None:
    url, output = receiver
    now = datetime.now(UTC)
    webhook = Webhook(id="wh_1", tenant="t", url=url, created_at=now)
    body = '{"type":"link.opened","timestamp":"x","data":{"rid":"RID"}}'

    test = '{"type":"webhook.test","timestamp":"x","data":{"tenant":"t","webhook":"wh_1"}}'

    def status(key: bytes, event: str = "evt_1", text: str = body) -> int | None:
        post = ReceiverPost(loopback=True)
        sender = SignedWebhooks(lambda: key, post, post.check)
        return sender.send(webhook, event, text, now).status

    assert [status(KEY), status(KEY), status(b"x" * 32), status(KEY, "evt_2", test)] == [204, 204, 401, 204]
    assert output.read_text() == "link.opened RID\nwebhook.test None\n"


def test_every_event_is_on_the_page() -> None:
    table = set(re.findall(r"`((?:link|document|file|receipt|session|cobrowse|webhook)\.\w+)`", PAGE))

    assert table == {*EVENT_TYPES, "webhook.test", "webhook.disabled"}


def test_waits_and_limits_are_those_of_the_code() -> None:
    told = re.search(r"after about (.*?), each varied by up to 10 %", PAGE, re.DOTALL)
    assert told
    units = {"s": 1, "min": 60, "h": 3600}
    waits = [int(number) * units[unit] for number, unit in re.findall(r"(\d+) (s|min|h)\b", told[1])]

    assert waits == [wait.total_seconds() for wait in WAITS]
    assert (TRIES, TOTAL_SECONDS, LONGEST_HEEDED.total_seconds(), OVERLAP.total_seconds()) == (10, 10, 7200, 86400)
    for said in ("ten attempts", "within 10 seconds", "up to two hours", "For 24 hours"):
        assert said in PAGE
