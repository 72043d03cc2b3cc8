"""The buckets of the runner take and give what was signed, and refuse everything else as S3 does.

The client is botocore: its signers make the addresses and forms.
"""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local.bucket import BucketSite
from local.clock import Clock
from local.faults import Fault, Service
from local.http_messages import HttpRequest
from local.object_list import listed_objects
from local.object_store import bucket_base
from local.scanner import LATE
from tests.support.sample_stack import running, write_sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from local.http_messages import HttpResponse
    from tests.support.sample_stack import Sample

STACK = """
Incoming:
  Type: AWS::S3::Bucket
  Properties:
    VersioningConfiguration: {Status: Enabled}
    NotificationConfiguration: {EventBridgeConfiguration: {EventBridgeEnabled: true}}
    CorsConfiguration:
      CorsRules: [{AllowedMethods: [POST], AllowedOrigins: ["*"], AllowedHeaders: ["*"], MaxAge: 600}]
Files:
  Type: AWS::S3::Bucket
FilesPolicy:
  Type: AWS::S3::BucketPolicy
  Properties:
    Bucket: !Ref Files
    PolicyDocument:
      Statement:
        - Effect: Deny
          Principal: "*"
          Action: "s3:*"
          Resource: [!GetAtt Files.Arn, !Sub "${Files.Arn}/*"]
          Condition: {Bool: {"aws:SecureTransport": "false"}}
        - Effect: Deny
          Principal: "*"
          Action: "s3:GetObject"
          Resource: !Sub "${Files.Arn}/*"
          Condition:
            StringEquals: {"s3:authType": REST-QUERY-STRING}
            NumericGreaterThan: {"s3:signatureAge": 90000}
Plan:
  Type: AWS::GuardDuty::MalwareProtectionPlan
  Properties:
    ProtectedResource: {S3Bucket: {BucketName: !Ref Incoming}}
Queue:
  Type: AWS::SQS::Queue
Created:
  Type: AWS::Events::Rule
  Properties:
    EventPattern:
      source: [aws.s3]
      detail-type: [Object Created]
      detail: {bucket: {name: [!Ref Incoming]}}
    Targets: [{Id: queue, Arn: !GetAtt Queue.Arn}]
Scanned:
  Type: AWS::Events::Rule
  Properties:
    EventPattern: {source: [aws.guardduty], detail-type: [GuardDuty Malware Protection Object Scan Result]}
    Targets: [{Id: queue, Arn: !GetAtt Queue.Arn}]
Worker:
  Type: AWS::Serverless::Function
  Properties:
    CodeUri: $CODE/worker/
    Events: {Files: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn}}}
"""
WORKER = """
import json
seen = []
def handler(event, context):
    seen.extend(json.loads(record["body"]) for record in event["Records"])
"""
BASE = "http://localhost:3000"
INCOMING, FILES = "linkgate-local-Incoming", "linkgate-local-Files"
KEY = "r/tenant/resource/KJ-8_x"
CONTENT = b"%PDF-1.7 a document"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def digest(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


class Buckets:
    """The buckets of a running sample, and a client with the key of its functions."""

    def __init__(self, sample: Sample, base: str = BASE) -> None:
        self.sample = sample
        self.base = base
        self.site = BucketSite(base, sample.aws.key(), sample.aws.objects, sample.clock, sample.faults)
        self.client = signer(base)

    def send(
        self, method: str, url: str, body: bytes = b"", headers: Mapping[str, str] = MappingProxyType({})
    ) -> HttpResponse:
        """Send a request as a program does."""
        address = urlsplit(url)
        sent = {"Host": address.netloc, "Content-Length": str(len(body)), **headers}
        target = address.path + (f"?{address.query}" if address.query else "")
        answer = self.site.handle(HttpRequest(method, target, tuple(sent.items()), body))
        assert answer is not None, "not for a bucket"
        return answer

    def put_address(self, content: bytes = CONTENT, key: str = KEY) -> str:
        """Return the address to put exactly this, once."""
        signed = {
            "Bucket": INCOMING,
            "Key": key,
            "ContentLength": len(content),
            "ContentType": "application/pdf",
            "ChecksumSHA256": digest(content),
            "IfNoneMatch": "*",
        }
        return str(self.client.generate_presigned_url("put_object", Params=signed, ExpiresIn=900))

    def put(self, url: str, body: bytes = CONTENT, changed: Mapping[str, str] = MappingProxyType({})) -> HttpResponse:
        headers = {"Content-Type": "application/pdf", "x-amz-checksum-sha256": digest(CONTENT), "If-None-Match": "*"}
        return self.send("PUT", url, body, {**headers, **changed})

    def form(self, content: bytes = CONTENT) -> dict[str, str]:
        """Return the fields of a form for up to 100 bytes of this content."""
        fields = {"Content-Type": "image/png", "x-amz-checksum-sha256": digest(content)}
        conditions: list[Any] = [*({name: value} for name, value in fields.items()), ["content-length-range", 1, 100]]
        made: dict[str, str] = self.client.generate_presigned_post(
            INCOMING, KEY, Fields=fields, Conditions=conditions, ExpiresIn=900
        )["fields"]
        return made

    def post(
        self, fields: Mapping[str, str], content: bytes = CONTENT, headers: Mapping[str, str] = MappingProxyType({})
    ) -> HttpResponse:
        kind, body = multipart(fields, content)
        return self.send("POST", f"{self.base}/{INCOMING}", body, {"Content-Type": kind, **headers})

    def keys(self) -> list[tuple[str, str]]:
        return [(each["bucket"], each["key"]) for each in listed_objects(self.sample.aws)]


def signer(base: str) -> Any:
    config = Config(signature_version="s3v4", s3={"addressing_style": "path"})
    return boto3.client("s3", endpoint_url=base, config=config)


def multipart(fields: Mapping[str, str], content: bytes, name: str = "file") -> tuple[str, bytes]:
    """Return type and body of a form as Chromium sends it."""
    parts = [f'Content-Disposition: form-data; name="{n}"\r\n\r\n{v}'.encode() for n, v in fields.items()]
    head = f'Content-Disposition: form-data; name="{name}"; filename="a b.png"\r\nContent-Type: image/png\r\n\r\n'
    parts.append(head.encode() + content)
    body = b"".join(b"------x\r\n" + part + b"\r\n" for part in parts) + b"------x--\r\n"
    return "multipart/form-data; boundary=----x", body


def code(answer: HttpResponse) -> tuple[int, str]:
    """Return the status and code of S3's error."""
    assert answer.header("content-type") == "application/xml", answer.body
    found = re.search("<Code>(.*?)</Code>", answer.text)
    assert found
    return answer.status, found[1]


@pytest.fixture
def buckets(tmp_path: Path) -> Iterator[Buckets]:
    with running(write_sample(tmp_path, STACK, {"worker": WORKER})) as sample:
        yield Buckets(sample)


def test_exactly_the_signed_bytes_are_put_once(buckets: Buckets) -> None:
    url = buckets.put_address()

    assert buckets.put(url).status == 200
    assert code(buckets.put(url)) == (412, "PreconditionFailed")

    (stored,) = listed_objects(buckets.sample.aws)
    assert (stored["key"], stored["size"], stored["sha256"]) == (KEY, 19, hashlib.sha256(CONTENT).hexdigest())
    kept = buckets.sample.aws.client("s3").head_object(Bucket=INCOMING, Key=KEY, ChecksumMode="ENABLED")
    assert (kept["ContentType"], kept["ChecksumSHA256"]) == ("application/pdf", digest(CONTENT))


@pytest.mark.parametrize(
    "changed",
    [
        {"Content-Type": "text/html"},
        {"Content-Length": "20"},
        {"x-amz-checksum-sha256": digest(b"other")},
        {"If-None-Match": ""},
    ],
)
def test_a_header_that_differs_from_the_signed_one_is_refused(buckets: Buckets, changed: dict[str, str]) -> None:
    assert code(buckets.put(buckets.put_address(), changed=changed)) == (403, "SignatureDoesNotMatch")
    assert buckets.keys() == []


def test_other_bytes_of_the_same_size_are_refused(buckets: Buckets) -> None:
    assert code(buckets.put(buckets.put_address(), CONTENT.upper())) == (400, "BadDigest")
    assert buckets.keys() == []


def test_a_header_of_amazon_must_be_signed(buckets: Buckets) -> None:
    answer = buckets.put(buckets.put_address(), changed={"x-amz-meta-note": "mine"})

    assert code(answer) == (403, "AccessDenied")
    assert "<HeadersNotSigned>x-amz-meta-note</HeadersNotSigned>" in answer.text


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda url: url.replace(KEY, "r/tenant/other"), (403, "SignatureDoesNotMatch")),
        (lambda url: url.replace("Expires=900", "Expires=90000"), (403, "SignatureDoesNotMatch")),
        (lambda url: url + "&versionId=1", (403, "SignatureDoesNotMatch")),
        (lambda url: url[:-1] + ("0" if url[-1] != "0" else "1"), (403, "SignatureDoesNotMatch")),
        (lambda url: url.replace(INCOMING, FILES), (403, "SignatureDoesNotMatch")),
        (lambda url: url.replace("linkgatelocal", "AKIDOTHER"), (403, "InvalidAccessKeyId")),
        (lambda url: url.replace("us-east-1", "eu-west-1"), (400, "AuthorizationQueryParametersError")),
        (lambda url: url.replace("Expires=900", "Expires=900000"), (400, "AuthorizationQueryParametersError")),
        (lambda url: url.replace("X-Amz-Date=2", "X-Amz-Date=x"), (400, "AuthorizationQueryParametersError")),
        (lambda url: re.sub("X-Amz-SignedHeaders=[^&]*&", "", url), (400, "AuthorizationQueryParametersError")),
        (lambda url: url.partition("?")[0], (403, "AccessDenied")),
    ],
)
def test_an_address_that_was_changed_is_refused(
    buckets: Buckets, change: Callable[[str], str], expected: tuple[int, str]
) -> None:
    assert code(buckets.put(change(buckets.put_address()))) == expected
    assert buckets.keys() == []


