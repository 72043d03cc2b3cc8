"""Stub of DynamoDB and SES for benchmarks: items by key, no conditions, instant answers over plain HTTP.

It runs in its own process, so the measurements do not include it.
"""

from __future__ import annotations

import json
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Item = dict[str, Any]


class Items:
    """Stored items by key. An update changes nothing and returns the item as it is."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, ...], Item] = {}
        self.requests: list[str] = []

    def answer(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """Return the reply to a call. The reply to an unknown operation is empty."""
        self.requests.append(operation)
        match operation:
            case "PutItem":
                self._put(request["Item"])
            case "TransactWriteItems":
                self._put_all(request["TransactItems"])
            case "GetItem":
                found = self._items.get(_key(request["Key"]))
                return {"Item": found} if found else {}
            case "BatchGetItem":
                return {"Responses": self._several(request["RequestItems"])}
            case "UpdateItem":
                key = request["Key"]
                return {"Attributes": self._items.get(_key(key), {**key, "leased": {"N": "1000"}})}
            case "DeleteItem":
                return self._deleted(request)
            case "Query":
                return {"Items": self._between(request["ExpressionAttributeValues"])}
            case "Forget":
                self.requests.clear()
        return {}

    def _deleted(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return what a deletion would. The item stays, so that a call can be repeated."""
        found = self._items.get(_key(request["Key"]))
        return {"Attributes": found} if found and request.get("ReturnValues") == "ALL_OLD" else {}

    def _between(self, values: dict[str, Any]) -> list[Item]:
        """Return what the view of a form asks for, and nothing to other questions."""
        if ":body" not in values:
            return []
        pk, first, last = (values[name]["S"] for name in (":pk", ":body", ":field"))
        return [item for (key, *rest), item in self._items.items() if key == pk and rest and first <= rest[0] <= last]

    def _several(self, asked: dict[str, Any]) -> dict[str, list[Item]]:
        return {
            table: [self._items[_key(key)] for key in keys["Keys"] if _key(key) in self._items]
            for table, keys in asked.items()
        }

    def _put_all(self, writes: list[dict[str, Any]]) -> None:
        for write in writes:
            if "Put" in write:
                self._put(write["Put"]["Item"])

    def _put(self, item: Item) -> None:
        self._items[_key(item)] = item


def _key(item: Item) -> tuple[str, ...]:
    names = ("pk", "sk") if "sk" in item else ("id",)
    return tuple(item.get(name, {}).get("S", "") for name in names)


def serve(port: int) -> None:
    """Answer calls until the process ends."""
    items = Items()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
            reply = items.answer(operation, json.loads(raw or b"{}")) if operation else {"MessageId": "0-bench"}
            body = json.dumps(reply).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("x-amz-crc32", str(zlib.crc32(body)))
            self.send_header("x-amzn-RequestId", "0" * 52)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            body = json.dumps(items.requests).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    import sys

    serve(int(sys.argv[1]))
