"""Files that a form asks for. Their bytes go from the browser to the bucket, and their ids are answers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, NotFound, Problem, Throttled
from linkgate.lazy_dataclass import dataclass
from linkgate.model.file import File, FileState, object_key
from linkgate.model.file_names import safe_name
from linkgate.ports.files import NoRoom, place_of_link
from linkgate.tokens import is_token, token
from linkgate.usecases.families import family_of
from linkgate.usecases.form_files import file_fields, texts_in
from linkgate.usecases.form_parts import properties, word
from linkgate.usecases.pointers import steps_in, value_at
from linkgate.usecases.visits.fields import SaveFields, WriteField, save_fields
from linkgate.usecases.visits.filling import filling_in
from linkgate.usecases.visits.viewing import View, as_seen, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from linkgate.model.file_kinds import FileKind
    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.ports.files import SignedForm
    from linkgate.ports.visits import StoredField
    from linkgate.usecases.form_files import FileRule
    from linkgate.usecases.form_parts import Schema
    from linkgate.usecases.visits.filling import Filling
    from linkgate.usecases.visits.visit import Visit

PER_MINUTE = 5
"""Number of files of a link that may be reserved within a minute."""


@dataclass(frozen=True, slots=True)
class Declared:
    """Facts about a file that a script knows before it sends it."""

    name: str
    kind: FileKind | None
    size: int
    sha256: str
    """64 hex digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskUpload:
    """Request to send a file for a question. A page without a script declares nothing."""

    visit: Visit | None
    pointer: str
    declared: Declared | None
    language: str = ""
    """Language of the page. A file that has no name yet is called by the question."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A reserved file, and the form that sends its bytes."""

    link: Link
    file: File
    form: SignedForm
    over: bool
    """True after the visit."""


def ask_upload(command: AskUpload, deps: Deps) -> Upload:
    """Reserve a file for a question of the form, and sign the form that sends it.

    Raises InvalidRequest before anything is written if the visitor's form does not ask for such a file, Throttled, and
    the errors of `filling_in`.
    """
    filling = filling_in(command.visit, None, deps)
    view = as_seen(whole(filling.link, deps))
    rule = file_fields(view.schema).get(command.pointer)
    if rule is None:
        raise InvalidRequest([Problem.of("field", "unknown")])
    _check(command.declared, rule)
    file = _reserved(command, filling, view, rule, deps)
    form = deps.files.presigner.form(object_key(place_of_link(filling.link), file.id), file, deps.now())
    return Upload(filling.link, file, form, filling.over)


def _reserved(command: AskUpload, filling: Filling, view: View, rule: FileRule, deps: Deps) -> File:
    link, declared, now = filling.link, command.declared, deps.now()
    place = place_of_link(link)
    recent = [
        file.added_at
        for file in deps.files.store.of(place)
        if file.field is not None and file.added_at > now - timedelta(minutes=1)
    ]
    if len(recent) >= PER_MINUTE:
        wait = min(recent) + timedelta(minutes=1) - now
        raise Throttled(max(1, round(wait.total_seconds())))
    kind = declared.kind if declared and declared.kind else rule.kinds[0]
    named = declared.name if declared else title_at(view.schema, command.pointer, command.language)
    file = File(
        id=token(deps.random(16)),
        tenant=link.tenant,
        name=safe_name(named, kind),
        kind=kind,
        size=declared.size if declared else rule.size,
        sha256=declared.sha256 if declared else "",
        salt=deps.random(16),
        added_at=now,
        ttl=link.ttl,
        field=command.pointer,
        kinds=tuple(dict.fromkeys((kind, *rule.kinds))),
    )
    try:
        return deps.files.store.reserve(place, file)
    except NoRoom:
        raise InvalidRequest([Problem.of("size", "no_room", most=place.most, room=place.room)]) from None


def _check(declared: Declared | None, rule: FileRule) -> None:
    """Raise InvalidRequest if a question does not take such a file."""
    if declared is None:
        return
    problems = []
    if declared.kind not in rule.kinds:
        problems.append(Problem.of("type", "format", expected=" or ".join(rule.kinds)))
    if not 1 <= declared.size <= rule.size:
        problems.append(Problem.of("size", "range", min=1, max=rule.size, value=declared.size))
    if problems:
        raise InvalidRequest(problems)


def title_at(schema: Schema, pointer: str, language: str) -> str:
    """Return the title of a question in the reader's language, or its name."""
    part = schema
    for step in steps_in(pointer):
        part = properties(part).get(step, {})
    return word(part, "title", language) or pointer.rpartition("/")[2]


def uploaded(visit: Visit | None, file_id: str, deps: Deps, next_page: str = "") -> Upload:
    """Return a file that a visitor's form has asked for, and the form that sends it and leads to `next_page`.

    Raises NotFound, and the errors of `filling_in`. After the visit nobody sees a file.
    """
    filling, file = _own(visit, file_id, deps)
    if filling.over:
        raise NotFound("file")
    key = object_key(place_of_link(filling.link), file.id)
    return Upload(filling.link, file, deps.files.presigner.form(key, file, deps.now(), next_page), filling.over)


