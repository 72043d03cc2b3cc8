"""Addresses of objects are signed as botocore's client would sign them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.config import Config

from linkgate.aws.presigning import S3Presigner
from linkgate.model.file_kinds import FileKind
from tests.support.sample_files import a_file

ENVIRON = {
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret/of+someone",
    "AWS_SESSION_TOKEN": "a/token+with=signs",
}


@pytest.fixture
def presigner() -> S3Presigner:
    return S3Presigner("incoming", "files", ENVIRON)


def signed_by_botocore(operation: str, parameters: dict[str, object], lasts: int) -> dict[str, list[str]]:
    client = boto3.client(
        "s3",
        region_name=ENVIRON["AWS_DEFAULT_REGION"],
        aws_access_key_id=ENVIRON["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=ENVIRON["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=ENVIRON["AWS_SESSION_TOKEN"],
        endpoint_url="https://s3.eu-west-1.amazonaws.com",
        config=Config(signature_version="s3v4", s3={"addressing_style": "virtual"}),
    )
    return parse_qs(urlsplit(client.generate_presigned_url(operation, Params=parameters, ExpiresIn=lasts)).query)


def moment_of(query: dict[str, list[str]]) -> datetime:
    return datetime.strptime(query["X-Amz-Date"][0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def test_reading_is_signed_as_botocore_does(presigner: S3Presigner) -> None:
    file = a_file(name='Rechnung "für" Ada.pdf')
    disposition = "inline; filename=\"Rechnung _f_r_ Ada.pdf\"; filename*=UTF-8''Rechnung%20%22f%C3%BCr%22%20Ada.pdf"
    reply = {
        "ResponseCacheControl": "no-store",
        "ResponseContentDisposition": disposition,
        "ResponseContentType": "application/pdf",
    }
    theirs = signed_by_botocore("get_object", {"Bucket": "files", "Key": "l/a/b", **reply}, 60)

    ours = urlsplit(presigner.download("l/a/b", file, moment_of(theirs), shown=True))

    assert (ours.scheme, ours.netloc, ours.path) == ("https", "files.s3.eu-west-1.amazonaws.com", "/l/a/b")
    assert parse_qs(ours.query) == theirs


@pytest.mark.parametrize(("kind", "shown"), [(FileKind.PDF, False), (FileKind.CSV, True)])
def test_other_kinds_are_saved(presigner: S3Presigner, kind: FileKind, *, shown: bool) -> None:
    url = presigner.download("l/a/b", a_file(kind=kind), datetime.now(UTC), shown=shown)

    assert parse_qs(urlsplit(url).query)["response-content-disposition"][0].startswith("attachment; ")


def test_an_upload_signs_all_that_is_declared(presigner: S3Presigner) -> None:
    file = a_file(size=17, sha256="00" * 32)
    checksum = "A" * 43 + "="
    declared = {"ContentLength": 17, "ContentType": "application/pdf", "ChecksumSHA256": checksum, "IfNoneMatch": "*"}
    theirs = signed_by_botocore("put_object", {"Bucket": "incoming", "Key": "r/a/b/c", **declared}, 900)

    upload = presigner.upload("r/a/b/c", file, moment_of(theirs))

    query = parse_qs(urlsplit(upload.url).query)
    assert set(query["X-Amz-SignedHeaders"][0].split(";")) == {*upload.headers, "host"}
    assert query == theirs
    assert upload.headers == {
        "content-length": "17",
        "content-type": "application/pdf",
        "if-none-match": "*",
        "x-amz-checksum-sha256": checksum,
    }


def test_another_endpoint_takes_its_place() -> None:
    presigner = S3Presigner("incoming", "files", {**ENVIRON, "AWS_ENDPOINT_URL_S3": "http://localhost:1234"})

    url = presigner.download("l/a/b", a_file(), datetime.now(UTC), shown=True)

    assert re.match(r"http://localhost:1234/files/l/a/b\?", url)
