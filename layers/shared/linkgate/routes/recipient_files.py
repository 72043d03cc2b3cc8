"""Routes of the files that a form asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkgate.dialects.recipient.cookies import visit_of
from linkgate.dialects.recipient.fields import fields_of, flat
from linkgate.dialects.recipient.file_parts import upload_page
from linkgate.dialects.recipient.forms import first_id
from linkgate.dialects.recipient.requests import posted, wants_json
from linkgate.errors import InvalidRequest, NotFound, Problem, UnsupportedMedia
from linkgate.model.file import FileState
from linkgate.model.file_kinds import FileKind, kind_of_media_type
from linkgate.model.file_names import extensions
from linkgate.pages.frame import brand_of
from linkgate.pages.replies import empty_reply, json_reply, redirect
from linkgate.routes.recipient_link import thing_path
from linkgate.usecases.form_files import file_fields
from linkgate.usecases.form_steps import steps_of
from linkgate.usecases.visits.uploads import AskUpload, Declared, ask_upload, remove_upload, title_at, uploaded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.ports.deps import Deps
    from linkgate.usecases.visits.uploads import Upload
    from linkgate.usecases.visits.viewing import View
    from linkgate.usecases.visits.visit import Visit
    from linkgate.wire.message import Reply, Request

_HASH = re.compile(r"[0-9a-f]{64}")
_LONGEST_NAME = 5000
_ID_LENGTH = 22


def reserve(request: Request, deps: Deps) -> Reply:
    """Reserve a file for a question, and answer the form that sends it."""
    sent = posted(request)
    if sent.json is None:
        raise UnsupportedMedia
    pointer, declared = _declared(sent.json)
    command = AskUpload(visit=visit_of(request, _rid(request), deps.portal), pointer=pointer, declared=declared)
    made = ask_upload(command, deps)
    return json_reply(201, {"id": made.file.id, "url": made.form.url, "fields": dict(made.form.fields)})


def show(seen: View, visit: Visit | None, request: Request, deps: Deps) -> Reply:
    """Show the page that sends a file without a script, and lead on from it once the bucket has led back."""
    asked = request.query["file"]
    file_id = asked[:_ID_LENGTH]
    back = f"{deps.portal or f'https://{request.domain}'}{thing_path(seen.link.rid)}?file={file_id}"
    upload = uploaded(visit, file_id, deps, back)
    pointer = upload.file.field or ""
    place = _place(seen.schema, upload, pointer)
    # The bucket adds the name of what it stored.
    if "etag" in request.query or asked != file_id or upload.file.state is not FileState.AWAITED:
        return redirect(place)
    brand = brand_of(seen.link, seen.tenant, request)
    title = next(
        (each.label for each in flat(fields_of(seen.schema, brand.language)) if each.pointer == pointer),
        title_at(seen.schema, pointer, brand.language),
    )
    return upload_page(brand, upload, title, place, file_fields(seen.schema)[pointer], seen.uploads_origin)


def remove(request: Request, deps: Deps) -> Reply:
    """Delete a file."""
    remove_upload(visit_of(request, _rid(request), deps.portal), request.path_params.get("file", ""), deps)
    return empty_reply(204) if wants_json(request) else redirect(thing_path(_rid(request)))


def _place(schema: Mapping[str, object], upload: Upload, pointer: str) -> str:
    """Return the address of the question on its page."""
    number = next((step.number for step in steps_of(schema) if step.has(pointer)), None)
    query = f"?s={number}" if number else ""
    return f"{thing_path(upload.link.rid)}{query}#{first_id(pointer)}"


def _declared(body: Mapping[str, object]) -> tuple[str, Declared]:
    """Read `{"field", "name", "size", "type", "sha256"}`. Raises InvalidRequest."""
    problems = []
    texts: dict[str, str] = {}
    for name in ("field", "name", "type", "sha256"):
        value = body.get(name)
        texts[name] = value if isinstance(value, str) else ""
        if not isinstance(value, str):
            problems.append(Problem.of(name, "required" if value is None else "type", expected="string"))
    if isinstance(body.get("sha256"), str) and not _HASH.fullmatch(texts["sha256"]):
        problems.append(Problem.of("sha256", "format", expected="64 lower-case hex digits"))
    if len(texts["name"]) > _LONGEST_NAME:
        problems.append(Problem.of("name", "too_long", max=_LONGEST_NAME))
    size = body.get("size")
    if not isinstance(size, int) or isinstance(size, bool):
        problems.append(Problem.of("size", "required" if size is None else "type", expected="integer"))
        size = 0
    if problems:
        raise InvalidRequest(problems)
    return texts["field"], Declared(texts["name"], _kind(texts["type"], texts["name"]), size, texts["sha256"])


def _kind(media_type: str, name: str) -> FileKind | None:
    """Return the kind of a file. Not every browser knows every type, so without one its ending counts."""
    ending = name.rpartition(".")[2].lower()
    if media_type:
        return kind_of_media_type(media_type)
    return next((kind for kind in FileKind if ending in extensions(kind)), None)


def _rid(request: Request) -> str:
    rid = request.path_params.get("rid", "")
    if not rid:
        raise NotFound("link")
    return rid
