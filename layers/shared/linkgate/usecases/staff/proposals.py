"""Acts that need two people: one proposes, another approves, and the approval carries them out.

Whoever can change the address of a link's codes can take the link over, so one person alone must not. The same holds
for what cannot be undone, and for whatever else `Tenant.four_eyes` names.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from linkgate.errors import Forbidden, LinkClosed, NotFound
from linkgate.lazy_dataclass import dataclass
from linkgate.model.person import SCOPE_ERASE, SCOPE_REPLACE, SCOPE_SETUP, SCOPE_STAFF, role_with, scopes_of
from linkgate.model.proposal import FourEyes, Proposal
from linkgate.model.tenant import SCOPE_RESULTS
from linkgate.tokens import token
from linkgate.usecases.authentication import person_caller
from linkgate.usecases.delivery.replacing import ReplaceLink, check_replacement, replace_link
from linkgate.usecases.staff.erasing import ErasePerson, check_erasure, erase_person
from linkgate.usecases.staff.journal import entry_by, entry_of
from linkgate.usecases.staff.keys import MakeKey, check_key, reads_answers
from linkgate.usecases.staff.people import ChangeRoles, EndPerson, change_roles, check_person, end_person

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.model.link import Link
    from linkgate.model.person import Staff
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller

SCOPE_APPROVE = "links:approve"
"""Scope that nobody has alone: that of a second person."""
APPROVES: Mapping[FourEyes, str] = {
    FourEyes.REPLACE: SCOPE_REPLACE,
    FourEyes.ERASE: SCOPE_ERASE,
    FourEyes.EXPORT: SCOPE_RESULTS,
    FourEyes.PEOPLE: SCOPE_STAFF,
    FourEyes.KEYS: SCOPE_SETUP,
}
"""Scope of those who approve an act."""
_ONCE_TWO_MAY = frozenset({FourEyes.REPLACE, FourEyes.ERASE})


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeFile:
    """Request to take a large file of a campaign's results."""

    caller: Caller
    campaign: str
    query: str
    """Query of the page that the file has the rows of."""


Guarded = ReplaceLink | ErasePerson | ChangeRoles | EndPerson | TakeFile | MakeKey
_BY_PROPOSER = frozenset({FourEyes.EXPORT, FourEyes.KEYS})
"""Acts that whoever proposed them carries out, after somebody else approved: what comes of them is theirs to see."""


@dataclass(frozen=True, slots=True)
class Decided:
    """An act that was carried out or proposed.

    `link` is the new link of a replacement, and `more` says that another call must go on with an erasure.
    """

    act: FourEyes
    about: Mapping[str, str]
    """Link, person or campaign that it was about, as the journal names it."""
    proposed: bool = False
    link: Link | None = None
    more: bool = False


def needs_second(act: FourEyes, caller: Caller, deps: Deps, *, gives_more: bool = False) -> bool:
    """Return whether a person cannot do this alone: the tenant says so, or they may only propose it.

    If the tenant says nothing, it is so for some acts once somebody else may approve. `gives_more` makes any act one
    of these, because it would give the person what their roles deny them.
    """
    scope, chosen = APPROVES[act], caller.tenant.four_eyes
    if scope not in caller.credential.scopes:
        return True
    if chosen is not None:
        return act in chosen
    return (gives_more or act in _ONCE_TWO_MAY) and any(
        each.id != caller.credential.id and each.ended_at is None and scope in scopes_of(each.roles)
        for each in deps.staff.people.of(caller.tenant.id)
    )


def decide(command: Guarded, deps: Deps) -> Decided:
    """Carry out an act, or propose it if it needs a second person. Raises what its use case raises."""
    proposal = _proposal_of(command, deps)
    gives_more = isinstance(command, MakeKey) and reads_answers(command, deps)
    if needs_second(proposal.act, command.caller, deps, gives_more=gives_more):
        _add(proposal, command, deps)
        return Decided(proposal.act, _about(proposal), proposed=True)
    return _carried_out(command, proposal, deps)


def propose(command: Guarded, deps: Deps) -> Proposal:
    """Propose an act. Raises what its use case would raise now."""
    return _add(_proposal_of(command, deps), command, deps)


