"""AWS on one machine is atomic, honours request tokens, fails on demand, and is never the real one."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError

from local.aws import LocalAws, RealEndpointError
from local.clock import Clock
from local.faults import Fault, Faults, Service
from local.outbox import Outbox
from tests.support.sample_stack import Sample, running, write_sample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.cloud import Cloud

TABLE = """
Things:
  Type: AWS::DynamoDB::Table
  Properties:
    TableName: things
    BillingMode: PAY_PER_REQUEST
    AttributeDefinitions: [{AttributeName: pk, AttributeType: S}, {AttributeName: sk, AttributeType: S}]
    KeySchema: [{AttributeName: pk, KeyType: HASH}, {AttributeName: sk, KeyType: RANGE}]
    StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}
    TimeToLiveSpecification: {AttributeName: ttl, Enabled: true}
Counter:
  Type: AWS::Serverless::Function
  Properties:
    CodeUri: $CODE/counter/
    Events: {Post: {Type: HttpApi, Properties: {Method: POST, Path: /take}}}
"""

COUNTER = """
    import boto3
    from botocore.exceptions import ClientError

    def handler(event, context):
        client = boto3.client("dynamodb")
        try:
            client.update_item(
                TableName="things", Key={"pk": {"S": "one"}, "sk": {"S": "one"}},
                UpdateExpression="SET taken_by = :who", ConditionExpression="attribute_not_exists(taken_by)",
                ExpressionAttributeValues={":who": {"S": context.aws_request_id}},
            )
        except ClientError as error:
            return {"statusCode": 409, "body": error.response["Error"]["Code"]}
        return {"statusCode": 200}
