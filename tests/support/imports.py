"""Imports as a caller makes them: reserve, upload, start, and follow."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from local import demo
from local.functions import Functions
from local.intrinsics import STACK

if TYPE_CHECKING:
    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

KEY = {"Authorization": f"Bearer {demo.MANAGE_KEY}"}
BUCKET = f"{STACK}-ImportBucket"
OTHER = {"Authorization": "Bearer other-manage-key"}


def people(*numbers: int) -> bytes:
    """Return a CSV with a person for each number."""
    return b"email,name\n" + b"".join(b"p%d@example.com,P %d\n" % (number, number) for number in numbers)


def asked(content: bytes, **changes: object) -> dict[str, object]:
    """Return the body that reserves an import of this content, about the demo campaign."""
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    about = {"name": "august", "format": "csv", "sha256": digest, "size": len(content), "campaign": demo.CAMPAIGN}
    return {name: value for name, value in {**about, **changes}.items() if value is not None}


def reserved(cloud: Cloud, content: bytes, **changes: object) -> dict[str, Any]:
    reply = cloud.post("/imports", asked(content, **changes), KEY)
    assert reply.status == 200, reply.text
    made: dict[str, Any] = reply.json()
    return made


def upload(cloud: Cloud, made: dict[str, Any], content: bytes) -> HttpResponse:
    address = urlsplit(made["upload"]["url"])
    return cloud.request("PUT", f"{address.path}?{address.query}", content, made["upload"]["headers"])


def started(cloud: Cloud, content: bytes, **changes: object) -> str:
    """Start an import and return its id. Nothing is made before the cloud settles."""
    made = reserved(cloud, content, **changes)
    if made["upload"]:
        reply = upload(cloud, made, content)
        assert reply.status == 200, (reply.text, made)
    assert act(cloud, made["id"], "start")["state"] == "running"
    return str(made["id"])


def act(cloud: Cloud, id_: str, verb: str) -> dict[str, Any]:
    reply = cloud.post(f"/imports/{id_}/{verb}", None, KEY)
    assert reply.status == 200, reply.text
    known: dict[str, Any] = reply.json()
    return known


def state(cloud: Cloud, id_: str) -> dict[str, Any]:
    known: dict[str, Any] = cloud.get(f"/imports/{id_}", **KEY).json()
    return known


def counts(cloud: Cloud, id_: str) -> tuple[str, int, int, int]:
    """Return the state, and the numbers of rows that were created, duplicates and failed."""
    known = state(cloud, id_)
    return known["state"], known["created"], known["duplicates"], known["failed"]


def results(cloud: Cloud, id_: str) -> list[dict[str, str]]:
    address = urlsplit(cloud.get(f"/imports/{id_}/results", **KEY).json()["url"])
    text = cloud.get(f"{address.path}?{address.query}").text
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def run(cloud: Cloud, content: bytes, **changes: object) -> str:
    """Import a file to its end, and return the import's id."""
    id_ = started(cloud, content, **changes)
    cloud.settle()
    return id_


def links(cloud: Cloud) -> list[dict[str, Any]]:
    """Return the items of all links."""
    return [item for item in cloud.table() if item["sk"] == "link"]


def step(cloud: Cloud, id_: str, name: str, part: int | None = None, run_number: int = 1) -> dict[str, Any]:
    """Call the function as the engine does; `part` is a part's number."""
    event: dict[str, Any] = {"step": name, "tenant": demo.DEMO.id, "import": id_, "run": run_number}
    if part is not None:
        parts = json.loads(cloud.aws.objects.read(BUCKET, f"{demo.DEMO.id}/{id_}/parts.json"))
        event["part"] = parts[part]
    answer: dict[str, Any] = Functions(cloud.template).invoke("ImportRowsFunction", event)
    return answer
