"""The layer's trimmed data of botocore has every call that files and imports make, as AWS would answer it."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore
import pytest
from botocore.loaders import Loader
from botocore.session import Session
from moto import mock_aws

from linkgate.aws.import_files import S3ImportFiles
from linkgate.aws.objects import S3Objects
from linkgate.model.file_kinds import FileKind
from trim_botocore import trim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_s3 import S3Client

INCOMING, FILES = "incoming", "files"
SERVICES = ["dynamodb", "events", "kms", "s3", "scheduler", "sesv2", "sns", "sqs", "ssm", "stepfunctions"]


@pytest.fixture(scope="module")
def trimmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, whole = tmp_path_factory.mktemp("botocore"), Path(botocore.__file__).parent / "data"
    for path in whole.iterdir():
        if path.is_file():
            shutil.copy(path, folder)
    for service in SERVICES:
        shutil.copytree(whole / service, folder / service)
    trim(folder, SERVICES)
    return folder


@pytest.fixture
def session(trimmed: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "made-up")
    session = Session()
    session.register_component("data_loader", Loader([str(trimmed)], include_default_search_paths=False))
    return session


@pytest.mark.parametrize("service", SERVICES)
def test_a_client_of_each_service_can_be_made(service: str, session: Session) -> None:
    client: Any = session.create_client(service, region_name="us-east-1")

    assert client.meta.service_model.operation_names


@pytest.fixture
def client(session: Session) -> Iterator[S3Client]:
    with mock_aws():
        whole: Any = Session().create_client("s3", region_name="us-east-1")
        for bucket in (INCOMING, FILES):
            whole.create_bucket(Bucket=bucket)
        whole.put_bucket_versioning(Bucket=INCOMING, VersioningConfiguration={"Status": "Enabled"})
        client: Any = session.create_client("s3", region_name="us-east-1")
        yield client


def test_files_are_checked_copied_listed_and_deleted(client: S3Client) -> None:
    objects = S3Objects(INCOMING, FILES, lambda: client)
    versions = [client.put_object(Bucket=INCOMING, Key="l/a/1", Body=b"%PDF-1")["VersionId"] for _ in range(2)]

    assert objects.arrived("l/a/1")
    assert objects.head("l/a/1", versions[0]) == b"%PDF-1"
    assert (objects.measure("l/a/1", versions[0]) or (0, ""))[0] == 6
    assert objects.promote("l/a/1", versions[0], FileKind.PDF)
    assert list(objects.keys()) == ["l/a/1", "l/a/1"]
    objects.drop_version("l/a/1", versions[0])
    objects.drop_incoming("l/a/1")
    assert not objects.arrived("l/a/1")
    assert list(objects.keys()) == ["l/a/1"]
    assert objects.delete_below("l/a/") == 1
    objects.delete("l/a/1")
    assert list(objects.keys()) == []


class SmallPages:
    """Client whose lists have two entries a page."""

    def __init__(self, client: S3Client) -> None:
        self._client = client

    def __getattr__(self, name: str) -> object:
        found = getattr(self._client, name)
        return partial(found, MaxKeys=2) if name.startswith("list") else found


def test_lists_of_many_pages_are_read_to_their_end(client: S3Client) -> None:
    pages: Any = SmallPages(client)
    objects = S3Objects(INCOMING, FILES, lambda: pages)
    for bucket in (INCOMING, FILES):
        for name in ("a", "b", "b", "b", "c"):
            client.put_object(Bucket=bucket, Key=f"l/{name}", Body=b"")

    assert list(objects.keys()) == ["l/a", "l/b", "l/c"] * 2
    assert objects.delete_below("l/") == 3
    assert list(objects.keys()) == []


def test_imports_are_signed_written_read_joined_and_deleted(client: S3Client) -> None:
    files = S3ImportFiles(FILES, lambda: client)
    files.write("a", b"1\n2\n", "text/csv")

    assert files.read("a", 0, 2) == b"1\n"
    assert list(files.chunks("a")) == [b"1\n2\n"]
    files.join(b"h\n", ["a", "a"], "b", "text/csv")
    assert files.read("b") == b"h\n1\n2\n1\n2\n"
    assert "Signature" in files.upload_url("c", "x", 1)[0]
    assert "Signature" in files.download_url("b", "rows.csv")
    files.delete("a")
    with pytest.raises(FileNotFoundError):
        files.read("a")
