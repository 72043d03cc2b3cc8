"""Rules of what owners change, and of the end of retention."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from linkgate.model.epoch import epoch_seconds
from linkgate.ports.management import SweepMark
from linkgate.store.management.administration import DynamoAdministration
from linkgate.store.management.retention import DynamoRetention
from tests.support.rules.delivery import WAYS, WAYS_OPENED
from tests.support.rules.links import ENDS, FOREIGN, LINK, RID, SUCCESSOR, TAKEN, TENANT, read, sent, stored
from tests.support.rules.rule import ELSEWHERE, GONE, MS, NOW, SECONDS, Listed, Rule, changed, through

BY = "k" * 32
EXTENDED = LINK.expires_at + timedelta(days=1)
SUBMITTED, REVOKED, LOCKED, REPLACED = ({name: ENDS[name]} for name in ("submitted", "revoked", "locked", "replaced"))
ERASED = {"erased": {"erased_at": MS - 1}}
SENT = changed(sent(stored()), {"submission": "b"})
TEST = stored(test=True)
BODY = {"pk": RID, "sk": "body#b", "json": b"x", "ttl": SECONDS}
administration = through(DynamoAdministration)
ADMINISTRATION = {
    "revoke": Rule(
        administration(lambda store: store.revoke(TENANT, RID, BY, NOW)), stored(), {**FOREIGN, **SUBMITTED}
    ),
    "revoke in a dialect": Rule(
        administration(lambda store: store.revoke(TENANT, RID, BY, NOW, "easysend")),
        stored(),
        {**FOREIGN, **SUBMITTED, "another dialect": {"dialect": "ocular"}},
    ),
    "revoke ways": Rule(
        administration(lambda store: store.revoke_ways(read(WAYS), ["email"], BY, NOW)), WAYS, WAYS_OPENED
    ),
    "extend": Rule(
        administration(lambda store: store.extend(LINK, EXTENDED, NOW + timedelta(days=60), BY, NOW)),
        stored(),
        {**SUBMITTED, **REVOKED, **LOCKED, **REPLACED, **ERASED, "extended for longer": {"expires_at": MS + 10**10}},
        kept={"expired": ENDS["expired"]},
    ),
    "replace": Rule(
        administration(lambda store: store.replace(LINK, SUCCESSOR, BY, NOW)),
        stored(),
        {**FOREIGN, **SUBMITTED, **REVOKED, **REPLACED, **ERASED, "the rid is taken": [stored(), TAKEN]},
    ),
    "reopen": Rule(
        administration(lambda store: store.reopen(LINK, SUCCESSOR, BY, NOW)),
        SENT,
        {
            **FOREIGN,
            **REVOKED,
            **REPLACED,
            **ERASED,
            "not submitted": {"submitted_at": GONE},
            "its data are gone": {"submission": GONE},
            "the rid is taken": [SENT, TAKEN],
        },
    ),
    "attach": Rule(administration(lambda store: store.attach(TENANT, RID, NOW)), stored(), {**FOREIGN, **ENDS}),
    "open a test link": Rule(
        administration(lambda store: store.open_test(read(TEST), "6" * 64, NOW)),
        TEST,
        {**FOREIGN, **ENDS, "no test": {"test": GONE}},
    ),
    "erase": Rule(
        administration(lambda store: store.erase(LINK, BY, NOW)),
        stored(),
        {"no link": [ELSEWHERE]},
    ),
    "erase what was sent": Rule(
        administration(lambda store: store.erase(LINK, BY, NOW)), SENT, then={"erased_at": MS, "revoked_at": GONE}
    ),
    "keep a body": Rule(
        administration(lambda store: store.extend(replace(LINK, body_name="b"), EXTENDED, EXTENDED, BY, NOW)),
        [BODY, stored()],
        then={"ttl": epoch_seconds(EXTENDED)},
    ),
    "keep a body that is kept longer": Rule(
        administration(lambda store: store.extend(replace(LINK, body_name="b"), EXTENDED, EXTENDED, BY, NOW)),
        [{**BODY, "ttl": SECONDS + 10**8}, stored()],
        then={"ttl": SECONDS + 10**8},
    ),
}

MARK = {"pk": f"sweep#{TENANT}", "sk": "sweep", "oldest": MS}
OLD = {"pk": RID, "sk": "note#1", "ttl": SECONDS - 1}
RETENTION = {
    "mark a sweep": Rule(
        lambda table: DynamoRetention(table).mark(TENANT, SweepMark(NOW, None, None)),
        {**MARK, "reached": MS},
        {"another knows more": {"oldest": MS + 1}},
        kept={"the first": {"pk": "other"}},
        told=None,
    ),
    "delete what ended": Rule(
        lambda table: DynamoRetention(Listed(table, [OLD])).delete_ended(RID, NOW),
        OLD,
        {"kept": {"ttl": SECONDS}},
        told=0,
    ),
}
RULES = {**ADMINISTRATION, **RETENTION}
