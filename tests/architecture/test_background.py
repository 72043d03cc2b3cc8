"""Background work is set up so that nothing is lost, nothing loops, and nothing waits unencrypted."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from linkgate.aws.client_settings import PROVIDER_TIMEOUT
from linkgate.endpoint.triggers import LEAST_TIME
from linkgate.model.policy import LEASE
from linkgate.sending.receiver_post import TOTAL_SECONDS
from linkgate.usecases.delivery.sending import LATEST_START

QUEUES = (
    "DeliveryQueue",
    "DeliveryDeadLetters",
    "RelayDeadLetters",
    "FeedbackDeadLetters",
    "LiveQueue",
    "LiveDeadLetters",
)


def event(functions: dict[str, Any], function: str, name: str) -> dict[str, Any]:
    return dict(functions[function]["Events"][name]["Properties"])


@pytest.mark.parametrize("name", QUEUES)
def test_a_queue_is_encrypted_and_keeps_what_it_holds(name: str, resources: dict[str, Any]) -> None:
    properties = resources[name]["Properties"]

    assert properties["SqsManagedSseEnabled"] is True
    assert properties["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_what_fails_again_and_again_ends_where_it_is_seen(functions: dict[str, Any], resources: dict[str, Any]) -> None:
    queue = resources["DeliveryQueue"]["Properties"]
    worker = functions["DeliveryWorkerFunction"]

    assert queue["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": ["DeliveryDeadLetters", "Arn"]},
        "maxReceiveCount": 5,
    }
    assert queue["VisibilityTimeout"] >= 6 * worker["Timeout"]


def test_one_failure_of_a_batch_fails_no_other(functions: dict[str, Any]) -> None:
    for function, name in (("DeliveryWorkerFunction", "Tasks"), ("StreamRelayFunction", "Links")):
        assert event(functions, function, name)["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_the_stream_is_read_to_the_end_and_its_poison_put_aside(functions: dict[str, Any]) -> None:
    stream = event(functions, "StreamRelayFunction", "Links")

    assert stream["BisectBatchOnFunctionError"] is True
    assert stream["StartingPosition"] == "TRIM_HORIZON"
    assert (stream["MaximumRetryAttempts"], stream["MaximumRecordAgeInSeconds"]) == (8, 21_600)
    assert stream["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["RelayDeadLetters", "Arn"]}


def test_the_relay_is_called_for_links_with_messages_and_for_ends_of_files_only(functions: dict[str, Any]) -> None:
    patterns = [
        json.loads(each["Pattern"])["dynamodb"]
        for each in event(functions, "StreamRelayFunction", "Links")["FilterCriteria"]["Filters"]
    ]

    *of_links, of_receipts, of_files = patterns
    assert [pattern["Keys"] for pattern in (*of_links, of_receipts)] == [{"sk": {"S": ["link"]}}] * 3
    assert of_receipts["NewImage"]["receipt"]["M"].keys() == {"message"}
    assert of_files == {"Keys": {"sk": {"S": [{"prefix": "file#"}]}}}
    assert {channel for pattern in of_links for channel in pattern["NewImage"]["deliveries"]["M"]} == {"email", "sms"}


def test_reports_come_from_ses_and_sns_alone(functions: dict[str, Any], resources: dict[str, Any]) -> None:
    pattern = event(functions, "DeliveryFeedbackFunction", "EmailReports")["Pattern"]
    permission = resources["SmsReports"]["Properties"]

    assert pattern["source"] == ["aws.ses"]
    assert pattern["account"] == [{"Ref": "AWS::AccountId"}]
    assert pattern["detail"]["mail"]["tags"]["ses:configuration-set"] == [{"Ref": "ConfigurationSet"}]
    assert permission["Principal"] == "logs.amazonaws.com"
    assert permission["SourceAccount"] == {"Ref": "AWS::AccountId"}
    assert "DirectPublishToPhoneNumber" in permission["SourceArn"]["Fn::Sub"]
    assert functions["DeliveryFeedbackFunction"]["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]


def test_every_kind_of_report_that_is_read_is_sent(resources: dict[str, Any]) -> None:
    destination = resources["EmailEvents"]["Properties"]["EventDestination"]

    assert set(destination["MatchingEventTypes"]) == {
        *("SEND", "REJECT", "DELIVERY", "BOUNCE", "COMPLAINT", "DELIVERY_DELAY")
    }
    assert "EventBridgeDestination" in destination


def test_a_provider_call_ends_within_its_lease_and_its_function(
    template: dict[str, Any], functions: dict[str, Any]
) -> None:
    call = template["Globals"]["Function"]["Timeout"]

    assert LEASE.total_seconds() == call + 15
    assert (LATEST_START + PROVIDER_TIMEOUT).total_seconds() <= call
    assert LATEST_START + PROVIDER_TIMEOUT < LEASE
    assert PROVIDER_TIMEOUT.total_seconds() * 1000 < LEAST_TIME < functions["DeliveryWorkerFunction"]["Timeout"] * 1000


def test_messages_leave_in_one_place(root: Path) -> None:
    """No message, code or reminder bypasses countries, budget and suppression. A sample asks for each by itself."""
    callers = {
        path.relative_to(root / "layers/shared/linkgate").as_posix()
        for path in (root / "layers/shared/linkgate").rglob("*.py")
        if "deps.senders[" in path.read_text()
    }

    assert callers == {"usecases/delivery/sending.py", "usecases/staff/messages.py"}
    sample = (root / "layers/shared/linkgate/usecases/staff/messages.py").read_text()
    assert len(re.findall(r"transmit\(message, lambda: sender\.send_\w+\(message\), deps\)", sample)) == len(
        re.findall(r"\.send_\w+\(", sample)
    )


def test_a_slow_provider_of_identities_is_answered_with_a_page(functions: dict[str, Any]) -> None:
    """The token and the keys are asked for one after the other. The gateway waits for 30 seconds."""
    table_and_secret = 5

    assert 2 * TOTAL_SECONDS + table_and_secret < functions["ConsoleFunction"]["Timeout"] < 30
