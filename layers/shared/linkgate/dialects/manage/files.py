"""Resources and files in the management API: their bodies and replies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linkgate.dialects.manage.file_bodies import NewFile, ResourceFields
from linkgate.dialects.manage.requests import read_body
from linkgate.model.file import READ_TIME
from linkgate.model.file_kinds import MEDIA_TYPES
from linkgate.model.moments import utc
from linkgate.model.resource import Amount
from linkgate.usecases.files.attaching import AttachFile, OfLink, OfResource
from linkgate.usecases.files.resources import DescribeResource
from linkgate.wire.idempotency import idempotency_key
from linkgate.wire.message import json_reply

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.dialects.manage import file_schemas as schemas
    from linkgate.model.file import File
    from linkgate.usecases.authentication import Caller
    from linkgate.usecases.files.attaching import Attached, Owner, ReadFile
    from linkgate.usecases.files.resources import KeptResource
    from linkgate.wire.message import Reply, Request


def uid_of(values: Mapping[str, Any]) -> str:
    """Return the resource's Guid in the path as 32 lower-case hex digits."""
    return str(values["uid"]).replace("-", "").lower()


def owner_of(values: Mapping[str, Any]) -> Owner:
    """Return the link or resource that the path names."""
    return OfLink(values["rid"]) if "rid" in values else OfResource(values["type"], uid_of(values))


def parse_resource(values: Mapping[str, Any], request: Request, caller: Caller) -> DescribeResource:
    """Parse a complete description. Fields that the body leaves out are not kept."""

    def command(body: ResourceFields) -> DescribeResource:
        return DescribeResource(
            caller=caller,
            type=values["type"],
            uid=uid_of(values),
            title=body.title,
            number=body.number or None,
            amount=Amount(body.amount.value, body.amount.currency) if body.amount else None,
            due=body.due,
            note=body.note or None,
            keep_days=body.keep_days,
        )

    return read_body(ResourceFields, request, command)


def parse_file(owner: Owner, request: Request, caller: Caller) -> AttachFile:
    """Parse a file to attach. Raises InvalidRequest."""

    def command(body: NewFile) -> AttachFile:
        return AttachFile(
            caller=caller,
            owner=owner,
            name=body.name,
            kind=body.type,
            size=body.size,
            sha256=body.sha256,
            replaces=body.replaces,
            idempotency_key=idempotency_key(request),
        )

    return read_body(NewFile, request, command)


def render_resource(resource_type: str, uid: str, found: KeptResource) -> Reply:
    """Render a resource and its files."""
    known = found.description
    content: schemas.ResourceJson = {
        "type": resource_type,
        "uid": uid,
        "title": known.title if known else None,
        "number": known.number if known else None,
        "amount": {"value": known.amount.value, "currency": known.amount.currency} if known and known.amount else None,
        "due": known.due.isoformat() if known and known.due else None,
        "note": known.note if known else None,
        "keptUntilUtc": utc(known.ttl if known else max(file.ttl for file in found.files)),
        "files": [_file_json(file) for file in found.files],
    }
    return json_reply(200, content)


def render_attached(attached: Attached) -> Reply:
    """Render a file with the request that puts its bytes."""
    upload = attached.upload
    content: schemas.AttachedFile = {
        "file": _file_json(attached.file),
        "upload": {
            "method": "PUT",
            "url": upload.url,
            "headers": dict(upload.headers),
            "expiresAtUtc": utc(upload.expires_at),
        }
        if upload
        else None,
    }
    return json_reply(201, content)


def render_files(files: Sequence[File]) -> Reply:
    """Render the files of a link."""
    content: schemas.FileList = {"files": [_file_json(file) for file in files]}
    return json_reply(200, content)


def render_address(found: ReadFile) -> Reply:
    """Render a file with the address of its bytes."""
    content: schemas.FileAddressJson = {
        **_file_json(found.file),
        "url": found.url,
        "expiresInSeconds": int(READ_TIME.total_seconds()),
    }
    return json_reply(200, content)


def _file_json(file: File) -> schemas.FileJson:
    return {
        "id": file.id,
        "name": file.name,
        "type": MEDIA_TYPES[file.kind],
        "size": file.size,
        "sha256": file.sha256,
        "state": file.state.value,
        "reason": file.reason,
        "field": file.field,
        "replaces": file.replaces,
        "addedAtUtc": utc(file.added_at),
    }
