"""The thin client behaves like botocore's, on the real DynamoDB Local and on a server that misbehaves."""

from __future__ import annotations

import json
import random
import re
import time
import uuid
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.loaders import Loader
from botocore.model import ServiceModel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkgate.aws import thin_dynamodb as module
from linkgate.aws.client_settings import TABLE_ATTEMPTS
from linkgate.aws.clients import Clients
from linkgate.aws.thin_dynamodb import thin_client
from linkgate.store.attribute_values import to_item
from linkgate.store.table import Table
from tests.support.lambda_environment import LAMBDA
from tests.support.scripted_server import Script, fails, hangs_up, is_slow, says, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from http.server import BaseHTTPRequestHandler

    Call = tuple[str, dict[str, Any]]

OLD = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
NEW = {"ConditionExpression": "attribute_not_exists(pk)", **OLD}


def thin(url: str, **environment: str) -> Any:
    made = thin_client({**LAMBDA, "AWS_ENDPOINT_URL": url, **environment})
    assert made
    return made


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Make the client of functions that do not use the thin one."""

    def make(url: str) -> Any:
        for name, value in {**LAMBDA, "AWS_ENDPOINT_URL": url}.items():
            monkeypatch.setenv(name, value)
        return Clients().dynamodb

    return make


def key(pk: str, sk: str = "link") -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


ITEM = to_item(
    {
        "pk": "a",
        "sk": "link",
        "list_key": "l",
        "created_at": 1,
        "views": 0,
        "body": b"\0\xff",
        "name": 'Zoë "B" \u2028😀',
        "B": "plain",
        "deep": {"B": {"B": b"x"}, "l": [True, 2]},
    }
)
SET = {"UpdateExpression": "SET #v = #v + :one", "ExpressionAttributeNames": {"#v": "views"}}
ONE = {":one": {"N": "1"}}
CALLS: list[Call] = [
    ("put_item", {"Item": ITEM, **NEW}),
    ("put_item", {"Item": ITEM, **NEW}),  # refused, and the stored item is returned
    ("put_item", {"Item": {**ITEM, **key("b")}}),
    ("get_item", {"Key": key("a"), "ConsistentRead": True}),
    ("get_item", {"Key": key("none")}),
    ("update_item", {"Key": key("a"), **SET, "ExpressionAttributeValues": ONE, "ReturnValues": "ALL_NEW"}),
    (
        "update_item",
        {"Key": key("a"), **SET, "ExpressionAttributeValues": ONE, "ConditionExpression": "#v > :one", **OLD},
    ),
    (
        "update_item",
        {"Key": key("none"), **SET, "ExpressionAttributeValues": ONE, **NEW, "ConditionExpression": "#v > :one"},
    ),
    ("update_item", {"Key": key("a"), "UpdateExpression": "nonsense"}),
    ("put_item", {"Item": {"pk": {"N": "1"}}}),
    ("put_item", {"Item": {**key("big"), "body": {"S": "x" * 500_000}}}),
    *[
        (
            "query",
            {
                "KeyConditionExpression": "pk = :pk" if index is None else "list_key = :pk",
                "ExpressionAttributeValues": {":pk": {"S": "a" if index is None else "l"}},
                **({"IndexName": index} if index else {}),
                "Limit": limit,
            },
        )
        for index, limit in ((None, 1), (None, 9), ("by_list", 1), ("by_list", 9))
    ],
    ("delete_item", {"Key": key("b")}),
    ("delete_item", {"Key": key("b"), "ConditionExpression": "attribute_exists(pk)", **OLD}),
]
WHOLE: list[Call] = [
    ("batch_get_item", {"RequestItems": {"TABLE": {"Keys": [key("a"), key("none")], "ConsistentRead": True}}}),
    (
        "transact_write_items",
        {"TransactItems": [{"Put": {"TableName": "TABLE", "Item": {**ITEM, **key("t")}, **NEW}}]},
    ),
    (
        "transact_write_items",  # cancelled: the first write is refused; the second alone would succeed
        {
            "TransactItems": [
                {"Put": {"TableName": "TABLE", "Item": {**ITEM, **key("t")}, **NEW}},
                {"Delete": {"TableName": "TABLE", "Key": key("a")}},
            ]
        },
    ),
    ("get_item", {"TableName": "elsewhere", "Key": key("a")}),
]


@pytest.fixture(scope="module")
def tables(dynamodb_local: str) -> Iterator[tuple[str, Callable[[], str]]]:
    """Return the endpoint and a function that makes an empty table."""
    made: list[str] = []
    client: Any = boto3.client(
        "dynamodb",
        endpoint_url=dynamodb_local,
        region_name="eu-west-1",
        aws_access_key_id="thin",
        aws_secret_access_key="x",
    )

    def make() -> str:
        made.append(f"thin-{uuid.uuid4().hex}")
        client.create_table(
            TableName=made[-1],
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": kind}
                for name, kind in (("pk", "S"), ("sk", "S"), ("list_key", "S"), ("created_at", "N"))
            ],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by_list",
                    "KeySchema": [
                        {"AttributeName": "list_key", "KeyType": "HASH"},
                        {"AttributeName": "created_at", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
        )
        return made[-1]

    yield dynamodb_local, make
    for name in made:
        client.delete_table(TableName=name)


def outcome(client: Any, call: Call, table: str) -> object:
    """Return the reply or error without transport details, and with the same table name."""
    operation, parameters = call
    text = json.dumps(parameters, default=lambda value: {"bytes": list(value)}).replace('"TABLE"', json.dumps(table))
    given = json.loads(text, object_hook=lambda value: bytes(value["bytes"]) if "bytes" in value else value)
    if call not in WHOLE:
        given["TableName"] = table
    try:
        reply = getattr(client, operation)(**given)
    except ClientError as error:
        reply = {"raised": error.operation_name, "as": str(error), **error.response}
    told = {name: value for name, value in reply.items() if name not in {"ResponseMetadata", "message", "Message"}}
    if isinstance(told.get("Responses"), dict):
        told["Responses"] = list(told["Responses"].values())
    # A binary value is bytes from one client and base64 text from the other.
    return json.loads(json.dumps(told, default=lambda value: b64encode(value).decode()))


def test_every_call_has_the_clients_outcome(tables: tuple[str, Callable[[], str]], full: Callable[[str], Any]) -> None:
    url, make = tables
    ours, theirs, mine, other = thin(url), full(url), make(), make()

    outcomes = [(outcome(ours, call, mine), outcome(theirs, call, other)) for call in [*CALLS, *WHOLE]]

    for (found, expected), call in zip(outcomes, [*CALLS, *WHOLE], strict=True):
        assert found == expected, call
    errors = [found["Error"]["Code"] for found, _ in outcomes if isinstance(found, dict) and "Error" in found]
    assert {"ConditionalCheckFailedException", "TransactionCanceledException", "ValidationException"} <= set(errors)
    assert "ResourceNotFoundException" in errors


TEXT = st.text(max_size=20)
VALUE = st.recursive(
    TEXT | st.integers(-(10**37), 10**37) | st.booleans() | st.binary(min_size=1, max_size=40),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["B", "S", "x", "é"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=VALUE)
def test_what_one_client_writes_every_other_reads(each: list[Table], value: object) -> None:
    item = {"pk": "p", "sk": "s", "value": value}
    for writer in each:
        writer.put(item)
        assert [reader.get("p", "s") for reader in each] == [item] * len(each)


@pytest.fixture
def each(tables: tuple[str, Callable[[], str]], full: Callable[[str], Any]) -> list[Table]:
    """Yield a table through the thin client, the functions' full client and an ordinary client."""
    url, make = tables
    ordinary = boto3.client(
        "dynamodb", "eu-west-1", endpoint_url=url, aws_access_key_id="thin", aws_secret_access_key="x"
    )
    name, clients = make(), [thin(url), full(url), ordinary]
    return [Table(name, lambda client=client: client) for client in clients]  # type: ignore[misc]