def test_an_address_lasts_as_long_as_it_says_by_the_clock_of_the_runner(buckets: Buckets) -> None:
    clock = buckets.sample.clock
    clock.advance(timedelta(days=1))
    url = buckets.put_address()
    clock.advance(timedelta(seconds=899))
    assert buckets.put(url).status == 200

    url = buckets.put_address(key="other")
    clock.advance(timedelta(seconds=901))
    answer = buckets.put(url)
    assert code(answer) == (403, "AccessDenied")
    assert "Request has expired" in answer.text


def test_an_address_signed_ahead_of_the_clock_is_refused(buckets: Buckets) -> None:
    url = buckets.put_address()
    behind = Clock()
    moment = behind.now() - timedelta(minutes=16)
    behind.now = lambda: moment  # type: ignore[method-assign]
    aws = buckets.sample.aws
    buckets.site = BucketSite(BASE, aws.key(), aws.objects, behind, buckets.sample.faults)

    assert code(buckets.put(url)) == (403, "AccessDenied")


def test_an_object_is_read_with_the_signed_type_and_name(buckets: Buckets) -> None:
    buckets.client.put_object(Bucket=FILES, Key=KEY, Body=CONTENT, ContentType="application/pdf")
    disposition = "inline; filename=\"Rechnung.pdf\"; filename*=UTF-8''R%C3%A9.pdf"
    signed = {"Bucket": FILES, "Key": KEY, "ResponseContentDisposition": disposition}
    url = buckets.client.generate_presigned_url("get_object", Params=signed, ExpiresIn=60)

    whole, part = buckets.send("GET", url), buckets.send("GET", url, headers={"Range": "bytes=0-3"})

    assert (whole.status, whole.body) == (200, CONTENT)
    assert whole.header("content-type") == "application/pdf"
    assert whole.header("content-disposition") == disposition
    assert (part.status, part.body) == (206, b"%PDF")
    assert code(buckets.send("DELETE", url)) == (403, "SignatureDoesNotMatch")
    assert code(buckets.send("HEAD", url)) == (403, "SignatureDoesNotMatch")
    assert code(buckets.send("PATCH", url)) == (405, "MethodNotAllowed")