def _add(proposal: Proposal, command: Guarded, deps: Deps) -> Proposal:
    match command:
        case ReplaceLink():
            check_replacement(command, deps)
        case ErasePerson():
            check_erasure(command, deps)
        case ChangeRoles() | EndPerson():
            check_person(command, deps)
        case MakeKey():
            check_key(command, deps)
    deps.staff.proposals.add(proposal, entry_by(command.caller, "proposed", _entry(proposal), deps))
    return proposal


def open_proposals(staff: Staff, deps: Deps) -> Sequence[Proposal]:
    """Return what waits for somebody's decision, the oldest first: one's own, and what one may approve."""
    return [
        each
        for each in deps.staff.proposals.of(staff.tenant.id, deps.now())
        if each.by == staff.id or APPROVES[each.act] in staff.scopes
    ]


def approve(staff: Staff, id_: str, deps: Deps) -> Decided:
    """Carry out what somebody else proposed. A large file or a key may then be taken by whoever asked for it.

    The first who approves is the only one who may carry it out, as often as it takes: a repeat changes nothing more.
    Raises NotFound if it was decided, is too old, not theirs to approve, or of somebody whose access ended; Forbidden
    for one's own; and what its use case raises. A proposal about a link that has ended is closed.
    """
    tenant, proposals = staff.tenant.id, deps.staff.proposals
    found = next((each for each in open_proposals(staff, deps) if each.id == id_), None)
    if found is None or APPROVES[found.act] not in staff.scopes or _has_ended(found.by, staff, deps):
        raise NotFound("proposal")
    role = role_with(APPROVES[found.act], staff.roles)
    caller = person_caller(staff.tenant, staff.id, role, staff.scopes, staff).proposed_by(found.by)
    command = _command_of(found, caller)
    if isinstance(command, ChangeRoles | EndPerson):
        # Whoever may not carry it out must not keep it from others.
        check_person(command, deps)
    entry = entry_of("proposal_approved", {**_entry(found), "proposer": found.by}, staff, deps)
    if found.by == staff.id or not proposals.approve(tenant, id_, staff.id, deps.now(), entry):
        raise Forbidden(SCOPE_APPROVE)
    try:
        done = _carried_out(command, found, deps)
    except LinkClosed:
        proposals.close(tenant, id_)
        raise
    if not done.more and found.act not in _BY_PROPOSER:
        proposals.close(tenant, id_)
    return done


def take_approved_key(staff: Staff, id_: str, deps: Deps) -> MakeKey:
    """Return the request for a key that the person made and somebody else approved, and close it: it is good once.

    Raises NotFound.
    """
    proposal = _approved(staff, FourEyes.KEYS, id_, deps)
    entry = entry_of("key_taken", {**_about(proposal), "approver": proposal.approved_by or ""}, staff, deps)
    if not deps.staff.proposals.close(staff.tenant.id, id_, entry):
        raise NotFound("proposal")
    role = role_with(SCOPE_SETUP, staff.roles)
    return _key_of(proposal, person_caller(staff.tenant, staff.id, role, staff.scopes, staff))


def approved_file(staff: Staff, id_: str, deps: Deps) -> Proposal:
    """Return the large file that the person asked for and somebody else approved. Raises NotFound."""
    return _approved(staff, FourEyes.EXPORT, id_, deps)


def approved_proposals(staff: Staff, act: FourEyes, deps: Deps) -> Sequence[Proposal]:
    """Return the person's own proposals of an act that somebody else approved and that are theirs to carry out."""
    return [
        each for each in open_proposals(staff, deps) if each.act is act and each.by == staff.id and each.approved_by
    ]


def _approved(staff: Staff, act: FourEyes, id_: str, deps: Deps) -> Proposal:
    found = next((each for each in approved_proposals(staff, act, deps) if each.id == id_), None)
    if found is None:
        raise NotFound("proposal")
    return found


def refuse(staff: Staff, id_: str, deps: Deps) -> bool:
    """Close a proposal without carrying it out, somebody else's or one's own. False if it is not there any more."""
    found = next((each for each in open_proposals(staff, deps) if each.id == id_), None)
    if found is None:
        return False
    entry = entry_of("proposal_refused", {**_entry(found), "proposer": found.by}, staff, deps)
    return deps.staff.proposals.close(staff.tenant.id, id_, entry)


def _has_ended(person: str, staff: Staff, deps: Deps) -> bool:
    proposer = deps.staff.people.get(staff.tenant.id, person)
    return proposer is not None and proposer.ended_at is not None


