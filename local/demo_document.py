"""Document of the demo tenant: the invoice that the sample call of Trendsic shares."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.file import File, FileState, object_key
from linkgate.model.file_kinds import MEDIA_TYPES, FileKind
from linkgate.model.resource import Amount, Resource
from linkgate.ports.files import Outcome, place_of_resource
from linkgate.tokens import token
from local import demo

if TYPE_CHECKING:
    from linkgate.ports.deps import Deps
    from local.object_store import ObjectStore

_LINES = ("Example Bank", "Invoice 2026-0042", "Amount due: EUR 120.50")


def put_demo_document(deps: Deps, objects: ObjectStore, bucket: str) -> None:
    """Put the invoice on its resource, as if it had been checked. A table that is kept may have an older one."""
    now, content = deps.now(), _pdf(_LINES)
    kept = now + timedelta(days=365)
    resource = Resource(
        demo.DEMO.id,
        "Invoice",
        demo.INVOICE,
        "Invoice for October",
        kept,
        number="2026-0042",
        amount=Amount("120.50", "EUR"),
        due=now.date() + timedelta(days=14),
        note="Please quote the invoice's number.",
    )
    deps.files.resources.put(resource)
    place = place_of_resource(demo.DEMO.id, "Invoice", demo.INVOICE)
    for older in deps.files.store.of(place):
        deps.files.store.remove(place.partition, older.id)
    file = File(
        id=token(deps.random(16)),
        tenant=demo.DEMO.id,
        name="Invoice 2026-0042.pdf",
        kind=FileKind.PDF,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        salt=deps.random(16),
        added_at=now,
        ttl=kept,
    )
    deps.files.store.reserve(place, file)
    target = f"/{bucket}/{object_key(place, file.id)}"
    objects.answer("PutObject", "PUT", target, {"content-type": MEDIA_TYPES[file.kind]}, content)
    deps.files.store.claim(place.partition, file.id, "demo")
    deps.files.store.settle(place.partition, file.id, "demo", Outcome(FileState.CLEAN))


def _pdf(lines: tuple[str, ...]) -> bytes:
    """Return a page with these lines."""
    shown = " ".join(f"({line}) Tj 0 -28 Td" for line in lines)
    text = f"BT /F1 18 Tf 72 760 Td {shown} ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    written, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return written + (
        b"xref\n0 6\n0000000000 65535 f \n%btrailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (table, len(written))
    )
