"""Reports of SES and SNS are read from sample events, and forged reports are refused."""

from __future__ import annotations

import base64
import copy
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkgate.endpoint.provider_reports import ForeignReport, reports_of
from linkgate.model.link import Channel, DeliveryState
from linkgate.model.reports import Report

if TYPE_CHECKING:
    from collections.abc import Callable

EVENTS = Path(__file__).parents[2] / "events"
ACCOUNT = "123456789012"
RID = "q83vEjRWeJCrze8SNFZ4kA"
AT = datetime(2026, 11, 21, 22, 5, 15, 934_000, tzinfo=UTC)

READ = {
    "": (DeliveryState.DELIVERED, None, None),
    ".sent": (DeliveryState.SENT, None, None),
    ".delayed": (DeliveryState.SENT, "held_up", None),
    ".rejected": (DeliveryState.REFUSED, "rejected", None),
    ".bounced": (DeliveryState.BOUNCED, "hard_bounce", "suppressed"),
    ".soft_bounced": (DeliveryState.FAILED, "soft_bounce", None),
    ".complained": (DeliveryState.COMPLAINED, "complaint", "suppressed"),
}


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"delivery_feedback{name}.json").read_text())
    return event


def log_lines(event: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
    return data


def as_event(data: object) -> dict[str, Any]:
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(data).encode())).decode()}}


@pytest.mark.parametrize("name", READ)
def test_an_e_mail_is_known_by_our_tags(name: str) -> None:
    event = sample(name)
    state, reason, suppress = READ[name]

    assert list(reports_of(event, ACCOUNT)) == [
        Report(
            Channel.EMAIL,
            state,
            event["detail"]["mail"]["messageId"],
            AT,
            reason=reason,
            suppress=suppress,
            rid=RID,
            attempt=1,
        )
    ]


def test_an_out_of_office_note_is_no_bounce() -> None:
    assert list(reports_of(sample(".out_of_office"), ACCOUNT)) == []


def test_what_is_no_news_is_no_report() -> None:
    for kind in ("Open", "Click", "Rendering Failure", "Subscription"):
        event = sample("")
        event["detail"]["eventType"] = kind
        assert list(reports_of(event, ACCOUNT)) == []
    not_spam = sample(".complained")
    not_spam["detail"]["complaint"]["complaintFeedbackType"] = "not-spam"
    assert list(reports_of(not_spam, ACCOUNT)) == []


def test_an_e_mail_with_a_code_tells_only_of_its_address() -> None:
    (report,) = reports_of(sample(".code_bounced"), ACCOUNT)
    assert (report.rid, report.attempt, report.suppress) == (RID, None, "suppressed")

    delivered = sample("")
    delivered["detail"]["mail"]["tags"] = sample(".code_bounced")["detail"]["mail"]["tags"]
    assert list(reports_of(delivered, ACCOUNT)) == []


def test_other_mail_of_the_account_is_not_ours() -> None:
    event = sample(".bounced")
    del event["detail"]["mail"]["tags"]["rid"]

    assert list(reports_of(event, ACCOUNT)) == []


def test_an_sms_is_known_by_its_message_id_alone() -> None:
    (delivered,) = reports_of(sample(".sms"), ACCOUNT)
    (stopped,) = reports_of(sample(".sms_opted_out"), ACCOUNT)

    assert delivered == Report(Channel.SMS, DeliveryState.DELIVERED, "11111111-2222-4333-8444-555555555555", AT)
    assert (stopped.state, stopped.reason, stopped.suppress) == (DeliveryState.BOUNCED, "opted_out", "opted_out")


@pytest.mark.parametrize(
    ("words", "reason", "suppress"),
    [
        ("Invalid phone number", "invalid_number", "suppressed"),
        ("Phone has blocked SMS", "blocked", None),
        ("Phone is currently unreachable/unavailable", "unreachable", None),
        ("This delivery would exceed max price", "too_expensive", None),
        ("Unknown error attempting to reach phone", "not_delivered", None),
        ("Words that SNS has not used yet", "not_delivered", None),
    ],
)
def test_why_an_sms_did_not_arrive(words: str, reason: str, suppress: str | None) -> None:
    data = log_lines(sample(".sms_opted_out"))
    line = json.loads(data["logEvents"][0]["message"])
    line["delivery"]["providerResponse"] = words
    data["logEvents"][0]["message"] = json.dumps(line)

    (report,) = reports_of(as_event(data), ACCOUNT)

    assert (report.state, report.reason, report.suppress) == (DeliveryState.BOUNCED, reason, suppress)


