"""Create, start, pause and stop imports: files whose rows become links."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, NotFound, Problem
from linkgate.lazy_dataclass import dataclass
from linkgate.model.imports import KEPT, UPLOAD_TIME, Import, ImportState, Pause
from linkgate.model.tenant import SCOPE_CREATE, Campaign, Process, ResourceType
from linkgate.tokens import Derivation, is_token
from linkgate.usecases.authentication import Caller

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from linkgate.model.imports import FileFormat, Subject
    from linkgate.ports.deps import Deps

_UPLOADS = frozenset({ImportState.WAITING, ImportState.REFUSED})
_SALT_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateImport:
    """Request for an import of a file. `digest` is its SHA-256 in base64."""

    caller: Caller
    domain: str
    name: str
    format: FileFormat
    digest: str
    size: int
    subject: Subject


@dataclass(frozen=True, slots=True)
class FileAddress:
    """Address at which a file can be put or read, and the headers to send."""

    url: str
    headers: Mapping[str, str]
    expires_at: datetime


def create_import(command: CreateImport, deps: Deps) -> tuple[Import, FileAddress | None]:
    """Reserve an import, and return the address for its file if that is still needed.

    A repeat for the same file, name and subject returns the same import. Raises InvalidRequest for an unknown subject.
    """
    tenant, now = command.caller.tenant, deps.now()
    _check_subject(command.subject, tenant.id, deps)
    ttl = now + KEPT
    salt = deps.imports.store.salt(tenant.id, command.name, deps.random(_SALT_BYTES), ttl)
    about = json.dumps(asdict(command.subject), sort_keys=True)
    made = Import(
        id=Derivation(salt, command.name).token("import", command.format, command.digest, about),
        tenant=tenant.id,
        name=command.name,
        salt=salt,
        format=command.format,
        digest=command.digest,
        size=command.size,
        subject=command.subject,
        domain=command.domain,
        created_at=now,
        created_by=command.caller.credential.id,
        key=command.caller.credential.hash,
        ttl=ttl,
    )
    kept = deps.imports.store.add(made)
    if kept.state not in _UPLOADS:
        return kept, None
    url, headers = deps.imports.files.upload_url(file_key(kept, "rows"), kept.digest, kept.size)
    return kept, FileAddress(url, headers, now + UPLOAD_TIME)


def import_of(tenant: str, id_: str, deps: Deps) -> Import:
    """Return an import of the tenant; raises NotFound."""
    found = deps.imports.store.get(tenant, id_) if is_token(id_) else None
    if found is None or found.ttl <= deps.now():
        raise NotFound("import")
    return found


def start_import(caller: Caller, id_: str, deps: Deps) -> Import:
    """Start an import, or go on with one that was paused. One that runs or has ended stays as it is.

    A repeat asks the engine again, so that a start whose answer was lost is no start without a run.
    """
    known = import_of(caller.tenant.id, id_, deps)
    credential = caller.credential
    started = deps.imports.store.start(known, credential.id, credential.hash) or import_of(caller.tenant.id, id_, deps)
    if started.state is ImportState.RUNNING:
        deps.imports.engine.start(started)
    return started


def pause_import(caller: Caller, id_: str, deps: Deps) -> Import:
    """Pause a running import. Rows in progress are finished or are made again when it goes on."""
    known = import_of(caller.tenant.id, id_, deps)
    paused = deps.imports.store.pause(known, Pause.ASKED) or import_of(caller.tenant.id, id_, deps)
    if paused.state is ImportState.PAUSED:
        deps.imports.engine.stop(paused)
    return paused


def stop_import(caller: Caller, id_: str, deps: Deps) -> Import:
    """Stop an import for ever, and delete its file. Links that were made stay."""
    known = import_of(caller.tenant.id, id_, deps)
    stopped = deps.imports.store.stop(known) or import_of(caller.tenant.id, id_, deps)
    if stopped.state is ImportState.STOPPED:
        deps.imports.engine.stop(stopped)
        deps.imports.files.delete(file_key(stopped, "rows"))
    return stopped


def results_of(caller: Caller, id_: str, deps: Deps) -> FileAddress:
    """Return the address of a finished import's result file. Raises NotFound before that."""
    known = import_of(caller.tenant.id, id_, deps)
    if known.state is not ImportState.FINISHED:
        raise NotFound("result file yet")
    url = deps.imports.files.download_url(file_key(known, "results.csv"), f"{known.id}.csv")
    return FileAddress(url, {}, deps.now() + UPLOAD_TIME)


def import_caller(known: Import, deps: Deps) -> Caller | None:
    """Return the caller for whom rows are made, or None if the key may no longer do that.

    Rids come from the random bits of the import's name, so that every file of that name gives a row the same one.
    """
    credential = deps.tenants.credential(known.key)
    tenant = deps.tenants.tenant(known.tenant)
    if tenant is None or credential is None or credential.tenant != known.tenant:
        return None
    expired = credential.expires_at is not None and credential.expires_at <= deps.now()
    if expired or SCOPE_CREATE not in credential.scopes:
        return None
    return Caller(tenant, credential, Derivation(known.salt, known.name))


def file_key(known: Import, name: str) -> str:
    """Return the key of one of an import's files."""
    return f"{known.tenant}/{known.id}/{name}"


def part_key(known: Import, part: int) -> str:
    """Return the key of the results of a part."""
    return file_key(known, f"results/{part:06}.csv")


def _check_subject(subject: Subject, tenant: str, deps: Deps) -> None:
    named = (
        ("process", Process, subject.process),
        ("campaign", Campaign, subject.campaign),
        ("resource_type", ResourceType, subject.resource_type),
    )
    for field, kind, name in named:
        if name and deps.tenants.definition(kind, tenant, name) is None:
            raise InvalidRequest([Problem.of(field, "unknown")])