def begin_upload(visit: Visit | None, pointer: str, language: str, deps: Deps) -> File:
    """Reserve a file of which nothing is known, and make it an answer. It counts once its bytes have arrived.

    Raises the errors of `ask_upload`.
    """
    made = ask_upload(AskUpload(visit=visit, pointer=pointer, declared=None, language=language), deps)
    _answer(visit, pointer, deps, lambda ids: [*ids, made.file.id])
    return made.file


def drop_upload(visit: Visit | None, file_id: str, deps: Deps) -> str | None:
    """Take a file out of its answer, and delete it. Returns the question's pointer, None if the file is gone.

    Raises the errors of `filling_in`.
    """
    try:
        _, file = _own(visit, file_id, deps)
    except NotFound:
        return None
    pointer = file.field or ""
    _answer(visit, pointer, deps, lambda ids: [each for each in ids if each != file_id])
    remove_upload(visit, file_id, deps)
    return pointer


def _answer(visit: Visit | None, pointer: str, deps: Deps, changed: Callable[[list[str]], list[str]]) -> None:
    """Change the files of an answer, over whatever it is now."""

    def read(schema: Schema, known: Mapping[str, StoredField]) -> list[WriteField]:
        stored, rule = known.get(pointer), file_fields(schema)[pointer]
        ids = changed(ids_in(stored.value if stored else None))
        one = ids[-1] if ids else None
        return [WriteField(pointer, (ids or None) if rule.several else one, stored.version if stored else 0)]

    save_fields(SaveFields(visit=visit, read=read, compare=True), deps)


def remove_upload(visit: Visit | None, file_id: str, deps: Deps) -> None:
    """Delete a file that the form asked for. Its bytes follow its item. A repeat does nothing.

    One that was sent before the form was opened again stays, because the record of that names it. Raises the errors of
    `filling_in`.
    """
    try:
        filling, file = _own(visit, file_id, deps)
    except NotFound:
        return
    if file_id in _sent_before(filling.link, deps):
        return
    deps.files.store.remove(place_of_link(filling.link).partition, file.id)


def remove_uploads_in(link: Link, entries: Sequence[str], deps: Deps) -> None:
    """Delete the files of entries that were removed from groups, so that others find room. `entries` end in a slash."""
    place = place_of_link(link)
    files = [each for each in deps.files.store.of(place) if (each.field or "").startswith(tuple(entries))]
    kept = _sent_before(link, deps) if files else set()
    for each in files:
        if each.id not in kept:
            deps.files.store.remove(place.partition, each.id)


def _sent_before(link: Link, deps: Deps) -> set[str]:
    """Return every text that was sent by a link of the family before its form was opened again."""
    # Only the link that the form was opened again by names its predecessor, and others may have taken its place.
    if link.master_rid == link.rid:
        return set()
    names = [each.submission for each in family_of(link, deps) if each.submission]
    return {text for data in deps.links.bodies(link.master_rid, names).values() for _, text in texts_in(data)}


def _own(visit: Visit | None, file_id: str, deps: Deps) -> tuple[Filling, File]:
    filling = filling_in(visit, None, deps)
    file = deps.files.store.get(place_of_link(filling.link), file_id) if is_token(file_id) else None
    if file is None or file.field is None:
        raise NotFound("file")
    if file.field not in file_fields(as_seen(whole(filling.link, deps)).schema):
        raise NotFound("file")
    return filling, file


def ids_in(value: object) -> list[str]:
    """Return the ids of an answer that is a file, or a list of files."""
    entries = value if isinstance(value, list) else [value]
    return [entry for entry in entries if isinstance(entry, str)]


def upload_problems(
    data: Mapping[str, object], view: View, deps: Deps, *, at_last: bool = True, by_program: bool = False
) -> list[Problem]:
    """Return a problem for each answer with a file that is not there, or that the check refused.

    `at_last` also looks once for a file of whose arrival nobody has told yet. A program names the entries of groups by
    their numbers, so its files may be those of any question.
    """
    found = []
    for pointer in file_fields(view.schema):
        for each in ids_in(value_at(data, pointer)):
            file = view.uploads.get(each)
            if file is None or (file.field != pointer and not by_program):
                found.append(Problem.of(pointer, "file_gone"))
            elif file.state is FileState.INFECTED:
                found.append(Problem.of(pointer, "file_infected"))
            elif file.state is FileState.FAILED:
                found.append(Problem.of(pointer, "file_failed"))
            elif at_last and not _has_arrived(file, view.link, deps):
                found.append(Problem.of(pointer, "file_awaited"))
    return found


def _has_arrived(file: File, link: Link, deps: Deps) -> bool:
    if file.state is not FileState.AWAITED:
        return True
    return deps.files.objects.arrived(object_key(place_of_link(link), file.id))
