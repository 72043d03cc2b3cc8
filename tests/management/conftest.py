"""Calls of the demo tenants to the management API."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from local.demo import CAMPAIGN, MANAGE_KEY, PROCESS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

OTHER_KEY = "other-manage-key"
UID = "0123456789abcdef0123456789abcdef"


@dataclass(frozen=True)
class Manager:
    """A caller with a key."""

    cloud: Cloud
    key: str = MANAGE_KEY

    def headers(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}", **(extra or {})}

    def get(self, path: str, status: int = 200, **headers: str) -> Any:
        """Return the reply's JSON. Fails unless the reply has this status."""
        response = self.raw("GET", path, headers=headers)
        assert response.status == status, response.body
        return response.json()

    def post(self, path: str, content: object = None, status: int = 200, **headers: str) -> Any:
        response = self.cloud.post(path, content, self.headers(_spelled(headers)))
        assert response.status == status, response.body
        return response.json()

    def put(self, path: str, content: object, status: int = 200) -> Any:
        response = self.raw("PUT", path, json.dumps(content))
        assert response.status == status, response.body
        return response.json()

    def raw(
        self, method: str, path: str, body: bytes | str = b"", headers: Mapping[str, str] | None = None
    ) -> HttpResponse:
        return self.cloud.request(method, path, body, self.headers(_spelled(headers or {})))

    def make(self, *entries: Mapping[str, object]) -> list[dict[str, Any]]:
        """Create links with one batch, in which every entry must succeed."""
        made = self.post("/links/batch", {"links": list(entries)})
        assert made["failed"] == 0, made
        results: list[dict[str, Any]] = made["results"]
        return results

    def share(self, uid: str = UID, **fields: object) -> str:
        """Create a link to an invoice for contact 1, and return its rid."""
        entry = {"kind": "resource", "resourceType": "Invoice", "resourceUid": uid, "contactId": 1, **fields}
        return str(self.make(entry)[0]["rid"])

    def ask(self, contact: str = "ada@example.com", **fields: object) -> dict[str, Any]:
        """Create a survey's link, and return its entry in the batch's reply."""
        return self.make({"kind": "survey", "campaign": CAMPAIGN, "contact": contact, **fields})[0]

    def request_form(self, email: str = "ada@example.com", **data: object) -> dict[str, Any]:
        """Create a process's link, and return its entry in the batch's reply."""
        model = {"metadata": {"email": email}, **data}
        return self.make({"kind": "process", "process": PROCESS, "data": model, "notify": False})[0]

    def open(self, url: str) -> dict[str, str]:
        """Open a link as its recipient, and return the headers of the visit."""
        path, _, secret = url.partition("#")
        reply = self.cloud.post(path[path.index("/l/") :], {"secret": secret}, {"Accept": "application/json"})
        assert reply.status == 200, reply.body
        return {"Cookie": reply.header("set-cookie").partition(";")[0], "Accept": "application/json"}

    def submit(self, url: str, data: Mapping[str, object]) -> None:
        """Open a link and submit its form."""
        reply = self.cloud.post("/v/submit", {"data": data}, self.open(url))
        assert reply.status == 201, reply.body


def _spelled(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-").title(): value for name, value in headers.items()}


@pytest.fixture
def manager(cloud: Cloud) -> Manager:
    return Manager(cloud)


@pytest.fixture
def other(cloud: Cloud) -> Manager:
    """Yield a caller of the second tenant."""
    return Manager(cloud, OTHER_KEY)