def test_the_policy_of_a_bucket_limits_the_age_of_a_signature(buckets: Buckets) -> None:
    buckets.client.put_object(Bucket=FILES, Key=KEY, Body=CONTENT)
    url = buckets.client.generate_presigned_url("get_object", Params={"Bucket": FILES, "Key": KEY}, ExpiresIn=3600)

    buckets.sample.clock.advance(timedelta(seconds=89))
    assert buckets.send("GET", url).status == 200

    buckets.sample.clock.advance(timedelta(seconds=2))
    assert code(buckets.send("GET", url)) == (403, "AccessDenied")


def test_an_object_that_is_not_there_is_not_found(buckets: Buckets) -> None:
    url = buckets.client.generate_presigned_url("get_object", Params={"Bucket": FILES, "Key": KEY}, ExpiresIn=60)

    assert code(buckets.send("GET", url)) == (404, "NoSuchKey")


def test_a_form_stores_its_file_with_the_signed_type(buckets: Buckets) -> None:
    answer = buckets.post(buckets.form(), headers={"Origin": "http://127.0.0.1:3000"})

    assert (answer.status, answer.body) == (204, b"")
    assert answer.header("access-control-allow-origin") == "*"
    kept = buckets.sample.aws.client("s3").get_object(Bucket=INCOMING, Key=KEY)
    assert (kept["Body"].read(), kept["ContentType"]) == (CONTENT, "image/png")