"""

ONE_ATTEMPT = Config(retries={"mode": "standard", "total_max_attempts": 1})


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with running(write_sample(tmp_path, TABLE, {"counter": COUNTER})) as started:
        yield started


def client(service: Any) -> Any:
    return boto3.client(service, config=ONE_ATTEMPT)


def put(pk: str, *, only_new: bool = False) -> dict[str, Any]:
    write: dict[str, Any] = {"TableName": "things", "Item": {"pk": {"S": pk}, "sk": {"S": pk}, "n": {"N": "1"}}}
    return {"Put": {**write, **({"ConditionExpression": "attribute_not_exists(pk)"} if only_new else {})}}


def add_one(pk: str) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": "things",
            "Key": {"pk": {"S": pk}, "sk": {"S": pk}},
            "UpdateExpression": "ADD n :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
    }


def items() -> dict[str, str]:
    found = boto3.client("dynamodb").scan(TableName="things")["Items"]
    return {item["pk"]["S"]: item["n"]["N"] for item in found}


def records_by_calls(sample: Sample) -> list[dict[str, Any]]:
    streams = sample.aws.client("dynamodbstreams")
    arn = streams.list_streams(TableName="things")["Streams"][0]["StreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    start = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    records: list[dict[str, Any]] = streams.get_records(ShardIterator=start)["Records"]
    return records


def stream(sample: Sample) -> list[tuple[str, str]]:
    records = records_by_calls(sample)
    return [(record["eventName"], record["dynamodb"]["Keys"]["pk"]["S"]) for record in records]


def test_a_stream_is_read_without_a_call_as_by_calls(sample: Sample) -> None:
    db, key = boto3.client("dynamodb"), {"pk": {"S": "a"}, "sk": {"S": "a"}}
    inner: dict[str, Any] = {"b": {"B": b"\1"}, "l": {"L": [{"M": {"n": {"N": "1"}}}, {"B": b"\2"}]}}
    db.put_item(TableName="things", Item={**key, "b": {"B": b"\0"}, "few": {"SS": ["x", "y"]}, "m": {"M": inner}})
    db.update_item(
        TableName="things",
        Key=key,
        UpdateExpression="SET m.b = :new, #l = :list REMOVE b",
        ExpressionAttributeNames={"#l": "list"},
        ExpressionAttributeValues={":new": {"B": b"\3"}, ":list": {"L": [{"B": b"\4"}, {"BOOL": True}]}},
    )
    db.delete_item(TableName="things", Key=key)

    by_calls = records_by_calls(sample)

    assert len(by_calls) == 3
    assert sample.aws.stream_records("things", 0, 100) == by_calls
    assert sample.aws.stream_records("things", 1, 1) == by_calls[1:2]


def test_one_of_forty_concurrent_requests_wins(sample: Sample) -> None:
    from local.http_messages import HttpRequest

    together = threading.Barrier(40)

    def take(_: int) -> int:
        together.wait()
        return sample.gateway.handle(HttpRequest("POST", "/take")).status

    with ThreadPoolExecutor(40) as pool:
        assert sorted(pool.map(take, range(40))) == [200, *[409] * 39]


@pytest.mark.usefixtures("sample")
def test_no_concurrent_increment_is_lost() -> None:
    boto3.client("dynamodb").put_item(**put("a")["Put"])

    def increment(_: int) -> None:
        client("dynamodb").transact_write_items(TransactItems=[add_one("a")])

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(increment, range(100)))

    assert items() == {"a": "101"}


@pytest.mark.usefixtures("sample")
def test_a_repeated_token_changes_nothing() -> None:
    dynamodb = client("dynamodb")
    dynamodb.put_item(**put("a")["Put"])
    for _ in range(3):
        dynamodb.transact_write_items(TransactItems=[add_one("a")], ClientRequestToken="token-1")

    assert items() == {"a": "2"}


def test_a_token_is_forgotten_after_ten_minutes(sample: Sample) -> None:
    from datetime import timedelta

    dynamodb = client("dynamodb")
    dynamodb.put_item(**put("a")["Put"])
    dynamodb.transact_write_items(TransactItems=[add_one("a")], ClientRequestToken="token-1")
    sample.clock.advance(timedelta(minutes=11))
    dynamodb.transact_write_items(TransactItems=[add_one("a")], ClientRequestToken="token-1")

    assert items() == {"a": "3"}


@pytest.mark.usefixtures("sample")
def test_a_token_belongs_to_one_request() -> None:
    dynamodb = client("dynamodb")
    dynamodb.transact_write_items(TransactItems=[put("a")], ClientRequestToken="token-1")
    with pytest.raises(ClientError) as caught:
        dynamodb.transact_write_items(TransactItems=[put("b")], ClientRequestToken="token-1")

    assert caught.value.response["Error"]["Code"] == "IdempotentParameterMismatchException"
    assert items() == {"a": "1"}


def test_a_refused_transaction_leaves_neither_items_nor_stream_records(sample: Sample) -> None:
    dynamodb = client("dynamodb")
    dynamodb.put_item(**put("old")["Put"])
    with pytest.raises(ClientError) as caught:
        dynamodb.transact_write_items(TransactItems=[put("new"), add_one("counter"), put("old", only_new=True)])
    dynamodb.transact_write_items(TransactItems=[add_one("old")])

    reasons = [reason["Code"] for reason in caught.value.response["CancellationReasons"]]
    assert reasons == ["None", "None", "ConditionalCheckFailed"]
    assert items() == {"old": "2"}
    assert stream(sample) == [("INSERT", "old"), ("MODIFY", "old")]


def test_faults_hit_the_next_calls_and_no_more(sample: Sample) -> None:
    sample.faults.set(Service.DYNAMODB, Fault.THROTTLE, 2)
    codes = []
    for _ in range(3):
        try:
            client("dynamodb").put_item(**put("a")["Put"])
            codes.append("ok")
        except ClientError as error:
            codes.append(error.response["Error"]["Code"])

    assert codes == ["ProvisionedThroughputExceededException", "ProvisionedThroughputExceededException", "ok"]


def test_a_timeout_after_is_applied_and_not_answered(sample: Sample) -> None:
    sample.faults.set(Service.DYNAMODB, Fault.TIMEOUT_AFTER, 1)
    with pytest.raises(ReadTimeoutError):
        client("dynamodb").put_item(**put("a")["Put"])

    assert items() == {"a": "1"}


def test_the_sdk_repeats_a_timed_out_transaction_and_its_token_keeps_it_single(sample: Sample) -> None:
    boto3.client("dynamodb").put_item(**put("a")["Put"])
    sample.faults.set(Service.DYNAMODB, Fault.TIMEOUT_AFTER, 1)
    dynamodb: Any = boto3.client("dynamodb")
    dynamodb.transact_write_items(TransactItems=[add_one("a")])

    assert items() == {"a": "2"}


def test_zero_times_clears_a_fault(sample: Sample) -> None:
    sample.faults.set(Service.DYNAMODB, Fault.REJECT, 5)
    sample.faults.set(Service.DYNAMODB, Fault.REJECT, 0)

    client("dynamodb").put_item(**put("a")["Put"])


def test_the_runner_itself_meets_no_fault(sample: Sample) -> None:
    sample.faults.set(Service.DYNAMODB, Fault.REJECT, 1)
    sample.aws.client("dynamodb").scan(TableName="things")
    with pytest.raises(ClientError):
        client("dynamodb").scan(TableName="things")


def send_email(to: str = "ada@example.com") -> str:
    client("sesv2").create_email_identity(EmailIdentity="bank@example.com") if not client(
        "sesv2"
    ).list_email_identities()["EmailIdentities"] else None
    reply = client("sesv2").send_email(
        FromEmailAddress="bank@example.com",
        Destination={"ToAddresses": [to]},
        Content={
            "Simple": {
                "Subject": {"Data": "Your link"},
                "Body": {
                    "Text": {"Data": "Open https://x.example/l/AAAAAAAAAAAAAAAAAAAAAA#BBBBBBBBBBBBBBBBBBBBBB ñ"},
                    "Html": {"Data": "<p>Open it</p>"},
                },
                "Headers": [{"Name": "List-Unsubscribe", "Value": "<https://x.example/o>"}],
            }
        },
        EmailTags=[{"Name": "attempt", "Value": "1"}],
    )
    return str(reply["MessageId"])


def test_the_outbox_keeps_the_whole_email(sample: Sample) -> None:
    message_id = send_email()

    [message] = sample.outbox.messages()
    assert message.shown() == {
        "id": message_id,
        "channel": "email",
        "to": "ada@example.com",
        "subject": "Your link",
        "text": "Open https://x.example/l/AAAAAAAAAAAAAAAAAAAAAA#BBBBBBBBBBBBBBBBBBBBBB ñ",
        "html": "<p>Open it</p>",
        "sent_at": message.sent_at,
        "rid": "AAAAAAAAAAAAAAAAAAAAAA",
        "headers": {"List-Unsubscribe": "<https://x.example/o>"},
    }
    assert message.sent_at.endswith("Z")


def test_the_outbox_keeps_texts_newest_first(sample: Sample) -> None:
    first = client("sns").publish(PhoneNumber="+447700900001", Message="one & two\n=3+4")["MessageId"]
    second = client("sns").publish(PhoneNumber="+447700900002", Message="other")["MessageId"]

    found = [(m.id, m.channel, m.to, m.subject, m.text, m.rid) for m in sample.outbox.messages()]
    assert found == [
        (second, "sms", "+447700900002", None, "other", None),
        (first, "sms", "+447700900001", None, "one & two\n=3+4", None),
    ]


@pytest.mark.parametrize(
    ("fault", "code"), [(Fault.THROTTLE, "TooManyRequestsException"), (Fault.REJECT, "MessageRejected")]
)
def test_a_refused_email_is_not_in_the_outbox(sample: Sample, fault: Fault, code: str) -> None:
    sample.aws.client("sesv2").create_email_identity(EmailIdentity="bank@example.com")
    sample.faults.set(Service.SES, fault, 1000)
    with pytest.raises(ClientError) as caught:
        client("sesv2").send_email(
            FromEmailAddress="bank@example.com",
            Destination={"ToAddresses": ["ada@example.com"]},
            Content={"Simple": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}}},
        )

    assert caught.value.response["Error"]["Code"] == code
    assert sample.outbox.messages() == []


@pytest.mark.parametrize(("fault", "code"), [(Fault.THROTTLE, "Throttled"), (Fault.REJECT, "InvalidParameter")])
def test_a_refused_text_is_not_in_the_outbox(sample: Sample, fault: Fault, code: str) -> None:
    sample.faults.set(Service.SNS, fault, 1)
    with pytest.raises(ClientError) as caught:
        client("sns").publish(PhoneNumber="+447700900001", Message="hello")

    assert caught.value.response["Error"]["Code"] == code
    assert sample.outbox.messages() == []


def test_a_text_whose_answer_was_lost_is_in_the_outbox(sample: Sample) -> None:
    sample.faults.set(Service.SNS, Fault.TIMEOUT_AFTER, 1)
    with pytest.raises(ReadTimeoutError):
        client("sns").publish(PhoneNumber="+447700900001", Message="hello")

    [message] = sample.outbox.messages()
    assert message.text == "hello"


def test_published_events_are_kept_newest_first(sample: Sample) -> None:
    for name in ("one", "two"):
        client("events").put_events(Entries=[{"Source": "linkgate", "DetailType": name, "Detail": '{"n": 1}'}])

    assert [(event["detail-type"], event["detail"]) for event in sample.aws.events()] == [
        ("two", {"n": 1}),
        ("one", {"n": 1}),
    ]


@pytest.mark.parametrize(
    "url", ["https://dynamodb.us-east-1.amazonaws.com", "https://dynamodb.eu-west-1.api.aws", "nonsense"]
)
def test_a_real_endpoint_is_refused(url: str) -> None:
    with pytest.raises(RealEndpointError):
        LocalAws(Clock(), Faults(), Outbox(), url)


@pytest.mark.usefixtures("sample")
def test_a_call_that_moto_does_not_know_goes_nowhere() -> None:
    with pytest.raises(ClientError):
        client("pricing").describe_services()
    with pytest.raises(RealEndpointError):
        boto3.client("dynamodb", endpoint_url="https://dynamodb.example.com").list_tables()


def test_a_client_outlives_its_cloud_without_reaching_another(tmp_path: Path) -> None:
    with running(write_sample(tmp_path, TABLE, {"counter": COUNTER})):
        left_over = client("dynamodb")
    with pytest.raises(RealEndpointError):
        left_over.list_tables()


def test_credentials_of_the_environment_are_replaced_and_given_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://elsewhere.example")
    with running(write_sample(tmp_path, TABLE, {"counter": COUNTER})):
        assert "AWS_PROFILE" not in os.environ
        assert boto3.client("dynamodb").list_tables()["TableNames"] == ["things"]
    assert os.environ["AWS_PROFILE"] == "production"


@pytest.mark.usefixtures("sample")
def test_values_of_every_type_come_back_as_they_went_in() -> None:
    item: Any = {
        "pk": {"S": "x"},
        "sk": {"S": "y"},
        "n": {"N": "12345678901234567890.5"},
        "b": {"B": b"\x00\xff"},
        "t": {"BOOL": False},
        "null": {"NULL": True},
        "ss": {"SS": ["a", "b"]},
        "ns": {"NS": ["1", "2"]},
        "bs": {"BS": [b"1", b"\xfe"]},
        "m": {"M": {"deep": {"L": [{"S": "ñ"}, {"B": b"\x01"}, {"M": {}}, {"L": []}]}}},
    }
    client("dynamodb").put_item(TableName="things", Item=item)
    found = client("dynamodb").get_item(TableName="things", Key={"pk": item["pk"], "sk": item["sk"]})["Item"]

    assert found == item


@pytest.mark.usefixtures("sample")
def test_the_table_has_its_expiry_and_its_stream() -> None:
    dynamodb = boto3.client("dynamodb")

    assert dynamodb.describe_time_to_live(TableName="things")["TimeToLiveDescription"]["AttributeName"] == "ttl"
    assert dynamodb.describe_table(TableName="things")["Table"]["StreamSpecification"]["StreamViewType"] == (
        "NEW_AND_OLD_IMAGES"
    )


def test_a_tools_call_goes_on_to_the_dynamodb_that_the_runner_was_given(real_cloud: Cloud) -> None:
    """The command line works on such a runner, too."""
    key = real_cloud.aws.key().id
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/dynamodb/aws4_request, "
        "SignedHeaders=host, Signature=0",
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": "DynamoDB_20120810.ListTables",
    }

    response = real_cloud.request("POST", "/", b"{}", headers)

    assert response.status == 200
    assert real_cloud.environment()["TABLE_NAME"] in response.json()["TableNames"]
