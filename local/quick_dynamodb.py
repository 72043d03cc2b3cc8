"""Shortcut to moto's DynamoDB for calls about items, which are most calls. See `local.quick_moto`.

moto finds the service by address, makes a web request of the call, and walks through its parameters and its answer with
the service's model. All of that took longer than to answer.
"""

from __future__ import annotations

import base64
import json
import uuid
from typing import TYPE_CHECKING, Any

from moto.core.responses import BaseResponse
from moto.core.utils import get_service_model
from moto.dynamodb.responses import DynamoHandler

from local.intrinsics import ACCOUNT, REGION

if TYPE_CHECKING:
    from moto.core.common_types import TYPE_RESPONSE
    from moto.core.responses import ActionResult

_ITEM_CALLS = frozenset(
    {
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "Scan",
        "TransactGetItems",
        "TransactWriteItems",
        "UpdateItem",
    }
)
_OWN_ADDRESS = f"https://dynamodb.{REGION}.amazonaws.com/"
_BINARY = (b'"B"', b'"BS"')


def is_quick(operation: str, url: str) -> bool:
    """Tell whether a call can take the shortcut."""
    return operation in _ITEM_CALLS and url == _OWN_ADDRESS


def answer_quickly(operation: str, body: bytes) -> TYPE_RESPONSE:
    """Answer a call."""
    handler = _ItemHandler(operation)
    hook = _read_binary if any(kind in body for kind in _BINARY) else None
    handler.params = handler.body = json.loads(body, object_hook=hook)
    return BaseResponse.call_action(handler)


def _read_binary(entry: dict[str, Any]) -> dict[str, Any]:
    """Read a binary value. Nothing else in a call has one of these names and text below it."""
    match entry:
        case {"B": str(content), **rest} if not rest:
            return {"B": base64.b64decode(content)}
        case {"BS": list(contents), **rest} if not rest:
            return {"BS": [base64.b64decode(content) for content in contents]}
    return entry


class _ItemHandler(DynamoHandler):
    """moto's handler, with what it would have read from a web request."""

    def __init__(self, operation: str) -> None:
        super().__init__()
        self._operation = operation
        self.headers = {"Content-Type": "application/x-amz-json-1.0"}
        self.response_headers = {"server": "amazon.com"}
        self.region = REGION
        self.current_account = ACCOUNT

    def _get_action(self) -> str:
        return self._operation

    @staticmethod
    def _enrich_response(headers: dict[str, str], body: object) -> tuple[dict[str, str], object]:
        """Number an answer. moto draws 52 letters for that one by one, and looks for XML."""
        if "status" in headers:
            headers["status"] = str(headers["status"])
        headers["x-amzn-requestid"] = uuid.uuid4().hex.upper()
        return headers, body

    def serialized(self, action_result: ActionResult) -> TYPE_RESPONSE:
        """Write an answer as it is, except for members that are no part of it."""
        result = action_result.result
        if not isinstance(result, dict):
            return super().serialized(action_result)
        members: Any = get_service_model("dynamodb").operation_model(self._operation).output_shape.members
        known = {name: value for name, value in result.items() if name in members and value is not None}
        if "ConsumedCapacity" in known:
            known["ConsumedCapacity"] = _decimal(known["ConsumedCapacity"])
        headers = {"Content-Type": "application/x-amz-json-1.0", **self.response_headers}
        return 200, headers, json.dumps(known, default=_base64)


def _decimal(capacity: Any) -> Any:  # noqa: ANN401 - any part of what was consumed
    match capacity:
        case dict():
            return {name: _decimal(part) for name, part in capacity.items()}
        case list():
            return [_decimal(part) for part in capacity]
        case int():
            return float(capacity)
    return capacity


def _base64(content: object) -> str:
    if not isinstance(content, bytes):
        raise TypeError(f"no part of an item: {content!r}")
    return base64.b64encode(content).decode()
