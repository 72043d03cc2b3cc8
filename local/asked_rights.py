"""Rights that a call to AWS needs, by what AWS's service authorization reference says of each operation."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from defusedxml.ElementTree import fromstring

from local.iam import ANY, Ask
from local.intrinsics import ACCOUNT, REGION, event_bus_arn, queue_arn, table_arn
from local.object_store import target_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.iam import Context

PHONE = "phone number"
"""Stands for a resource without an ARN, which only `*` matches."""

_PARTITION = re.compile(r"#?\w+ = (:\w+)")
_SERVICES = {"eventbridge": "events", "sesv2": "ses", "cloudwatch-events": "events", "sfn": "states"}
_ACTIONS = {
    "s3:HeadObject": "s3:GetObject",
    "s3:CopyObject": "s3:PutObject",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    **dict.fromkeys(("s3:CreateMultipartUpload", "s3:UploadPart", "s3:CompleteMultipartUpload"), "s3:PutObject"),
}
"""Actions of operations that have another name than their operation."""
_VERBS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}


def rights_asked(service: str, operation: str, url: str, body: bytes) -> list[Ask]:
    """Return the rights that a call needs. Of a service that is not known here, only the action is judged."""
    if service in _READERS:
        return list(_READERS[service](operation, url, body))
    action = f"{_SERVICES.get(service, service)}:{operation}"
    return [Ask(_ACTIONS.get(action, action), ANY)]


def _dynamodb(operation: str, _url: str, body: bytes) -> Iterator[Ask]:
    call = json.loads(body)
    if operation == "TransactWriteItems":
        for entry in call["TransactItems"]:
            ((verb, write),) = entry.items()
            yield _on_table(_VERBS[verb], write, [_partition(write.get("Item") or write["Key"])])
    elif operation in {"BatchGetItem", "BatchWriteItem"}:
        for name, entry in call["RequestItems"].items():
            keys = [_partition(key) for key in entry["Keys"]] if operation == "BatchGetItem" else []
            yield _on_table(operation, {"TableName": name}, keys)
    elif operation == "Query":
        (value,) = _PARTITION.findall(call["KeyConditionExpression"])[:1]
        yield _on_table(operation, call, list(call["ExpressionAttributeValues"][value].values()))
    else:
        key = call.get("Item") or call.get("Key")
        yield _on_table(operation, call, [_partition(key)] if key else [])


def _partition(key: dict[str, Any]) -> str:
    return str(key["pk"]["S"]) if "pk" in key else ""


def _on_table(operation: str, call: dict[str, Any], partitions: list[str]) -> Ask:
    index = f"/index/{call['IndexName']}" if "IndexName" in call else ""
    context: Context = {"dynamodb:LeadingKeys": tuple(partitions)}
    return Ask(f"dynamodb:{operation}", table_arn(call["TableName"]) + index, context)


def _sqs(operation: str, _url: str, body: bytes) -> Iterator[Ask]:
    queue = json.loads(body)["QueueUrl"].rpartition("/")[2]
    yield Ask(f"sqs:{operation.removesuffix('Batch')}", queue_arn(queue))


def _sns(operation: str, _url: str, body: bytes) -> Iterator[Ask]:
    form = parse_qs(body.decode())
    yield Ask(f"sns:{operation}", form.get("TopicArn", form.get("TargetArn", [PHONE]))[0])


def _sesv2(operation: str, _url: str, body: bytes) -> Iterator[Ask]:
    if operation != "SendEmail":
        yield Ask(f"ses:{operation}", "*")
        return
    call = json.loads(body)
    sender = call["FromEmailAddress"].rpartition("<")[2].rstrip(">")
    context: Context = {"ses:FromAddress": (sender,)}
    actions = ["ses:SendEmail", *(["ses:SendRawEmail"] if "Raw" in call["Content"] else [])]
    for action in actions:
        yield Ask(action, f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/{sender}", context)
        if name := call.get("ConfigurationSetName"):
            yield Ask(action, f"arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/{name}", context)


def _events(operation: str, _url: str, body: bytes) -> Iterator[Ask]:
    for name in {entry.get("EventBusName", "default") for entry in json.loads(body).get("Entries", [])}:
        yield Ask(f"events:{operation}", event_bus_arn(name))


def _scheduler(operation: str, url: str, body: bytes) -> Iterator[Ask]:
    call = json.loads(body or b"{}")
    name = unquote(urlsplit(url).path.rpartition("/")[2])
    group = call.get("GroupName", "default")
    yield Ask(f"scheduler:{operation}", f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/{group}/{name}")
    if "Target" in call:
        service: Context = {"iam:PassedToService": ("scheduler.amazonaws.com",)}
        yield Ask("iam:PassRole", call["Target"]["RoleArn"], service)


def _ssm(operation: str, _url: str, body: bytes) -> Iterator[Ask]:
    call = json.loads(body)
    overwrites: Context = {"ssm:Overwrite": (str(call.get("Overwrite", False)).lower(),)}
    yield Ask(f"ssm:{operation}", f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/{call['Name'].lstrip('/')}", overwrites)


def rights_to_copy(source: str) -> Iterator[Ask]:
    """Yield the right to read the object that a call copies, if it copies one."""
    if source:
        yield from _s3("GetObject", source, b"")


def _s3(operation: str, url: str, body: bytes) -> Iterator[Ask]:
    target = urlsplit(target_of(url))
    resource = f"arn:aws:s3:::{unquote(target.path).strip('/')}"
    if operation == "DeleteObjects":
        for entry in fromstring(body).findall("{*}Object"):
            version = "Version" if entry.find("{*}VersionId") is not None else ""
            yield Ask(f"s3:DeleteObject{version}", f"{resource}/{entry.findtext('{*}Key')}")
        return
    action = _ACTIONS.get(f"s3:{operation}", f"s3:{operation}")
    of_version = "versionId" in parse_qs(target.query) and action in {"s3:GetObject", "s3:DeleteObject"}
    yield Ask(f"{action}{'Version' if of_version else ''}", resource)


def _states(operation: str, _url: str, body: bytes) -> Iterator[Ask]:
    call = json.loads(body)
    yield Ask(f"states:{operation}", call.get("stateMachineArn") or call["executionArn"])


def _kms(operation: str, _url: str, body: bytes) -> Iterator[Ask]:
    yield Ask(f"kms:{operation}", json.loads(body)["KeyId"])


_READERS: dict[str, Callable[[str, str, bytes], Iterator[Ask]]] = {
    "dynamodb": _dynamodb,
    "sqs": _sqs,
    "sns": _sns,
    "sesv2": _sesv2,
    "eventbridge": _events,
    "cloudwatch-events": _events,
    "scheduler": _scheduler,
    "ssm": _ssm,
    "kms": _kms,
    "s3": _s3,
    "sfn": _states,
}
