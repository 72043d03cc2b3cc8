"""Files of imports in a bucket of Amazon S3."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from linkgate.aws.calls import unavailable_on_failure
from linkgate.model.imports import UPLOAD_TIME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from types_boto3_s3 import S3Client

_CHUNK = 1024 * 1024
_READERS = 16
_SECONDS = int(UPLOAD_TIME.total_seconds())


class S3ImportFiles:
    """`ports.issuing.ImportFiles` over one bucket. The client is made on first use."""

    def __init__(self, bucket: str, client: Callable[[], S3Client]) -> None:
        self._bucket = bucket
        self._client = client

    def upload_url(self, key: str, digest: str, size: int) -> tuple[str, Mapping[str, str]]:
        # Both are part of the signature, so S3 takes no other content.
        signed = {"Bucket": self._bucket, "Key": key, "ChecksumSHA256": digest, "ContentLength": size}
        url = self._client().generate_presigned_url("put_object", Params=signed, ExpiresIn=_SECONDS)
        return url, {"x-amz-checksum-sha256": digest, "content-length": str(size)}

    def download_url(self, key: str, name: str) -> str:
        saved = {"Bucket": self._bucket, "Key": key, "ResponseContentDisposition": f'attachment; filename="{name}"'}
        return self._client().generate_presigned_url("get_object", Params=saved, ExpiresIn=_SECONDS)

    def chunks(self, key: str) -> Iterator[bytes]:
        with unavailable_on_failure():
            yield from self._get(key).iter_chunks(_CHUNK)

    def read(self, key: str, start: int | None = None, end: int | None = None) -> bytes:
        part = {} if start is None or end is None else {"Range": f"bytes={start}-{end - 1}"}
        with unavailable_on_failure():
            content: bytes = self._get(key, **part).read()
        return content

    def write(self, key: str, content: bytes, media_type: str) -> None:
        with unavailable_on_failure():
            self._client().put_object(Bucket=self._bucket, Key=key, Body=content, ContentType=media_type)

    def join(self, head: bytes, keys: Sequence[str], key: str, media_type: str) -> None:
        self._client()  # made here, because a session cannot safely make clients in several threads
        with ThreadPoolExecutor(_READERS) as readers:
            self.write(key, head + b"".join(readers.map(self.read, keys)), media_type)

    def delete(self, key: str) -> None:
        with unavailable_on_failure():
            self._client().delete_object(Bucket=self._bucket, Key=key)

    def _get(self, key: str, **part: Any) -> Any:  # noqa: ANN401 - botocore's stream has no type of its own
        client = self._client()
        try:
            return client.get_object(Bucket=self._bucket, Key=key, **part)["Body"]
        except client.exceptions.NoSuchKey as error:
            raise FileNotFoundError(key) from error
