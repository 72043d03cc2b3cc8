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
from local.outbox import Outbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}
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


@pytest.fixture
def local_aws() -> Iterator[None]:
    aws = LocalAws(Clock(), Faults(), Outbox())
    aws.start()
    yield
    aws.stop()


def answers() -> list[str]:
    """Return a table's answers to each expression and condition, on an item that exists and on one that does not."""
    client: Any = boto3.client("dynamodb", "eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
    keys = [("pk", "HASH"), ("sk", "RANGE")]
    client.create_table(
        TableName="t",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
    )
    found = []
    calls: list[tuple[str, str | None]] = [(expression, None) for expression in EXPRESSIONS]
    calls += [("SET more = :one", condition) for condition in (*CONDITIONS, *CONDITIONS)]
    for (expression, condition), sk in itertools.product(calls, ("b", "none")):
        client.put_item(TableName="t", Item=ITEM)
        client.delete_item(TableName="t", Key={**KEY, "sk": {"S": "none"}})
        found.append(f"{expression} if {condition} on {sk}: {answer(client, expression, condition, sk)}")
    return found


def answer(client: Any, expression: str, condition: str | None, sk: str) -> str:  # noqa: ANN401 - DynamoDB's client
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


def test_updates_are_answered_as_without_shortcuts(request: pytest.FixtureRequest) -> None:
    with mock_aws():
        expected = answers()
    request.getfixturevalue("local_aws")

    assert answers() == expected
    assert sum("Error(" in line for line in expected) >= len(EXPRESSIONS)
