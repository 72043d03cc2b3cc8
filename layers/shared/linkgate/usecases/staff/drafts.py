"""Drafts of forms that administrators share, earlier versions, and what a change means for links that are out."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, NotFound, Problem
from linkgate.lazy_dataclass import dataclass
from linkgate.ports.staff import FormDraftKept
from linkgate.usecases.definitions import schema_of
from linkgate.usecases.form_parts import control_of, properties, word
from linkgate.usecases.management.definition_use import definition_use
from linkgate.usecases.pointers import escaped
from linkgate.usecases.staff.forms import FORMS, MOST_LINKS, faults_in, kept_form
from linkgate.usecases.staff.journal import entry_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from linkgate.model.person import JournalEntry, Staff
    from linkgate.model.tenant import Campaign, Process
    from linkgate.ports.deps import Deps
    from linkgate.ports.staff import KeptForm
    from linkgate.usecases.form_parts import Schema
    from linkgate.usecases.management.definition_use import DefinitionUse

KEPT_VERSIONS = 20
"""Most earlier versions that are listed, the newest."""
_DIGITS = 16


@dataclass(frozen=True, slots=True)
class FormAt:
    """A form at a version: that of its draft as somebody saw it, empty if there was none, or one that was live."""

    kind: str
    id: str
    version: str


@dataclass(frozen=True, slots=True)
class Worked:
    """A form at which somebody works: what is live, the draft if there is one, and the draft's faults."""

    kept: KeptForm
    draft: FormDraftKept | None
    faults: Sequence[tuple[str, str]]

    @property
    def schema(self) -> Schema:
        """Return the draft, or what is live if there is none."""
        return self.draft.schema if self.draft else schema_of(self.kept.definition)

    @property
    def seen(self) -> str:
        """Return the version of the draft, empty if there is none."""
        return self.draft.version if self.draft else ""


@dataclass(frozen=True, slots=True)
class Change:
    """Titles of the questions that a draft changes for those who answer."""

    removed: Sequence[str]
    required: Sequence[str]
    """Questions that must be answered now and need not be before."""
    others: Sequence[str]
    """Questions that are of another kind."""
    added: Sequence[str]


@dataclass(frozen=True, slots=True)
class Prospect:
    """Consequences of putting a draft live. `since` compares with the live form, `kept` with what open links keep."""

    since: Change
    kept: Change
    use: DefinitionUse


def worked_form(tenant: str, kind: str, id_: str, deps: Deps) -> Worked:
    """Return a form with its draft. Raises NotFound."""
    kept = kept_form(tenant, kind, id_, deps)
    draft = deps.staff.forms.draft(FORMS[kind][0], tenant, id_)
    faults = faults_in(dataclasses.replace(kept.definition, schema=draft.schema)) if draft else ()
    return Worked(kept, draft, faults)


def edit_draft(seen: FormAt, edit: Callable[[Schema], Schema], staff: Staff, deps: Deps) -> None:
    """Change the draft of a form, and begin it with what is live if there is none. One without faults can be tried.

    Raises NotFound, what `edit` raises, and InvalidRequest if somebody else changed the draft since it was seen.
    """
    worked = worked_form(staff.tenant.id, seen.kind, seen.id, deps)
    if worked.seen != seen.version:
        raise _stale()
    schema, live = edit(worked.schema), worked.kept.definition
    changed = dataclasses.replace(live, schema=schema)
    base = worked.draft.base if worked.draft else live.version or ""
    entry = _entry("form_drafted", seen, staff, deps)
    sound = not faults_in(changed)
    draft = FormDraftKept(schema, base, draft_version(schema, base), entry.person, entry.at, sound)
    if not deps.staff.forms.keep_draft(staff.tenant.id, changed, seen.version, draft, entry):
        raise _stale()


def drop_draft(seen: FormAt, staff: Staff, deps: Deps) -> None:
    """Forget a draft. Raises NotFound, and InvalidRequest if somebody else changed it since it was seen."""
    kept = kept_form(staff.tenant.id, seen.kind, seen.id, deps)
    entry = _entry("form_draft_dropped", seen, staff, deps)
    if not deps.staff.forms.drop_draft(staff.tenant.id, type(kept.definition), seen.id, seen.version, entry):
        raise _stale()


