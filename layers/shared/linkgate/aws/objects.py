"""Objects of files in two buckets of Amazon S3.

A recipient waits for one of them only if a file was sent a moment before its form.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from linkgate.aws.calls import unavailable_on_failure
from linkgate.errors import Unavailable
from linkgate.model.file_kinds import HEAD_BYTES, MEDIA_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from types_boto3_s3 import S3Client

    from linkgate.model.file_kinds import FileKind

_GONE = frozenset({"404", "NoSuchKey", "NoSuchVersion"})
_PART = 1 << 20
_BATCH = 1000
"""Number of objects that one call may delete."""
_MARKERS = {"KeyMarker": "NextKeyMarker", "VersionIdMarker": "NextVersionIdMarker"}


class S3Objects:
    """`ports.files.Objects` over the buckets Incoming, which has versions, and Files, which has none."""

    def __init__(self, incoming: str, files: str, client: Callable[[], S3Client]) -> None:
        self._incoming = incoming
        self._files = files
        self._client = client

    def head(self, key: str, version: str) -> bytes | None:
        asked = {"Bucket": self._incoming, "Key": key, "VersionId": version, "Range": f"bytes=0-{HEAD_BYTES - 1}"}
        reply = self._unless_gone("get_object", asked)
        return reply["Body"].read() if reply is not None else None

    def arrived(self, key: str) -> bool:
        return self._unless_gone("head_object", {"Bucket": self._incoming, "Key": key}) is not None

    def measure(self, key: str, version: str) -> tuple[int, str] | None:
        reply = self._unless_gone("get_object", {"Bucket": self._incoming, "Key": key, "VersionId": version})
        if reply is None:
            return None
        size, digest = 0, hashlib.sha256()
        with unavailable_on_failure():
            for part in reply["Body"].iter_chunks(_PART):
                size += len(part)
                digest.update(part)
        return size, digest.hexdigest()

    def promote(self, key: str, version: str, kind: FileKind) -> bool:
        copied = {
            "Bucket": self._files,
            "Key": key,
            "CopySource": {"Bucket": self._incoming, "Key": key, "VersionId": version},
            "MetadataDirective": "REPLACE",
            "TaggingDirective": "REPLACE",
            "ContentType": MEDIA_TYPES[kind],
            "ContentDisposition": "attachment",
        }
        return self._unless_gone("copy_object", copied) is not None

    def write(self, key: str, content: bytes, kind: FileKind) -> None:
        written = {"ContentType": MEDIA_TYPES[kind], "ContentDisposition": "attachment", "Body": content}
        self._unless_gone("put_object", {"Bucket": self._files, "Key": key, **written})

    def drop_version(self, key: str, version: str) -> None:
        self._unless_gone("delete_object", {"Bucket": self._incoming, "Key": key, "VersionId": version})

    def drop_incoming(self, key: str) -> None:
        self._delete(self._incoming, (version for version in self._versions(key) if version["Key"] == key))

    def delete(self, key: str) -> None:
        self.drop_incoming(key)
        self._unless_gone("delete_object", {"Bucket": self._files, "Key": key})

    def delete_below(self, prefix: str) -> int:
        self._delete(self._incoming, self._versions(prefix))
        return self._delete(self._files, ({"Key": key} for key in self._kept(prefix)))

    def keys(self) -> Iterator[str]:
        last = None
        for version in self._versions(""):
            if version["Key"] != last:
                yield version["Key"]
            last = version["Key"]
        yield from self._kept("")

    def _versions(self, prefix: str) -> Iterator[dict[str, str]]:
        """Yield the keys and ids of versions and of markers of deletion in Incoming."""
        for page in self._pages("list_object_versions", {"Bucket": self._incoming, "Prefix": prefix}, _MARKERS):
            for found in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                yield {"Key": found["Key"], "VersionId": found["VersionId"]}

    def _kept(self, prefix: str) -> Iterator[str]:
        asked = {"Bucket": self._files, "Prefix": prefix}
        for page in self._pages("list_objects_v2", asked, {"ContinuationToken": "NextContinuationToken"}):
            yield from (found["Key"] for found in page.get("Contents", ()))

    def _pages(self, operation: str, asked: dict[str, str], marks: Mapping[str, str]) -> Iterator[Any]:
        """Yield the pages of a list. `marks` names the parameters of a further page, and where the reply has them.

        The layer has no paginators of botocore.
        """
        while True:
            with unavailable_on_failure():
                page = getattr(self._client(), operation)(**asked)
            yield page
            if not page["IsTruncated"]:
                return
            asked = asked | {name: page[mark] for name, mark in marks.items()}

    def _delete(self, bucket: str, objects: Iterable[dict[str, str]]) -> int:
        every = list(objects)
        for start in range(0, len(every), _BATCH):
            part: Any = every[start : start + _BATCH]
            with unavailable_on_failure():
                reply = self._client().delete_objects(Bucket=bucket, Delete={"Objects": part, "Quiet": True})
            if reply.get("Errors"):
                raise Unavailable
        return len(every)

    def _unless_gone(self, operation: str, parameters: Mapping[str, Any]) -> Any:  # noqa: ANN401 - its own reply
        """Call S3. Returns None if the object, or this version of it, is gone."""
        from botocore.exceptions import ClientError

        with unavailable_on_failure():
            try:
                return getattr(self._client(), operation)(**parameters)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") in _GONE:
                    return None
                raise
