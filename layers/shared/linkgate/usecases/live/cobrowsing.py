"""Fill in a form together: what one browser does, and what each of the others may see of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import Forbidden, InvalidRequest, NotFound, Problem
from linkgate.lazy_dataclass import dataclass
from linkgate.model.kinds import KINDS
from linkgate.model.tenant import Process
from linkgate.usecases.definitions import definition_of, schema_of
from linkgate.usecases.form_groups import part_at
from linkgate.usecases.form_parts import has_parts, is_group
from linkgate.usecases.visits.fields import SaveFields, write_fields
from linkgate.usecases.visits.filling import Filling
from linkgate.usecases.visits.role_rights import EDIT, NONE, may_see, right_of
from linkgate.usecases.visits.viewing import Draft, draft_seen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from linkgate.model.presence import Presence
    from linkgate.ports.deps import Deps
    from linkgate.ports.visits import StoredField
    from linkgate.usecases.form_parts import Schema
    from linkgate.usecases.live.senders import Sender
    from linkgate.usecases.visits.fields import Read, SavedFields


@dataclass(frozen=True, slots=True)
class Told:
    """Answers that one browser may learn of."""

    presence: Presence
    shown: Mapping[str, StoredField]
    """Newest answers that its role may see, by pointer."""
    given: Sequence[str]
    """Pointers of private fields that were filled in. Their answers stay with who gave them."""


def draft_for(sender: Sender, deps: Deps) -> Draft:
    """Return the draft that the sender may see. It is empty for other links than forms."""
    if not KINDS[sender.link.kind].fillable:
        return Draft({}, {}, ())
    return draft_seen(sender.link, deps.fields.of(sender.link.master_rid), deps)


def set_fields(sender: Sender, read: Read, deps: Deps) -> SavedFields:
    """Write answers, each only over the version that its writer has seen.

    Raises NotFound for a link without a form, and the errors of `write_fields`.
    """
    if not KINDS[sender.link.kind].fillable:
        raise NotFound("form")
    now, link = deps.now(), sender.link
    over = link.ended(now) is not None or link.visits[sender.presence.visit] <= now
    return write_fields(Filling(link, sender.presence.visit, over), SaveFields(visit=None, read=read), deps)


def learned(sender: Sender, saved: SavedFields) -> Iterator[Told]:
    """Yield each of the others with those of the written answers that it may learn of."""
    written = [each.stored for each in saved.written if each.saved and each.stored]
    written += [each.stored for each in saved.groups if each.saved and each.stored]
    form = saved.form
    for presence in sender.people if written else ():
        shown = {each.pointer: each for each in written if may_see(form, each, presence.role)}
        given = [
            each.pointer
            for each in written
            if each.pointer not in shown and each.keys is None and right_of(form, each.pointer, presence.role) != NONE
        ]
        if shown or given:
            yield Told(presence, shown, given)


@dataclass(frozen=True, slots=True)
class Watched:
    """Others who may know of what happens in a field."""

    with_text: Sequence[Presence]
    without: Sequence[Presence]
    """People who may only know that it happens, because the field is private."""


def typed(sender: Sender, pointer: str, deps: Deps) -> Watched:
    """Return who may see what the sender types into a field. Raises Forbidden if its role may not edit it."""
    return _watched(sender, pointer, EDIT, deps)


def looked_at(sender: Sender, pointer: str, deps: Deps) -> Sequence[Presence]:
    """Return who may know that the sender is at a field. Raises Forbidden if its role may not see it."""
    watched = _watched(sender, pointer, None, deps)
    return [*watched.with_text, *watched.without]


def told_of_sending(sender: Sender, deps: Deps) -> Sequence[Presence]:
    """Return who may know that the sender sends the form. Raises Forbidden if its role may not."""
    process = definition_of(sender.link, deps)
    allowed = process.submitters if isinstance(process, Process) else None
    if not KINDS[sender.link.kind].fillable or (allowed is not None and sender.role not in allowed):
        raise Forbidden("submit")
    return sender.people


def _watched(sender: Sender, pointer: str, right: str | None, deps: Deps) -> Watched:
    form = _form(sender, deps)
    part = part_at(form, pointer)
    if part is None or not pointer or has_parts(part) or is_group(part):
        raise InvalidRequest([Problem.of("f", "unknown")])
    mine = right_of(form, pointer, sender.role)
    if mine == NONE or (right is not None and mine != right):
        raise Forbidden("fields")
    seeing = [each for each in sender.people if right_of(form, pointer, each.role) != NONE]
    if part.get("x-private") is not True:
        return Watched(seeing, ())
    same = [each for each in seeing if each.role == sender.role]
    return Watched(same, [each for each in seeing if each.role != sender.role])


def _form(sender: Sender, deps: Deps) -> Schema:
    return schema_of(definition_of(sender.link, deps))
