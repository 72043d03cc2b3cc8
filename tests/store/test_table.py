"""The table's promises about failures, tested with replies of DynamoDB that emulators do not give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError, ParamValidationError
from botocore.stub import Stubber

from linkgate.errors import Unavailable
from linkgate.store.table import ConditionRefused, Table, Update, put_within_transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFLICT = {"CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict"}]}
WRITES = [put_within_transaction({"pk": "a", "sk": "link"}, "attribute_not_exists(pk)")]


@pytest.fixture
def stubbed() -> Iterator[tuple[Table, Stubber]]:
    client = boto3.client("dynamodb", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as stubber:
        yield Table("links", lambda: client), stubber


def cancelled(stubber: Stubber, **fields: object) -> None:
    stubber.add_client_error(
        "transact_write_items", "TransactionCanceledException", http_status_code=400, modeled_fields=fields
    )


def test_a_transaction_that_meets_another_is_tried_again(stubbed: tuple[Table, Stubber]) -> None:
    table, stubber = stubbed
    cancelled(stubber, **CONFLICT)
    cancelled(stubber, **CONFLICT)
    stubber.add_response("transact_write_items", {})

    table.transact(WRITES)

    stubber.assert_no_pending_responses()


def test_a_transaction_that_always_meets_others_is_unavailable(stubbed: tuple[Table, Stubber]) -> None:
    table, stubber = stubbed
    for _ in range(5):
        cancelled(stubber, **CONFLICT)

    with pytest.raises(Unavailable):
        table.transact(WRITES)


def test_a_refused_condition_outranks_a_conflict_and_brings_the_stored_item(stubbed: tuple[Table, Stubber]) -> None:
    table, stubber = stubbed
    reasons = [
        {"Code": "TransactionConflict"},
        {"Code": "ConditionalCheckFailed", "Item": {"pk": {"S": "a"}, "views": {"N": "3"}}},
    ]
    cancelled(stubber, CancellationReasons=reasons)

    with pytest.raises(ConditionRefused) as refusal:
        table.transact(WRITES)

    assert refusal.value.item == {"pk": "a", "views": 3}


@pytest.mark.parametrize(
    "code",
    [
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "InternalServerError",
        "TransactionConflictException",
    ],
)
def test_a_table_that_cannot_answer_is_unavailable(stubbed: tuple[Table, Stubber], code: str) -> None:
    table, stubber = stubbed
    stubber.add_client_error("get_item", code)

    with pytest.raises(Unavailable):
        table.get("a", "link")


def test_a_fault_of_ours_is_not_hidden_as_unavailable(stubbed: tuple[Table, Stubber]) -> None:
    table, stubber = stubbed
    stubber.add_client_error("update_item", "ValidationException")

    with pytest.raises(ClientError):
        table.update("a", "link", Update("SET a = :a", None, values={"a": 1}))


def test_parameters_of_the_wrong_type_are_a_fault_of_ours() -> None:
    client = boto3.client("dynamodb", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")

    with pytest.raises(ParamValidationError):
        Table("links", lambda: client).query(Limit="many")


def test_keys_left_unprocessed_are_asked_for_again(stubbed: tuple[Table, Stubber]) -> None:
    table, stubber = stubbed
    keys: list[dict[str, Any]] = [{"pk": {"S": name}, "sk": {"S": "link"}} for name in "ab"]
    for number in range(4):
        left = {"links": {"Keys": keys[1:]}} if number < 3 else {}
        stubber.add_response("batch_get_item", {"Responses": {"links": keys[:1]}, "UnprocessedKeys": left})

    assert len(table.batch_get([("a", "link"), ("b", "link")])) == 4


def test_keys_that_stay_unprocessed_are_unavailable(stubbed: tuple[Table, Stubber]) -> None:
    table, stubber = stubbed
    keys: list[dict[str, Any]] = [{"pk": {"S": "a"}, "sk": {"S": "link"}}]
    for _ in range(4):
        stubber.add_response("batch_get_item", {"Responses": {}, "UnprocessedKeys": {"links": {"Keys": keys}}})

    with pytest.raises(Unavailable):
        table.batch_get([("a", "link")])


def test_an_unreachable_table_is_unavailable() -> None:
    client = boto3.client(
        "dynamodb",
        region_name="eu-west-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        endpoint_url="http://127.0.0.1:9",
    )

    with pytest.raises(Unavailable):
        Table("links", lambda: client).get("a", "link")
