"""Webhooks are set up so that no event is lost, no secret is stored, and no event waits for another one's receiver."""

import re
from pathlib import Path
from typing import Any

from linkgate.model.webhook import WAITS
from linkgate.sending.receiver_post import ADDRESSES_TRIED, CONNECT_SECONDS, TOTAL_SECONDS

RESOLVER_SECONDS = 10
"""Longest time of the system's resolver: two tries of five seconds."""


def statements(functions: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = functions["WebhookWorkerFunction"]["Policies"][0]["Statement"]
    return found


def test_their_queue_is_encrypted_and_ends_where_it_is_seen(
    functions: dict[str, Any], resources: dict[str, Any]
) -> None:
    queue = resources["WebhookQueue"]["Properties"]

    for name in ("WebhookQueue", "WebhookDeadLetters"):
        assert resources[name]["Properties"]["SqsManagedSseEnabled"] is True
        assert resources[name]["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": ["WebhookDeadLetters", "Arn"]}
    assert queue["VisibilityTimeout"] >= 6 * functions["WebhookWorkerFunction"]["Timeout"]


def test_nobodys_event_waits_for_another_ones_receiver(functions: dict[str, Any]) -> None:
    trigger = functions["WebhookWorkerFunction"]["Events"]["Notices"]["Properties"]

    assert trigger["BatchSize"] == 1
    assert trigger["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_a_try_ends_within_its_function(functions: dict[str, Any]) -> None:
    aws_calls = 25  # the longest time of a read, a write and a queue message

    worst = RESOLVER_SECONDS + ADDRESSES_TRIED * CONNECT_SECONDS + TOTAL_SECONDS + aws_calls
    assert worst < functions["WebhookWorkerFunction"]["Timeout"]


def test_tries_are_spread_over_three_days() -> None:
    assert 72 <= sum(wait.total_seconds() for wait in WAITS) / 3600 <= 80


def test_the_worker_reaches_tenants_and_no_link(functions: dict[str, Any]) -> None:
    (table,) = [each for each in statements(functions) if "dynamodb:GetItem" in each["Action"]]

    assert table["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["tenant#*", "hook#*"]}}


def test_two_functions_read_the_key_and_one_makes_the_first_and_never_another(
    functions: dict[str, Any], root: Path
) -> None:
    text = (root / "template.yaml").read_text()
    (rule,) = [each for each in statements(functions) if each["Action"] == "ssm:GetParameter"]

    assert set(re.findall(r"ssm:\w+", text)) == {"ssm:GetParameter", "ssm:PutParameter", "ssm:Overwrite"}
    assert len(re.findall(r":parameter/[^\"]*webhook-key", text)) == 3
    set_up = functions["ConsoleSetupFunction"]["Policies"][-1]["Statement"]
    (makes,) = [each for each in set_up if each["Action"] == "ssm:PutParameter"]
    assert makes["Condition"] == {"StringEquals": {"ssm:Overwrite": "false"}}
    assert text.count("ssm:PutParameter") == 1
    assert rule["Resource"]["Fn::Sub"].endswith(":parameter/linkgate/${AWS::StackName}/webhook-key")


def test_no_variable_opens_the_way_to_this_machine(root: Path) -> None:
    assert "loopback" not in (root / "template.yaml").read_text().lower()
    callers = {
        path.relative_to(root).as_posix()
        for folder in ("layers/shared/linkgate", "functions", "local", "cli")
        for path in (root / folder).rglob("*.py")
        if re.search(r"loopback=(?!loopback|self\._loopback|False)", path.read_text())
    }
    assert callers == {"local/cloud.py", "cli/sign_in_commands.py", "cli/webhook_target.py"}
