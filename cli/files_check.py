"""Check of `linkgate doctor --files`: files are put, checked and read as those of a tenant are, and deleted again."""

import hashlib
import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from cli.findings import Finding, State
from cli.target import Operator
from linkgate.model.file import READABLE, SETTLED, File, FileState, object_key
from linkgate.model.file_kinds import FileKind
from linkgate.ports.files import place_of_resource
from linkgate.tokens import token

if TYPE_CHECKING:
    from linkgate.model.file import Place
    from linkgate.ports.deps import Deps

_HARMLESS = b"linkgate doctor"
_EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The text by which scanners are tried. It does nothing, and all of them report it."""
_PATIENCE = timedelta(minutes=5)
_PAUSE = 0.5
_TOO_OLD = timedelta(seconds=91)
"""Age at which the bucket refuses a signed address, whatever the address itself says."""
_ADVICE = "see docs/documents.md, and the log of FileWorkerFunction"


class _NotThere(Exception):
    """A step failed. The text has no signed address."""


@dataclass(frozen=True)
class _Trial:
    """A made-up resource whose files are tried."""

    deps: "Deps"
    tenant: str
    place: "Place"


def files(operator: Operator) -> Iterator[Finding]:
    """Put a harmless file and a test virus on a made-up resource, read what may be read, and delete both."""
    tenant = next(iter(operator.registry.tenants()), None)
    if tenant is None:
        yield Finding("files", State.UNKNOWN, "needs a tenant", "linkgate tenant create --help")
        return
    deps = operator.sending_deps
    if base := operator.environment.get("AWS_ENDPOINT_URL_S3"):
        os.environ["AWS_ENDPOINT_URL_S3"] = base
    trial = _Trial(deps, tenant.id, place_of_resource(tenant.id, "linkgate doctor", os.urandom(16).hex()))
    put: list[File] = []
    try:
        yield from _tried(trial, put)
    except _NotThere as error:
        yield Finding("files", State.WRONG, str(error), _ADVICE)
    finally:
        for file in put:
            deps.files.store.remove(trial.place.partition, file.id)


def _tried(trial: _Trial, put: list[File]) -> Iterator[Finding]:
    began = time.monotonic()
    harmless = _put(trial, _HARMLESS, put)
    settled = _settled(trial, harmless)
    if settled.state not in READABLE:
        raise _NotThere(f"a harmless file is {settled.state}: {settled.reason}")
    yield Finding("files", State.OK, f"a file was put, checked and kept in {time.monotonic() - began:.1f} s")
    now, key = trial.deps.now(), object_key(trial.place, harmless.id)
    if _read(trial.deps.files.presigner.download(key, settled, now, shown=False)) != _HARMLESS:
        raise _NotThere("a file that was kept is not read as it was put")
    if _read(trial.deps.files.presigner.download(key, settled, now - _TOO_OLD, shown=False)) is not None:
        raise _NotThere(f"a file is read at an address that is {_TOO_OLD.seconds} s old")
    yield Finding("signed addresses", State.OK, f"read at once, and refused after {_TOO_OLD.seconds} s")
    if not trial.deps.scans_files:
        yield Finding("malware", State.UNKNOWN, "nothing looks for it", "deploy with MalwareScan=GuardDuty")
        return
    found = _settled(trial, _put(trial, _EICAR, put))
    if found.state is not FileState.INFECTED:
        raise _NotThere(f"the test virus is {found.state}: {found.reason}")
    yield Finding("malware", State.OK, "the test virus was found, and its bytes were deleted")


def _put(trial: _Trial, content: bytes, put: list[File]) -> File:
    deps, now = trial.deps, trial.deps.now()
    file = File(
        id=token(os.urandom(16)),
        tenant=trial.tenant,
        name="doctor.txt",
        kind=FileKind.TXT,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        salt=os.urandom(16),
        added_at=now,
        ttl=now + timedelta(days=1),
    )
    put.append(file)
    deps.files.store.reserve(trial.place, file)
    upload = deps.files.presigner.upload(object_key(trial.place, file.id), file, now)
    request = urllib.request.Request(upload.url, content, dict(upload.headers), method="PUT")  # noqa: S310 - ours
    try:
        urllib.request.urlopen(request, timeout=30).close()  # noqa: S310 - as above
    except urllib.error.HTTPError as refusal:
        raise _NotThere(f"the bucket refused a file: {refusal.code} {refusal.reason}") from None
    except OSError as failure:
        raise _NotThere(f"the bucket does not answer: {type(failure).__name__}") from None
    return file


def _settled(trial: _Trial, file: File) -> File:
    ends = time.monotonic() + _PATIENCE.total_seconds()
    while time.monotonic() < ends:
        known = trial.deps.files.store.get(trial.place, file.id)
        if known is not None and known.state in SETTLED:
            return known
        time.sleep(_PAUSE)
    raise _NotThere(f"a file was not checked within {_PATIENCE.seconds // 60} minutes")


def _read(url: str) -> bytes | None:
    """Return the bytes at a signed address, or None if the bucket refuses it."""
    try:
        with urllib.request.urlopen(url, timeout=30) as reply:  # noqa: S310 - ours
            content: bytes = reply.read()
            return content
    except urllib.error.HTTPError:
        return None
    except OSError as failure:
        raise _NotThere(f"the bucket does not answer: {type(failure).__name__}") from None
