"""Turn what was sent into the draft of a form again."""

from __future__ import annotations

import contextlib
import dataclasses
from dataclasses import field
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.kinds import KINDS
from linkgate.ports.links import DRAFT, givers_body
from linkgate.ports.visits import FieldChanged
from linkgate.tokens import token
from linkgate.usecases.definitions import definition_of, schema_of
from linkgate.usecases.form_groups import expanded, groups_in, keys_in, numbered, spread
from linkgate.usecases.pointers import value_at
from linkgate.usecases.visits.entries import alive
from linkgate.usecases.visits.fields import assembled, leaves

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.ports.visits import StoredField

_KEY_BYTES = 6


@dataclass(frozen=True, slots=True)
class Redraft:
    """Changes that turn a draft into what was sent."""

    entries: Mapping[str, Sequence[str]]
    """Keys of the entries of each group whose entries change, by its pointer."""
    answers: Mapping[str, object] = field(repr=False)
    """Value of each answer that changes, by its pointer. None empties it."""
    givers: Mapping[str, str]
    """Co-browsing role that gave each of them. The recipient gave those that are not named."""


def redraft_of(link: Link, fields: Mapping[str, StoredField], deps: Deps) -> Redraft:
    """Compare the draft of a form that was sent by a link with what was sent."""
    names = {"prefilled": link.body_name or "", "draft": DRAFT, "sent": link.submission or ""}
    givers = givers_body(names["sent"])
    bodies = deps.links.bodies(link.master_rid, [name for name in (*names.values(), givers) if name])
    form, sent = schema_of(definition_of(link, deps)), bodies.get(names["sent"], {})
    prefilled = bodies.get(names["prefilled"], {})
    known = keys_in(form, spread(prefilled, form), fields)
    keys = {pointer: _keys_for(value_at(sent, pointer), known[pointer], deps) for pointer, _, _ in groups_in(form)}
    schema, data = expanded(form, keys), spread(sent, form, keys)
    start = bodies.get(names["draft"], prefilled if KINDS[link.kind].reviewed else {})
    drafted = assembled(spread(start, form), alive(fields, expanded(form, known))) or {}
    before, after = dict(leaves(drafted, schema)), dict(leaves(data, schema))
    by = bodies.get(givers, {})
    return Redraft(
        entries={pointer: each for pointer, each in keys.items() if each != [*known[pointer]]},
        answers={
            pointer: after.get(pointer) for pointer in before | after if before.get(pointer) != after.get(pointer)
        },
        givers={pointer: str(by.get(numbered(pointer, data, schema)) or "") for pointer in after},
    )


def write_redraft(link: Link, redraft: Redraft, fields: Mapping[str, StoredField], deps: Deps) -> None:
    """Write these changes over the fields that were read. What somebody else has written since stays."""

    def version(pointer: str) -> int:
        return fields[pointer].version if pointer in fields else 0

    now = deps.now()
    for pointer, keys in redraft.entries.items():
        with contextlib.suppress(FieldChanged):
            deps.fields.set_entries(link, pointer, keys, version(pointer), now)
    for pointer, value in redraft.answers.items():
        giver = dataclasses.replace(link, role=redraft.givers.get(pointer) or None)
        with contextlib.suppress(FieldChanged):
            deps.fields.write(giver, pointer, value, version(pointer), now)


def _keys_for(entries: object, known: Sequence[str], deps: Deps) -> list[str]:
    number = len(entries) if isinstance(entries, list) else 0
    return [*known[:number], *(token(deps.random(_KEY_BYTES)) for _ in range(number - len(known)))]
