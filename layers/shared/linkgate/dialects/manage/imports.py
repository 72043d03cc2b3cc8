"""Requests for imports as commands, and imports as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.manage.bodies import NewImport
from linkgate.dialects.manage.fields import validated
from linkgate.errors import InvalidRequest, Problem
from linkgate.model.imports import Subject
from linkgate.model.moments import utc
from linkgate.usecases.issuing.imports import CreateImport
from linkgate.wire.message import json_reply

if TYPE_CHECKING:
    from linkgate.dialects.manage import schemas
    from linkgate.model.imports import Import
    from linkgate.usecases.authentication import Caller
    from linkgate.usecases.issuing.imports import FileAddress
    from linkgate.wire.message import Reply, Request


def parse_import(request: Request, caller: Caller) -> CreateImport:
    """Parse a request for an import. Raises InvalidRequest unless it is about exactly one thing."""
    body = validated(NewImport, request.json)
    about = {"process": body.process, "campaign": body.campaign, "resourceType": body.resource_type}
    named = [name for name, value in about.items() if value]
    if not named:
        raise InvalidRequest([Problem.of("campaign", "required")])
    if len(named) > 1:
        raise InvalidRequest([Problem.of(named[1], "conflict", other=named[0])])
    if body.channels and not body.resource_type:
        raise InvalidRequest([Problem.of("channels", "conflict", other=named[0])])
    return CreateImport(
        caller=caller,
        domain=request.domain,
        name=body.name.strip(),
        format=body.format,
        digest=body.sha256,
        size=body.size,
        subject=Subject(
            process=body.process or None,
            campaign=body.campaign or None,
            resource_type=body.resource_type or None,
            channels=tuple(channel.value for channel in body.channels),
        ),
    )


def render_import(known: Import, upload: FileAddress | None = None) -> Reply:
    """Render an import, with the address for its file if that is still needed."""
    subject = known.subject
    content: schemas.ImportJson = {
        "id": known.id,
        "name": known.name,
        "format": known.format.value,
        "subject": subject.process or subject.campaign or subject.resource_type or "",
        "state": known.state.value,
        "pausedBecause": known.pause.value if known.pause else None,
        "waitsFor": known.hold.limit if known.hold else None,
        "waitsUntilUtc": utc(known.hold.until) if known.hold else None,
        "rows": known.rows,
        "created": known.tally.created,
        "duplicates": known.tally.duplicates,
        "failed": known.tally.failed,
        "problems": [{"field": each["field"], "reason": each["reason"]} for each in known.problems],
        "createdAtUtc": utc(known.created_at),
        "createdBy": known.created_by,
        "finishedAtUtc": utc(known.finished_at) if known.finished_at else None,
        "upload": {"url": upload.url, "headers": dict(upload.headers), "expiresAtUtc": utc(upload.expires_at)}
        if upload
        else None,
    }
    return json_reply(200, content)


def render_results_address(address: FileAddress) -> Reply:
    """Render the address of a result file."""
    content: schemas.ImportResults = {"url": address.url, "expiresAtUtc": utc(address.expires_at)}
    return json_reply(200, content)
