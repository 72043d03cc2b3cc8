"""moto answers with the runner's shortcuts as it does without them."""

from __future__ import annotations

import itertools
import json
import re
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from local.aws import LocalAws
from local.clock import Clock
from local.faults import Faults
from local.intrinsics import REGION
from local.outbox import Outbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}
GONE = {"pk": {"S": "a"}, "sk": {"S": "none"}}
ITEM = {
    **KEY,
    "n": {"N": "1"},
    "said": {"S": "x"},
    "bits": {"B": b"\0"},
    "few": {"SS": ["p", "q"]},
    "list": {"L": [{"N": "1"}, {"B": b"\1"}, {"M": {"z": {"BOOL": True}}}]},
    "map": {"M": {"in": {"N": "2"}}},
}
VALUES = {
    ":one": {"N": "1"},
    ":two": {"N": "2"},
    ":text": {"S": "y"},
    ":few": {"SS": ["q", "r"]},
    ":list": {"L": [{"S": "more"}]},
    ":empty": {"S": ""},
}
EXPRESSIONS = [
    "SET n = n + :one",
    "SET n = n - :one, further = if_not_exists(further, :text), said = :text",
    "SET #l = list_append(#l, :list), #m.#in = :one REMOVE bits ADD tally :one DELETE few :few",
    "ADD few :few, n :one SET newer = :text",
    "REMOVE #l[0], #l[2], #m.#in, nothing",
    "SET n = absent + :one",
    "SET n = said + :one",
    "SET n = :unknown",
    "SET #unknown = :one",
    "SET n = :one, n = :text",
    "SET #m = :one, #m.#in = :text",
    "SET n = :one SET said = :text",
    "REMOVE n REMOVE said",
    "SET pk = :text",
    "SET #m.deep.er = :one",
    "SET name = :text",
    "SET n = list_append(absent, :list)",
    "nonsense",
    "SET n = ",
    "",
]
CONDITIONS = [
    "attribute_exists(pk) AND n < :two",
    "n BETWEEN :one AND :two AND (NOT said = :text OR said IN (:text, :empty))",
    "size(#l) > :two AND begins_with(said, :empty)",
    "contains(few, :one) OR attribute_not_exists(pk)",
    "#m.#in = :two AND #l[0] = :one",
    "n = :unknown",
    "n =",
    "n ~ :one",
]
NAMES = {"#l": "list", "#m": "map", "#in": "in"}