def test_a_form_that_is_sent_again_makes_another_version(buckets: Buckets) -> None:
    """A policy is not used up. The version that was scanned is the one that counts."""
    fields = buckets.form()

    assert [buckets.post(fields).status for _ in range(2)] == [204, 204]

    versions = [each["version"] for each in listed_objects(buckets.sample.aws)]
    assert len(set(versions)) == 2


@pytest.mark.parametrize(
    ("changed", "expected", "words"),
    [
        ({"key": "r/tenant/other"}, (403, "AccessDenied"), "Policy Condition failed"),
        ({"Content-Type": "text/html"}, (403, "AccessDenied"), "Policy Condition failed"),
        ({"x-amz-checksum-sha256": digest(b"x")}, (403, "AccessDenied"), "Policy Condition failed"),
        ({"acl": "public-read"}, (403, "AccessDenied"), "Extra input fields: acl"),
        ({"success_action_redirect": "https://e.example"}, (403, "AccessDenied"), "Extra input fields"),
        ({"x-amz-signature": "0" * 64}, (403, "SignatureDoesNotMatch"), ""),
        ({"policy": "e30="}, (403, "SignatureDoesNotMatch"), ""),
        ({"x-amz-credential": "AKIDOTHER/x"}, (403, "InvalidAccessKeyId"), ""),
        ({"x-amz-date": "20200101T000000Z"}, (400, "AuthorizationQueryParametersError"), ""),
        ({"x-amz-algorithm": "none"}, (403, "SignatureDoesNotMatch"), ""),
    ],
)
def test_a_form_against_its_policy_is_refused(
    buckets: Buckets, changed: dict[str, str], expected: tuple[int, str], words: str
) -> None:
    answer = buckets.post({**buckets.form(), **changed})

    assert code(answer) == expected
    assert words in answer.text
    assert buckets.keys() == []


@pytest.mark.parametrize("name", ["key", "Content-Type", "policy", "x-amz-signature", "x-amz-checksum-sha256"])
def test_a_form_without_one_of_its_fields_is_refused(buckets: Buckets, name: str) -> None:
    fields = buckets.form()
    del fields[name]

    assert code(buckets.post(fields))[0] in {400, 403}
    assert buckets.keys() == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"x" * 101, (400, "EntityTooLarge")),
        (b"", (400, "EntityTooSmall")),
        (CONTENT.upper(), (400, "BadDigest")),
    ],
)
def test_a_form_with_another_file_is_refused(buckets: Buckets, content: bytes, expected: tuple[int, str]) -> None:
    assert code(buckets.post(buckets.form(), content)) == expected
    assert buckets.keys() == []


def test_a_form_is_refused_after_its_quarter_of_an_hour(buckets: Buckets) -> None:
    fields = buckets.form()
    buckets.sample.clock.advance(timedelta(seconds=901))

    answer = buckets.post(fields)

    assert code(answer) == (403, "AccessDenied")
    assert "Policy expired" in answer.text


