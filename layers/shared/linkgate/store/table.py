"""Calls to the table that fail in three ways only: a refused condition, unavailability, or a fault of ours."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any

from linkgate.errors import Unavailable
from linkgate.store.attribute_values import Item, from_item, to_attribute, to_item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from types_boto3_dynamodb import DynamoDBClient

_UNAVAILABLE = frozenset(
    {
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
_BUSY = frozenset({"TransactionConflict", "ProvisionedThroughputExceeded", "ThrottlingError"})
"""Reasons for a cancelled transaction that may be gone at the next try."""


_CONFLICT_PAUSES = (0.02, 0.05, 0.1, 0.2, 0.4)
"""Seconds between tries of a transaction that conflicts with another one on the same items."""

_BATCH_TRIES = 4

_LONGEST_PK, _LONGEST_SK = 2048, 1024
"""Bytes that a key may have."""


class ConditionRefused(Exception):
    """A condition did not hold. `item` is the stored item, or None if there is none."""

    def __init__(self, item: Item | None) -> None:
        super().__init__("the condition did not hold")
        self.item = item


class _Busy(Exception):
    """A transaction met another one, or too little throughput, and may be retried at once."""


class Table:
    """One table. The client is made on first use. All methods raise Unavailable if the table cannot be reached."""

    def __init__(self, name: str, client: Callable[[], DynamoDBClient]) -> None:
        self._name = name
        self._client = client

    def get(self, pk: str, sk: str, *, consistent: bool = True) -> Item | None:
        if not is_possible_key(pk, sk):
            return None
        reply = self._call("get_item", Key=_key(pk, sk), ConsistentRead=consistent)
        return from_item(reply["Item"]) if reply.get("Item") else None

    def put(self, item: Item, condition: str | None = None) -> None:
        """Write an item. Raises ConditionRefused."""
        write: dict[str, Any] = {"Item": to_item(item)}
        if condition:
            write |= {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        self._call("put_item", **write)

    def delete(self, pk: str, sk: str, **condition: Any) -> Item | None:  # noqa: ANN401 - DynamoDB's own parameters
        """Delete an item. Raises ConditionRefused if a condition is given and does not hold.

        Returns the deleted item if that is asked for.
        """
        reply = self._call("delete_item", Key=_key(pk, sk), **condition)
        return from_item(reply["Attributes"]) if reply.get("Attributes") else None

    def update(self, pk: str, sk: str, update: Update) -> Item:
        """Update an item and return its new state. Raises ConditionRefused."""
        reply = self._call(
            "update_item",
            Key=_key(pk, sk),
            ReturnValues="ALL_NEW",
            **update.parameters(),
        )
        return from_item(reply["Attributes"])

    def transact(self, writes: Sequence[Mapping[str, Any]]) -> None:
        """Make all writes or none. Raises ConditionRefused with the stored item of the first refused write."""
        named = [{verb: {"TableName": self._name, **write} for verb, write in entry.items()} for entry in writes]
        for pause in _CONFLICT_PAUSES:
            try:
                self._call("transact_write_items", TransactItems=named, named=False)
            except _Busy:
                time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, no secret
            else:
                return
        raise Unavailable(retry_after=1)

    def query(self, **parameters: Any) -> tuple[list[Item], Item | None]:  # noqa: ANN401 - DynamoDB's own parameters
        """Return one page and the key at which it ended, None at the end."""
        reply = self._call("query", **parameters)
        last = reply.get("LastEvaluatedKey")
        return [from_item(item) for item in reply["Items"]], from_item(last) if last else None

    def sort_keys(self, pk: str, prefix: str) -> list[str]:
        """Return the sort keys in a partition that begin with `prefix`, strongly consistent."""
        entries = self.query_all(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": {"S": pk}, ":prefix": {"S": prefix}},
            ProjectionExpression="pk, sk",
            ConsistentRead=True,
        )
        return [entry["sk"] for entry in entries]

    def query_all(self, **parameters: Any) -> Iterator[Item]:  # noqa: ANN401 - DynamoDB's own parameters
        """Yield the items of every page. Each page is requested when the one before it is used up."""
        while True:
            reply = self._call("query", **parameters)
            yield from map(from_item, reply["Items"])
            if not reply.get("LastEvaluatedKey"):
                return
            parameters["ExclusiveStartKey"] = reply["LastEvaluatedKey"]

    def batch_get(self, keys: Sequence[tuple[str, str]], *, consistent: bool = False) -> list[Item]:
        """Return up to 100 items in any order. Items that are gone are left out."""
        items: list[Item] = []
        pending: dict[str, Any] = {}
        if keys:
            pending[self._name] = {"Keys": [_key(pk, sk) for pk, sk in keys], "ConsistentRead": consistent}
        for _ in range(_BATCH_TRIES):
            if not pending:
                break
            reply = self._call("batch_get_item", RequestItems=pending, named=False)
            items += [from_item(item) for item in reply["Responses"].get(self._name, [])]
            pending = reply.get("UnprocessedKeys") or {}
        if pending:
            raise Unavailable
        return items

    def _call(self, operation: str, *, named: bool = True, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401
        if named:
            parameters["TableName"] = self._name
        try:
            reply: dict[str, Any] = getattr(self._client(), operation)(**parameters)
        except Exception as error:
            _translate(error)
            raise
        return reply


class Update:
    """Expressions of an UpdateItem, written as `SET`/`ADD`/`REMOVE` clauses with `#names` and `:values`."""

    def __init__(
        self,
        expression: str,
        condition: str | None,
        *,
        values: Mapping[str, object] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> None:
        self._parameters: dict[str, Any] = {"UpdateExpression": expression}
        if values:
            self._parameters["ExpressionAttributeValues"] = {
                f":{name}": to_attribute(value) for name, value in values.items()
            }
        if condition:
            self._parameters["ConditionExpression"] = condition
            self._parameters["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        if names:
            self._parameters["ExpressionAttributeNames"] = {f"#{name}": path for name, path in names.items()}

    def parameters(self) -> dict[str, Any]:
        return self._parameters

    def within_transaction(self, pk: str, sk: str) -> dict[str, Any]:
        """Return the update as an entry of TransactWriteItems."""
        return {"Update": {"Key": _key(pk, sk), **self._parameters}}


def put_within_transaction(
    item: Item, condition: str | None = None, values: Mapping[str, object] | None = None
) -> dict[str, Any]:
    """Return a put as an entry of TransactWriteItems. The condition writes `values` as `:values`."""
    write: dict[str, Any] = {"Item": to_item(item)}
    if values:
        write["ExpressionAttributeValues"] = {f":{name}": to_attribute(value) for name, value in values.items()}
    if condition:
        write |= {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    return {"Put": write}


def delete_within_transaction(pk: str, sk: str, condition: str | None = None) -> dict[str, Any]:
    """Return a delete as an entry of TransactWriteItems. Without a condition, a missing item is not an error."""
    return {"Delete": {"Key": _key(pk, sk), **({"ConditionExpression": condition} if condition else {})}}


def is_possible_key(pk: str, sk: str) -> bool:
    """Tell whether an item may have the key. DynamoDB fails for a longer one, even if it is only asked for."""
    return (
        len(pk.encode(errors="surrogatepass")) <= _LONGEST_PK and len(sk.encode(errors="surrogatepass")) <= _LONGEST_SK
    )


def _key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def _translate(error: Exception) -> None:
    """Raise the meaning of a client's failure. Any other error is a fault of ours."""
    from botocore import exceptions  # loaded for a failure only

    if isinstance(error, exceptions.ConnectionError | exceptions.HTTPClientError):
        raise Unavailable from error
    if not isinstance(error, exceptions.ClientError):
        return
    reply: dict[str, Any] = dict(error.response)
    code = reply.get("Error", {}).get("Code", "")
    if code == "ConditionalCheckFailedException":
        raise ConditionRefused(_stored(reply)) from error
    if code == "TransactionCanceledException":  # the SDK does not retry these
        reasons = reply.get("CancellationReasons", [])
        for reason in reasons:
            if reason.get("Code") == "ConditionalCheckFailed":
                raise ConditionRefused(_stored(reason)) from error
        if any(reason.get("Code") in _BUSY for reason in reasons):
            raise _Busy from error
    if code in _UNAVAILABLE:
        raise Unavailable from error


def _stored(reply: Mapping[str, Any]) -> Item | None:
    return from_item(reply["Item"]) if reply.get("Item") else None