FINE = says(200, {"Attributes": {"pk": {"S": "a"}, "B": {"S": "plain"}}})
BROKEN = says(200, {"Attributes": {"pk": {"S": "b"}}}, x_amz_crc32="1")
TORN = says(200, raw=b'{"Attributes": {"pk"', x_amz_crc32="1")
PAGE = says(503, raw=b"<html><body>Service Unavailable</body></html>")
SCRIPTS: dict[str, list[Callable[[BaseHTTPRequestHandler], None]]] = {
    "fine": [FINE],
    "a fault, then fine": [fails("InternalServerError", 500), FINE],
    "faults": [fails("InternalServerError", 500)],
    "a gateway's page": [PAGE],
    "nothing but a status": [says(500, raw=b" ")],
    "throttled, then fine": [fails("ThrottlingException"), fails("ProvisionedThroughputExceededException"), FINE],
    "throttled": [fails("RequestLimitExceeded")],
    "throttled by status": [says(429, {})],
    "told when to come back": [says(503, {}, x_amz_retry_after="1500"), FINE],
    "in conflict elsewhere": [fails("ReplicatedWriteConflictException"), FINE],
    "refused": [fails("ValidationException")],
    "unknown": [fails("SomethingNewException")],
    "old credentials": [fails("ExpiredTokenException")],
    "a transaction under way": [fails("TransactionInProgressException"), FINE],
    "broken on the way, then fine": [BROKEN, TORN, FINE],
    "broken on the way": [BROKEN],
    "hangs up, then fine": [hangs_up, FINE],
    "hangs up": [hangs_up],
}


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    return waited