def test_a_form_for_another_bucket_is_refused(buckets: Buckets) -> None:
    kind, body = multipart(buckets.form(), CONTENT)

    assert code(buckets.send("POST", f"{BASE}/{FILES}", body, {"Content-Type": kind})) == (403, "AccessDenied")


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data", "multipart/form-data; boundary=other"])
def test_what_is_not_such_a_form_is_refused(buckets: Buckets, content_type: str) -> None:
    answer = buckets.post(buckets.form(), headers={"Content-Type": content_type})

    assert code(answer)[0] in {400, 412}


def test_fields_after_the_file_do_not_count(buckets: Buckets) -> None:
    kind, body = multipart(buckets.form(), CONTENT)
    late = b'------x\r\nContent-Disposition: form-data; name="acl"\r\n\r\npublic-read\r\n------x--\r\n'

    answer = buckets.send("POST", f"{BASE}/{INCOMING}", body.replace(b"------x--\r\n", late), {"Content-Type": kind})

    assert answer.status == 204


def test_a_form_may_send_the_browser_on(buckets: Buckets) -> None:
    url = "http://127.0.0.1:3000/v/x?stored=1"
    fields = buckets.client.generate_presigned_post(
        INCOMING,
        KEY,
        Fields={"success_action_redirect": url},
        Conditions=[["starts-with", "$success_action_redirect", "http://127.0.0.1:3000/"]],
    )["fields"]

    answer = buckets.post(fields)

    assert answer.status == 303
    assert answer.header("location").startswith(f"{url}&bucket={INCOMING}&key=r%2Ftenant")


def preflight(bucket: str, method: str, buckets: Buckets) -> HttpResponse:
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "content-type"}
    return buckets.send("OPTIONS", f"{BASE}/{bucket}", headers={"Origin": "http://127.0.0.1:3000", **asked})


def test_a_browser_may_send_what_the_rules_of_a_bucket_allow(buckets: Buckets) -> None:
    allowed = preflight(INCOMING, "POST", buckets)

    assert allowed.status == 200
    assert allowed.header("access-control-allow-origin") == "*"
    assert allowed.header("access-control-allow-headers") == "content-type"
    assert code(preflight(INCOMING, "PUT", buckets)) == (403, "AccessForbidden")
    assert code(preflight(FILES, "POST", buckets)) == (403, "AccessForbidden")


def test_a_bucket_without_rules_shows_pages_nothing(buckets: Buckets) -> None:
    buckets.client.put_object(Bucket=FILES, Key=KEY, Body=CONTENT)
    url = buckets.client.generate_presigned_url("get_object", Params={"Bucket": FILES, "Key": KEY}, ExpiresIn=60)
    from_portal = {"Origin": "http://127.0.0.1:3000"}

    assert buckets.send("GET", url, headers=from_portal).header("access-control-allow-origin") == ""


def test_the_portal_has_another_origin(buckets: Buckets) -> None:
    url = buckets.put_address().replace("localhost", "127.0.0.1")

    with pytest.raises(AssertionError, match="not for a bucket"):
        buckets.put(url)


@pytest.mark.parametrize(
    ("domain", "base"),
    [
        ("127.0.0.1:3000", "http://localhost:3000"),
        ("[::1]:3000", "http://localhost:3000"),
        ("localhost:3000", "http://127.0.0.1:3000"),
        ("192.168.1.2:3000", "http://192.168.1.2:3000/_local/bucket"),
        ("links.example.com", "http://links.example.com/_local/bucket"),
    ],
)
def test_only_a_machine_itself_has_two_names(domain: str, base: str) -> None:
    assert bucket_base(domain) == base


def test_other_machines_reach_the_buckets_below_a_path(buckets: Buckets) -> None:
    buckets = Buckets(buckets.sample, bucket_base("192.168.1.2:3000"))

    assert buckets.put(buckets.put_address()).status == 200
    assert buckets.post(buckets.form()).status == 204
    assert buckets.keys() == [(INCOMING, KEY)] * 2


