"""DynamoDB and SES as far as a benchmark needs them: items by key, no conditions, instant answers over plain HTTP.

It runs in a process of its own, so that nothing of it is in the figures.
"""

from __future__ import annotations

import json
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Item = dict[str, Any]


class Items:
    """What was put, by key. An update changes nothing and returns the item as it is."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, ...], Item] = {}
        self.requests: list[str] = []

    def answer(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """The reply to one call; what is not known is answered with nothing in it."""
        self.requests.append(operation)
        match operation:
            case "PutItem":
                self._put(request["Item"])
            case "TransactWriteItems":
                for write in request["TransactItems"]:
                    if "Put" in write:
                        self._put(write["Put"]["Item"])
            case "GetItem":
                found = self._items.get(_key(request["Key"]))
                return {"Item": found} if found else {}
            case "BatchGetItem":
                return {
                    "Responses": {
                        table: [self._items[_key(key)] for key in asked["Keys"] if _key(key) in self._items]
                        for table, asked in request["RequestItems"].items()
                    }
                }
            case "UpdateItem":
                key = request["Key"]
                return {"Attributes": self._items.get(_key(key), {**key, "leased": {"N": "1000"}})}
            case "Query":
                return {"Items": [], "Count": 0, "ScannedCount": 0}
            case "Forget":
                self.requests.clear()
        return {}

    def _put(self, item: Item) -> None:
        self._items[_key(item)] = item


def _key(item: Item) -> tuple[str, ...]:
    names = ("pk", "sk") if "sk" in item else ("id",)
    return tuple(item.get(name, {}).get("S", "") for name in names)


def serve(port: int) -> None:
    """Answer until the process ends."""
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
            """Say nothing."""

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    import sys

    serve(int(sys.argv[1]))