def _carried_out(command: Guarded, proposal: Proposal, deps: Deps) -> Decided:
    link, more = None, False
    match command:
        case ReplaceLink():
            link = replace_link(command, deps).link
        case ErasePerson():
            more = erase_person(command, deps).more
        case ChangeRoles():
            change_roles(command, deps)
        case EndPerson():
            end_person(command, deps)
    about = _about(proposal) | ({"rid": link.rid} if link else {})
    return Decided(proposal.act, about, link=link, more=more)


def _proposal_of(command: Guarded, deps: Deps) -> Proposal:
    caller = command.caller
    made = Proposal(token(deps.random(16)), caller.tenant.id, caller.credential.id, deps.now())
    match command:
        case ReplaceLink():
            return dataclasses.replace(
                made,
                rid=command.rid,
                email=command.email,
                phone=command.phone,
                sms_consent=command.sms_consent,
                reason=command.reason,
            )
        case ErasePerson():
            email = next((each for each in command.recipients if "@" in each), None)
            phone = next((each for each in command.recipients if "@" not in each), None)
            erasure = dataclasses.replace(made, act=FourEyes.ERASE, rid=command.rid, reason=command.reason)
            return dataclasses.replace(erasure, email=email, phone=phone)
        case ChangeRoles():
            about = {"person": command.person, "roles": ",".join(sorted(command.roles))}
            return dataclasses.replace(made, act=FourEyes.PEOPLE, about=about)
        case EndPerson():
            return dataclasses.replace(made, act=FourEyes.PEOPLE, about={"person": command.person})
        case MakeKey():
            return dataclasses.replace(made, act=FourEyes.KEYS, about=_key_facts(command))
        case TakeFile():
            about = {"campaign": command.campaign, "query": command.query}
            return dataclasses.replace(made, act=FourEyes.EXPORT, about=about)


def _command_of(proposal: Proposal, caller: Caller) -> Guarded:
    match proposal.act:
        case FourEyes.REPLACE:
            return ReplaceLink(
                caller=caller,
                rid=proposal.rid,
                email=proposal.email,
                phone=proposal.phone,
                sms_consent=proposal.sms_consent,
                reason=proposal.reason,
            )
        case FourEyes.ERASE:
            recipients = [each for each in (proposal.email, proposal.phone) if each]
            return ErasePerson(
                caller=caller,
                rid=proposal.rid,
                recipients=recipients,
                reason=proposal.reason,
                proposal=proposal.id,
            )
        case FourEyes.EXPORT:
            return TakeFile(caller=caller, campaign=proposal.about["campaign"], query=proposal.about["query"])
        case FourEyes.KEYS:
            return _key_of(proposal, caller)
        case FourEyes.PEOPLE:
            person, roles = proposal.about["person"], proposal.about.get("roles")
            if roles is None:
                return EndPerson(caller, person)
            return ChangeRoles(caller, person, frozenset(roles.split(",")))


def _key_facts(command: MakeKey) -> dict[str, str]:
    """Return a request for a key as texts. `key` is what people call it."""
    facts = {
        "key": command.name or command.replaces,
        "dialect": command.dialect,
        "scopes": ",".join(sorted(command.scopes)),
        "days": str(command.days) if command.days else None,
        "user": command.user,
        "test": "1" if command.test else None,
        "replaces": command.replaces,
    }
    return {name: text for name, text in facts.items() if text}


def _key_of(proposal: Proposal, caller: Caller) -> MakeKey:
    facts = proposal.about
    replaces = facts.get("replaces")
    return MakeKey(
        caller=caller,
        name="" if replaces else facts["key"],
        dialect=facts.get("dialect", ""),
        scopes=frozenset(facts["scopes"].split(",")) if "scopes" in facts else frozenset(),
        days=int(facts["days"]) if "days" in facts else None,
        user=facts.get("user"),
        test="test" in facts,
        replaces=replaces,
    )


def _entry(proposal: Proposal) -> dict[str, str]:
    """Return what the journal says of a proposal, whose entries are of one kind for all acts."""
    return {**_about(proposal), "act": proposal.act.value}


def _about(proposal: Proposal) -> dict[str, str]:
    """Return what a proposal is about: ids, and no customer's address."""
    about = {name: proposal.about[name] for name in ("person", "roles", "campaign", "key") if name in proposal.about}
    return about | ({"rid": proposal.rid} if proposal.rid else {})
