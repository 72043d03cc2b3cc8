"""The local runner judges functions' calls as IAM would, by the policies in template.yaml."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from local.asked_rights import rights_asked, rights_to_copy
from local.functions import RUNNING
from local.iam import Ask, Grant, granted, read_statements
from local.intrinsics import ACCOUNT, REGION, TemplateError, table_arn
from local.judge import Judge
from local.template import PARAMETERS, read_template
from tests.support.cloud import DOMAIN, TEMPLATE, Cloud
from tests.support.vendor_calls import GENERATE

if TYPE_CHECKING:
    from pathlib import Path

TABLE = table_arn("t")
KEYS = "dynamodb:LeadingKeys"


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Resource": TABLE, **each} for each in statements]}


def allowed(document: dict[str, Any], action: str, resource: str = TABLE, **context: tuple[str, ...]) -> bool:
    named = {KEYS: context["keys"]} if "keys" in context else {}
    return granted(list(read_statements(document)), Ask(action, resource, named)) is not None


def test_only_what_is_named_is_allowed() -> None:
    rights = policy({"Action": ["dynamodb:GetItem", "dynamodb:Put*"]})

    assert allowed(rights, "dynamodb:GetItem")
    assert allowed(rights, "dynamodb:PutItem")
    assert not allowed(rights, "dynamodb:DeleteItem")
    assert not allowed(rights, "dynamodb:GetItem", f"{TABLE}/index/by_month")
    assert not allowed(rights, "dynamodb:GetItem", table_arn("another"))


def test_a_deny_wins() -> None:
    rights = policy(
        {"Action": "dynamodb:PutItem"},
        {
            "Effect": "Deny",
            "Action": "dynamodb:PutItem",
            "Condition": {"ForAnyValue:StringLike": {KEYS: ["tenant#*", "tenants"]}},
        },
    )

    assert allowed(rights, "dynamodb:PutItem", keys=("a link",))
    assert not allowed(rights, "dynamodb:PutItem", keys=("tenant#1",))
    assert not allowed(rights, "dynamodb:PutItem", keys=("a link", "tenants"))


@pytest.mark.parametrize(
    ("operator", "keys", "holds"),
    [
        ("ForAllValues:StringLike", ("tenant#1", "tenant#2"), True),
        ("ForAllValues:StringLike", ("tenant#1", "a link"), False),
        ("ForAllValues:StringNotLike", ("a link",), True),
        ("ForAllValues:StringNotLike", ("a link", "tenant#1"), False),
        ("StringLike", ("tenant#1",), True),
        ("StringLike", (), False),
    ],
)
def test_a_condition_limits_what_is_allowed(operator: str, keys: tuple[str, ...], *, holds: bool) -> None:
    rights = policy({"Action": "dynamodb:GetItem", "Condition": {operator: {KEYS: ["tenant#*"]}}})

    assert allowed(rights, "dynamodb:GetItem", keys=keys) is holds


@pytest.mark.parametrize(
    "statement",
    [{"Action": "a:B", "Condition": {"NumericLessThan": {"a": "1"}}}, {"NotAction": "a:B"}],
)
def test_what_it_does_not_know_is_an_error(statement: dict[str, Any]) -> None:
    with pytest.raises(TemplateError):
        list(read_statements(policy(statement)))


def asked(service: str, operation: str, call: object, url: str = "https://x/") -> set[str]:
    return {str(ask) for ask in rights_asked(service, operation, url, json.dumps(call).encode())}


def test_a_transaction_needs_the_right_to_each_of_its_writes() -> None:
    key = {"pk": {"S": "tenant#1"}, "sk": {"S": "x"}}
    writes = [{verb: {"TableName": "t", "Key": key}} for verb in ("Update", "Delete", "ConditionCheck")]
    writes.append({"Put": {"TableName": "t", "Item": key}})

    found = rights_asked("dynamodb", "TransactWriteItems", "", json.dumps({"TransactItems": writes}).encode())

    verbs = ("UpdateItem", "DeleteItem", "ConditionCheckItem", "PutItem")
    assert [(ask.action, ask.resource, ask.context[KEYS]) for ask in found] == [
        (f"dynamodb:{verb}", TABLE, ("tenant#1",)) for verb in verbs
    ]


def test_a_query_is_asked_for_on_its_index_and_partition() -> None:
    call = {
        "TableName": "t",
        "IndexName": "by_month",
        "KeyConditionExpression": "#key = :key AND created_at BETWEEN :since AND :until",
        "ExpressionAttributeValues": {":since": {"N": "1"}, ":key": {"S": "tenant|2026-11|0"}},
    }

    (ask,) = rights_asked("dynamodb", "Query", "", json.dumps(call).encode())

    assert (ask.resource, ask.context[KEYS]) == (f"{TABLE}/index/by_month", ("tenant|2026-11|0",))


def test_a_schedule_needs_the_right_to_pass_its_role() -> None:
    call = {"GroupName": "g", "Target": {"RoleArn": "role"}}

    assert asked("scheduler", "CreateSchedule", call, "https://x/schedules/name") == {
        f"scheduler:CreateSchedule on arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/g/name",
        "iam:PassRole on role",
    }


def test_a_phone_number_is_no_topic() -> None:
    rights = read_statements(
        {
            "Statement": [
                {"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"},
                {"Effect": "Deny", "Action": "sns:Publish", "Resource": "arn:aws:sns:*:*:*"},
            ]
        }
    )
    statements = list(rights)

    for body, expected in ((b"PhoneNumber=%2B44", Grant("sns:Publish", "*")), (b"TopicArn=arn:aws:sns:a:1:t", None)):
        (ask,) = rights_asked("sns", "Publish", "", body)
        assert granted(statements, ask) == expected


def test_raw_mail_needs_a_right_of_its_own() -> None:
    call = {"FromEmailAddress": "Bank <links@bank.example>", "Content": {"Raw": {}}}

    sender = f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/links@bank.example"
    assert asked("sesv2", "SendEmail", call) == {f"ses:SendEmail on {sender}", f"ses:SendRawEmail on {sender}"}


def test_a_version_of_an_object_needs_rights_of_its_own() -> None:
    url, version = (
        "http://localhost:3000/bucket/l/a%20b",
        "http://localhost:3000/_local/bucket/bucket/l/a%20b?versionId=v",
    )
    found = {
        (operation, str(ask))
        for operation in ("GetObject", "HeadObject", "DeleteObject", "CopyObject")
        for ask in (*rights_asked("s3", operation, url, b""), *rights_asked("s3", operation, version, b""))
    }

    here = "on arn:aws:s3:::bucket/l/a b"
    assert found == {
        ("GetObject", f"s3:GetObject {here}"),
        ("GetObject", f"s3:GetObjectVersion {here}"),
        ("HeadObject", f"s3:GetObject {here}"),
        ("HeadObject", f"s3:GetObjectVersion {here}"),
        ("DeleteObject", f"s3:DeleteObject {here}"),
        ("DeleteObject", f"s3:DeleteObjectVersion {here}"),
        ("CopyObject", f"s3:PutObject {here}"),
    }
    assert [str(ask) for ask in rights_to_copy("/bucket/l/a%20b?versionId=v")] == [f"s3:GetObjectVersion {here}"]


def test_objects_are_listed_on_the_bucket_and_deleted_one_by_one() -> None:
    url = "http://localhost:3000/bucket?versions&prefix=l%2F"
    (listed,) = rights_asked("s3", "ListObjectVersions", url, b"")
    namespace = b'<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    keys = b"<Object><Key>a</Key></Object><Object><Key>b</Key><VersionId>1</VersionId></Object></Delete>"

    deleted = rights_asked("s3", "DeleteObjects", "http://localhost:3000/bucket?delete", namespace + keys)

    assert str(listed) == "s3:ListBucketVersions on arn:aws:s3:::bucket"
    assert [str(ask) for ask in deleted] == [
        "s3:DeleteObject on arn:aws:s3:::bucket/a",
        "s3:DeleteObjectVersion on arn:aws:s3:::bucket/b",
    ]


def test_of_a_service_that_is_not_known_only_the_action_is_judged() -> None:
    rights = list(read_statements(policy({"Action": "glacier:UploadArchive", "Resource": "*"})))

    (put,), (get,) = (rights_asked("glacier", name, "https://x/", b"") for name in ("UploadArchive", "DeleteArchive"))

    assert granted(rights, put) == Grant("glacier:UploadArchive", "*")
    assert granted(rights, get) is None


def test_a_call_without_a_right_fails_and_is_named(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    template = tmp_path_factory.mktemp("cloud") / "template.yaml"
    text = TEMPLATE.read_text()
    template.write_text(text.replace("Action: [dynamodb:GetItem, dynamodb:PutItem]", "Action: dynamodb:GetItem"))
    cloud = Cloud(template, domain=DOMAIN, portal_url="").start()

    response = GENERATE.make(cloud)

    assert response.status == 500
    assert "EasysendGenerateLinkFunction lacks a right in template.yaml: dynamodb:PutItem" in capsys.readouterr().err
    with pytest.raises(AssertionError, match=r"EasysendGenerateLinkFunction.*dynamodb:PutItem"):
        cloud.stop()


def test_a_schedule_whose_role_may_not_send_is_refused(tmp_path: Path) -> None:
    """The scheduler would drop the task when it is due, hours later."""
    template = tmp_path / "template.yaml"
    role = TEMPLATE.read_text().partition("  ReminderRole:")[2].partition("\n\n")[0]
    template.write_text(
        TEMPLATE.read_text().replace(role, role.replace("!GetAtt DeliveryQueue.Arn", "!GetAtt WebhookQueue.Arn"))
    )
    judge = Judge(read_template(template, PARAMETERS))
    environment = read_template(template, PARAMETERS).environment()
    target = {"Arn": environment["DELIVERY_QUEUE_ARN"], "RoleArn": environment["REMINDER_ROLE"]}
    body = json.dumps({"GroupName": environment["REMINDER_GROUP"], "Target": target}).encode()
    running = RUNNING.set("StreamRelayFunction")

    refused = judge.refused("scheduler", "CreateSchedule", "https://x/schedules/name", body)

    RUNNING.reset(running)
    assert refused == Ask("sqs:SendMessage", target["Arn"])