def conduct(client: Any, script: Script, pauses: list[float]) -> tuple[Any, int, list[float]]:
    random.seed(7)  # of jitter
    script.asked.clear()
    pauses.clear()
    try:
        reply = client.update_item(TableName="t", Key=key("a"))
        said: Any = {name: value for name, value in reply.items() if name != "ResponseMetadata"}
    except ClientError as error:
        said = error.response["Error"]
    except Exception as error:  # noqa: BLE001 - both clients must raise the same
        said = type(error)
    return said, len(script.asked), list(pauses)


@pytest.mark.parametrize("name", SCRIPTS)
def test_faults_are_met_as_the_client_meets_them(name: str, full: Callable[[str], Any], pauses: list[float]) -> None:
    script = Script()
    script.answers = SCRIPTS[name]
    with serving(script) as url:
        expected = conduct(full(url), script, pauses)
        found = conduct(thin(url), script, pauses)

    assert found == expected


def test_a_server_that_is_not_there_is_met_as_the_client_meets_it(
    full: Callable[[str], Any], pauses: list[float]
) -> None:
    script = Script()
    with serving(script) as url:
        pass

    assert conduct(thin(url), script, pauses) == conduct(full(url), script, pauses)
    assert len(pauses) == TABLE_ATTEMPTS - 1


def test_a_silent_server_is_given_up(pauses: list[float]) -> None:
    script = Script()
    script.answers = [is_slow]
    with serving(script) as url:
        said, tries, waited = conduct(thin(url), script, pauses)

    assert said.__name__ == "ReadTimeoutError"
    assert (tries, len(waited)) == (3, 2)


def test_many_failures_use_up_what_may_be_repeated(full: Callable[[str], Any], pauses: list[float]) -> None:
    script = Script()
    script.answers = [fails("InternalServerError", 500)]
    with serving(script) as url:
        clients = full(url), thin(url)
        tries = [[conduct(client, script, pauses)[1] for _ in range(40)] for client in clients]

    assert tries[0] == tries[1]
    assert tries[0][0] == TABLE_ATTEMPTS
    assert tries[0][-1] == 1


