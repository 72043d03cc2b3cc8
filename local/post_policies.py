"""Uploads by HTML form, and the policy in the form that says what may be uploaded.

Linkgate signs the policy. S3 takes a form only if each of its fields is as the policy demands.
"""

from __future__ import annotations

import base64
import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from local.s3_errors import S3Error, denied
from local.signatures import ALGORITHM, Key, age_of, wrong_signature

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import timedelta

_NAME = re.compile(r'form-data;.*?\bname="([^"]*)"', re.IGNORECASE | re.DOTALL)
_FILENAME = re.compile(r'\bfilename="([^"]*)"', re.IGNORECASE)
_UNCONDITIONAL = frozenset({"policy", "x-amz-signature", "file"})
"""Fields that need no condition, like those whose names begin with `x-ignore-`."""
_SIGNED = ("policy", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature")


@dataclass(frozen=True, slots=True)
class Form:
    """A form up to its file. What follows the file does not count. Names are in lower case."""

    fields: Mapping[str, str]
    content: bytes

    @property
    def key(self) -> str:
        return self.fields["key"]


def read_form(content_type: str, body: bytes) -> Form:
    """Read a form as browsers send it. Raises S3Error."""
    boundary = re.search(r'boundary="?([^";,]+)"?', content_type, re.IGNORECASE)
    if not content_type.lower().startswith("multipart/form-data") or boundary is None:
        message = "Bucket POST must be of the enclosure-type multipart/form-data"
        raise S3Error(412, "PreconditionFailed", message, Condition=message)
    fields: dict[str, str] = {}
    for name, filename, content in _parts(boundary[1].encode(), body):
        if name == "file":
            if "key" not in fields:
                raise _bad("Bucket POST must contain a field named 'key'.  If it is specified, please check the order")
            key = fields["key"].replace("${filename}", filename)
            return Form({**fields, "key": key}, content)
        fields[name] = content.decode(errors="replace")
    raise _bad("POST requires exactly one file upload per request.")


def check_policy(form: Form, bucket: str, key: Key, now: datetime) -> timedelta:
    """Raise S3Error unless the policy is signed, still valid, and allows all of the form. Returns its age."""
    given = form.fields
    if missing := [name for name in _SIGNED if name not in given]:
        raise _bad(f"Bucket POST must contain a field named '{missing[0]}'.")
    moment = given["x-amz-date"]
    key.check_credential(given["x-amz-credential"], moment)
    expected = key.signature(moment[:8], given["policy"])
    if given["x-amz-algorithm"] != ALGORITHM or not hmac.compare_digest(
        expected.encode(), given["x-amz-signature"].encode()
    ):
        raise wrong_signature(StringToSign=given["policy"])
    policy = _policy(given["policy"])
    if now > policy[0]:
        raise _against("Policy expired.")
    _check_conditions(policy[1], form, bucket)
    return age_of(moment, now)


def _check_conditions(conditions: list[Any], form: Form, bucket: str) -> None:
    values, named = {**form.fields, "bucket": bucket}, {"bucket"}
    for operator, name, *operands in map(_condition, conditions):
        if operator == "content-length-range":
            _check_size(len(form.content), int(name), int(operands[0]))
            continue
        value = values.get(name, "")
        if not (value == operands[0] if operator == "eq" else value.startswith(operands[0])):
            told = json.dumps([operator, f"${name}", operands[0]])
            raise _against(f"Policy Condition failed: {told}")
        named.add(name)
    extra = sorted(n for n in form.fields if n not in named | _UNCONDITIONAL and not n.startswith("x-ignore-"))
    if extra:
        raise _against(f"Extra input fields: {', '.join(extra)}")


def _condition(condition: Any) -> tuple[str, str, *tuple[str, ...]]:  # noqa: ANN401 - any JSON
    """Return operator, field and operand; for a range, operator and both ends."""
    match condition:
        case {**fields} if len(fields) == 1:
            ((name, value),) = fields.items()
            return "eq", str(name).lower(), str(value)
        case ["eq" | "starts-with" as operator, str(name), str(value)] if name.startswith("$"):
            return operator, name[1:].lower(), value
        case ["content-length-range", int(least) | str(least), int(most) | str(most)]:
            return "content-length-range", str(least), str(most)
        case _:
            raise S3Error(400, "InvalidPolicyDocument", "Invalid Policy: Invalid Condition.")


def _check_size(size: int, least: int, most: int) -> None:
    if size < least:
        told = {"ProposedSize": size, "MinSizeAllowed": least}
        raise S3Error(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", **told)
    if size > most:
        told = {"ProposedSize": size, "MaxSizeAllowed": most}
        raise S3Error(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", **told)


def _policy(encoded: str) -> tuple[datetime, list[Any]]:
    try:
        policy = json.loads(base64.b64decode(encoded, validate=True))
        ends = datetime.fromisoformat(policy["expiration"])
        conditions: list[Any] = policy["conditions"]
    except (ValueError, KeyError, TypeError):
        raise S3Error(400, "InvalidPolicyDocument", "Invalid Policy: Invalid JSON.") from None
    return ends.replace(tzinfo=ends.tzinfo or UTC), conditions


def _parts(boundary: bytes, body: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Yield name, name of the file and content of each part."""
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:]:
        if part.startswith(b"--"):
            return
        head, found, content = part.partition(b"\r\n\r\n")
        name = _NAME.search(head.decode(errors="replace"))
        if not found or name is None:
            raise S3Error(
                400, "MalformedPOSTRequest", "The body of your POST request is not well-formed multipart/form-data."
            )
        filename = _FILENAME.search(head.decode(errors="replace"))
        yield name[1].lower(), filename[1] if filename else "", content


def _against(message: str) -> S3Error:
    return denied(f"Invalid according to Policy: {message}")


def _bad(message: str) -> S3Error:
    return S3Error(400, "InvalidArgument", message)
