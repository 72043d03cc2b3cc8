"""`linkgate webhook` against a Linkgate on this machine, as an operator uses it: over HTTP, between processes."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from cli.target import Operator
from local.demo import DEMO, MANAGE_KEY, OTHER
from tests.support.command_line import invoke
from tests.support.local_runner import Runner
from tests.support.webhook_receiver import Receiver

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Desk:
    """An operator of the first demo tenant, and a receiver of its events."""

    runner: Runner
    receiver: Receiver

    def run(self, *arguments: object, code: int = 0, tenant: str = DEMO.id) -> str:
        """Run `linkgate webhook ...` and return its standard output. Fails unless the exit code is `code`."""
        given = ["webhook", *map(str, arguments), "--endpoint-url", self.runner.base, "--tenant", tenant]
        result = invoke(*given)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result.stdout if code == 0 else result.output

    def json(self, *arguments: object, code: int = 0, tenant: str = DEMO.id) -> Any:
        return json.loads(self.run(*arguments, "--json", code=code, tenant=tenant))

    def add(self, *options: object) -> dict[str, Any]:
        made: dict[str, Any] = self.json("create", self.receiver.url, *options)
        self.pass_time(61)  # until the functions have read it
        return made

    def share(self) -> str:
        """Make a link and return its rid."""
        entry = {"kind": "resource", "resourceType": "Invoice", "resourceUid": "0" * 31 + "1", "contactId": 1}
        status, made = self.runner.call(
            "POST", "/links/batch", {"links": [entry]}, Authorization=f"Bearer {MANAGE_KEY}"
        )
        assert status == 200, made
        self.settle()
        return str(made["results"][0]["rid"])

    def settle(self) -> None:
        assert self.runner.call("POST", "/_local/settle")[0] == 200

    def pass_time(self, seconds: int) -> None:
        assert self.runner.call("POST", "/_local/clock", {"advance_seconds": seconds})[0] == 200
        self.settle()


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    started = Runner(tmp_path_factory.mktemp("runner"), "--quiet")
    yield started
    started.process.kill()
    started.process.wait()


@pytest.fixture
def desk(runner: Runner) -> Iterator[Desk]:
    receiver = Receiver()
    made = Desk(runner, receiver)
    yield made
    for webhook in made.json("list"):
        made.run("delete", webhook["id"], "--yes")
    receiver.close()


def test_a_webhook_is_added_shown_changed_and_removed(desk: Desk) -> None:
    made = desk.json("create", desk.receiver.url, "--event", "link.opened", "--event", "link.submitted")

    assert re.fullmatch(r"wh_[A-Za-z0-9_-]{22}", made["id"])
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", made["secret"])
    (listed,) = desk.json("list")
    assert listed == {key: value for key, value in made.items() if key != "secret"}
    assert (listed["events"], listed["state"]) == (["link.opened", "link.submitted"], "enabled")
    assert desk.json("update", made["id"], "--every-event")["events"] == []
    assert desk.json("update", made["id"], "--url", "http://localhost:9/x")["url"] == "http://localhost:9/x"
    assert desk.json("show", made["id"])["url"] == "http://localhost:9/x"
    desk.run("delete", made["id"], "--yes")
    assert "no webhook" in desk.run("show", made["id"], code=1)


def test_the_secret_is_all_that_standard_output_holds(desk: Desk) -> None:
    assert re.fullmatch(r"whsec_\S+\n", desk.run("create", desk.receiver.url))


def test_a_dry_run_changes_nothing(desk: Desk) -> None:
    assert "would be created" in desk.run("create", desk.receiver.url, "--dry-run")
    assert desk.json("list") == []
    made = desk.json("create", desk.receiver.url)
    before = desk.json("show", made["id"])

    for command in (
        ("update", made["id"], "--event", "link.opened"),
        ("disable", made["id"]),
        ("rotate", made["id"]),
        ("delete", made["id"], "--yes"),
        ("replay", made["id"], "--since", minute_ago()),
    ):
        assert "would be" in desk.run(*command, "--dry-run")
    assert desk.json("show", made["id"]) == before
    assert desk.receiver.calls == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("create", "http://hooks.example.com/"), "must begin with https"),
        (("create", "https://127.0.0.2/"), "as a domain name"),
        (("create", "https://user:secret@hooks.example.com/"), "no user or password"),
        (
            ("create", "http://localhost:9/", "--event", "link.opend"),
            "link.opend: no such event. The events are",
        ),
        (("replay", "wh_x"), "Pass --since"),
    ],
)
def test_what_cannot_be_is_said_plainly(desk: Desk, arguments: tuple[str, ...], said: str) -> None:
    answer = desk.run(*arguments, code=2)

    assert said in answer
    assert "secret@" not in answer
    assert desk.json("list") == []


def test_a_test_event_shows_the_receivers_answer(desk: Desk) -> None:
    made = desk.json("create", desk.receiver.url)

    answer = desk.json("test", made["id"])

    (call,) = desk.receiver.calls
    assert call.verified(made["secret"]) == {
        "type": "webhook.test",
        "timestamp": call.verified(made["secret"])["timestamp"],
        "data": {"tenant": DEMO.id, "webhook": made["id"]},
    }
    assert answer == {"event": call.id, "delivered": True, "status": 204, "reason": None, "answer": None}
    desk.receiver.status = 500
    assert desk.json("test", made["id"], code=1)["answer"] == "ok"
    assert desk.json("test", made["id"], code=1)["status"] == 500


def test_events_arrive_and_are_proved_by_the_secret(desk: Desk) -> None:
    made = desk.add("--event", "link.created")

    rid = desk.share()

    (call,) = desk.receiver.calls
    told = Webhook(made["secret"]).sign(call.id, _moment(call.headers["webhook-timestamp"]), call.body.decode())
    assert call.headers["webhook-signature"] == told
    assert json.loads(call.body)["data"]["rid"] == rid


def test_how_the_receiver_answered_is_listed(desk: Desk) -> None:
    made = desk.add("--event", "link.created")
    assert "No event was sent" in desk.run("attempts", made["id"])
    desk.receiver.status = [503, 204]
    rid = desk.share()
    desk.pass_time(10)

    delivered, failed = desk.json("attempts", made["id"])

    assert (failed["rid"], failed["type"], failed["answer"], failed["try"]) == (rid, "link.created", 503, 1)
    assert (failed["delivered"], delivered["delivered"]) == (False, True)
    assert failed["next_at"]
    assert (delivered["answer"], delivered["try"], delivered["event"]) == (204, 2, failed["event"])


def test_a_rotated_secret_signs_beside_the_old_one(desk: Desk) -> None:
    made = desk.json("create", desk.receiver.url)
    rotated = desk.json("rotate", made["id"])
    again = desk.json("rotate", made["id"])

    desk.json("test", made["id"])

    secrets = {one["secret"] for one in (made, rotated, again)}
    assert len(secrets) == 3
    for secret in secrets:
        assert desk.receiver.calls[-1].verified(secret)
    last = desk.json("rotate", made["id"], "--overlap-hours", 0)
    assert last["secrets"] == 1
    desk.json("test", made["id"])
    assert desk.receiver.calls[-1].verified(last["secret"])
    with pytest.raises(WebhookVerificationError):
        desk.receiver.calls[-1].verified(again["secret"])


def test_a_disabled_webhook_drops_events_and_replay_brings_them_back(desk: Desk) -> None:
    made = desk.add("--event", "link.created", "--event", "link.opened")
    first = desk.share()
    desk.run("disable", made["id"])
    missed = desk.share()
    assert [json.loads(call.body)["data"]["rid"] for call in desk.receiver.calls] == [first]
    assert "is disabled" in desk.run("replay", made["id"], "--link", missed, code=1)
    assert "disabled (operator)" in desk.run("list")
    desk.run("enable", made["id"])

    assert desk.json("replay", made["id"], "--link", missed)["events"] == 1
    desk.settle()

    assert json.loads(desk.receiver.calls[-1].body)["data"]["rid"] == missed
    counted = desk.json("replay", made["id"], "--since", minute_ago(), "--dry-run")
    assert desk.json("replay", made["id"], "--since", "0001-01-02", "--dry-run")["events"] == counted["events"]
    assert "not a date and time" in desk.run("replay", made["id"], "--since", "0001-01-01T00:00+05:00", code=2)
    told = desk.json("replay", made["id"], "--since", minute_ago(), "--until", "2100-01-01")
    desk.settle()

    assert counted["events"] <= told["events"]
    assert told["events"] >= 2
    again = [call for call in desk.receiver.calls if json.loads(call.body)["data"]["rid"] == first]
    assert len(again) == 2
    assert (again[0].id, again[0].body) == (again[1].id, again[1].body)


def test_another_tenants_webhooks_and_links_are_out_of_reach(desk: Desk) -> None:
    made = desk.json("create", desk.receiver.url)
    rid = desk.share()
    theirs = desk.json("create", desk.receiver.url, tenant=OTHER.id)

    for command in (("show",), ("disable",), ("rotate",), ("delete",), ("test",)):
        assert "no webhook" in desk.run(*command, made["id"], code=1, tenant=OTHER.id)
    assert "is not a link of" in desk.run("replay", theirs["id"], "--link", rid, code=1, tenant=OTHER.id)
    assert desk.json("replay", theirs["id"], "--since", minute_ago(), tenant=OTHER.id)["events"] == 0
    desk.run("delete", theirs["id"], "--yes", tenant=OTHER.id)
    assert theirs["secret"] != made["secret"]


def test_no_secret_is_in_the_table(desk: Desk) -> None:
    made = desk.json("create", desk.receiver.url)
    desk.json("rotate", made["id"])

    _, items = desk.runner.call("GET", "/_local/table")

    assert made["id"] in json.dumps(items)
    assert made["secret"].removeprefix("whsec_") not in json.dumps(items)


def test_a_lost_key_is_not_replaced_behind_the_receivers_backs(desk: Desk) -> None:
    name = "/linkgate/linkgate-local/webhook-key"
    made = desk.json("create", desk.receiver.url)
    ssm = Operator(None, None, desk.runner.base, as_json=False, dry_run=False).client("ssm")
    kept = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]
    assert kept["Type"] == "SecureString"
    ssm.delete_parameter(Name=name)

    said = desk.run("create", desk.receiver.url, code=1)
    desk.run("rotate", made["id"], code=1)

    assert f"The parameter {name} is gone" in said
    assert [each["secrets"] for each in desk.json("list")] == [1]
    ssm.put_parameter(Name=name, Type="SecureString", Value=kept["Value"])
    desk.json("test", made["id"])
    assert desk.receiver.calls[-1].verified(made["secret"])


def minute_ago() -> str:
    return time.strftime("%Y-%m-%dT%H:%M", time.gmtime(time.time() - 60))


def _moment(seconds: str) -> Any:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(int(seconds), UTC)
