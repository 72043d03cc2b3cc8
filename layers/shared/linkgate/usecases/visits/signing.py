"""Signatures under a form: each names the hash of what was signed, so that a later change shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import Problem
from linkgate.usecases.canonical import canonical_hash
from linkgate.usecases.conditions import as_asked
from linkgate.usecases.form_groups import collected
from linkgate.usecases.form_parts import properties
from linkgate.usecases.form_signatures import signature_fields, signature_in, statement_of
from linkgate.usecases.pointers import steps_in, value_at
from linkgate.usecases.visits.declared import declared
from linkgate.usecases.visits.fields import assembled
from linkgate.usecases.visits.form_schema import completed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.usecases.form_parts import Schema
    from linkgate.usecases.visits.viewing import View


def hashes_to_sign(view: View) -> dict[str, str]:
    """Return, by the pointers of its signatures, the hash of the whole form as its review lists it."""
    draft = assembled(view.data if view.draft is None else view.draft, view.fields) or {}
    data, _ = as_asked(completed(draft, view.data, view.schema)[0], view.schema)
    return signed_hashes(declared(data, view.schema), view)


def signed_hashes(data: Mapping[str, object], view: View) -> dict[str, str]:
    """Return the hash that each signature has to name: of the link, the form, its statement and all other answers."""
    pointers = signature_fields(view.form)
    if not pointers:
        return {}
    names = {steps_in(pointer)[0] for pointer in pointers}
    answers = {name: value for name, value in collected(data, view.schema).items() if name not in names}
    form = canonical_hash(view.form)
    return {
        pointer: canonical_hash(
            {
                "rid": view.link.master_rid,
                "form": form,
                "statement": statement_of(_part(view.form, pointer), ""),
                "answers": answers,
            }
        )
        for pointer in pointers
    }


def bound(data: Mapping[str, object], view: View) -> dict[str, object]:
    """Return the data of a program, whose signatures are of exactly this data if they do not say of what."""
    changed = dict(data)
    for pointer, signed in signed_hashes(data, view).items():
        signature, name = signature_in(value_at(data, pointer)), steps_in(pointer)[0]
        if signature is not None and not signature.signed:
            changed[name] = f"{data[name]}#{signed}"
    return changed


def signature_problems(data: Mapping[str, object], view: View) -> list[Problem]:
    """Return a problem for each signature of something else than this data."""
    return [
        Problem.of(pointer, "signed_before")
        for pointer, signed in signed_hashes(data, view).items()
        if (signature := signature_in(value_at(data, pointer))) is not None and signature.signed != signed
    ]


def _part(form: Schema, pointer: str) -> Schema:
    return properties(form)[steps_in(pointer)[0]]