def happened(buckets: Buckets) -> list[tuple[str, str]]:
    """Return what the worker was told, and the result of each scan."""
    buckets.sample.pump.settle()
    return [
        (each["detail-type"], each["detail"].get("scanResultDetails", {}).get("scanResultStatus", ""))
        for each in buckets.sample.seen("Worker")
    ]


CREATED = ("Object Created", "")
RESULT = "GuardDuty Malware Protection Object Scan Result"


def test_a_stored_object_is_told_and_scanned(buckets: Buckets) -> None:
    buckets.put(buckets.put_address())

    assert happened(buckets) == [CREATED, (RESULT, "NO_THREATS_FOUND")]
    created, scanned = buckets.sample.seen("Worker")
    (stored,) = listed_objects(buckets.sample.aws)
    assert created["detail"]["bucket"] == {"name": INCOMING}
    assert {k: created["detail"]["object"][k] for k in ("key", "size", "version-id")} == {
        "key": KEY,
        "size": len(CONTENT),
        "version-id": stored["version"],
    }
    found = scanned["detail"]["s3ObjectDetails"]
    assert (found["bucketName"], found["objectKey"], found["versionId"]) == (INCOMING, KEY, stored["version"])


def test_the_scanner_knows_the_test_file(buckets: Buckets) -> None:
    assert buckets.post(buckets.form(EICAR), EICAR).status == 204

    assert happened(buckets) == [CREATED, (RESULT, "THREATS_FOUND")]


@pytest.mark.parametrize(
    ("fault", "results"),
    [
        (Fault.INFECTED, ["THREATS_FOUND"]),
        (Fault.FAILED, ["UNSUPPORTED"]),
        (Fault.NEVER, []),
        (Fault.TWICE, ["NO_THREATS_FOUND"] * 2),
    ],
)
def test_a_scan_can_go_wrong(buckets: Buckets, fault: Fault, results: list[str]) -> None:
    buckets.sample.faults.set(Service.SCAN, fault, 1)
    buckets.put(buckets.put_address())

    assert happened(buckets) == [CREATED, *((RESULT, each) for each in results)]


def test_a_scan_can_be_late(buckets: Buckets) -> None:
    buckets.sample.faults.set(Service.SCAN, Fault.LATE, 1)
    buckets.put(buckets.put_address())
    assert happened(buckets) == [CREATED]

    buckets.sample.clock.advance(LATE)
    assert happened(buckets) == [CREATED, (RESULT, "NO_THREATS_FOUND")]


def test_a_copy_of_a_version_is_that_version(buckets: Buckets) -> None:
    fields = buckets.form()
    buckets.post(fields)
    (first,) = listed_objects(buckets.sample.aws)
    buckets.post(fields)
    source = {"Bucket": INCOMING, "Key": KEY, "VersionId": first["version"]}

    buckets.client.copy_object(
        CopySource=source, Bucket=FILES, Key=KEY, MetadataDirective="REPLACE", ContentType="application/pdf"
    )
    buckets.client.delete_object(Bucket=INCOMING, Key=KEY, VersionId=first["version"])

    assert buckets.keys() == [(FILES, KEY), (INCOMING, KEY)]
    assert buckets.client.head_object(Bucket=FILES, Key=KEY)["ContentType"] == "application/pdf"


@pytest.mark.parametrize(
    ("fault", "expected", "stored"),
    [
        (Fault.THROTTLE, (503, "SlowDown"), 0),
        (Fault.REJECT, (403, "AccessDenied"), 0),
        (Fault.ERROR, (500, "InternalError"), 0),
        (Fault.TIMEOUT_AFTER, (500, "InternalError"), 1),
    ],
)
def test_a_bucket_can_fail(buckets: Buckets, fault: Fault, expected: tuple[int, str], stored: int) -> None:
    buckets.sample.faults.set(Service.S3, fault, 1)

    assert code(buckets.put(buckets.put_address())) == expected
    assert len(buckets.keys()) == stored


def test_a_call_of_a_function_can_fail(buckets: Buckets) -> None:
    buckets.sample.faults.set(Service.S3, Fault.REJECT, 1)

    with pytest.raises(ClientError, match="AccessDenied"):
        buckets.client.put_object(Bucket=FILES, Key=KEY, Body=CONTENT)
