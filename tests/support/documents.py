"""Documents of resources, as a tenant puts them and as a check accepts them."""

from __future__ import annotations

import hashlib
import os
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from linkgate import wiring
from linkgate.model.file import File, FileState, object_key
from linkgate.model.file_kinds import FileKind
from linkgate.model.file_names import safe_name
from linkgate.model.resource import Amount, Resource
from linkgate.ports.files import Outcome, place_of_link, place_of_resource
from linkgate.tokens import token
from local import demo

if TYPE_CHECKING:
    from linkgate.model.file import Place
    from linkgate.model.link import Link
    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def put_resource(resource_type: str, uid: str, **facts: Any) -> Resource:
    """Say what a resource of the demo tenant is about."""
    made = Resource(
        **{
            "tenant": demo.DEMO.id,
            "type": resource_type,
            "uid": uid,
            "title": "Invoice for October",
            "number": "2026-0042",
            "amount": Amount("1234.5", "EUR"),
            "due": date(2026, 12, 1),
            "note": "Thank you.\nYour bank <& co>",
            "ttl": wiring.deps().now() + timedelta(days=365),
            **facts,
        }
    )
    wiring.deps().files.resources.put(made)
    return made


def put_file(  # noqa: PLR0913 - what files differ in
    cloud: Cloud,
    resource_type: str,
    uid: str,
    content: bytes = PDF,
    *,
    name: str = "Invoice 42.pdf",
    kind: FileKind = FileKind.PDF,
    tenant: str = demo.DEMO.id,
    state: FileState = FileState.CLEAN,
) -> File:
    """Put a file on a resource, and let the check end in this state."""
    place = place_of_resource(tenant, resource_type, uid)
    return settled_at(cloud, place, _reserved(place, tenant, content, name, kind), content, state)


def put_file_on_link(cloud: Cloud, link: Link, state: FileState = FileState.CLEAN) -> File:
    """Put a file on a link of the demo tenant, and let the check end in this state."""
    place = place_of_link(link)
    return settled_at(cloud, place, _reserved(place, link.tenant, PDF, "Payslip.pdf", FileKind.PDF), PDF, state)


def settled_at(cloud: Cloud, place: Place, file: File, content: bytes, state: FileState) -> File:
    """Send the bytes of a file, and let the check end in this state."""
    uploaded = upload(cloud, place, file, content)
    assert uploaded.status == 200, uploaded.text
    key, files = object_key(place, file.id), wiring.deps().files
    version = uploaded.header("x-amz-version-id")
    assert files.store.claim(place.partition, file.id, version)
    if state in {FileState.CLEAN, FileState.UNSCANNED}:
        assert files.objects.promote(key, version, file.kind)
    settled = files.store.settle(place.partition, file.id, version, Outcome(state))
    assert settled
    return settled


def _reserved(place: Place, tenant: str, content: bytes, name: str, kind: FileKind) -> File:
    now = wiring.deps().now()
    file = File(
        id=token(os.urandom(16)),
        tenant=tenant,
        name=safe_name(name, kind),
        kind=kind,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        salt=os.urandom(16),
        added_at=now,
        ttl=now + timedelta(days=365),
    )
    return wiring.deps().files.store.reserve(place, file)


def upload(cloud: Cloud, place: Place, file: File, content: bytes) -> HttpResponse:
    """Send a file's bytes to the address that is signed for them."""
    signed = wiring.deps().files.presigner.upload(object_key(place, file.id), file, cloud.clock.now())
    return fetch(cloud, signed.url, content, method="PUT", headers={**signed.headers})


def fetch(
    cloud: Cloud, url: str, body: bytes = b"", *, method: str = "GET", headers: dict[str, str] | None = None
) -> HttpResponse:
    """Send a request to a signed address."""
    address = urlsplit(url)
    return cloud.request(method, f"{address.path}?{address.query}", body, {"Host": address.netloc, **(headers or {})})
