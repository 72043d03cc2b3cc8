"""List of everything that the buckets hold, to prove what is gone."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from linkgate.model.moments import utc

if TYPE_CHECKING:
    from local.aws import LocalAws


def listed_objects(aws: LocalAws) -> list[dict[str, Any]]:
    """Return each version of each object in the order of buckets and keys, the newest version first."""
    found = []
    client = aws.client("s3")
    for bucket in aws.objects.used():
        for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
            found += [_shown(aws, bucket, each) for each in page.get("Versions", ())]
            found += [{**_place(bucket, each), "deleted": True} for each in page.get("DeleteMarkers", ())]
    return sorted(found, key=lambda each: (each["bucket"], each["key"]))


def _shown(aws: LocalAws, bucket: str, listed: dict[str, Any]) -> dict[str, Any]:
    content = aws.objects.read(bucket, listed["Key"], listed["VersionId"])
    digest = hashlib.sha256(content).hexdigest()
    return {**_place(bucket, listed), "size": len(content), "sha256": digest, "stored": utc(listed["LastModified"])}


def _place(bucket: str, listed: dict[str, Any]) -> dict[str, Any]:
    return {"bucket": bucket, "key": listed["Key"], "version": listed["VersionId"]}