def test_requests_are_the_clients(full: Callable[[str], Any]) -> None:
    script = Script()
    script.answers = [says(200, {})]
    with serving(script) as url:
        for operation, parameters in (
            ("put_item", {"TableName": "t", "Item": ITEM, **NEW}),
            ("transact_write_items", {"TransactItems": [{"Delete": {"TableName": "t", "Key": key("a")}}]}),
        ):
            script.asked.clear()
            getattr(full(url), operation)(**parameters)
            getattr(thin(url), operation)(**parameters)
            (*place, headers, body), (*our_place, our_headers, our_body) = script.asked

            tokens = body.pop("ClientRequestToken", None), our_body.pop("ClientRequestToken", None)
            assert (our_place, our_body) == (place, body)
            assert tokens == (None, None) or (all(tokens) and tokens[0] != tokens[1])
            same = ("host", "content-type", "x-amz-target", "x-amz-security-token", "accept-encoding")
            assert {name: our_headers.get(name) for name in same} == {name: headers.get(name) for name in same}
            # Powertools adds itself to the user agent once it is loaded.
            assert headers["user-agent"].startswith(our_headers["user-agent"])
            signed = re.compile(r"Credential=thin/\d+/eu-west-1/dynamodb/aws4_request, SignedHeaders=([a-z0-9;-]+)")
            ours, theirs = signed.search(our_headers["authorization"]), signed.search(headers["authorization"])
            assert ours
            assert theirs
            assert ours[1] == theirs[1]


def test_requests_are_signed_as_the_service_checks_it() -> None:
    """DynamoDB Local checks no signature, so botocore's signer checks it over the received request."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    script = Script()
    script.answers = [FINE]
    with serving(script) as url:
        thin(url).get_item(TableName="t", Key=key("a"))
    (_, _, headers, body) = script.asked[0]
    names = re.search(r"SignedHeaders=([a-z0-9;-]+)", headers["authorization"])
    assert names
    request = AWSRequest("POST", url + "/", {name: headers[name] for name in names[1].split(";")}, json.dumps(body))
    request.context["timestamp"] = headers["x-amz-date"]
    signer = SigV4Auth(Credentials("thin", "secret"), "dynamodb", "eu-west-1")
    signature = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)

    assert headers["authorization"].endswith(f"Signature={signature}")


def test_credentials_of_the_container_are_renewed_in_time() -> None:
    keys = iter(["first", "second"])

    def credentials(life: timedelta) -> Callable[[BaseHTTPRequestHandler], None]:
        end = f"{datetime.now(UTC) + life:%Y-%m-%dT%H:%M:%SZ}"
        return says(200, {"AccessKeyId": next(keys), "SecretAccessKey": "s", "Token": "t", "Expiration": end})

    container, dynamodb = Script(), Script()
    container.answers = [credentials(timedelta(minutes=5)), credentials(timedelta(hours=6))]
    dynamodb.answers = [FINE]
    with serving(container) as source, serving(dynamodb) as url:
        client = thin(url, AWS_ACCESS_KEY_ID="", AWS_CONTAINER_CREDENTIALS_FULL_URI=f"{source}/credentials")
        for _ in range(2):
            client.get_item(TableName="t", Key=key("a"))

    assert len(container.asked) == 2
    assert all("Credential=second/" in headers["authorization"] for _, _, headers, _ in dynamodb.asked)


def test_the_errors_that_say_they_are_retryable_are_known() -> None:
    model = ServiceModel(Loader().load_service_model("dynamodb", "service-2"), "dynamodb")
    told = {shape.name: shape.metadata["retryable"] for shape in model.error_shapes if "retryable" in shape.metadata}

    assert told == {shape.name: shape.metadata["retryable"] for shape in module._OPERATION.error_shapes}  # noqa: SLF001
