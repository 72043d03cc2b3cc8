"""Rules of what a recipient's browser changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.callback import Callback
from linkgate.model.challenge import CodePolicy
from linkgate.model.link import Channel, Grant, Look
from linkgate.model.policy import LINK_TRIES, VISITS_KEPT
from linkgate.ports.links import Body
from linkgate.ports.visits import CodeProof, FieldChanged, Group, GroupFull, SecretProof
from linkgate.store.link_items import challenge_map, field_key
from linkgate.store.visits.fields import DynamoFields
from linkgate.store.visits.visits import DynamoVisits
from tests.support.rules.links import (
    BROWSER,
    CHALLENGE,
    CODED,
    ENDS,
    FOREIGN,
    LINK,
    OTHER_SECRET,
    OTHER_VISIT,
    PORTAL,
    RECEIPT_GONE,
    RID,
    SECRET,
    STANDING,
    SUCCESSOR,
    TAKEN,
    TENANT,
    TRY,
    VISIT,
    sent,
    stored,
)
from tests.support.rules.rule import ELSEWHERE, GONE, HOUR, MINUTE, MS, NOW, Rule, Stale, Told, changed, through

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkgate.store.table import Table

WITH_SECRET, WITH_CODE = SecretProof(SECRET, (PORTAL,)), CodeProof(BROWSER, TRY)
ONE_VISIT, FULL = {VISIT: MS + 1}, {f"{number}" * 22: MS + 1 for number in range(VISITS_KEPT)}
UNVISITED = stored(visits={})
PROVEN = changed(
    CODED, {"challenges": {BROWSER: {**challenge_map(CHALLENGE), "tries": {TRY: True}}}, "visits": dict(ONE_VISIT)}
)
VIEWED = {"viewed as often as it may": {"views": 10}, "shown as often as it may": {"max_shown": 2, "shown": 2}}
NOT_BY_SECRET = {
    **OTHER_SECRET,
    "asks for a code": {"code": {"channel": "email", "digits": 6}},
    "another portal": {"portal": "https://other.example.com"},
}
NOT_BY_CODE = {
    "another try": {f"challenges/{BROWSER}/tries": {"z" * 22: True}},
    "a wrong code": {f"challenges/{BROWSER}/tries/{TRY}": False},
    "another browser": {"challenges": {"z" * 22: PROVEN["challenges"][BROWSER]}},
    "a code that ended": {f"challenges/{BROWSER}/expires_at": MS},
}
ROOM = {"full": {"visits": FULL}, "there already": Told({"visits": {OTHER_VISIT: MS + 1}}, None)}
SWAP = {
    "another gave way": {"visits": {}},
    "there already": Told({"visits": {**ONE_VISIT, OTHER_VISIT: MS + 1}}, None),
}
visits = through(DynamoVisits)
fields = through(DynamoFields)


def opening(proof: SecretProof | CodeProof, forget: str | None = None) -> Callable[[Table], object]:
    return visits(lambda store: store.open(RID, proof, OTHER_VISIT, NOW, forget=forget))


def reading(proof: SecretProof | CodeProof, forget: str | None = None) -> Callable[[Table], object]:
    return visits(lambda store: store.read_receipt(RID, proof, OTHER_VISIT, NOW, forget=forget))


SECRET_ASKS_CODE = {"asks for a code to read": {"receipt/access": "code"}}
BEGINNINGS = {
    "open with a secret": Rule(opening(WITH_SECRET), UNVISITED, {**ENDS, **VIEWED, **NOT_BY_SECRET, **ROOM}),
    "open with a secret in another's place": Rule(
        opening(WITH_SECRET, VISIT), stored(), {**ENDS, **VIEWED, **NOT_BY_SECRET, **SWAP}
    ),
    "open with a code": Rule(opening(WITH_CODE), PROVEN, {**ENDS, **VIEWED, **NOT_BY_CODE, **ROOM}),
    "open with a code in another's place": Rule(
        opening(WITH_CODE, VISIT), PROVEN, {**ENDS, **VIEWED, **NOT_BY_CODE, **SWAP}
    ),
    "read again with a secret": Rule(
        reading(WITH_SECRET), sent(UNVISITED), {**RECEIPT_GONE, **SECRET_ASKS_CODE, **NOT_BY_SECRET, **ROOM}
    ),
    "read again with a secret in another's place": Rule(
        reading(WITH_SECRET, VISIT), sent(stored()), {**RECEIPT_GONE, **SECRET_ASKS_CODE, **NOT_BY_SECRET, **SWAP}
    ),
    "read again with a code": Rule(reading(WITH_CODE), sent(PROVEN, "code"), {**RECEIPT_GONE, **NOT_BY_CODE, **ROOM}),
    "read again with a code in another's place": Rule(
        reading(WITH_CODE, VISIT), sent(PROVEN, "code"), {**RECEIPT_GONE, **NOT_BY_CODE, **SWAP}
    ),
}

BODIES = (Body("b" * 22, {}),)
OVER = NOW - timedelta(minutes=10)
EXPIRED = replace(LINK, expires_at=OVER)
"""Link as it was read, expired a moment ago while a form of it was on the screen."""
ROLE = replace(LINK, rid="o" * 22, master_rid=RID, role="agent", visits={}, claim="f" * 22)
OVER_MS = MS - 10 * MINUTE


def submitting(*links: object) -> Callable[[Table], object]:
    return visits(lambda store: store.submit(links, VISIT, BODIES, "s" * 22, NOW))  # type: ignore[arg-type]  # links


OUT_OF_GRACE = {"visit out of its grace": {f"visits/{VISIT}": MS - 4 * HOUR}, "no such visit": {"visits": {}}}
SUBMITTING = {
    "submit": Rule(submitting(LINK), stored(), {**STANDING, **OUT_OF_GRACE}),
    "submit what was on the screen at the end": Rule(
        submitting(EXPIRED),
        changed(stored(expires_at=OVER), {f"visits/{VISIT}": OVER_MS + MINUTE}),
        {
            **STANDING,
            "not the end that was read": {"expires_at": OVER_MS - 1},
            "visit over before the end": {f"visits/{VISIT}": OVER_MS - 15 * MINUTE},
        },
    ),
    "submit long after the end": Rule(
        submitting(replace(LINK, expires_at=NOW - timedelta(hours=4) + timedelta(minutes=1))),
        changed(stored(expires_at=NOW - timedelta(hours=4) + timedelta(minutes=1)), {f"visits/{VISIT}": MS}),
    ),
    "submit too long after the end": Rule(
        submitting(replace(LINK, expires_at=NOW - timedelta(hours=4))),
        stored(expires_at=NOW - timedelta(hours=4)),
        goes=False,
    ),
    "submit with a role": Rule(
        submitting(LINK, ROLE),
        [stored(), stored(rid=ROLE.rid, master_rid=RID, role="agent", visits={})],
        {
            **STANDING,
            **OUT_OF_GRACE,
            "the role's is submitted": [stored(), changed(stored(rid=ROLE.rid), {"submitted_at": MS - 1})],
            "the role's is replaced": [stored(), changed(stored(rid=ROLE.rid), {"renewed_as": "x" * 22})],
        },
    ),
    "submit with a role that was replaced before": Rule(
        submitting(LINK, replace(ROLE, renewed_as="x" * 22)),
        [stored(), changed(stored(rid=ROLE.rid), {"renewed_as": "x" * 22})],
        {"the role's is submitted": [stored(), changed(stored(rid=ROLE.rid), {"submitted_at": MS - 1})]},
    ),
}

ENDED_VISIT = {"visit ended": {f"visits/{VISIT}": MS}, "no such visit": {"visits": {}}}
CALLBACK = Callback(asked_at=NOW, name="Ada", phone="+447700900001")
ASKED = {"asked_at": MS - MINUTE, "name": "Ben", "phone": "+447700900002", "wanted": "", "note": ""}
GRANT = Grant("g" * 22, NOW + timedelta(minutes=1))
GRANTED = changed(stored(), {"handover": {"secret_hash": GRANT.hash, "expires_at": MS + 1}})
LOOK = Look("l" * 22, "f" * 22, "c" * 64, NOW, shown=True)
LOOKED = {"claim": LOOK.claim, "file": "e" * 22, "commitment": "d" * 64, "at": MS - 1, "shown": True}
SEEN = "seen#vvvvvv"


def looking(*, counted: bool) -> Callable[[Table], object]:
    return visits(lambda store: store.look(RID, VISIT, LOOK, counted=counted, now=NOW))


DURING = {
    "join": Rule(
        visits(lambda store: store.join(RID, NOW)),
        stored(),
        {"joined before": {"joined_at": MS - 1}, "no such link": [stored(rid="z" * 22)]},
    ),
    "prolong": Rule(visits(lambda store: store.prolong(RID, VISIT, NOW)), stored(), {**ENDS, **ENDED_VISIT}),
    "prolong without a draft": Rule(
        visits(lambda store: store.prolong(RID, VISIT, NOW, drafted=False)),
        changed(stored(), {f"visits/{VISIT}": MS + 1}),
        {**ENDS, **ENDED_VISIT},
    ),
    "note a draft": Rule(
        visits(lambda store: store.note_draft(RID, VISIT, NOW)),
        stored(),
        {**STANDING, "no such visit": {"visits": {}}, "noted lately": {"draft_at": MS - 5 * MINUTE + 1}},
        kept={"noted before": {"draft_at": MS - 5 * MINUTE}, "expired": ENDS["expired"]},
    ),
    "ask for a callback": Rule(
        visits(lambda store: store.ask_callback(RID, VISIT, CALLBACK, NOW)),
        stored(),
        {**ENDS, **OUT_OF_GRACE, "asked before": {"callback": ASKED}},
        kept={"an agent took the one before": {"callback": {**ASKED, "taken_at": MS - 1}}},
    ),
    "give a document out": Rule(
        looking(counted=False),
        changed(stored(), {"look": {**LOOKED, "claim": "m" * 22}}),
        {
            **ENDS,
            **ENDED_VISIT,
            "its first one, of a link that counts": {"max_shown": 3, "shown": 0},
            "a repeat": Told({"look": LOOKED}, ...),
        },
        kept={"counted before": {"max_shown": 3, "shown": 3, SEEN: True}},
    ),
    "give a document out that counts": Rule(
        looking(counted=True),
        changed(stored(), {"max_shown": 3, "shown": 2}),
        {**ENDS, **ENDED_VISIT, "no views left": {"shown": 3}, "counted before": {SEEN: True}},
    ),
    "give a grant": Rule(
        visits(lambda store: store.give_grant(RID, VISIT, GRANT, NOW)), stored(), {**ENDS, **ENDED_VISIT}
    ),
    "take a grant": Rule(
        visits(lambda store: store.take_grant(TENANT, RID, GRANT.hash, "a" * 22, NOW)),
        GRANTED,
        {
            **ENDS,
            **FOREIGN,
            "another grant": {"handover/secret_hash": "h" * 22},
            "a grant that ended": {"handover/expires_at": MS},
            "a grant that was used": {"handover/claim": "u" * 22},
            "used by the same claim": Told({"handover/claim": "a" * 22}, ...),
            "no grant": {"handover": GONE},
        },
    ),
    "disown": Rule(
        visits(lambda store: store.disown(RID, SECRET, NOW, revoke=False)),
        stored(),
        OTHER_SECRET,
    ),
    "disown and revoke": Rule(
        visits(lambda store: store.disown(RID, SECRET, NOW, revoke=True)),
        stored(),
        OTHER_SECRET,
        then={"disowned_at": MS, "revoked_at": MS},
    ),
    "disown what was sent": Rule(
        visits(lambda store: store.disown(RID, SECRET, NOW, revoke=True)),
        changed(stored(), {"submitted_at": MS - 1}),
        then={"disowned_at": MS, "revoked_at": GONE},
    ),
}

OLD_CODED = replace(LINK, code=CodePolicy(Channel.EMAIL, 6), visits={}, code_tries=3, codes_sent=(NOW,) * 2)


def renewing(old: object) -> Callable[[Table], object]:
    return visits(lambda store: store.renew(old, SECRET, SUCCESSOR, NOW))  # type: ignore[arg-type]  # a link


UNRENEWABLE = {
    **STANDING,
    **OTHER_SECRET,
    "still good": {"expires_at": MS + 1},
}
OUT_OF_CODES = [MS - MINUTE] * 4
FIFTH_LONG_AGO = [MS - 9 * MINUTE, *OUT_OF_CODES[1:], MS - HOUR]
RENEWED = changed(CODED, {"expires_at": MS, "code_tries": 3, "codes_sent": [MS, MS]})
RENEWALS = {
    "renew": Rule(
        renewing(LINK),
        stored(expires_at=NOW),
        {
            **UNRENEWABLE,
            "the rid is taken": [stored(expires_at=NOW), TAKEN],
            "the fifth code was sent an hour ago": {"expires_at": MS + 1, "codes_sent": FIFTH_LONG_AGO},
            "the newest code has ended": {"expires_at": MS + 1, "codes_sent": [MS - 10 * MINUTE, *OUT_OF_CODES]},
        },
        kept={
            "used up": {"expires_at": MS + 1, "views": 10},
            "all documents given out": {"expires_at": MS + 1, "shown": 2, "max_shown": 2},
        },
    ),
    "renew a link with a code": Rule(
        renewing(OLD_CODED),
        RENEWED,
        {
            **UNRENEWABLE,
            "the rid is taken": [RENEWED, TAKEN],
            "a guess meanwhile": {"code_tries": 4},
            "a code meanwhile": {"codes_sent": [MS] * 3},
        },
    ),
    "renew a link without guesses left": Rule(
        renewing(replace(OLD_CODED, code_tries=LINK_TRIES)),
        changed(RENEWED, {"code_tries": LINK_TRIES}),
        goes=False,
    ),
    "renew a link that is out of codes for an hour": Rule(
        renewing(replace(OLD_CODED, codes_sent=(NOW,) * 5)),
        changed(RENEWED, {"expires_at": MS + 1, "codes_sent": [MS - 9 * MINUTE, *OUT_OF_CODES]}),
        {
            "the fifth was sent an hour ago": {"codes_sent": FIFTH_LONG_AGO},
            "the newest has ended": {"codes_sent": [MS - 10 * MINUTE, *OUT_OF_CODES]},
        },
    ),
    "renew a link that is out of codes for ever": Rule(
        renewing(replace(OLD_CODED, codes_sent=(NOW,) * 10)),
        changed(RENEWED, {"expires_at": MS + 1, "codes_sent": [MS - 24 * HOUR] * 10}),
    ),
}

POINTER = "/a"
FIELD = {
    "pk": RID, "sk": field_key(POINTER), "value": '"x"', "version": 3, "pointer": POINTER, "role": "", "written_at": MS,
    "ttl": 1,
}  # fmt: skip
GROUP = Group(POINTER, ("one", "two"), 3)
ENTRIES = {**{name: value for name, value in FIELD.items() if name != "value"}, "entries": {"one": 0, "two": 1}}


def writing(base: int, *, private: bool = False) -> Callable[[Table], object]:
    return fields(lambda store: store.write(LINK, POINTER, "y", base, NOW, private=private))


FIELDS = {
    "write a field": Rule(
        writing(3),
        FIELD,
        {"written meanwhile": {"version": 4}},
        kept={"a repeat": {"version": 4, "value": '"y"'}},
        told=FieldChanged,
    ),
    "write a field for the first time": Rule(writing(0), ELSEWHERE, {"written meanwhile": [FIELD]}, told=FieldChanged),
    "write a private field": Rule(
        writing(3, private=True),
        FIELD,
        {"written meanwhile": {"version": 4}, "another's answer": {"role": "agent"}},
        kept={"emptied by another": {"role": "agent", "value": "null"}},
        told=FieldChanged,
    ),
    "write a private field for the first time": Rule(
        writing(0, private=True),
        ELSEWHERE,
        {"written meanwhile": [FIELD], "another gave the same answer": [{**FIELD, "role": "agent", "value": '"y"'}]},
        told=FieldChanged,
    ),
    "add an entry": Rule(
        fields(lambda store: store.add_entry(LINK, GROUP, "new", NOW)),
        ENTRIES,
        {"full": {"entries/three": 2}, "changed too often": {"version": 1000}, "an answer": [FIELD]},
        kept={"a repeat, full": {"entries": {"one": 0, "two": 1, "new": 2}}},
        told=GroupFull,
    ),
    "remove an entry": Rule(
        fields(lambda store: store.remove_entry(LINK, GROUP, "one", NOW)),
        ENTRIES,
        {"not there": Told({"entries": {"two": 1}}, ...)},
    ),
    "add an entry while another makes the group": Rule(
        lambda table: DynamoFields(Stale(table, None)).add_entry(LINK, GROUP, "new", NOW),
        ENTRIES,
        then={"version": 4, "entries/new": MS},
    ),
    "remove an entry while another makes the group": Rule(
        lambda table: DynamoFields(Stale(table, None)).remove_entry(LINK, GROUP, "one", NOW),
        ENTRIES,
        then={"version": 4, "entries": {"two": 1}},
    ),
    "set the entries": Rule(
        fields(lambda store: store.set_entries(LINK, POINTER, ["b"], 3, NOW)),
        ENTRIES,
        {"changed meanwhile": {"version": 4}},
        told=FieldChanged,
    ),
    "set the entries for the first time": Rule(
        fields(lambda store: store.set_entries(LINK, POINTER, ["b"], 0, NOW)),
        ELSEWHERE,
        {"changed meanwhile": [ENTRIES]},
        told=FieldChanged,
    ),
    "delete a field": Rule(
        fields(lambda store: store.delete(RID, POINTER, 3)), FIELD, {"written meanwhile": {"version": 4}}, told=None
    ),
}
RULES = {**BEGINNINGS, **SUBMITTING, **DURING, **RENEWALS, **FIELDS}
