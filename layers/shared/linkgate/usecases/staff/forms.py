"""Forms of processes and campaigns as administrators change them. Links that are out keep the form that they have."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import field
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.errors import NotFound
from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Kind, Link, Recipient
from linkgate.model.tenant import Campaign, Process
from linkgate.usecases.form_groups import expanded, groups_in
from linkgate.usecases.form_rules import faults_of
from linkgate.usecases.form_steps import STEPS
from linkgate.usecases.management.definition_use import definition_use
from linkgate.usecases.role_rules import role_faults, without_roles
from linkgate.usecases.staff.journal import entry_of
from linkgate.usecases.staff.setup import questions_of
from linkgate.usecases.visits.viewing import View

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from linkgate.model.person import Staff
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps
    from linkgate.ports.staff import KeptForm
    from linkgate.usecases.management.definition_use import DefinitionUse
    from linkgate.usecases.staff.setup import Question

FORMS: Mapping[str, tuple[type[Process | Campaign], Kind]] = {
    "process": (Process, Kind.PROCESS),
    "campaign": (Campaign, Kind.SURVEY),
}
"""Kinds of definitions that have a form, and the kind of their links."""

_NOBODY = "A" * 22
"""Rid of a link that there is not."""
_LIFE = timedelta(days=7)
MOST_LINKS = 1_000
"""Most links that are looked at to tell how many are out."""


@dataclass(frozen=True, slots=True)
class FormDraft:
    """A form as somebody typed it. `seen` is the version that they changed, and `draft` that of the draft they saw."""

    kind: str
    id: str
    seen: str
    text: str
    draft: str = ""


@dataclass(frozen=True, slots=True)
class CheckedForm:
    """A form that was checked. If it has faults, each is a JSON Pointer and a sentence, and nothing else is known."""

    faults: Sequence[tuple[str, str]]
    schema: Mapping[str, object] = field(default_factory=dict)
    questions: Sequence[Question] = ()
    use: DefinitionUse | None = None


def kept_form(tenant: str, kind: str, id_: str, deps: Deps) -> KeptForm:
    """Return a definition with a form as it is now, and who changed it when. Raises NotFound."""
    known = FORMS.get(kind)
    found = deps.staff.forms.get(known[0], tenant, id_) if known and id_ else None
    if found is None:
        raise NotFound("definition")
    return found


def text_of(schema: Mapping[str, object]) -> str:
    """Return a form as text that people can change."""
    return json.dumps(schema, indent=2, ensure_ascii=False)


def check_form(tenant: str, draft: FormDraft, language: str, deps: Deps) -> CheckedForm:
    """Check a form, and tell what would be asked and which links keep the one before. Raises NotFound."""
    definition = kept_form(tenant, draft.kind, draft.id, deps).definition
    schema = _read(draft.text)
    if isinstance(schema, str):
        return CheckedForm([("", schema)])
    faults = faults_in(dataclasses.replace(definition, schema=schema))
    if faults:
        return CheckedForm(faults)
    use = definition_use(tenant, FORMS[draft.kind][1], draft.id, deps, most=MOST_LINKS)
    return CheckedForm([], schema, questions_of(schema, language), use)


def put_live(staff: Staff, draft: FormDraft, schema: Mapping[str, object], deps: Deps) -> bool:
    """Replace a form for links that are made from now on. The caller checked it.

    Returns False if somebody else changed the definition since the version that was seen. Raises NotFound.
    """
    kept = kept_form(staff.tenant.id, draft.kind, draft.id, deps)
    changed = dataclasses.replace(kept.definition, schema=schema)
    entry = entry_of("form_changed", {"kind": draft.kind, "definition": draft.id}, staff, deps)
    known = deps.staff.forms.draft(type(changed), staff.tenant.id, draft.id)
    same = known.version if known and known.schema == schema else ""
    return deps.staff.forms.put(staff.tenant.id, changed, draft.seen, entry, draft=same)


def sample_view(tenant: Tenant, definition: Process | Campaign, kind: Kind, now: datetime) -> View:
    """Return what somebody with a link to a form would see. The link and its recipient are made up."""
    schema = definition.schema
    link = Link(
        rid=_NOBODY,
        master_rid=_NOBODY,
        tenant=tenant.id,
        kind=kind,
        dialect="manage",
        definition_id=definition.id,
        tier=definition.tier,
        portal=tenant.portal or "https://links.example.com",
        recipient=Recipient(name="María Núñez", email="maria@example.com"),
        created_at=now,
        expires_at=now + _LIFE,
        ttl=now + _LIFE,
        max_views=1,
        created_by="",
        claim="",
    )
    entries = {pointer: ["0"] for pointer, _, _ in groups_in(schema)}
    return View(link, tenant, definition, expanded(schema, entries), {}, form=schema)


def form_faults(definition: Process | Campaign) -> list[tuple[str, str]]:
    """Return the faults of a definition's form, each with a JSON Pointer into its schema."""
    schema = definition.schema
    roles = role_faults(schema, definition.roles) if isinstance(definition, Process) else without_roles(schema)
    paged = isinstance(definition, Campaign) and STEPS in schema
    steps = [(f"/{STEPS}", "is for forms of processes; a survey is one page")] if paged else []
    return [*faults_of(schema), *roles, *steps]


def faults_in(definition: Process | Campaign) -> list[tuple[str, str]]:
    """Return the faults of a form, and what else keeps it from being put live."""
    return form_faults(definition) or _not_a_schema(definition.schema)


def _read(text: str) -> dict[str, object] | str:
    """Return the schema in a text, or a sentence about why there is none."""
    try:
        schema = json.loads(text)
    except json.JSONDecodeError as error:
        return f"line {error.lineno}, column {error.colno}: {error.msg}"
    except (RecursionError, ValueError):
        return "cannot be read"
    return schema if isinstance(schema, dict) else "must be an object"


def _not_a_schema(schema: Mapping[str, object]) -> list[tuple[str, str]]:
    # Imported here, because it loads what checks JSON Schemas, and few pages of the set-up need it.
    from linkgate.usecases.visits.form_schema import validator_of

    if not schema:
        return []
    try:
        validator_of(schema, "")
    except ValueError as error:
        return [("", f"is not a JSON Schema (draft 2020-12) for forms: {str(error).splitlines()[0]}")]
    return []
