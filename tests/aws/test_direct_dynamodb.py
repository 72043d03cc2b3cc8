"""The direct client of DynamoDB behaves like botocore's, on the real DynamoDB Local and on servers that misbehave."""

from __future__ import annotations

import json
import random
import re
import uuid
import zlib
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore import exceptions
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkgate.aws.client_settings import TABLE_ATTEMPTS
from linkgate.aws.clients import Clients
from linkgate.aws.direct import direct_clients
from linkgate.aws.direct_clients import DirectDynamoDb
from linkgate.aws.endpoint import Endpoint
from linkgate.aws.signature import Keys, Signer
from linkgate.store.attribute_values import to_item
from linkgate.store.table import Table
from tests.support.lambda_environment import LAMBDA
from tests.support.scripted_server import Script, breaks_off, fails, hangs_up, is_slow, says, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from http.server import BaseHTTPRequestHandler

    Call = tuple[str, dict[str, Any]]

OLD = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
NEW = {"ConditionExpression": "attribute_not_exists(pk)", **OLD}


def direct(url: str) -> Any:
    made = direct_clients({**LAMBDA, "AWS_ENDPOINT_URL": url})
    assert made
    return made.dynamodb


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Make the client of functions that do not use the direct one."""

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
        aws_access_key_id="direct",
        aws_secret_access_key="x",
    )

    def make() -> str:
        made.append(f"direct-{uuid.uuid4().hex}")
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
    ours, theirs, mine, other = direct(url), full(url), make(), make()

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
    """Yield a table through the direct client, the functions' full client and an ordinary client."""
    url, make = tables
    ordinary = boto3.client(
        "dynamodb", "eu-west-1", endpoint_url=url, aws_access_key_id="direct", aws_secret_access_key="x"
    )
    name, clients = make(), [direct(url), full(url), ordinary]
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
    "told to come back much later": [says(503, {}, x_amz_retry_after="99000"), FINE],
    "told to come back before": [says(503, {}, x_amz_retry_after="-5"), FINE],
    "told nonsense": [says(503, {}, x_amz_retry_after="soon"), FINE],
    "a page of a gateway, then fine": [says(502, raw=b"<html>Bad Gateway</html>"), FINE],
    "in conflict elsewhere": [fails("ReplicatedWriteConflictException"), FINE],
    "refused": [fails("ValidationException")],
    "unknown": [fails("SomethingNewException")],
    "old credentials": [fails("ExpiredTokenException")],
    "a transaction under way": [fails("TransactionInProgressException"), FINE],
    "broken on the way, then fine": [BROKEN, TORN, FINE],
    "hangs up, then fine": [hangs_up, FINE],
    "hangs up": [hangs_up],
}


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
        found = conduct(direct(url), script, pauses)

    assert found == expected


def test_a_refusal_that_is_no_object_has_its_status_as_code(pauses: list[float]) -> None:
    script = Script()
    script.answers = [says(400, ["no"])]
    with serving(script) as url:
        assert conduct(direct(url), script, pauses)[:2] == ({"Code": "400", "Message": "Bad Request"}, 1)


@pytest.mark.parametrize(
    "answer",
    [
        BROKEN,
        TORN,
        says(200, raw=b"<html>Welcome</html>", x_amz_crc32=str(zlib.crc32(b"<html>Welcome</html>"))),
        breaks_off,
    ],
)
def test_a_damaged_answer_is_none(answer: Callable[[BaseHTTPRequestHandler], None], pauses: list[float]) -> None:
    """Botocore's client returns what it could make of the last one."""
    script = Script()
    script.answers = [answer]
    with serving(script) as url:
        said, tries, waited = conduct(direct(url), script, pauses)
        script.answers = [answer, FINE]
        assert conduct(direct(url), script, pauses)[:2] == ({"Attributes": {"pk": {"S": "a"}, "B": {"S": "plain"}}}, 2)

    assert issubclass(said, exceptions.HTTPClientError)
    assert (tries, len(waited)) == (3, 2)


def test_a_server_that_is_not_there_is_met_as_the_client_meets_it(
    full: Callable[[str], Any], pauses: list[float]
) -> None:
    script = Script()
    with serving(script) as url:
        pass

    assert conduct(direct(url), script, pauses) == conduct(full(url), script, pauses)
    assert len(pauses) == TABLE_ATTEMPTS - 1


def test_a_silent_server_is_given_up(pauses: list[float]) -> None:
    script = Script()
    script.answers = [is_slow]
    with serving(script) as url:
        made = Endpoint(url, Signer("dynamodb", "eu-west-1"), Keys("a", "b", None), (60.0, 0.2))
        said, tries, waited = conduct(DirectDynamoDb(made), script, pauses)

    assert said is exceptions.ReadTimeoutError
    assert (tries, len(waited)) == (3, 2)


def test_many_failures_use_up_what_may_be_repeated(full: Callable[[str], Any], pauses: list[float]) -> None:
    script = Script()
    script.answers = [fails("InternalServerError", 500)]
    with serving(script) as url:
        clients = full(url), direct(url)
        tries = [[conduct(client, script, pauses)[1] for _ in range(40)] for client in clients]

    assert tries[0] == tries[1]
    assert tries[0][0] == TABLE_ATTEMPTS
    assert tries[0][-1] == 1


def test_successes_give_back_what_repeats_cost(full: Callable[[str], Any], pauses: list[float]) -> None:
    script = Script()
    with serving(script) as url:
        tries = []
        for client in (full(url), direct(url)):
            script.answers = [FINE]
            for _ in range(30):  # a full quota holds no more
                conduct(client, script, pauses)
            script.answers = [fails("InternalServerError", 500)]
            spent = [conduct(client, script, pauses)[1] for _ in range(20)]
            script.answers = [fails("ThrottlingException"), FINE]
            back = [conduct(client, script, pauses)[1] for _ in range(3)]
            script.answers = [FINE]
            back += [conduct(client, script, pauses)[1] for _ in range(20)]
            script.answers = [fails("InternalServerError", 500)]
            tries.append([spent, back, [conduct(client, script, pauses)[1] for _ in range(5)]])

    assert tries[0] == tries[1]
    assert tries[0][2] == [3, 1, 1, 1, 1], "what was given back pays for two repeats"


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
            getattr(direct(url), operation)(**parameters)
            (*place, headers, body), (*our_place, our_headers, our_body) = script.asked

            tokens = body.pop("ClientRequestToken", None), our_body.pop("ClientRequestToken", None)
            assert (our_place, our_body) == (place, body)
            assert tokens == (None, None) or (all(tokens) and tokens[0] != tokens[1])
            same = ("host", "content-type", "x-amz-target", "x-amz-security-token", "accept-encoding")
            assert {name: our_headers.get(name) for name in same} == {name: headers.get(name) for name in same}
            signed = re.compile(r"Credential=direct/\d+/eu-west-1/dynamodb/aws4_request, SignedHeaders=([a-z0-9;-]+)")
            ours, theirs = signed.search(our_headers["authorization"]), signed.search(headers["authorization"])
            assert ours
            assert theirs
            assert ours[1] == theirs[1]
