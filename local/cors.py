"""Cross-origin requests to a bucket, answered by its CORS rules as S3 does."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from local.s3_errors import S3Error

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local.http_messages import HttpRequest
    from local.s3_errors import Answer

    Rules = Sequence[Mapping[str, Any]]

_VARY = {"Vary": "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"}


def preflight(rules: Rules, request: HttpRequest) -> Answer:
    """Answer a browser that asks whether a page may send a request. Raises S3Error if it may not."""
    method = request.header("access-control-request-method")
    if not request.header("origin") or not method:
        raise S3Error(400, "BadRequest", "Insufficient information. Origin request header needed.")
    if not rules:
        raise S3Error(403, "AccessForbidden", "CORSResponse: CORS is not enabled for this bucket.")
    wanted = [
        name.strip().lower() for name in request.header("access-control-request-headers").split(",") if name.strip()
    ]
    for rule in rules:
        allowed = [each.lower() for each in rule.get("AllowedHeaders", ())]
        if _matches(rule, request, method) and all(any(fnmatchcase(name, each) for each in allowed) for name in wanted):
            answered = {"Access-Control-Allow-Headers": ", ".join(wanted)} if wanted else {}
            if "MaxAge" in rule:
                answered["Access-Control-Max-Age"] = str(rule["MaxAge"])
            return 200, {**_allowed(rule, request), **answered}, b""
    message = "CORSResponse: This CORS request is not allowed."
    raise S3Error(403, "AccessForbidden", message)


def headers_for(rules: Rules, request: HttpRequest) -> dict[str, str]:
    """Return the headers that let a page of another origin see the response, if a rule allows it."""
    if not request.header("origin"):
        return {}
    found = next((rule for rule in rules if _matches(rule, request, request.method)), None)
    return _allowed(found, request) if found else {}


def _matches(rule: Mapping[str, Any], request: HttpRequest, method: str) -> bool:
    origins = (fnmatchcase(request.header("origin"), each) for each in rule["AllowedOrigins"])
    return method in rule["AllowedMethods"] and any(origins)


def _allowed(rule: Mapping[str, Any], request: HttpRequest) -> dict[str, str]:
    anybody = "*" in rule["AllowedOrigins"]
    headers = {
        "Access-Control-Allow-Origin": "*" if anybody else request.header("origin"),
        "Access-Control-Allow-Methods": ", ".join(rule["AllowedMethods"]),
    }
    if not anybody:
        headers["Access-Control-Allow-Credentials"] = "true"
    if exposed := rule.get("ExposedHeaders"):
        headers["Access-Control-Expose-Headers"] = ", ".join(exposed)
    return {**headers, **_VARY}
