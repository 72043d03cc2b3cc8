"""Pages that describe the service: `/metadata` for people, and `/types/...` for generators of client code."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from linkgate.dialects.servicestack.contract import Contract, ListOf, Scalar, StringMap
from linkgate.dialects.trendsic.client_code import python_code, typescript_code
from linkgate.dialects.trendsic.contracts import NEVER_NULL, RESPONSE_ERROR, RESPONSE_STATUS
from linkgate.dialects.trendsic.operations import DTOS, OPERATIONS
from linkgate.dialects.trendsic.routes import DescriptionPage
from linkgate.wire.message import Reply

if TYPE_CHECKING:
    from linkgate.dialects.servicestack.contract import Type
    from linkgate.dialects.trendsic.operations import Described
    from linkgate.wire.message import Request

_GENERATED = (DescriptionPage.PYTHON, DescriptionPage.TYPESCRIPT)
_TEXT = "text/plain; charset=utf-8"
_NET_TYPES = {
    Scalar.STRING: "string",
    Scalar.GUID: "Guid",
    Scalar.BOOL: "bool",
    Scalar.INT: "int",
    Scalar.DATETIME: "DateTime",
}
_NULLABLE = frozenset({Scalar.INT, Scalar.DATETIME, Scalar.BOOL})


def page_reply(page: DescriptionPage, request: Request) -> Reply:
    """Render 200 with the page. Generated code contains the URL from which it was fetched."""
    scheme = "http" if request.header("x-forwarded-proto") == "http" else "https"
    base_url = f"{scheme}://{request.domain}"
    match page:
        case DescriptionPage.PYTHON:
            return Reply(200, python_code(base_url), {"content-type": _TEXT})
        case DescriptionPage.TYPESCRIPT:
            return Reply(200, typescript_code(base_url), {"content-type": _TEXT})
        case DescriptionPage.TYPES:
            return Reply(200, "".join(f"{base_url}{path}\n" for path in _GENERATED), {"content-type": _TEXT})
        case DescriptionPage.METADATA:
            headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": "default-src 'none'"}
            return Reply(200, _metadata(), headers)


def _metadata() -> str:
    operations = "".join(_operation(operation) for operation in OPERATIONS)
    types = "".join(_type(dto) for dto in (*reversed(DTOS), RESPONSE_STATUS, RESPONSE_ERROR))
    generated = ", ".join(f'<a href="{path}">{path}</a>' for path in _GENERATED)
    return f"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Operations</title><meta name="viewport" content="width=device-width"></head>
<body>
<h1>Operations</h1>
{operations}<h2>Formats</h2>
<p>JSON, JSV, XML and CSV, chosen by the suffix .json, .jsv, .xml or .csv, by ?format=, or by the Accept header.</p>
<h2>Credentials</h2>
<p>Authorization: Bearer KEY, or X-Api-Key: KEY, or Basic with the key as user name and an empty password.</p>
<h2>Types</h2>
<p>As source code: {generated}</p>
{types}</body>
</html>
"""


def _operation(operation: Described) -> str:
    name = operation.request.name
    predefined = (f"/api/{name}", f"/{{json,jsv,xml,csv}}/reply/{name}", f"/{{json,jsv,xml,csv}}/oneway/{name}")
    routes = "".join(f"<li>{escape(route)}</li>" for route in (f"{operation.verbs} {operation.path}", *predefined))
    return (
        f"<h2>{name}</h2>\n<p>{escape(operation.summary)}. Returns {operation.response.name}.</p>\n<ul>{routes}</ul>\n"
    )


def _type(dto: Contract) -> str:
    base = f" : {dto.base.name}" if dto.base else ""
    members = "".join(
        f"<tr><td>{name}</td><td>{escape(_net_type(name, kind))}</td></tr>\n" for name, kind in dto.own.items()
    )
    return f"<h3>{dto.name}{base}</h3>\n<table>\n{members}</table>\n"


def _net_type(name: str, kind: Type) -> str:
    match kind:
        case ListOf():
            return f"List<{_net_type(name, kind.item)}>"
        case StringMap():
            return "Dictionary<string, string>"
        case Contract():
            return kind.name
    nullable = kind in _NULLABLE and name not in NEVER_NULL
    return _NET_TYPES[kind] + ("?" if nullable else "")