def put_draft_live(seen: FormAt, live: str, staff: Staff, deps: Deps) -> None:
    """Put a draft live for links that are made from now on. `live` is the version in whose place it comes.

    Raises NotFound, and InvalidRequest for a draft with faults, or if the draft or the form is not as it was seen.
    """
    worked = worked_form(staff.tenant.id, seen.kind, seen.id, deps)
    if worked.draft is None or worked.seen != seen.version or (worked.kept.definition.version or "") != live:
        raise _stale()
    if worked.faults:
        raise InvalidRequest([Problem.of("draft", "format", expected="a form without faults")])
    changed = dataclasses.replace(worked.kept.definition, schema=worked.draft.schema)
    entry = _entry("form_changed", seen, staff, deps)
    if not deps.staff.forms.put(staff.tenant.id, changed, live, entry, draft=seen.version):
        raise _stale()


def earlier_versions(tenant: str, kind: str, id_: str, deps: Deps) -> Sequence[KeptForm]:
    """Return the earlier versions of a form, the newest first. Raises NotFound."""
    live = kept_form(tenant, kind, id_, deps).definition.version
    found = deps.staff.forms.versions(FORMS[kind][0], tenant, id_)
    return [each for each in found if each.definition.version != live][:KEPT_VERSIONS]


def version_of(tenant: str, of: FormAt, deps: Deps) -> Process | Campaign:
    """Return a version of a form: an earlier one, the live one, or a draft that can be tried. Raises NotFound."""
    known = FORMS.get(of.kind)
    found = deps.tenants.definition(known[0], tenant, of.id, of.version) if known and of.id and of.version else None
    if found is None:
        raise NotFound("definition")
    return found


def take_up(seen: FormAt, version: str, staff: Staff, deps: Deps) -> None:
    """Make an earlier version the draft, in place of the one that was seen. Raises NotFound and InvalidRequest."""
    earlier = version_of(staff.tenant.id, dataclasses.replace(seen, version=version), deps)
    edit_draft(seen, lambda _: earlier.schema, staff, deps)


def prospect(kind: str, worked: Worked, staff: Staff, deps: Deps) -> Prospect:
    """Tell what putting a draft live means, against what is live and what open links keep."""
    definition, tenant, language = worked.kept.definition, staff.tenant.id, staff.language
    use = definition_use(tenant, FORMS[kind][1], definition.id, deps, most=MOST_LINKS)
    versions = sorted(use.versions - {definition.version or ""})[:KEPT_VERSIONS]
    kept = [deps.tenants.definition(FORMS[kind][0], tenant, definition.id, each) for each in versions]
    olds = [schema_of(each) for each in kept if each]
    since = change_between(schema_of(definition), worked.schema, language)
    several = [change_between(old, worked.schema, language) for old in olds]
    return Prospect(since, _merged(several), use)


def change_between(old: Schema, new: Schema, language: str) -> Change:
    """Compare two forms, by the places of their questions in the data."""
    before, after = dict(_questions(old, language)), dict(_questions(new, language))
    both = [place for place in after if place in before]
    return Change(
        removed=[title for place, (title, _, _) in before.items() if place not in after],
        required=[
            title for place, (title, _, must) in after.items() if must and not (place in before and before[place][2])
        ],
        others=[after[place][0] for place in both if after[place][1] != before[place][1]],
        added=[title for place, (title, _, _) in after.items() if place not in before],
    )


def draft_version(schema: Schema, base: str) -> str:
    """Return the version of a draft, by which it shows that somebody else changed it."""
    return hashlib.sha256(f"{base}|{json.dumps(schema)}".encode()).hexdigest()[:_DIGITS]


def _questions(form: Schema, language: str, place: str = "") -> Iterator[tuple[str, tuple[str, str | None, bool]]]:
    """Yield each question by its place: its title, control, and whether it must be answered."""
    asked = form.get("required")
    required = asked if isinstance(asked, list) else []
    for name, part in properties(form).items():
        pointer = f"{place}/{escaped(name)}"
        yield pointer, (word(part, "title", language) or name, control_of(part), name in required)
        yield from _questions(part, language, pointer)


def _merged(changes: Sequence[Change]) -> Change:
    names: Mapping[str, Sequence[str]] = {
        field.name: list(dict.fromkeys(title for each in changes for title in getattr(each, field.name)))
        for field in dataclasses.fields(Change)
    }
    return Change(**names)


def _stale() -> InvalidRequest:
    return InvalidRequest([Problem.of("draft", "stale")])


def _entry(act: str, of: FormAt, staff: Staff, deps: Deps) -> JournalEntry:
    return entry_of(act, {"kind": of.kind, "definition": of.id}, staff, deps)
