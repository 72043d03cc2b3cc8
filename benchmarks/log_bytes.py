"""Line that the gateway logs about a call, from the format in the template."""

from __future__ import annotations

import re
from pathlib import Path

from local.template import parse_template

TEMPLATE = Path(__file__).resolve().parents[1] / "template.yaml"
CALL = {
    "requestId": "VBQxhjEgDoEEM2w=",
    "requestTime": "28/Nov/2026:10:02:11 +0000",
    "routeKey": "POST /l/{rid}",
    "identity.sourceIp": "203.0.113.10",
    "status": "200",
    "responseLength": "1024",
    "responseLatency": "45",
    "integrationLatency": "42",
    "integration.status": "200",
    "integration.error": "-",
}
"""Values of an ordinary call, as long as the gateway's own."""


def access_line() -> str:
    """Return the gateway's line about an ordinary call. Raises KeyError for a part of the format without a value."""
    stage = parse_template(TEMPLATE.read_text())["Resources"]["Api"]["Properties"]
    return re.sub(r"\$context\.([\w.]+)", lambda part: CALL[part[1]], stage["AccessLogSettings"]["Format"])