OTHER = {"pk": {"S": "a"}, "sk": {"S": "c"}, "bits": {"BS": [b"\2", b"\3"]}, "n": {"N": "7"}, "said": {"S": "x"}}
OF_PK = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "a"}}}
OF_BOTH = {
    "KeyConditionExpression": "pk = :pk AND begins_with(sk, :sk)",
    "ExpressionAttributeValues": {":pk": {"S": "a"}, ":sk": {"S": "b"}},
}
BY_SAID = {
    "IndexName": "said",
    "KeyConditionExpression": "said = :said",
    "ExpressionAttributeValues": {":said": {"S": "x"}},
}
BINARY = {"FilterExpression": "bits = :bits", "ExpressionAttributeValues": {":pk": {"S": "a"}, ":bits": {"B": b"\0"}}}
INNER = {"#m": "map", "#in": "in"}
ALL_OLD = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
IF_ABSENT = {"TableName": "t", "Key": KEY, "ConditionExpression": "attribute_not_exists(pk)", **ALL_OLD}
PUT = {"Put": {"TableName": "t", "Item": OTHER}}
SET_LONG = {"Key": KEY, "UpdateExpression": "SET long = :x"}
SET_DEEP = {
    "Key": KEY,
    "UpdateExpression": "SET #m.deep = :x, said = :y",
    "ExpressionAttributeNames": {"#m": "map"},
    "ReturnValues": "UPDATED_NEW",
}
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("get_item", {"Key": KEY}),
    ("get_item", {"Key": KEY, "ProjectionExpression": "said, #m.#in", "ExpressionAttributeNames": INNER}),
    ("get_item", {"Key": GONE, "ReturnConsumedCapacity": "TOTAL"}),
    ("get_item", {"Key": {**KEY, "sk": {"S": ""}}}),
    ("get_item", {"Key": KEY, "ProjectionExpression": "name"}),
    ("put_item", {"Item": {**ITEM, "text": {"S": "ñ" * 100}}, "ReturnValues": "ALL_OLD"}),
    ("put_item", {"Item": ITEM, "ConditionExpression": "attribute_not_exists(pk)", **ALL_OLD}),
    ("put_item", {"Item": ITEM, "ConditionExpression": "bits = :b", "ExpressionAttributeValues": {":b": {"B": b"\0"}}}),
    ("put_item", {"Item": {**ITEM, "text": {"S": "ñ" * 205_000}}}),
    ("put_item", {"Item": {**ITEM, "deep": {"L": [{"M": {"text": {"S": "x" * 410_000}}}]}}}),
    ("put_item", {"Item": {**ITEM, "few": {"NS": []}}}),
    ("put_item", {"Item": {"pk": {"S": "a"}}}),
    ("put_item", {"Item": {**ITEM, "B": {"M": {"B": {"S": "x"}, "BS": {"L": [{"B": b"x"}]}}}}}),
    *[
        ("update_item", {**SET_LONG, "ExpressionAttributeValues": {":x": {"S": text}}})
        for text in ("x" * 400_000, "y" * 300_000, "z")
    ],
    *[
        ("update_item", {**SET_DEEP, "ExpressionAttributeValues": {":x": {"S": "x" * size}, ":y": {"S": "y" * 10_000}}})
        for size in (300_000, 399_000, 10)
    ],
    ("query", OF_PK),
    ("query", OF_BOTH),
    ("query", BY_SAID),
    ("query", {**OF_PK, "Limit": 1, "ScanIndexForward": False}),
    ("query", {**OF_PK, "ExclusiveStartKey": KEY}),
    ("query", {**OF_PK, "Select": "COUNT"}),
    ("query", {**OF_PK, **BINARY}),
    ("query", {**OF_PK, "IndexName": "none"}),
    ("scan", {"FilterExpression": "n > :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}),
    ("scan", {"Limit": 1, "ProjectionExpression": "pk, bits"}),
    ("batch_get_item", {"RequestItems": {"t": {"Keys": [KEY, GONE]}}}),
    ("batch_write_item", {"RequestItems": {"t": [{"PutRequest": {"Item": OTHER}}, {"DeleteRequest": {"Key": KEY}}]}}),
    ("transact_get_items", {"TransactItems": [{"Get": {"TableName": "t", "Key": KEY}}]}),
    ("transact_write_items", {"TransactItems": [{"ConditionCheck": IF_ABSENT}, PUT]}),
    ("transact_write_items", {"TransactItems": [{"Delete": {"TableName": "t", "Key": KEY}}, PUT]}),
    ("delete_item", {"Key": KEY, "ReturnValues": "ALL_OLD"}),
    ("delete_item", {"Key": KEY, "ConditionExpression": "attribute_not_exists(pk)", **ALL_OLD}),
    ("describe_table", {}),
]


@pytest.fixture
def local_aws() -> Iterator[None]:
    aws = LocalAws(Clock(), Faults(), Outbox())
    aws.start()
    yield
    aws.stop()


def new_table() -> Any:
    client: Any = boto3.client("dynamodb", REGION, aws_access_key_id="a", aws_secret_access_key="b")
    keys = [("pk", "HASH"), ("sk", "RANGE")]
    client.create_table(
        TableName="t",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "said")],
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "said",
                "KeySchema": [{"AttributeName": "said", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )
    return client


def answers_to_updates() -> list[str]:
    """Return a table's answers to each expression and condition, on an item that exists and on one that does not."""
    client = new_table()
    found = []
    calls: list[tuple[str, str | None]] = [(expression, None) for expression in EXPRESSIONS]
    calls += [("SET more = :one", condition) for condition in (*CONDITIONS, *CONDITIONS)]
    for (expression, condition), sk in itertools.product(calls, ("b", "none")):
        client.put_item(TableName="t", Item=ITEM)
        client.delete_item(TableName="t", Key=GONE)
        found.append(f"{expression} if {condition} on {sk}: {answer(client, expression, condition, sk)}")
    return found


def answer(client: Any, expression: str, condition: str | None, sk: str) -> str:
    text = f"{expression} {condition}"
    given = {
        "ExpressionAttributeValues": used(VALUES, text),
        "ExpressionAttributeNames": used(NAMES, text),
        "ConditionExpression": condition,
    }
    try:
        reply = client.update_item(
            TableName="t",
            Key={**KEY, "sk": {"S": sk}},
            UpdateExpression=expression,
            ReturnValues="ALL_NEW",
            **{name: value for name, value in given.items() if value},
        )["Attributes"]
    except (ClientError, KeyError, ValueError) as error:  # moto itself trips over some faults
        return repr(error)
    stored = client.get_item(TableName="t", Key={**KEY, "sk": {"S": sk}})["Item"]
    return json.dumps([reply, stored], sort_keys=True, default=repr)


def used(named: Mapping[str, Any], expression: str) -> dict[str, Any]:
    return {name: value for name, value in named.items() if re.search(rf"{name}\b", expression)}


def answers_to_calls() -> list[str]:
    """Return a table's answers to each call, and what is in it then."""
    client = new_table()
    found = []
    for operation, given in CALLS:
        client.put_item(TableName="t", Item=ITEM)
        client.put_item(TableName="t", Item=OTHER)
        client.put_item(TableName="t", Item={"pk": {"S": "z"}, "sk": {"S": "a"}})
        table = {} if operation.startswith(("batch", "transact")) else {"TableName": "t"}
        try:
            reply = getattr(client, operation)(**table, **given)
            reply.pop("ResponseMetadata")
        except ClientError as error:
            reply = {name: value for name, value in error.response.items() if name != "ResponseMetadata"}
        items = client.scan(TableName="t")["Items"]
        found.append(re.sub(r"datetime\([^)]*\)|[0-9a-f-]{36}", "", repr((operation, given, reply, items))))
    return found


def test_calls_are_answered_as_without_shortcuts(request: pytest.FixtureRequest) -> None:
    with mock_aws():
        expected = answers_to_calls()
    request.getfixturevalue("local_aws")

    assert answers_to_calls() == expected
    assert sum("'Error'" in line for line in expected) >= 10


def test_updates_are_answered_as_without_shortcuts(request: pytest.FixtureRequest) -> None:
    with mock_aws():
        expected = answers_to_updates()
    request.getfixturevalue("local_aws")

    assert answers_to_updates() == expected
    assert sum("Error(" in line for line in expected) >= len(EXPRESSIONS)