def test_one_unreadable_line_spoils_no_other() -> None:
    data = log_lines(sample(".sms"))
    good = data["logEvents"][0]
    data["logEvents"] = [good, {**good, "message": "not JSON"}, {**good, "message": "{}"}, good]
    read: list[Report] = []

    def take_all() -> None:
        for report in reports_of(as_event(data), ACCOUNT):
            read.append(report)  # noqa: PERF402 - the reports before the error count

    with pytest.raises(ForeignReport):
        take_all()
    assert len(read) == 2


def test_a_check_of_the_subscription_is_nothing() -> None:
    data = {**log_lines(sample(".sms")), "messageType": "CONTROL_MESSAGE"}

    assert list(reports_of(as_event(data), ACCOUNT)) == []


def _set(*path: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return the event with its value at `path` replaced."""

    def change(event: dict[str, Any]) -> dict[str, Any]:
        place = event
        for step in path[:-2]:
            place = place[step]
        place[path[-2]] = path[-1]
        return event

    return change


def _logs(**changes: str) -> dict[str, Any]:
    return as_event({**log_lines(sample(".sms_opted_out")), **changes})


FORGED = {
    "another source": _set("source", "custom.ses")(sample(".bounced")),
    "no source": {key: value for key, value in sample(".bounced").items() if key != "source"},
    "another account's event": _set("account", "999999999999")(sample(".bounced")),
    "another account's mail": _set("detail", "mail", "sendingAccountId", "999999999999")(sample(".bounced")),
    "no mail": _set("detail", "mail", "x")(sample(".bounced")),
    "an attempt that is no number": _set("detail", "mail", "tags", "attempt", ["x"])(sample(".bounced")),
    "an attempt out of this world": _set("detail", "mail", "tags", "attempt", ["99999"])(sample(".bounced")),
    "a link that is no text": _set("detail", "mail", "tags", "rid", [""])(sample(".bounced")),
    "another account's log": _logs(owner="999999999999"),
    "a log group of a topic": _logs(logGroup="sns/us-east-1/123456789012/my-topic"),
    "another account's log group": _logs(logGroup="sns/us-east-1/999999999999/DirectPublishToPhoneNumber"),
    "a log group that begins right": _logs(logGroup="sns/us-east-1/123456789012/DirectPublishToPhoneNumber/x"),
    "a group of a function": _logs(logGroup="/aws/lambda/sns/us-east-1/123456789012/DirectPublishToPhoneNumber"),
    "not gzip": {"awslogs": {"data": base64.b64encode(b"{}").decode()}},
    "not base64": {"awslogs": {"data": "***"}},
    "cut off": {"awslogs": {"data": sample(".sms")["awslogs"]["data"][:80]}},
    "nothing": {},
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_report_is_refused(name: str) -> None:
    with pytest.raises(ForeignReport) as refused:
        list(reports_of(copy.deepcopy(FORGED[name]), ACCOUNT))

    assert "ana" not in str(refused.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3),
    max_leaves=8,
)


@given(
    st.sampled_from(["", ".bounced", ".complained", ".sms", ".code_bounced"]),
    st.lists(st.integers(min_value=0, max_value=40), max_size=4),
    JSON,
)
def test_no_event_breaks_the_reading(name: str, way: list[int], value: object) -> None:
    """A report with any part replaced is either read or refused."""
    event = sample(name)
    place: Any = event
    for step in way:
        if not isinstance(place, dict) or not place:
            break
        key = sorted(place)[step % len(place)]
        if step == way[-1] or not isinstance(place[key], dict):
            place[key] = value
            break
        place = place[key]
    try:
        for report in reports_of(event, ACCOUNT):
            assert isinstance(report.message_id, str)
            assert report.rid is None or isinstance(report.rid, str)
            assert report.attempt is None or 1 <= report.attempt < 10_000
    except ForeignReport:
        pass
