"""The document that describes every call except those of the management API, which has its own."""

from typing import Any

from cli.call_descriptions import desk, recipient, trendsic, vendors
from cli.call_descriptions.operations import operation_of

_COOKIE = "Set by the answer that opens the link. Its name ends in the rid; in plain http it has no `__Host-`"
SECURITY: dict[str, dict[str, str]] = {
    "trendsic": {"type": "http", "scheme": "bearer"},
    "digidesk": {"type": "http", "scheme": "basic"},
    "ocular": {"type": "apiKey", "in": "header", "name": "Authorization"},
    "manage": {"type": "http", "scheme": "bearer", "description": "A key of the management API with links:read"},
    "visit": {"type": "apiKey", "in": "cookie", "name": "__Host-lg-{rid}", "description": _COOKIE},
    "desk": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-linkgate-desk",
        "description": "Set by the answer that opens a desk",
    },
    "browser": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-linkgate-code",
        "description": "Set by the answer that asks for the code",
    },
}
CALLS = (*vendors.CALLS, *trendsic.CALLS, *recipient.CALLS, *desk.CALLS)
GROUPS = {
    "EasySend": "docs/dialects/easysend.md",
    "Trendsic": "docs/dialects/trendsic.md",
    "DigiDesk": "docs/dialects/digidesk.md",
    "Ocular": "docs/dialects/ocular.md",
    "Desk": "docs/live.md. Send `Accept: application/json`",
    "Recipient": "docs/recipient.md. Send `Accept: application/json`",
}


def document() -> dict[str, Any]:
    """Return the whole document (OpenAPI 3.1). Its paths are relative to the address of the API."""
    paths: dict[str, dict[str, Any]] = {}
    for call in CALLS:
        path, method = call.place
        paths.setdefault(path, {})[method] = operation_of(call)
    schemas = {**vendors.EASYSEND, **vendors.DIGIDESK, **vendors.OCULAR, **trendsic.TRENDSIC}
    schemas |= {**recipient.RECIPIENT, **desk.DESK}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Linkgate for callers and recipients",
            "version": "1",
            "description": "The vendors' formats and the recipient's JSON. The management API has its own document.",
        },
        "servers": [{"url": "/", "description": "The address of the API"}],
        "tags": [{"name": name, "description": f"See {page}."} for name, page in sorted(GROUPS.items())],
        "paths": paths,
        "components": {"securitySchemes": SECURITY, "schemas": dict(sorted(schemas.items()))},
    }
