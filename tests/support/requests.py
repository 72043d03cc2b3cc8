"""Requests and callers for tests of dialects, without a table or a gateway."""

import json
from collections.abc import Mapping

from linkgate.model.tenant import Credential, Tenant
from linkgate.tokens import Derivation
from linkgate.usecases.authentication import Caller
from linkgate.wire.message import Request

TENANT = Tenant(id="ab" * 16, name="Example Bank", customer_names=frozenset({"customer-name"}), agent_group="desk")


def caller(dialect: str) -> Caller:
    credential = Credential(hash="0" * 64, id="cd" * 16, tenant=TENANT.id, dialect=dialect, salt=b"s" * 32)
    return Caller(TENANT, credential, Derivation(credential.salt, "key"))


def post(body: object, path: str = "/", headers: Mapping[str, str] | None = None, **query: str) -> Request:
    """Build a POST. A body that is not bytes becomes JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request(
        "POST",
        path,
        headers={"content-type": "application/json", **(headers or {})},
        query=query,
        body=raw,
        domain="links.example.com",
    )
