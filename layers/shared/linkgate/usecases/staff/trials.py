"""Test links with which an administrator tries a form: a draft, what is live, or an earlier version."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from linkgate.errors import NotFound
from linkgate.model.link import Recipient
from linkgate.model.person import SCOPE_SETUP
from linkgate.usecases.definitions import schema_of, translated_title
from linkgate.usecases.issuing.issue import CreateCommand, NewLink, issue
from linkgate.usecases.staff.acting import staff_caller
from linkgate.usecases.staff.drafts import version_of
from linkgate.usecases.staff.forms import FORMS
from linkgate.usecases.staff.journal import record

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.model.person import Staff
    from linkgate.ports.deps import Deps
    from linkgate.usecases.staff.drafts import FormAt

_NOWHERE = "delivered@linkgate.test"
"""Address of whoever tries a form, to which no provider sends."""


def try_form(of: FormAt, domain: str, staff: Staff, deps: Deps) -> Link:
    """Make a test link to a version of a form, `draft` for its draft. Nothing is sent.

    Raises NotFound, and what `issue` raises.
    """
    if of.kind not in FORMS:
        raise NotFound("definition")
    known, kind = FORMS[of.kind]
    if of.version == "draft":
        of = dataclasses.replace(of, version=deps.staff.forms.trial(known, staff.tenant.id, of.id) or "")
    definition = version_of(staff.tenant.id, of, deps)
    caller = staff_caller(staff, SCOPE_SETUP)
    caller = dataclasses.replace(caller, credential=dataclasses.replace(caller.credential, test=True))
    locale = definition.locale or staff.language
    new = NewLink(
        operation="try",
        kind=kind,
        definition_id=definition.id,
        version=of.version,
        title=translated_title(definition, locale),
        tier=staff.tenant.tier(definition.tier),
        recipient=Recipient(name=staff.name, email=_NOWHERE, locale=locale),
        survey=schema_of(definition),
        prefilled={},
    )
    record("form_tried", {"kind": of.kind, "definition": of.id}, staff, deps)
    return issue(new, CreateCommand(caller=caller, domain=domain), deps).link
